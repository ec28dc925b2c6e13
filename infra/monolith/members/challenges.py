"""Challenges, which a phone signs with its key so that no earlier signature can be sent again.

The server keeps no row of a challenge that it issued, so that no number of requests fills the
database. A challenge carries its time and the server's signature. A row is written when a proof
uses it; the row makes a second use fail, and is deleted once the challenge has expired.
"""

import secrets
from datetime import datetime, timedelta

from django.core.signing import BadSignature, TimestampSigner
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from members.models import UsedChallenge

CHALLENGE_LIFETIME = timedelta(minutes=5)
CHALLENGE_LENGTH_MAX = 128
_SIGNER = TimestampSigner(salt="members.challenges")


class InvalidChallenge(Exception):
    """The challenge is not the server's, has expired, or has been used."""


def issue_challenge() -> str:
    return _SIGNER.sign(secrets.token_urlsafe(16))


def require_valid(challenge: str) -> None:
    """Raises InvalidChallenge. Says nothing about an earlier use."""
    try:
        _SIGNER.unsign(challenge, max_age=CHALLENGE_LIFETIME)
    except BadSignature:
        raise InvalidChallenge from None


def use_challenge(challenge: str, now: datetime) -> None:
    """Takes the challenge, once. Raises InvalidChallenge if another request has used it."""
    UsedChallenge.objects.filter(expires_at__lt=now).delete()
    digest = salted_hmac("members.challenges.used", challenge, algorithm="sha256").hexdigest()
    # Twice the lifetime, so that the row outlives the challenge on every clock.
    expires_at = now + 2 * CHALLENGE_LIFETIME
    try:
        with transaction.atomic():
            UsedChallenge.objects.create(digest=digest, expires_at=expires_at)
    except IntegrityError:
        raise InvalidChallenge from None

"""Makes, finds and revokes keys."""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from adops.services.history import note_changes
from management.models import ManagementKey
from management.tokens import Token, draw_token, parse_token

LIFETIME_MAX = timedelta(days=366)
# A key that is used all the time is written once in so long.
_LAST_USED_STEP = timedelta(minutes=1)
# Compared with where there is no key, so that both take the same time.
_NO_DIGEST = sha256(b"").hexdigest()


def issue(key: ManagementKey) -> Token:
    """Gives a key that is not saved yet a new secret. The token is not stored anywhere."""
    token = draw_token()
    while ManagementKey.objects.filter(prefix=token.prefix).exists():
        token = draw_token()
    key.prefix, key.secret_digest = token.prefix, token.digest
    return token


def key_of(text: str, now: datetime) -> ManagementKey | None:
    """The usable key whose token this is, with its owner, who may still log in to the admin."""
    token = parse_token(text)
    if token is None:
        return None
    key = ManagementKey.objects.select_related("owner").filter(prefix=token.prefix).first()
    is_right = hmac.compare_digest(token.digest, key.secret_digest if key else _NO_DIGEST)
    if key is None or not is_right or not key.is_usable(now):
        return None
    return key if key.owner.is_active and key.owner.is_staff else None


def note_use(key: ManagementKey, now: datetime) -> None:
    """Of two processes at once one writes: the condition is part of the statement."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _LAST_USED_STEP)
    if key.last_used_at is None or key.last_used_at < now - _LAST_USED_STEP:
        ManagementKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


@transaction.atomic
def revoke(keys: Iterable[ManagementKey], by: User, now: datetime, *, on_command_line: bool = False) -> int:
    """No request that begins after this is accepted with the keys. Returns how many were usable."""
    found = [key for key in keys if key.revoked_at is None]
    ManagementKey.objects.filter(pk__in=[key.pk for key in found], revoked_at=None).update(revoked_at=now)
    note_changes(
        rows=found,
        by=by,
        words=lambda: _("Revoked on the command line.") if on_command_line else _("Revoked."),
    )
    return len(found)

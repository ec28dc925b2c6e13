"""Secrets at rest. Signing needs them as they are, so they are encrypted and not hashed.

The keys are derived from MONOLITH_WEBHOOK_KEYS, and from MONOLITH_SECRET_KEY where that is not set: who
reads the database alone, or a copy of it, has no secret. The first key seals, all of them open.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"lockfill webhook secrets 1"


class Unreadable(Exception):
    """A secret was sealed with another key."""


def sealed(secret: str) -> str:
    return _box(settings.WEBHOOK_KEYS).encrypt(secret.encode()).decode()


def opened(text: str) -> str:
    """Raises Unreadable."""
    try:
        return _box(settings.WEBHOOK_KEYS).decrypt(text.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())

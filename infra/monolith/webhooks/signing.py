"""Signatures of messages: https://github.com/standard-webhooks/standard-webhooks (version 1.0.0)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """32 random bytes in base64, behind the prefix of the specification."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(message_id: str, epoch_seconds: int, body: bytes, of: Sequence[str]) -> dict[str, str]:
    """The headers of a message, with one signature for each secret: the present one first."""
    signed = b".".join((message_id.encode(), str(epoch_seconds).encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(epoch_seconds),
        "webhook-signature": " ".join(_signature(secret, signed) for secret in of),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()

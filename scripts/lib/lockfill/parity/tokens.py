"""Tracking tokens of a stack that this machine started: the same slot again, handed out at another time.

`functions/shared/services/src/compact_token.rs` has the form byte by byte.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

_DOMAIN = b"lockfill-token-2."
_TAG_BYTES = 16
# Behind version and form of the user's key.
_ID_AT = 2
_ID_BYTES = 16


@dataclass(frozen=True)
class Signer:
    """A signing key, as the variable LOCKFILL_SIGNING_KEYS has it: KEY_ID:SECRET."""

    key: str

    def again(self, token: str, issued_at: int, randomness: bytes) -> str:
        """The token of the same slot in an answer of another instant, in epoch seconds. `randomness` are
        the ten bytes that tell this answer from others.
        """
        return self.of_answer(token, (issued_at * 1_000).to_bytes(6, "big") + _version_7(randomness))

    def of_answer(self, token: str, request_id: bytes) -> str:
        """The token of the same slot in the answer of that id."""
        _, _, text = token.partition(".")
        signed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        payload = signed[:_ID_AT] + request_id + signed[_ID_AT + _ID_BYTES : -_TAG_BYTES]
        key_id, _, secret = self.key.partition(":")
        message = _DOMAIN + key_id.encode() + b"." + payload
        tag = hmac.digest(secret.encode(), message, hashlib.sha256)[:_TAG_BYTES]
        return f"{key_id}.{base64.urlsafe_b64encode(payload + tag).rstrip(b'=').decode()}"


def request_id_of(token: str) -> str:
    """The id of the answer that a token is of, as a UUID."""
    text = token.partition(".")[2]
    digits = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[_ID_AT : _ID_AT + _ID_BYTES].hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _version_7(randomness: bytes) -> bytes:
    """The ten bytes behind the time of a UUID of version 7 (RFC 9562)."""
    value = bytearray(randomness)
    value[0] = value[0] & 0x0F | 0x70
    value[2] = value[2] & 0x3F | 0x80
    return bytes(value)

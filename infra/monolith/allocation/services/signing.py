"""Signatures under one key."""

import hashlib
import hmac


class SigningKey:
    """A key and its id. Signatures are HMAC-SHA-256."""

    def __init__(self, key_id: str, secret: str) -> None:
        self.key_id = key_id
        # Copied for each signature, so that the key is prepared once.
        self._mac = hmac.new(secret.encode(), digestmod=hashlib.sha256)

    def mac(self) -> hmac.HMAC:
        """A signature that has begun, of nothing yet."""
        return self._mac.copy()

"""Signatures under keys."""

import hashlib
import hmac
from collections.abc import Iterable


class SigningKey:
    """A key and its id. Signatures are HMAC-SHA-256."""

    def __init__(self, key_id: str, secret: str) -> None:
        self.key_id = key_id
        # Copied for each signature, so that the key is prepared once.
        self._mac = hmac.new(secret.encode(), digestmod=hashlib.sha256)

    def mac(self) -> hmac.HMAC:
        """A signature that has begun, of nothing yet."""
        return self._mac.copy()


class SigningKeys:
    """The keys whose signatures are taken, the one that signs first, so that a key can be rotated
    without losing a link.
    """

    def __init__(self, keys: Iterable[SigningKey]) -> None:
        self._keys = {key.key_id: key for key in keys}

    def digest(self, message: bytes) -> bytes:
        """The signature of a message under the key that signs."""
        mac = next(iter(self._keys.values())).mac()
        mac.update(message)
        return mac.digest()

    def verify(self, key_id: str, message: bytes, tag: bytes) -> bool:
        """Whether the key of that id made the signature of the message, or its first bytes. Compared
        in constant time. The caller holds the signature to a length.
        """
        key = self._keys.get(key_id)
        if key is None:
            return False
        mac = key.mac()
        mac.update(message)
        return hmac.compare_digest(mac.digest()[: len(tag)], tag)

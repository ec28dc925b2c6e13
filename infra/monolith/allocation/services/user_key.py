"""From an app's user id to the name under which a store keeps the user."""

import hashlib
from base64 import urlsafe_b64encode

# Bytes of the digest that are kept: 128 bits, too many for two users to meet.
_DIGEST_BYTES = 16


def user_key(user_id: str) -> str:
    """The first 16 bytes of the SHA-256 of the user id in UTF-8, in unpadded URL-safe base64.

    The functions make the same key.
    """
    digest = hashlib.sha256(user_id.encode()).digest()
    return urlsafe_b64encode(digest[:_DIGEST_BYTES]).rstrip(b"=").decode()

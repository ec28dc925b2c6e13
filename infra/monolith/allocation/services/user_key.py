"""The names under which stores keep a user: digests of the user id. The functions make the same.

A digest alone is soon guessed: all ids of seven digits are tried in seconds. A name is therefore a
keyed digest, HMAC-SHA-256 of the digest under a secret. Names that were given before (under another
secret, or without one) are read beside the present one, until what is stored under them has
expired.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable

# Bytes of a digest that are kept: 128 bits, too many for two users to meet.
_DIGEST_BYTES = 16
# What a keyed name begins with. A name without a secret has the digest's 22 characters alone.
_KEYED = "1"
_PLAIN_LENGTH = 22


class UserKeys:
    """How users are named: at first the present way, then the ways of before.

    A secret is a text; None is the way without one.
    """

    def __init__(self, secrets: Iterable[str | None]) -> None:
        self._secrets = [None if secret is None else secret.encode() for secret in secrets]

    def names(self, user_id: str) -> list[str]:
        """All names of a user, the present one first."""
        plain = _base64(hashlib.sha256(user_id.encode()).digest())
        return [_name(secret, plain) for secret in self._secrets]

    def name_of_token(self, claimed: str) -> str:
        """The name to count under for the name in a token. A token of a time without a secret counts
        under its own name while that is read, so that it is counted once, and after that under the
        present one.
        """
        is_read = len(claimed) != _PLAIN_LENGTH or None in self._secrets
        return claimed if is_read else _name(self._secrets[0], claimed)


# Names without a secret, as all were once.
PLAIN = UserKeys([None])


def _name(secret: bytes | None, plain: str) -> str:
    if secret is None:
        return plain
    return _KEYED + _base64(hmac.digest(secret, plain.encode(), "sha256"))


def _base64(digest: bytes) -> str:
    return urlsafe_b64encode(digest[:_DIGEST_BYTES]).rstrip(b"=").decode()

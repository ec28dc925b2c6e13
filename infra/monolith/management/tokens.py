"""The text of a key: `lfk_PREFIX_SECRET`. The prefix finds the key, and the secret proves it.

The secret has 256 random bits, so that no slow hash is needed: SHA-256 of it cannot be guessed.
"""

import re
import secrets
import string
from hashlib import sha256
from typing import NamedTuple

PREFIX_LENGTH = 8
DIGEST_LENGTH = 64
_SECRET_BYTES = 32
_PREFIX_LETTERS = string.ascii_lowercase + string.digits
_TOKEN = re.compile(r"lfk_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")


class Token(NamedTuple):
    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"lfk_{self.prefix}_{self.secret}"

    @property
    def digest(self) -> str:
        return sha256(self.secret.encode("ascii")).hexdigest()


def draw_token() -> Token:
    prefix = "".join(secrets.choice(_PREFIX_LETTERS) for _ in range(PREFIX_LENGTH))
    return Token(prefix, secrets.token_urlsafe(_SECRET_BYTES))


def parse_token(text: str) -> Token | None:
    found = _TOKEN.fullmatch(text)
    return Token(found[1], found[2]) if found else None

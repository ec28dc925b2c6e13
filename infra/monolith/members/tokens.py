"""Device tokens: shown once, stored as digests, compared in constant time.

A token is `ID.SECRET`. The ID finds the row of the device and is not secret. No query contains the
secret, because the time of a query could tell how much of a guess is right.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

_TOKEN = re.compile(r"\A(?P<id>[0-9a-f]{16})\.(?P<secret>[A-Za-z0-9_-]{43})\Z")


@dataclass(frozen=True)
class Token:
    id: str
    secret: str = field(repr=False)

    @property
    def digest(self) -> str:
        return digest(self.secret)

    def text(self) -> str:
        """The form that the device stores and sends."""
        return f"{self.id}.{self.secret}"

    def proves(self, expected_digest: str) -> bool:
        return is_digest_of(self.secret, expected_digest)


def issue_token() -> Token:
    return Token(secrets.token_hex(8), secrets.token_urlsafe(32))


def parse_token(text: str) -> Token | None:
    match = _TOKEN.match(text)
    return Token(**match.groupdict()) if match else None


def digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def is_digest_of(secret: str, expected: str) -> bool:
    return hmac.compare_digest(digest(secret), expected)

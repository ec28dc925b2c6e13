"""The secret with which a request may ask for explanations and for another instant."""

import hashlib
import hmac


class DebugToken:
    """A debug token, kept as a digest: a comparison takes the same time for every candidate."""

    def __init__(self, token: str) -> None:
        self._digest = _digest(token)

    def matches(self, candidate: str) -> bool:
        return hmac.compare_digest(self._digest, _digest(candidate))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()

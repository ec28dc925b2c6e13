"""URL-safe base64 without padding, read as strictly as the functions do."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

_ALPHABET = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def write_base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def read_base64(text: str) -> bytes:
    """Raises ValueError for a text that is not written for any bytes: Python's reader skips what it
    does not know, so that one token would have many texts.
    """
    if not _ALPHABET.fullmatch(text) or len(text) % 4 == 1:
        raise ValueError("not base64")
    content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if write_base64(content) != text:
        raise ValueError("bits behind the end")
    return content

"""The addresses of stores, as the environment has them.

The functions share `tests/fixtures/vectors/urls.json`.
"""

import re

from ada_url import URL

# Without white space, control characters, a query and a fragment.
_CLEAN = re.compile(r"([a-z]+)://[^/\s\x00-\x1f\x7f-\x9f?#][^\s\x00-\x1f\x7f-\x9f?#]*")
# The standard leaves the host of other schemes than http's as it is written.
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]+")
_DATABASE = re.compile(r"(/[0-9]*)?")


def redis_url(text: str) -> str:
    """Takes `redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`.

    Raises ValueError without the text, which may hold a password.
    """
    url = _parse(text, "redis", "rediss")
    if url is None or _DATABASE.fullmatch(url.pathname) is None:
        raise ValueError("must be redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]")
    return text


def endpoint_url(text: str) -> str:
    """Takes `http[s]://HOST[:PORT]`. Raises ValueError."""
    url = _parse(text, "http", "https")
    if url is None or url.pathname != "/" or "@" in text or "\\" in text:
        raise ValueError("must be http[s]://HOST[:PORT]")
    return text


def _parse(text: str, *schemes: str) -> URL | None:
    """The address, if its text begins with one of the schemes, in small letters, and a host."""
    clean = _CLEAN.fullmatch(text)
    if clean is None or clean[1] not in schemes:
        return None
    try:
        url = URL(text)
    except ValueError:
        return None
    return url if _HOST.fullmatch(url.hostname) else None

"""Addresses of images and landing pages, and the base of tracking links.

Addresses are read as browsers read them (https://url.spec.whatwg.org): by `ada-url` here, and by
the crate `url` in Rust. Python's `urlsplit` reads another standard: to it `https://evil\\@good/` is
an address of `good`. What is read is the address in the spelling of the standard, in ASCII, which
every other parser understands alike. Both sides share `tests/fixtures/vectors/urls.json`.
"""

import re

from ada_url import URL, HostType, idna_to_ascii, idna_to_unicode

from kernel.vocabulary.form import Form, Vocabulary
from kernel.vocabulary.host import is_public_ipv4, is_public_ipv6, is_public_name

LENGTH_MAX = 2_048

_PUBLIC = "https with a public host, without a user or a password"
_OR_STORE = "https with a public host or an app store's, without a user or a password"
# A header value may hold visible ASCII alone. Parsers disagree on the backslash.
_IMAGE = Form(f"{_PUBLIC}, in visible ASCII", r"^https://[!-\[\]-~]+$", LENGTH_MAX)
_LANDING = Form(
    f"{_OR_STORE}, in visible ASCII",
    r"^(https|market|itms-apps|itms-appss)://[!-\[\]-~]+$",
    LENGTH_MAX,
)
# What a person may type: letters of any script.
_TYPED = r"^[^\u0000-\u0020\u007f-\u00a0\\]+$"

_ORIGIN = Form(
    "https://HOST[:PORT] with a public host, or http:// on a loopback address, without a path",
    r"^https?://[!-\[\]-~]+$",
    # A name has at most 253 characters.
    300,
)
# The origins of one unit, which is of one app or site.
ORIGINS_MAX = 20

# The part of a text that names the server, as it is written.
_AUTHORITY = re.compile(r"[A-Za-z-]+://([^/?#]+)")
# The word behind `market://` names no server.
_STORE_WORD = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)
_LINK_BASE = re.compile(r"https?://[!-~]+", re.ASCII)


def _image_url(text: str) -> str:
    url = _parse(text)
    if url.protocol != "https:" or not _has_public_host(url):
        raise ValueError("no address of an image")
    return _spelled(url)


def _landing_url(text: str) -> str:
    url = _parse(text)
    if url.protocol == "https:":
        is_valid = _has_public_host(url)
    else:
        is_valid = _is_store(url)
    if not is_valid:
        raise ValueError("no address of a landing page")
    return _spelled(url)


def link_base(text: str) -> str:
    """Reads `https://HOST[:PORT]`, or `http://` on a loopback address. Raises ValueError.

    The result has no slash at its end.
    """
    text = text.rstrip("/")
    authority = _AUTHORITY.fullmatch(text)
    if authority is None or _LINK_BASE.fullmatch(text) is None:
        raise ValueError("no link base")
    url = _parse(text)
    is_public = url.protocol == "https:" and _has_public_host(url)
    if url.pathname != "/" or not (is_public or _is_loopback(url)):
        raise ValueError("no link base")
    origin: str = url.origin
    return origin


def has_ip_address(text: str) -> bool:
    """Whether the host of an address of a landing page or an image is no name."""
    return URL(text).host_type != HostType.DEFAULT


def _origin(text: str) -> str:
    """The origin of a page, as a browser sends it: what tracking links may begin with."""
    return link_base(text)


def _parse(text: str) -> URL:
    """The address, if its authority has a host and no user. Raises ValueError."""
    authority = _AUTHORITY.match(text)
    if authority is None or "@" in authority[1] or "\\" in text:
        raise ValueError("no address of a host")
    url = URL(text)
    if url.username or url.password or not url.hostname:
        raise ValueError("no address of a host")
    return url


def _has_public_host(url: URL) -> bool:
    host: str = url.hostname
    if url.host_type == HostType.IPV4:
        return is_public_ipv4(host)
    if url.host_type == HostType.IPV6:
        return is_public_ipv6(host[1:-1])
    return is_public_name(host) and all(_is_label(label) for label in host.split("."))


def _is_label(label: str) -> bool:
    """Whether a label of an internationalized name has a meaning. The library takes any."""
    if not label.startswith("xn--"):
        return True
    meaning = idna_to_unicode(label)
    return meaning != label and idna_to_ascii(meaning) == label.encode()


def _is_loopback(url: URL) -> bool:
    host: str = url.hostname
    if url.host_type == HostType.IPV4:
        return host.startswith("127.")
    return host in ("localhost", "[::1]")


def _is_store(url: URL) -> bool:
    host: str = url.hostname
    if url.port or not _STORE_WORD.fullmatch(host):
        return False
    if url.protocol == "market:":
        return True
    is_apple = f".{host.lower()}".endswith(".apple.com")
    return url.protocol in ("itms-apps:", "itms-appss:") and is_apple


def _spelled(url: URL) -> str:
    spelled: str = url.href
    if len(spelled) > LENGTH_MAX:
        raise ValueError("too long")
    return spelled


IMAGE_URL = Vocabulary("image_url", Form(_PUBLIC, _TYPED, LENGTH_MAX), _IMAGE, _image_url)
ORIGIN = Vocabulary("origin", _ORIGIN, _ORIGIN, _origin)
LANDING_URL = Vocabulary("landing_url", Form(_OR_STORE, _TYPED, LENGTH_MAX), _LANDING, _landing_url)

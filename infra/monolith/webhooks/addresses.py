"""Where endpoints may be: on the public internet, at https.

An operator who makes an endpoint must not reach what only the server can reach: its own machine, its
network, the cloud's metadata. The name is resolved once for each attempt, all its addresses must be public,
and the connection goes to one of these. A name that changes its addresses in between gains nothing by it.
"""

import socket
from ipaddress import IPv4Address, ip_address
from typing import Any, NamedTuple

from ada_url import URL

from kernel.vocabulary.form import NotInVocabulary
from kernel.vocabulary.host import is_public_ipv4, is_public_ipv6
from kernel.vocabulary.url import IMAGE_URL

HTTPS_PORT = 443
HTTP_PORT = 80
# Below are services of the system, such as SSH and mail, which have no webhooks.
_FREE_PORT_MIN = 1_024
_ADDRESSES_MAX = 4

# A family of the module `socket`, and an address in its form.
Target = tuple[int, Any]


class NotAllowed(ValueError):
    """No endpoint may be at this address."""


class UnknownHost(OSError):
    """A name has no address, or no name server answers."""


class Place(NamedTuple):
    """The parts of an endpoint's address that a request is made of."""

    is_https: bool
    # As a name server and a certificate have it: without the brackets of an IPv6 address.
    host: str
    port: int
    # The header `Host`.
    authority: str
    # With the query.
    path: str


def canonical(text: str, *, may_be_local: bool) -> str:
    """An address as it is typed, in the spelling of the URL standard. Raises NotAllowed.

    `may_be_local` is for development: plain HTTP and any host.
    """
    if may_be_local and text.startswith("http://"):
        if "@" in text or "\\" in text or not text.isascii() or not URL.can_parse(text):
            raise NotAllowed(text)
        url = URL(text)
    else:
        try:
            # The rule is the same: https, a public host, no user and no password.
            url = URL(IMAGE_URL.parse(text))
        except NotInVocabulary:
            raise NotAllowed(text) from None
    if url.hash or not _is_port_allowed(url):
        raise NotAllowed(text)
    spelled: str = url.href
    return spelled


def place_of(url: str, *, may_be_local: bool) -> Place:
    """Of an address that is stored, which is checked again. Raises NotAllowed."""
    parsed = URL(canonical(url, may_be_local=may_be_local))
    is_https = parsed.protocol == "https:"
    port = int(parsed.port or (HTTPS_PORT if is_https else HTTP_PORT))
    host = parsed.hostname.removeprefix("[").removesuffix("]")
    return Place(is_https, host, port, parsed.host, parsed.pathname + parsed.search)


def targets(place: Place, *, may_be_local: bool) -> list[Target]:
    """What to connect to, in the resolver's order. Raises UnknownHost and NotAllowed."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnknownHost(place.host) from None
    if not may_be_local and not all(_is_public(address[0]) for *_rest, address in found):
        raise NotAllowed(place.host)
    return [(family, address) for family, _type, _protocol, _name, address in found[:_ADDRESSES_MAX]]


def _is_port_allowed(url: URL) -> bool:
    return not url.port or int(url.port) >= _FREE_PORT_MIN


def _is_public(address: Any) -> bool:
    try:
        read = ip_address(address)
    except ValueError:
        return False
    # Networks that translate to IPv4 ones are outside of the public networks of IPv6.
    return is_public_ipv4(str(read)) if isinstance(read, IPv4Address) else is_public_ipv6(str(read))

"""Which hosts are public: an address of the internet, or a name that can be one of its names.

The networks are those of the registries of special-purpose addresses (RFC 6890). Python's own
`is_global` would change with Python's release. Rust has the same tables.
"""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

_NAME_LENGTH_MAX = 253
_LABEL = re.compile(r"[a-z0-9_-]{1,63}", re.ASCII)
# Names of machines and of private networks, which no public name server has.
_INTERNAL_NAMES = (
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "home.arpa",
    "lan",
)
_INTERNAL_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        # Multicast and what is reserved.
        "224.0.0.0/3",
    )
)
# All public addresses are in this network. IPv4 addresses in IPv6 ones are outside of it, or in one
# of the networks that follow.
_PUBLIC_IPV6 = IPv6Network("2000::/3")
_INTERNAL_IPV6 = tuple(
    IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


def is_public_name(name: str) -> bool:
    """Whether a name, in ASCII and small letters, can be of the internet. DNS is not asked."""
    name = name.removesuffix(".")
    labels = name.split(".")
    return (
        len(labels) >= 2
        and len(name) <= _NAME_LENGTH_MAX
        and all(_LABEL.fullmatch(label) for label in labels)
        and not any(f".{name}".endswith(f".{internal}") for internal in _INTERNAL_NAMES)
    )


def is_public_ipv4(text: str) -> bool:
    """Whether an address, as dotted decimals, is none of an internal network."""
    address = IPv4Address(text)
    return not any(address in network for network in _INTERNAL_IPV4)


def is_public_ipv6(text: str) -> bool:
    """Whether an address is none of an internal network."""
    address = IPv6Address(text)
    return address in _PUBLIC_IPV6 and not any(address in network for network in _INTERNAL_IPV6)

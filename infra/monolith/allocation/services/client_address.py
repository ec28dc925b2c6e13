"""The address of a client, as far as it tells clients apart."""

from ipaddress import IPv4Address, ip_address, ip_network

# Addresses of proxies and of tests.
_LOCAL = [
    ip_network(text)
    for text in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "0.0.0.0/32",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
        "::/128",
    )
]


def forwarded_address(header: str) -> bytes | None:
    """Eight bytes of the address on the public internet of the client that `X-Forwarded-For` names: of IPv4
    all of it, of IPv6 the first 64 bits, which one subscriber has alone. The last entry is the balancer's;
    a client can write all others. None for an address of a private network. It is not shown, logged or
    stored.
    """
    try:
        address = ip_address(header.rpartition(",")[2].strip())
    except ValueError:
        return None
    if not isinstance(address, IPv4Address):
        if "%" in str(address):
            return None
        address = address.ipv4_mapped or address
    if any(address in network for network in _LOCAL):
        return None
    return address.packed[:8].rjust(8, b"\0")

"""The address of the client that sent a request."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.http import HttpRequest

_IPV6_SUBSCRIBER_BITS = 64


def client_network(request: HttpRequest) -> str:
    """The address of the client; of IPv6 the first 64 bits, which one subscriber has alone.

    The last entry of X-Forwarded-For is the one that the balancer wrote. A client can write all
    others.
    """
    forwarded = request.headers.get("x-forwarded-for", "")
    text = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _IPV6_SUBSCRIBER_BITS), strict=False))

"""Whose request it is, for the caps: never kept as such, see `services.subscribe`."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

IPV6_CLIENT_BITS = 64
"""One subscriber line gets at least a /64 (RFC 6177 section 2), so that it counts as one client."""


def client_address(peer: str, forwarded: Sequence[str], trusted: frozenset[str]) -> str:
    """Return the client's network address, an IPv6 one as its /64.

    `peer` is the other end of the connection and `forwarded` the values of `X-Forwarded-For` in
    order. They are read only if `peer` is a trusted proxy, and then from the end: the last
    entry that is no trusted proxy was written by one, and all before it by anybody. An entry
    that is no address ends the search, and the last good one stands.
    """
    proxies = frozenset(_normal(proxy) for proxy in trusted)
    found = _normal(peer)
    hops = [entry for value in forwarded for entry in value.split(",")]
    while found in proxies and hops:
        entry = _parse(hops.pop())
        if entry is None:
            break
        found = str(entry)
    return _as_client(found)


def _normal(text: str) -> str:
    return str(_parse(text) or text.strip())


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _as_client(text: str) -> str:
    address = _parse(text)
    if isinstance(address, IPv6Address):
        # A zone index (`fe80::1%eth0`) is local to this machine and no part of a network.
        bare = IPv6Address(int(address))
        return str(ip_network((bare, IPV6_CLIENT_BITS), strict=False))
    return text

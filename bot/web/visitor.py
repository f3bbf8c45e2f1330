"""From which internet address a request comes, as far as that can be known behind proxies."""

from __future__ import annotations

import ipaddress
import re

from aiohttp import web

from bot.line.objects.addresses import FORWARDED_HOST, is_local_address, is_loopback

FORWARDED = "X-Forwarded-For"
"""The header in which each proxy adds the address that asked it."""
SITE_BITS = 64
"""Of an IPv6 address: one household or phone has all addresses with the same first 64 bits (RFC 6177)."""
NETWORK_BITS = {4: 24, 6: 48}
"""By the version of IP: the tenant of a network has at least all addresses with these bits (RFC 6177)."""

_WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+")
"""An address with a port or in brackets, as some proxies write it: `203.0.113.7:1234`, `[2001:db8::1]:1234`.
The address is the first group or the second."""


def visitor(request: web.Request, proxies: int) -> str:
    """The address of the client, where `proxies` of our own stand in front: an IPv4 address, the first 64
    bits of an IPv6 address as a network, or `unknown`.

    Each proxy adds the address that it was asked from to the end of `X-Forwarded-For`, so the one that the
    outermost has added is trusted, and nothing before it: anybody can send that.
    """
    addresses = [one.strip() for one in ",".join(request.headers.getall(FORWARDED, ())).split(",")]
    given = addresses[-proxies] if 0 < proxies <= len(addresses) else ""
    return _site(given) or _site(request.remote or "") or "unknown"


def network_of(visitor: str) -> str:
    """The network of a `visitor`: the same for all addresses of one tenant; the text itself where it is no
    address."""
    try:
        found = ipaddress.ip_network(visitor)
    except ValueError:
        return visitor
    return str(found.supernet(new_prefix=NETWORK_BITS[found.version]))


def is_of_this_machine(request: web.Request) -> bool:
    """Whether the request was sent to this machine by its own name or loopback address, so that nothing went
    over a network."""
    return is_local_address(request.host, request.headers.getall(FORWARDED_HOST, ()))


def is_of_loopback(address: str) -> bool:
    """Whether a `visitor` is this machine itself."""
    return is_loopback(address) or address == _site("::1")


def _site(address: str) -> str | None:
    """An address as `visitor` gives it; `None` for what is none."""
    written = _WITH_PORT.fullmatch(address)
    try:
        found = ipaddress.ip_address(address if written is None else written[1] or written[2])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), SITE_BITS), strict=False))

"""Connections that lead out of our own network only: the address is looked at where the socket is made.

So it holds for every spelling of a number and for each name, also one that means another address a moment
after it was asked for: what is looked at is what is connected to (CWE-918).
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, TypeAlias

import aiohttp

AddressInfo: TypeAlias = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
"""As `socket.getaddrinfo` gives it: family, type, protocol, name, and where to (host, port, …)."""

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""The whole internet of IPv4 behind a translator; the address ends in it: https://www.rfc-editor.org/rfc/rfc6052"""
_NOBODYS = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),  # between a provider and its customers: RFC 6598
    IPv6Network("2001::/32"),  # Teredo and 6to4 lead to an IPv4 address of their maker's choice
    IPv6Network("2002::/16"),
    IPv6Network("fec0::/10"),
)
"""Besides those that Python knows not to be of the public internet."""


class InsideAddress(OSError):
    """What was to be called lies in our own network, or is nobody's address."""


def is_outside(address: str) -> bool:
    """Whether this IP address (as a socket has it) is one of the public internet."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        in_v4 = IPv4Address(int(found) & 0xFFFFFFFF) if found in _TRANSLATED else found.ipv4_mapped
        found = in_v4 or found
    odd = found.is_multicast or found.is_reserved or any(found in network for network in _NOBODYS)
    return found.is_global and not odd


def outside_socket(info: AddressInfo) -> socket.socket:
    """A socket for this address. Raises `InsideAddress` where it is not of the public internet."""
    family, kind, protocol, _, to = info
    if not is_outside(str(to[0])):
        raise InsideAddress("this address lies in our own network")
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    return made


def outside_session() -> aiohttp.ClientSession:
    """Calls the public internet, and nothing else; no proxy of the environment stands between. Close it."""
    connector = aiohttp.TCPConnector(limit=0, socket_factory=outside_socket)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


def inside_session() -> aiohttp.ClientSession:
    """Calls whatever it is told: for hosts that `bot.yaml` names. Close it."""
    connector = aiohttp.TCPConnector(limit=0)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

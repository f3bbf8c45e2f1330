"""Connections that lead out of our own network only: the address is looked at where the socket is made.

So it holds for every spelling of a number and for each name, also one that means another address a moment
after it was asked for: what is looked at is what is connected to (CWE-918).
"""

from __future__ import annotations

import socket
from typing import Any, TypeAlias

import aiohttp

from bot.hooks.addresses import is_outside

AddressInfo: TypeAlias = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
"""As `socket.getaddrinfo` gives it: family, type, protocol, name, and where to (host, port, …)."""


class InsideAddress(OSError):
    """What was to be called lies in our own network, or is nobody's address."""


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
    return _session(aiohttp.TCPConnector(limit=0, socket_factory=outside_socket))


def inside_session() -> aiohttp.ClientSession:
    """Calls whatever it is told: for hosts that `bot.yaml` names. Close it."""
    return _session(aiohttp.TCPConnector(limit=0))


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    """Nothing is unpacked: what is small on its way may be a thousand times as large."""
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
    )

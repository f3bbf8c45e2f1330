"""HTTP sessions for calls outside: none connects from a copy for trying, nor into our own network unasked.

The address is checked where the socket is made, so the check covers every spelling of an IP address, and a
name that leads to another address a moment after it was looked up (CWE-918).
"""

from __future__ import annotations

import socket
from typing import Any, TypeAlias

import aiohttp
from aiohttp.client import ClientTimeout
from aiohttp.tracing import Trace

from bot.hooks.addresses import is_outside
from bot.model.outside import OutsideClosed, refuse_if_closed


class OutsideConnector(aiohttp.TCPConnector):
    """aiohttp's connector that raises `ClientConnectorError` where calls outside are closed."""

    async def connect(self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Any:
        """Check first of all, before the name of the host is looked up."""
        try:
            refuse_if_closed()
        except OutsideClosed as error:
            raise aiohttp.ClientConnectorError(req.connection_key, error) from error
        return await super().connect(req, traces, timeout)


AddressInfo: TypeAlias = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
"""As `socket.getaddrinfo` gives it: family, type, protocol, name, and where to (host, port, …)."""


KEPT_SECONDS = 2.0
"""Seconds that an idle connection stays open: fewer than servers allow, for a call on a connection that the
server has just closed fails."""


class InsideAddress(OSError):
    """The address is in our own network, or belongs to nobody."""


def outside_socket(info: AddressInfo) -> socket.socket:
    """A socket for this address. Raises `InsideAddress` where it is not of the public internet."""
    family, kind, protocol, _, to = info
    if not is_outside(str(to[0])):
        raise InsideAddress("this address lies in our own network")
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    return made


def outside_session() -> aiohttp.ClientSession:
    """A session that reaches the public internet only, without proxies of the environment. The caller closes
    it."""
    return _session(OutsideConnector(limit=0, keepalive_timeout=KEPT_SECONDS, socket_factory=outside_socket))


def inside_session() -> aiohttp.ClientSession:
    """A session that reaches any address, for hosts that `bot.yaml` names. The caller closes it."""
    return _session(OutsideConnector(limit=0, keepalive_timeout=KEPT_SECONDS))


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    """Compressed answers stay compressed: a small one may be a thousand times as large once unpacked."""
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
    )

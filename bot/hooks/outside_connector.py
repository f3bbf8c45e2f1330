"""The connections of HTTP to whoever is outside: there are none where nobody may be called.

The address is looked at where the socket is made, so the check covers every spelling of a number, and a name
that means another address a moment after it was asked for (CWE-918).
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
    """As aiohttp's own, and it raises `ClientConnectorError` where nobody may be called."""

    async def connect(self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Any:
        """Asked first of all, before the name of a host is looked up."""
        try:
            refuse_if_closed()
        except OutsideClosed as error:
            raise aiohttp.ClientConnectorError(req.connection_key, error) from error
        return await super().connect(req, traces, timeout)


AddressInfo: TypeAlias = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
"""As `socket.getaddrinfo` gives it: family, type, protocol, name, and where to (host, port, …)."""


KEPT_SECONDS = 2.0
"""How long a connection waits for another call: less than servers keep it, for a call on one that they have
just closed would be one that failed."""


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
    """Calls the public internet, and nothing else; without proxies of the environment. Close it."""
    return _session(OutsideConnector(limit=0, keepalive_timeout=KEPT_SECONDS, socket_factory=outside_socket))


def inside_session() -> aiohttp.ClientSession:
    """A session without restrictions: for hosts that `bot.yaml` names. Close it."""
    return _session(OutsideConnector(limit=0, keepalive_timeout=KEPT_SECONDS))


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    """Nothing is unpacked: what is small on its way may be a thousand times as large."""
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
    )

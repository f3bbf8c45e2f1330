"""Connections: how many there may be, the last answer on one, and what aiohttp leaves of it.

A connection takes a file descriptor and some memory for as long as a stranger likes; beyond the limit a new
one replaces an idle one, and where none is idle it is refused.

A client that is still sending would lose the answer if the connection were closed at once, for that resets
it: it is closed a little later.

A connection that aiohttp has read holds itself by the exception that ended it, together with all that was
read of a body. That is some thirty objects, so a stranger could fill the memory before Python's collector
looks (`cli/run/garbage`); hence it is asked to look. Webhooks that we read ourselves leave none
(`webhook_connections`).
"""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from heapq import nsmallest
from http import HTTPStatus
from math import ceil
from typing import Protocol

from bot.runtime.metrics import Tally
from bot.web.webhook import WebhookAnswer

DEFAULT_LIMIT = 10_000
"""Connections of a process, where its open files allow as many."""
CLOSED_AT_ONCE = 1 / 16
"""Share of the idle connections that is closed at a time: finding them takes long where
there are thousands."""


class OpenConnection(Protocol):
    """A connection, as far as the limit needs to know it."""

    last_used: float
    """When it was used for the last time, in seconds of the loop's clock."""

    def is_idle(self) -> bool:
        """Whether no request is being answered."""

    def abort(self) -> None:
        """Close at once."""


class ConnectionLimit:
    """Counts the open connections of a process, and holds them to at most `most`."""

    def __init__(self, most: int = DEFAULT_LIMIT) -> None:
        self._most = most
        self._open: set[OpenConnection] = set()
        self.closed = Tally(
            "oaflow_connections_closed", "Connections closed because too many were open.", "which"
        )

    def count(self) -> int:
        """How many are open."""
        return len(self._open)

    def admit(self, one: OpenConnection) -> bool:
        """Count a new connection, and close idle ones for it where needed; `False`: all are in use, refuse
        it."""
        if len(self._open) >= self._most and not self._close_idle():
            self.closed.inc("new")
            return False
        self._open.add(one)
        return True

    def release(self, one: OpenConnection) -> None:
        """A connection is closed: count it no more."""
        self._open.discard(one)

    def _close_idle(self) -> bool:
        """Close a share of the idle connections, those that were used longest ago; whether there were any."""
        idle = [one for one in self._open if one.is_idle()]
        for one in nsmallest(ceil(len(idle) * CLOSED_AT_ONCE), idle, key=lambda one: one.last_used):
            self._open.discard(one)
            one.abort()
            self.closed.inc("idle")
        return bool(idle)


CLOSE = "Connection: close\r\n"

CUT_SECONDS = 5.0
"""Seconds that a client which was refused may go on sending; then its connection is cut."""

UNREAD_SECONDS = 30.0
"""Seconds that a client which does not read our answers holds a connection."""

NO_HEAD = WebhookAnswer(408, "the head did not come, or too slowly")
TOO_LONG = WebhookAnswer(431, "the head is too long")
FULL = WebhookAnswer(503, "too many connections are open; try again in a moment")


def encode(answer: WebhookAnswer, last: bool, at: float) -> bytes:
    """The bytes of an answer, `last` on its connection or not, at this time (seconds since 1970)."""
    body = b"{}" if answer.status == 200 else json.dumps({"message": answer.message}).encode()
    return (
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nDate: {formatdate(at, usegmt=True)}\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"{CLOSE if last else ''}\r\n"
    ).encode() + body


def close_with(transport: asyncio.Transport, answer: bytes, lost: Callable[[Exception | None], None]) -> None:
    """Write this, read no more, and cut the connection if the sender does not stop; `lost` when it ends."""
    transport.write(answer)
    with suppress(OSError):  # it has hung up
        transport.write_eof()
    transport.set_protocol(_Discarding(transport, lost))


class _Discarding(asyncio.Protocol):
    """Reads and drops what comes behind the last answer."""

    def __init__(self, transport: asyncio.Transport, lost: Callable[[Exception | None], None]) -> None:
        self._lost = lost
        self._cut = asyncio.get_running_loop().call_later(CUT_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cut.cancel()
        self._lost(exc)


EVERY = 64
"""Connections from one collection to the next; what is still in use during one is found by a later one."""
OLDER = 16
"""Collections after which one goes through the next older generation, too, for connections
that live longer."""


class ConnectionGc:
    """Counts aiohttp's connections, and has Python's collector run for what they leave."""

    def __init__(self) -> None:
        self._connections = 0

    def one_more(self) -> None:
        """Another connection is aiohttp's."""
        self._connections += 1
        if self._connections % EVERY == 0:
            gc.collect(_generation(self._connections // EVERY))


def _generation(look: int) -> int:
    """The generation up to which the collector goes: 0 the newest objects, 2 all that came since the start.
    https://docs.python.org/3/library/gc.html#gc.collect
    """
    if look % OLDER:
        return 0
    return 2 if look % (OLDER * OLDER) == 0 else 1

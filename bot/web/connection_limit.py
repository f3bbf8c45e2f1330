"""The most connections that a process has open at once: beyond it those that are idle for longest are closed.

Each takes a file descriptor and some memory, for as long as a stranger likes. Where none is idle a new one is
refused.
"""

from __future__ import annotations

from heapq import nsmallest
from math import ceil
from typing import Protocol

from bot.runtime.metrics import Tally

DEFAULT_LIMIT = 10_000
"""Connections of a process, where its open files allow as many."""
CLOSED_AT_ONCE = 1 / 16
"""Share of the idle ones that is closed at a time: finding them takes long where there are thousands."""


class OpenConnection(Protocol):
    """A connection, as far as the limit looks at it."""

    last_used: float
    """By the loop's clock, in seconds."""

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
        """Count a new one, and close idle ones for it where needed; `False`: all are in use, refuse it."""
        if len(self._open) >= self._most and not self._close_idle():
            self.closed.inc("new")
            return False
        self._open.add(one)
        return True

    def release(self, one: OpenConnection) -> None:
        """It is closed."""
        self._open.discard(one)

    def replace(self, former: OpenConnection, one: OpenConnection) -> None:
        """Another protocol reads the same connection from now on."""
        self._open.discard(former)
        self._open.add(one)

    def _close_idle(self) -> bool:
        idle = [one for one in self._open if one.is_idle()]
        for one in nsmallest(ceil(len(idle) * CLOSED_AT_ONCE), idle, key=lambda one: one.last_used):
            self._open.discard(one)
            one.abort()
            self.closed.inc("idle")
        return bool(idle)

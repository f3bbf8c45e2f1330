"""What goes to one contact: what waits to be sent, and what is under way."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.model.outgoing import Outgoing

ASKED_AT_MOST = 20
"""Questions of one person that are asked side by side and hold nothing up; beyond it no hook is called."""

BRAKED_AT_MOST = 20
"""Pushes of one person that the brake holds and that hold nothing up."""


@dataclass(slots=True)
class PersonLine:
    """`behind`: pushes behind one that is retried; `braked`: what the brake holds; `stopped`: no marketing.

    `asked` are those of the `unsettled` calls that others are asked, who may take long to answer;
    `under_way` is how many of them are asked just now.
    """

    contact: str
    part: int
    queue: deque[tuple[Outgoing, bool]] = field(default_factory=deque)
    behind: deque[tuple[Outgoing, bool]] = field(default_factory=deque)
    braked: list[tuple[Outgoing, bool]] = field(default_factory=list)
    unsettled: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    under_way: int = 0
    retrying: str | None = None
    stopped: bool = False
    task: asyncio.Task[None] | None = None

    def add(self, call: Outgoing) -> None:
        """It lies on the contact, in the database."""
        self.unsettled.add(call.id)
        if call.kind == "ask":
            self.asked.add(call.id)

    def settled(self, call: str) -> None:
        """It does no more."""
        self.unsettled.discard(call)
        self.asked.discard(call)

    def forget(self) -> None:
        """Another process sees to all of it."""
        for calls in (self.queue, self.behind, self.braked, self.unsettled, self.asked):
            calls.clear()

    @property
    def in_the_way(self) -> int:
        """How many calls keep the person's turns waiting when they become too many."""
        braked = min(len(self.braked), BRAKED_AT_MOST)
        return len(self.unsettled) - min(len(self.asked), ASKED_AT_MOST) - braked

    @contextmanager
    def asking(self) -> Iterator[bool]:
        """As long as one of them is asked; gives whether as many are already as should be at a time."""
        self.under_way += 1
        try:
            yield self.under_way > ASKED_AT_MOST
        finally:
            self.under_way -= 1

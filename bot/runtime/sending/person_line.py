"""What goes to one contact: what waits to be sent, and what is under way."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.model.outgoing import Outgoing

Waiting: TypeAlias = tuple[Outgoing, bool]
"""A call that is to be made, and whether that is `uncertain`: it was perhaps made before."""

ASKED_AT_MOST = 20
"""Questions of one person that are asked side by side and hold nothing up; beyond it no hook is called."""

BRAKED_AT_MOST = 20
"""Pushes of one person that the brake holds and that hold nothing up."""


@dataclass(slots=True)
class PersonLine:
    """`work`: what all of it waits for just now; `behind`: pushes behind the `retrying` one; `braked`: what
    the brake holds; `stopped`: no marketing.

    `asked` are those of the `unsettled` calls that others are asked, who may take long to answer;
    `under_way` is how many of them are asked just now.
    """

    contact: str
    part: int
    queue: deque[Waiting] = field(default_factory=deque)
    behind: list[Waiting] = field(default_factory=list)
    braked: list[Waiting] = field(default_factory=list)
    unsettled: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    under_way: int = 0
    retrying: str | None = None
    stopped: bool = False
    work: asyncio.Future[Any] | None = None

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

    def take_out(self, call: Outgoing) -> None:
        """It waits no more."""
        self.queue = deque(one for one in self.queue if one[0] is not call)

    def waits_behind(self, call: Outgoing) -> bool:
        """Whether it waits until a push before it has come to its end; a reply waits for none."""
        return self.retrying not in (None, call.id) and call.kind != "reply"

    def hold_back_behind(self, push: Outgoing) -> bool:
        """Have later pushes wait for this one; `False`: they wait for another already."""
        if self.retrying is not None:
            return False
        self.retrying = push.id
        return True

    def release(self, push: str) -> bool:
        """What waits behind this one comes first; `False`: it does not wait for this one."""
        if self.retrying != push:
            return False
        self.retrying = None
        self.queue.extendleft(reversed(self.behind))
        self.behind.clear()
        return True

    def put_first(self, push: Outgoing) -> None:
        """It comes before what waits, or before what waits behind another."""
        if self.waits_behind(push):
            self.behind.insert(0, (push, False))
        else:
            self.queue.appendleft((push, False))

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

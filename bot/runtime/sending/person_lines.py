"""The sender's queues: for each contact the calls that wait to be made, in order, and those under way."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.runtime.limits.spending import Spending

MOST = 20_000
"""Settled calls that are remembered, at most."""


class SettledCalls(OrderedDict[str, None]):
    """The ids of calls settled last. A dict itself, for speed: it is looked up for each call that is made."""

    def add(self, call: str) -> None:
        """Remember a call that is settled (done or a dead letter, and off its contact)."""
        self[call] = None
        if len(self) > MOST:
            self.popitem(last=False)


Waiting: TypeAlias = tuple[Outgoing, bool]
"""A call that is to be made, and whether that is `uncertain`: it was perhaps made before."""

REQUESTS_AT_MOST = 20
"""Requests of one person side by side, at most; beyond it no hook is called."""

BRAKED_AT_MOST = 20
"""Pushes of one person held by the brake that are not counted against the room of its turns."""


@dataclass(slots=True)
class PersonLine:
    """The calls of one contact."""

    contact: str
    part: int
    queue: deque[Waiting] = field(default_factory=deque)
    """Calls to be made, in order."""
    behind: list[Waiting] = field(default_factory=list)
    """Pushes that wait until the `retrying` one has ended."""
    braked: list[Waiting] = field(default_factory=list)
    """Pushes that the emergency brake holds."""
    unsettled: dict[str, datetime] = field(default_factory=dict)
    """By the id of each call that is on the contact, made or not: when it was decided."""
    requests: set[str] = field(default_factory=set)
    """Ids of those unsettled calls that are requests to other systems: their answer may take long."""
    under_way: int = 0
    """Requests that are being made."""
    retrying: str | None = None
    """The id of a push that is being retried."""
    stopped: bool = False
    """Whether the person has stopped marketing."""
    work: asyncio.Future[Any] | None = None
    """The call under way, for which the queue waits."""

    def add(self, call: Outgoing) -> None:
        """Take a call that is on the contact, in the database."""
        self.unsettled[call.id] = call.created
        if call.kind == "ask":
            self.requests.add(call.id)

    def settled(self, call: str) -> None:
        """Forget a call that is settled."""
        self.unsettled.pop(call, None)
        self.requests.discard(call)

    def forget(self) -> None:
        """Forget all calls: another process owns the contact, and makes them."""
        for calls in (self.queue, self.behind, self.braked, self.unsettled, self.requests):
            calls.clear()

    def forget_some(self, calls: Collection[str]) -> None:
        """Forget these calls (ids), made or not."""
        self.queue = deque(one for one in self.queue if one[0].id not in calls)
        self.behind = [one for one in self.behind if one[0].id not in calls]
        self.braked = [one for one in self.braked if one[0].id not in calls]
        for call in calls:
            self.settled(call)
        if self.retrying is not None and self.retrying in calls:
            self.release(self.retrying)

    def take_out(self, call: Outgoing) -> None:
        """Remove a call from the queue."""
        self.queue = deque(one for one in self.queue if one[0] is not call)

    def waits_behind(self, call: Outgoing) -> bool:
        """Whether a call waits for the push that is being retried; a reply waits for none."""
        return self.retrying not in (None, call.id) and call.kind != "reply"

    def hold_back_behind(self, push: Outgoing) -> bool:
        """Have later pushes wait for this one; `False`: they wait for another already."""
        if self.retrying is not None:
            return False
        self.retrying = push.id
        return True

    def release(self, push: str) -> bool:
        """Put what waits behind this push first in the queue; `False`: nothing waits for this one."""
        if self.retrying != push:
            return False
        self.retrying = None
        self.queue.extendleft(reversed(self.behind))
        self.behind.clear()
        return True

    def put_first(self, push: Outgoing) -> None:
        """Put a push first in the queue, or first behind the push that is being retried."""
        if self.waits_behind(push):
            self.behind.insert(0, (push, False))
        else:
            self.queue.appendleft((push, False))

    @property
    def in_the_way(self) -> int:
        """How many calls keep the person's turns waiting when they become too many."""
        braked = min(len(self.braked), BRAKED_AT_MOST)
        return len(self.unsettled) - min(len(self.requests), REQUESTS_AT_MOST) - braked

    @contextmanager
    def asking(self) -> Iterator[bool]:
        """Counts a request under way; yields whether the most at a time are under way already."""
        self.under_way += 1
        try:
            yield self.under_way > REQUESTS_AT_MOST
        finally:
            self.under_way -= 1


class PersonLines:
    """A line for each person with calls, made or not, from `put` until they are settled."""

    def __init__(self, spending: Spending, on_room: Callable[[str], None]) -> None:
        """`spending` counts each call; `on_room(contact)` is called when one is settled."""
        self._spending = spending
        self._on_room = on_room
        self._lines: dict[str, PersonLine] = {}
        self._of_call: dict[str, str] = {}
        self._finished = SettledCalls()

    def __iter__(self) -> Iterator[PersonLine]:
        return iter(self._lines.values())

    def __contains__(self, line: PersonLine) -> bool:
        """Whether this line is still the one of its contact, and not dropped."""
        return self._lines.get(line.contact) is line

    def of(self, contact: str) -> PersonLine | None:
        """The line of one person; `None`: no calls."""
        return self._lines.get(contact)

    def __len__(self) -> int:
        """How many people."""
        return len(self._lines)

    @property
    def calls(self) -> int:
        """How many calls are unsettled, of all people."""
        return len(self._of_call)

    def unsettled(self, contact: str) -> int:
        """How many calls of one person are unsettled."""
        line = self._lines.get(contact)
        return len(line.unsettled) if line is not None else 0

    def in_the_way(self, contact: str) -> int:
        """How many calls of a contact count against the room that its turns need (`OUTBOX_CALLS`)."""
        line = self._lines.get(contact)
        return line.in_the_way if line is not None else 0

    def knows(self, calls: Iterable[str]) -> bool:
        """Whether each of these is in a line, or settled."""
        return all(call in self._of_call or call in self._finished for call in calls)

    def put(self, contact: str, calls: Iterable[Outgoing], *, recovered: bool) -> PersonLine | None:
        """Append calls to the contact's line, which is given (`None`: it has none). `recovered`: they were
        read from the database, so perhaps made before."""
        line = self._lines.get(contact)
        for call in calls:
            if call.id in self._finished:
                continue  # it was read just before it was taken off its contact
            if line is None:
                line = self._lines[contact] = PersonLine(contact, part_of(contact))
            if call.id not in line.unsettled:
                line.add(call)
                self._spending.begun(call)
                self._of_call[call.id] = contact
                line.queue.append((call, recovered))
        return line

    def settled(self, calls: Iterable[str]) -> None:
        """These calls are off their contacts."""
        calls, roomier = tuple(calls), list[str]()
        self._spending.settled(calls)
        for call in calls:
            self._finished.add(call)
            contact = self._of_call.pop(call, None)
            line = self._lines.get(contact) if contact is not None else None
            if line is not None:
                line.settled(call)
                if not line.unsettled:
                    del self._lines[line.contact]
                roomier.append(line.contact)
        for one in roomier:
            self._on_room(one)

    def forget(self, line: PersonLine, *calls: Outgoing) -> None:
        """Forget these calls, which are not ours to make: the backstop reads the contact's instead, if
        any."""
        names = [call.id for call in calls]
        self._forget(names)
        for name in names:
            line.unsettled.pop(name, None)
        if not line.unsettled and line in self:
            del self._lines[line.contact]
        self._on_room(line.contact)

    def drop(self, is_over: Callable[[PersonLine], bool]) -> None:
        """Forget calls on contacts of parts that are not ours any more."""
        for line in [line for line in self if is_over(line)]:
            self._forget(line.unsettled)
            line.forget()
            del self._lines[line.contact]

    def drop_before(self, contact: str, moment: datetime) -> None:
        """Forget calls decided before `moment` for an erased contact; later ones are of a new one of this
        id."""
        line = self._lines.get(contact)
        old = set() if line is None else {call for call, at in line.unsettled.items() if at < moment}
        if line is None or not old:
            return
        self._forget(old)
        line.forget_some(old)
        if not line.unsettled:
            del self._lines[contact]
        self._on_room(contact)

    def _forget(self, calls: Iterable[str]) -> None:
        self._spending.forget(calls)
        for call in calls:
            self._of_call.pop(call, None)

"""Doing what turns have decided: in order per person, side by side between persons."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from bot.model.clock import PatientClock
from bot.model.journal import TimelineRow
from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.part import part_of
from bot.runtime.asking import Asker
from bot.runtime.journal import Journal
from bot.runtime.line_calls import LineCalls
from bot.runtime.menu_links import MenuLinks
from bot.runtime.metrics import Metrics
from bot.runtime.push_results import push_left_out, push_result
from bot.runtime.retry import LEFT_OUT, Again, Done, GiveUp
from bot.runtime.spending import Spending

log = logging.getLogger("oaflow.send")

HELD_BACK = 60.0
"""Seconds for which a push that is being retried holds the person's later pushes back."""

REMEMBERED = 20_000
"""Calls of which it is remembered that they are settled."""

GRACE = 8.0
"""Seconds that a graceful stop waits for calls that are under way."""


@dataclass(slots=True)
class _Line:
    """What is to be sent to one contact. `behind`: pushes that wait for one that is being retried."""

    contact: str
    part: int
    queue: deque[tuple[Outgoing, bool]] = field(default_factory=deque)
    behind: deque[tuple[Outgoing, bool]] = field(default_factory=deque)
    unsettled: set[str] = field(default_factory=set)
    retrying: str | None = None
    task: asyncio.Task[None] | None = None


class Sender:
    """Sends what lies on contacts. Each call ends as done or as a dead letter; the journal writes which."""

    def __init__(
        self,
        line_calls: LineCalls,
        journal: Journal,
        clock: PatientClock,
        metrics: Metrics,
        owns: Callable[[int], bool],
        on_room: Callable[[str], None],
        asker: Asker,
        day: Callable[[datetime], str],
        spending: Spending,
        menus: MenuLinks,
    ) -> None:
        """`on_room(contact)` is told when a call is settled.

        `day(moment)` is the team's day, under which a journey's push is counted.
        """
        self._day = day
        self._spending = spending
        self._menus = menus
        menus.on_end, menus.on_left = self._menu_ended, self._menu_left
        self._line_calls = line_calls
        self._asker = asker
        self._journal = journal
        self._clock = clock
        self._metrics = metrics
        self._owns = owns
        self._on_room = on_room
        self._lines: dict[str, _Line] = {}
        self._of_call: dict[str, str] = {}
        self._finished: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking: set[asyncio.Task[None]] = set()

    def put(self, contact: str, calls: Iterable[Outgoing], *, recovered: bool = False) -> None:
        """Send these, behind what waits. `recovered`: read from the database, so perhaps sent before."""
        line = self._lines.get(contact)
        for call in calls:
            if call.id in self._finished:
                continue  # it was read just before it was taken off its contact
            if line is None:
                line = self._lines[contact] = _Line(contact, part_of(contact))
            if call.id not in line.unsettled:
                line.unsettled.add(call.id)
                self._spending.begun(call)
                self._of_call[call.id] = contact
                line.queue.append((call, recovered))
        if line is not None:
            self._go_on(line)

    @property
    def is_busy(self) -> bool:
        """Whether a call is being made just now, or somebody else is asked something."""
        drains = any(line.task is not None for line in self._lines.values())
        return drains or bool(self._asking) or self._menus.is_busy

    @property
    def unsettled_calls(self) -> int:
        """How many calls of all contacts lie in the database, sent or not."""
        return len(self._of_call)

    def unsettled(self, contact: str) -> int:
        """How many calls lie on this contact in the database, sent or not."""
        line = self._lines.get(contact)
        return len(line.unsettled) if line is not None else 0

    def settled(self, calls: Iterable[str]) -> None:
        """These calls are off their contacts."""
        calls = tuple(calls)
        self._spending.settled(calls)
        for call in calls:
            self._finished[call] = None
            if len(self._finished) > REMEMBERED:
                self._finished.popitem(last=False)
            contact = self._of_call.pop(call, None)
            line = self._lines.get(contact) if contact is not None else None
            if line is not None:
                line.unsettled.discard(call)
                if not line.unsettled:
                    del self._lines[line.contact]
                self._on_room(line.contact)

    def drop(self) -> None:
        """Forget what lies on contacts of parts that are not ours any more: their owner sends it."""
        for line in [line for line in self._lines.values() if not self._owns(line.part)]:
            self._spending.forget(line.unsettled)
            for call in line.unsettled:
                self._of_call.pop(call, None)
            line.queue.clear()
            line.behind.clear()
            line.unsettled.clear()
            del self._lines[line.contact]

    async def stop(self) -> None:
        """Wait a little for calls under way; what is not sent then lies on the contacts."""
        for line in self._lines.values():
            line.behind.clear()
        under_way = [line.task for line in self._lines.values() if line.task is not None]
        under_way += self._asking
        if under_way:
            await asyncio.wait(under_way, timeout=GRACE)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(self._menus.stop(), *self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _drain(self, line: _Line) -> None:
        try:
            while line.queue and self._owns(line.part):
                call, uncertain = line.queue.popleft()
                if call.kind in ("ask", "tell"):
                    self._aside(self._see_to(line, call))
                elif call.kind == "note":
                    self._note(line, call)
                elif call.kind == "menu":
                    self._menus.link(line.contact, call)
                elif line.retrying is not None and call.kind != "reply":
                    line.behind.append((call, uncertain))
                elif (fitting := await self._fitting(line, call)) is None:
                    continue
                elif call.kind == "reply":
                    left = await self._see_through(line, fitting, uncertain)
                    if left is not None:
                        line.queue.appendleft(left)
                else:
                    await self._first_try(line, fitting, uncertain)
        finally:
            line.task = None

    async def _fitting(self, line: _Line, call: Outgoing) -> Outgoing | None:
        """What of a call the caps of journeys leave room for; `None`: it has ended without being made."""
        try:
            fitting = await self._spending.fit(call)
        except Exception as error:  # it is kept for a person to look at, and the person's other calls go on
            log.exception("a cap could not be asked")
            self._end(line, call, GiveUp("failed", type(error).__name__))
            return None
        if fitting.left_out:
            now, day = self._clock.now(), self._day(call.created)
            self._journal.noted(push_left_out(call, line.contact, fitting.left_out, now, day))
        if fitting.call is None:
            self._end(line, replace(call, journeys=()), LEFT_OUT)
        return fitting.call

    def _note(self, line: _Line, call: Outgoing) -> None:
        """A line for the timeline, written before the call counts as done."""
        told = orjson.loads(call.body)
        more, text = tuple(told["details"]), told["text"]
        row = TimelineRow(call.id, line.contact, line.part, call.created, told["what"], more, text)
        self._journal.noted(row)
        self._end(line, call, Done("noted"))

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Nothing waits for somebody who may take long to answer."""
        task = self._start(work)
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _see_to(self, line: _Line, call: Outgoing) -> None:
        result = await self._asker.see_to(call, line.contact, lambda: self._owns(line.part))
        if result is None:
            line.queue.append((call, True))  # for `resume`, should the part be ours again
        else:
            self._end(line, call, result)

    def _menu_ended(self, contact: str, call: Outgoing, result: Done | GiveUp) -> None:
        if (line := self._lines.get(contact)) is not None:
            self._end(line, call, result)

    def _menu_left(self, contact: str, call: Outgoing) -> None:
        if (line := self._lines.get(contact)) is not None:
            line.queue.append((call, True))  # for `resume`, should the part be ours again

    def resume(self) -> None:
        """Go on with what lies on contacts of ours, after a time in which we could not be sure of them."""
        for line in self._lines.values():
            self._go_on(line)

    def _go_on(self, line: _Line) -> None:
        if line.queue and line.task is None and self._owns(line.part):
            line.task = self._start(self._drain(line))

    async def _first_try(self, line: _Line, call: Outgoing, uncertain: bool) -> None:
        """A push: if it has to be tried again, that goes on aside, so that no reply waits for it."""
        result = await self._line_calls.attempt(call, line.part, 1, uncertain)
        if isinstance(result, Again):
            line.retrying = call.id
            _ = self._start(self._release_later(line, call.id))
            _ = self._start(self._retry_aside(line, call, result))
        else:
            self._end(line, call, result)

    async def _release_later(self, line: _Line, call: str) -> None:
        await self._clock.wait(HELD_BACK)
        self._release(line, call)

    async def _retry_aside(self, line: _Line, call: Outgoing, again: Again) -> None:
        await self._clock.wait(again.delay)
        left = await self._see_through(line, call, again.uncertain, attempt=2)
        self._release(line, call.id)
        if left is not None:
            line.queue.appendleft(left)

    def _release(self, line: _Line, call: str) -> None:
        if line.retrying != call:
            return
        line.retrying = None
        line.queue.extendleft(reversed(line.behind))
        line.behind.clear()
        self._go_on(line)

    async def _see_through(
        self, line: _Line, call: Outgoing, uncertain: bool, attempt: int = 1
    ) -> tuple[Outgoing, bool] | None:
        """Attempt until it ends; what is left where the part is not surely ours any more, for `resume`."""
        while self._owns(line.part):
            result = await self._line_calls.attempt(call, line.part, attempt, uncertain)
            if not isinstance(result, Again):
                self._end(line, call, result)
                return None
            uncertain = result.uncertain
            attempt += 1
            await self._clock.wait(result.delay)
        return call, uncertain

    def _end(self, line: _Line, call: Outgoing, result: Done | GiveUp) -> None:
        if call.id not in line.unsettled:
            return  # the part has gone to another process meanwhile
        self._spending.ended(call, result)
        if call.journeys:
            self._count(line, call, result)
        if isinstance(result, Done):
            self._metrics.sends.inc(call.kind, result.how)
            self._journal.sent(line.contact, call.id)
        else:
            self._metrics.sends.inc(call.kind, result.reason)
            now = self._clock.now()
            self._journal.dead(DeadLetter(call, line.contact, line.part, now, result.reason, result.detail))

    def _count(self, line: _Line, call: Outgoing, result: Done | GiveUp) -> None:
        """Written before the call is settled, so that no crash loses what became of a journey's push."""
        row = push_result(call, line.contact, result, self._clock.now(), self._day(call.created))
        if row is not None:
            self._journal.noted(row)

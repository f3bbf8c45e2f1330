"""Makes the outgoing calls that turns have decided: in order for each person, side by side between
persons."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.model.clock import PatientClock
from bot.model.outgoing import Outgoing
from bot.runtime.effects.effect_runner import Asker
from bot.runtime.journal import JournalWriter
from bot.runtime.limits.spending import Spending
from bot.runtime.metrics import Metrics
from bot.runtime.ports import FallbackStore
from bot.runtime.retry import LEFT_OUT, Again, Done, GiveUp, RetryVerdict, too_late
from bot.runtime.sending.call_ends import CallEndRecords, end_of_note
from bot.runtime.sending.fallback import Fallbacks, fallback_of, without_left_out
from bot.runtime.sending.journey_pushes import GoingOut
from bot.runtime.sending.line_calls import LineDelivery
from bot.runtime.sending.outgoing import note_row
from bot.runtime.sending.person_lines import PersonLine, PersonLines, Waiting
from bot.runtime.sending.retries import CallRetries

log = logging.getLogger("oaflow.send")


NOT_MADE = "a call could not be made, or its end not told; it lies on its contact, and the next one is made"


class Sender:
    """Makes the calls on contacts. Each ends as done or as a dead letter; the journal writes which."""

    def __init__(
        self,
        line: LineDelivery,
        asker: Asker,
        spending: Spending,
        fallback_store: FallbackStore,
        *,
        journal: JournalWriter,
        clock: PatientClock,
        metrics: Metrics,
        owns: Callable[[int], bool],
        on_room: Callable[[str], None],
        day: Callable[[datetime], str],
        grace: float,
    ) -> None:
        """`owns(part)`: whether a part is surely this process's. `on_room(contact)` is called when a call is
        settled.

        `grace`: seconds that a graceful stop, or handing parts over, waits for calls under way.
        `day(moment)` is the team's day, under which a journey's push is counted.
        """
        self._spending = spending
        self._grace = grace
        self._going_out = GoingOut(spending, journal, clock, day)
        self._delivery = line
        line.menus.on_end, line.menus.on_left = self._menu_ended, self._menu_left
        self._asker = asker
        self._journal = journal
        self._clock = clock
        self._ends = CallEndRecords(journal, metrics, line.watch, clock)
        self._owns = owns
        self.lines = PersonLines(spending, on_room)
        self._fallbacks = Fallbacks(fallback_store, journal, clock, spending, self.lines, owns)
        self._retries = CallRetries(line, self._going_out, clock, owns, self._start, self._go_on, self._end)
        self._ready: list[PersonLine] = []
        self._tasks: set[asyncio.Future[Any]] = set()
        self._asking: dict[asyncio.Task[None], int] = {}

    def put(self, contact: str, calls: Iterable[Outgoing], *, recovered: bool = False) -> None:
        """Send these calls, behind those that wait. `recovered`: read from the database, so perhaps sent
        before."""
        line = self.lines.put(contact, calls, recovered=recovered)
        if line is not None:
            self._go_on(line)

    def stopped(self, contact: str, *, marketing: bool | None) -> None:
        """Record whether the person wants marketing: if not, pushes of journeys not made yet are left out
        (I6)."""
        if (line := self.lines.of(contact)) is not None:
            line.stopped = marketing is False

    def is_busy(self, *, but_for: int = 0) -> bool:
        """Whether a call is being made, or more than `but_for` requests are under way, which may take
        long."""
        drains = self._ready or any(line.work for line in self.lines)
        return bool(drains) or len(self._asking) > but_for or self._delivery.menus.is_busy

    @property
    def unsettled_calls(self) -> int:
        """How many calls of all contacts are not settled, sent or not, without those that the brake holds."""
        return self.lines.calls - self._delivery.braked.waiting

    def in_the_way(self, contact: str) -> int:
        """How many calls of a contact count against the room that its turns need (`OUTBOX_CALLS`)."""
        return self.lines.in_the_way(contact)

    def settled(self, calls: Iterable[str]) -> None:
        """To be called when these calls were removed from their contacts in the database."""
        self.lines.settled(calls)

    def drop(self) -> None:
        """Forget calls on contacts of parts that are not ours any more: their owner makes them."""
        self.lines.drop(lambda line: not self._owns(line.part))

    def forget(self, contact: str, gone: datetime) -> None:
        """Make no call decided before `gone`, when the contact was erased: later ones are of a new
        contact."""
        self.lines.drop_before(contact, gone)

    async def stop(self) -> None:
        """Wait a little for calls under way; calls that are not made stay on the contacts."""
        for line in self.lines:
            line.behind.clear()
        self._drain_ready()
        await self._calls_ended(lambda part: True)
        await self._delivery.backlog.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(self._delivery.menus.stop(), *self._tasks, return_exceptions=True)

    async def finish(self, parts: Collection[int]) -> None:
        """Wait a little for calls under way of these parts: their next owner would make them once more."""
        await self._calls_ended(parts.__contains__)

    async def _calls_ended(self, concerned: Callable[[int], bool]) -> None:
        """Return when no call of these parts is under way, or after the grace of a stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._grace):
                while under_way := [
                    *(line.work for line in self.lines if line.work and concerned(line.part)),
                    *(task for task, part in self._asking.items() if concerned(part)),
                ]:
                    await asyncio.wait(under_way)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _go_on(self, line: PersonLine) -> None:
        if line.queue and line.work is None:
            if not self._ready:  # one callback for all lines that come together, and no task for any
                asyncio.get_running_loop().call_soon(self._drain_ready)
            self._ready.append(line)

    def _drain_ready(self) -> None:
        lines, self._ready = self._ready, []
        for line in lines:
            self._drain(line)

    def _drain(self, line: PersonLine) -> None:
        """Make the line's calls in turn, up to one that takes its time: when that ends, this goes on."""
        while line.queue and line.work is None and line in self.lines and self._owns(line.part):
            try:
                self._begin(line, *line.queue.popleft())
            except Exception:
                log.exception(NOT_MADE)

    def _begin(self, line: PersonLine, call: Outgoing, uncertain: bool) -> None:
        if call.kind in ("ask", "tell"):
            self._aside(self._see_to(line, call), line.part)
        elif call.kind == "note":
            row = note_row(call, line.contact)
            self._journal.noted(row)  # before the call counts as done
            self._end(line, call, end_of_note(row))
        elif call.kind == "menu":
            self._delivery.menus.link(line.contact, call)
        elif call.kind == "fallback":
            self._end(line, call, GiveUp("unsure", "its reply is not there any more"))
        elif (late := too_late(call)) is not None:
            self._end(line, call, late)
        elif line.waits_behind(call):
            line.behind.append((call, uncertain))
        elif uncertain or call.journeys:
            line.work = self._start(self._then_on(line, partial(self._ask_and_make, line, call, uncertain)))
        else:
            self._make(line, call)

    def _make(self, line: PersonLine, call: Outgoing) -> None:
        """The first attempt at a call that needs no check before; no task waits for its end."""
        if self._waits_for_line(call):
            self._retries.retry(line, call, Again(0.0, uncertain=False), attempts=0)
            return
        began = self._clock.now()
        attempt = self._delivery.calls.begin(call)
        if isinstance(attempt, GiveUp):
            self._end(line, call, attempt)
            return
        line.work = attempt
        self._tasks.add(attempt)
        attempt.add_done_callback(partial(self._made, line, call, began))

    def _made(self, line: PersonLine, call: Outgoing, began: datetime, attempt: asyncio.Future[Any]) -> None:
        self._tasks.discard(attempt)
        line.work = None
        if attempt.cancelled():
            return  # we are stopped
        try:
            result = self._delivery.calls.ended(call, attempt, began, line.part, 1, uncertain=False)
            if isinstance(result, Again) and call.kind == "reply":
                again = partial(self._retries.see_through, line, call, result.uncertain, result, attempts=1)
                line.work = self._start(self._then_on(line, again))
            else:
                self._tried(line, call, result)
        finally:
            self._drain(line)

    async def _then_on(
        self, line: PersonLine, work: Callable[[], Coroutine[Any, Any, Waiting | None]]
    ) -> None:
        """Run `work`, then go on with the line; a call that `work` gives back goes first in the queue.

        A function makes `work`: of a task that is cancelled before it begins, no coroutine is left behind.
        """
        left = None
        try:
            left = await work()
        except Exception:
            log.exception(NOT_MADE)
        finally:
            line.work = None
        if left is not None:
            line.queue.appendleft(left)
        self._drain(line)

    async def _ask_and_make(self, line: PersonLine, call: Outgoing, uncertain: bool) -> Waiting | None:
        """Make a call that was perhaps made before, or has journeys' pushes that may be capped or stopped.

        Gives the call back where the part is not surely ours any more: `resume` goes on with it.
        """
        if call.kind == "reply":
            if uncertain and not await self._fallbacks.may_try(line, call):
                return None
            fitting = await self._fitting(line, call)
            return None if fitting is None else await self._retries.see_through(line, fitting, uncertain)
        if await self._delivery.braked.surely_holds(call):
            if (over := self._delivery.braked.keep(line, call, uncertain)) is not None:
                self._end(line, call, over)
        elif (fitting := await self._fitting(line, call)) is not None:
            if self._waits_for_line(fitting):
                self._retries.retry(line, fitting, Again(0.0, uncertain), attempts=0)
            else:
                result = await self._delivery.calls.attempt(fitting, line.part, 1, uncertain)
                self._tried(line, fitting, result)
        return None

    def _waits_for_line(self, call: Outgoing) -> bool:
        """Whether a call joins the backlog of an outage; a reply does not, for its token expires."""
        return call.kind == "push" and self._delivery.backlog.holds(call.channel)

    async def _fitting(self, line: PersonLine, call: Outgoing) -> Outgoing | None:
        """The part of a call that goes out, by caps and marketing; `None`: the call has ended without being
        made."""
        try:
            fitting = await self._going_out.fit(call, line.contact, stopped=line.stopped)
        except Exception as error:  # a dead letter for staff, and the person's other calls go on
            log.exception("a cap could not be asked")
            self._end(line, call, GiveUp("failed", type(error).__name__))
            return None
        if fitting is None:
            self._end(line, replace(call, journeys=()), LEFT_OUT)
        return fitting

    def _aside(self, work: Coroutine[Any, Any, None], part: int) -> None:
        """Run it as a task of its own: an answer may take long, and nothing waits for it."""
        task = self._start(work)
        self._asking[task] = part
        task.add_done_callback(self._asking.pop)

    async def _see_to(self, line: PersonLine, call: Outgoing) -> None:
        with line.asking() as crowded:
            asking = self._asker.see_to(call, line.contact, lambda: self._owns(line.part), crowded=crowded)
            result = await asking
        if result is None:
            line.queue.append((call, True))  # for `resume`, should the part be ours again
        else:
            self._end(line, call, result)

    def _menu_ended(self, contact: str, call: Outgoing, result: Done | GiveUp) -> None:
        if (line := self.lines.of(contact)) is not None:
            self._end(line, call, result)

    def _menu_left(self, contact: str, call: Outgoing) -> None:
        if (line := self.lines.of(contact)) is not None:
            line.queue.append((call, True))  # for `resume`, should the part be ours again

    def resume(self) -> None:
        """Go on with calls on our contacts, after a time in which the lease was uncertain."""
        for line in self.lines:
            self._go_on(line)

    def look_at_braked(self) -> None:
        """Check braked calls again: other pushes are stopped now, or some time has passed."""
        for line in self._delivery.braked.give_back():
            self._go_on(line)

    def _tried(self, line: PersonLine, call: Outgoing, result: RetryVerdict) -> None:
        if isinstance(result, Again):
            self._retries.retry(line, call, result)
        else:
            self._end(line, call, result)

    def _end(self, line: PersonLine, call: Outgoing, result: Done | GiveUp) -> None:
        if call.id not in line.unsettled:
            return  # the part has gone to another process meanwhile
        self._spending.ended(call, result)
        if line.queue and call.kind == "reply" and self._with_fallback(line, call, result):
            return
        if call.journeys:
            self._going_out.ended(call, line.contact, result)
        self._ends.ended(line.contact, call, result)

    def _with_fallback(self, line: PersonLine, reply: Outgoing, result: Done | GiveUp) -> bool:
        """Send the fallback of a reply that has ended as a push, or end it, too; whether it is sent."""
        fallback = fallback_of(reply, line.queue)
        if fallback is None:
            return False
        line.take_out(fallback)
        is_partly_own, push = without_left_out(reply, fallback)
        if push is None or not (isinstance(result, GiveUp) and result.unsent):
            self._spending.ended(fallback, LEFT_OUT)
            self._ends.ended_with_reply(line.contact, fallback)
            return False
        if is_partly_own:
            self._ends.partly_pushed(line.contact, reply, push, result)
        else:
            self._ends.pushed_instead(reply)
        self._retries.hold_back(line, push)
        _ = self._start(self._push_instead(line, reply, push))
        return True

    async def _push_instead(self, line: PersonLine, reply: Outgoing, push: Outgoing) -> None:
        """Write the exchange of reply and push, then go on; in a task, so that no reply waits for it."""
        if await self._fallbacks.push_instead(line, reply, push):
            self._retries.release(line, push.id)
            self._go_on(line)

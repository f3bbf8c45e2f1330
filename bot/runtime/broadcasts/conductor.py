"""Plans, begins, cancels and ends sendings, in one process: the owner of part 0.

It checks once a second; where nothing has changed, a check writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.engine.broadcasts.content import content_and_people, fingerprint, people_fingerprint
from bot.engine.broadcasts.schedule import PlannedTime, due_of, hold_of, plan_of
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import LAST
from bot.model.audit import AuditEntry
from bot.model.brake import Brake
from bot.model.broadcast import ASKS, REPEAT_AFTER, Sending, SendingHold, SendingState
from bot.model.clock import PatientClock
from bot.runtime.broadcasts.gathering import Gatherer
from bot.runtime.broadcasts.ports import MonthsMessages
from bot.store.broadcasts.batches import SendingBatches
from bot.store.broadcasts.sendings import Sendings, sending_id


class AsBegun:
    """The playbook with which each open sending began, so that its messages stay the same after an edit.

    In memory only: a process that was started since has it only where its playbook still has that content.
    """

    def __init__(self) -> None:
        self._began: dict[str, tuple[str, Playbook]] = {}

    def look(self, sendings: Collection[Sending], live: Playbook) -> None:
        """Update by the open sendings and the live playbook."""
        began = {one.id: self._began[one.id] for one in sendings if one.id in self._began}
        for one in sendings:
            broadcast, content = live.broadcasts.get(one.broadcast), _content(one)
            is_known = one.id in began and began[one.id][0] == content
            if is_known or broadcast is None or not one.content:
                continue
            if _is_unchanged(broadcast, one):
                began[one.id] = content, live
        self._began = began

    def playbook(self, sending: Sending) -> Playbook | None:
        """The playbook with the messages of the sending's beginning; `None`: this process has none."""
        content, playbook = self._began.get(sending.id, ("", None))
        return playbook if content == _content(sending) else None


def _content(sending: Sending) -> str:
    return f"{sending.content} {sending.asked}"


def _is_unchanged(broadcast: Broadcast, began: Sending) -> bool:
    """Whether the playbook has the messages with which the sending began; while people are gathered, also the
    same audience in the same groups."""
    if began.state == "gathering" and people_fingerprint(broadcast) != began.asked:
        return False
    return fingerprint(broadcast) == began.content


async def cancel(
    sendings: Sendings,
    batches: SendingBatches,
    sending: Sending,
    why: str,
    now: datetime,
    entry: AuditEntry | None = None,
    *,
    if_begun: bool = True,
) -> bool:
    """Cancel a sending; whether it was open. Calls that LINE may have received are finished first, so that it
    is known who got it.

    `entry`: its line of the audit log, where staff cancel it. Not `if_begun`: only before anybody is called.
    Raises `DatabaseUnavailable`: then it was perhaps done, and may be repeated.
    """
    end = partial(sendings.change, sending.id, ["planned"], reached_none=True, state="cancelled", ended=now)
    begun: list[SendingState] = ["gathering", "sending"] if if_begun else ["gathering"]
    stop = partial(sendings.change, sending.id, begun, state="cancelling")
    for step in (end, stop, end):  # it may begin meanwhile, or begin anew
        if await step(entry=entry, why=why):
            await batches.drop_new(sending.id)
            return True
    return False


log = logging.getLogger("oaflow.broadcasts")


class Planning:
    """Stores the sendings that the playbook schedules next, and removes those that it does not schedule any
    more. Raises `DatabaseUnavailable`: the next look goes on."""

    def __init__(self, sendings: Sendings, clock: PatientClock) -> None:
        self._sendings = sendings
        self._clock = clock
        self._seen: tuple[Playbook, frozenset[str]] | None = None
        """The playbook, and the ids of planned sendings, at the last look."""
        self._until = LAST
        """The next planned time: until then nothing is to be planned, if nothing else changes."""
        self._refused = set[str]()
        """Ids that were not planned, because such a sending exists: it was sent, cancelled or missed."""

    def is_done(self, playbook: Playbook, now: datetime) -> bool:
        """Whether nothing is to be planned just now, as far as was known at the last look."""
        return self._seen is not None and self._seen[0] is playbook and now < self._until

    def is_over(self, broadcast: str, moment: datetime) -> bool:
        """Whether it does not go out at this moment any more, as far as was known at the last look."""
        return sending_id(broadcast, moment) in self._refused

    async def plan(self, found: Sequence[Sending], playbook: Playbook) -> bool:
        """Plan what comes next; `found` is all that is not over. Whether anything is another now."""
        planned = [one for one in found if one.state == "planned" and not one.by]
        now, names = self._clock.now(), frozenset(one.id for one in planned)
        seen = self._seen
        if seen is not None and seen[0] is playbook and seen[1] == names and now < self._until:
            return False
        plan = plan_of(playbook, planned, now)
        for sending in plan.forget:
            if await self._sendings.forget(sending.id):
                self._refused.discard(sending.id)
                log.info('broadcast "%s" does not go out at %s any more', sending.broadcast, sending.moment)
        added = [one for one in plan.add if await self._add(one, now)]
        there = names.difference(one.id for one in plan.forget)
        self._seen = playbook, there.union(sending_id(one.broadcast.name, one.moment) for one in added)
        moments = (*(one.moment for one in planned), *(one.moment for one in plan.add))
        self._until = min((moment for moment in moments if moment > now), default=LAST)
        return bool(plan.forget or added)

    async def _add(self, time: PlannedTime, now: datetime) -> bool:
        broadcast, moment = time.broadcast, time.moment
        name = sending_id(broadcast.name, moment)
        if name in self._refused:
            return False
        is_new = await self._sendings.one(name) is None  # else it was called off, which was logged then
        if is_new and broadcast.at is not None and await self._went_out(broadcast.name):
            log.warning('broadcast "%s" was sent already: another sending needs another name', broadcast.name)
            self._refused.add(name)
            return False
        sending = Sending(name, broadcast.name, broadcast.channel, moment, now, paused=time.paused)
        added = await self._sendings.add(sending)
        if added:
            log.info('broadcast "%s" goes out at %s', broadcast.name, moment)
        else:
            self._refused.add(name)
        return added

    async def _went_out(self, broadcast: str) -> bool:
        """Whether it has gone out at its own time or instead of it, or is about to."""
        found = await self._sendings.all(broadcast)
        return any(one.may_have_reached and one.for_own_time for one in found)


DEAD = timedelta(minutes=1)
"""Time between two searches for ended sendings that still reserve messages."""
BY_LINE: frozenset[SendingHold] = frozenset({"quota", "token", "refused", "rate", "line"})
"""Holds that the process which calls LINE has stored."""


@dataclass(slots=True)
class Conductor:
    """Takes each open sending to its next state. All methods may raise `DatabaseUnavailable`: the next look
    goes on."""

    sendings: Sendings
    batches: SendingBatches
    gathering: Gatherer
    months: MonthsMessages
    planning: Planning
    as_begun: AsBegun
    playbook: Callable[[], Playbook]
    number: Callable[[], int | None]
    brake: Callable[[], Brake]
    alive: Callable[[], Awaitable[Collection[str]]]
    clock: PatientClock
    next_dead: datetime | None = None

    async def open(self) -> list[Sending]:
        """Plan what the playbook schedules; gives the open sendings."""
        found = await self.sendings.open()
        if await self.planning.plan(found, self.playbook()):
            found = await self.sendings.open()
        return found

    async def look(self, found: Collection[Sending]) -> None:
        """Do what there is to be done now with those that are open."""
        for sending in found:
            self.as_begun.look(found, self.playbook())
            await self._see_to(sending)
        await self._look_after_the_dead()

    def is_at_rest(self, found: Collection[Sending]) -> bool:
        """Whether nothing of these is to be planned, begun or looked for just now."""
        playbook, now = self.playbook(), self.clock.now()
        return self.planning.is_done(playbook, now) and not any(self._is_due(one, now) for one in found)

    def _is_due(self, sending: Sending, now: datetime) -> bool:
        broadcast = self.playbook().broadcasts.get(sending.broadcast)
        if sending.state != "cancelling" and broadcast is not None and broadcast.status == "cancelled":
            return True
        if sending.state == "gathering":
            return sending.held is None
        due = due_of(self.playbook(), sending, now) if sending.state == "planned" else "to come"
        return due == "missed" or (due == "due" and self._waits(sending, now) is None)

    async def _see_to(self, sending: Sending) -> None:
        now, broadcast = self.clock.now(), self.playbook().broadcasts.get(sending.broadcast)
        if sending.state != "cancelling" and broadcast is not None and broadcast.status == "cancelled":
            await cancel(self.sendings, self.batches, sending, "file", now)
        elif sending.state == "planned":
            await self._begin(sending, now)
        elif sending.state == "gathering" and sending.held in ASKS:
            if broadcast is None:  # it has no page where they would decide
                await self.gathering.end(sending, "cancelled", "file")
        elif sending.state == "gathering":
            if (playbook := self.as_begun.playbook(sending)) is None:
                await self._store_hold(sending, "edited", now)
            else:
                await self.gathering.go_on(sending, playbook)
        else:
            await self._end_or_hold(sending, now)

    async def _begin(self, sending: Sending, now: datetime) -> None:
        """Its moment has come: who gets it is fixed; where something holds it for long, it is missed."""
        due = due_of(self.playbook(), sending, now)
        if due == "missed":
            await self.gathering.end(sending, "missed", "late")
        elif due == "to come" and now >= sending.moment:
            await self._store_hold(sending, "quiet", now)
        elif due == "due":
            if (hold := self._waits(sending, now)) is not None:
                await self._store_hold(sending, hold, now)
                return
            if not sending.by and await self._was_sent_by_hand(sending):
                await self.gathering.end(sending, "cancelled", "by-hand")
                return
            playbook = self.playbook()
            begun = await self.gathering.begin(sending, playbook, self.number())
            if begun is not None:
                await self.gathering.go_on(begun, playbook)

    async def _end_or_hold(self, sending: Sending, now: datetime) -> None:
        if await self.batches.unfinished(sending.id):
            await self.batches.free_of_the_dead(sending.id, await self.alive())
            hold = self._held(sending, now)
            if hold is not None or sending.held not in BY_LINE:
                await self._store_hold(sending, hold, now)
            return
        state: SendingState = "done" if sending.state == "sending" else "cancelled"
        figures = await self.batches.figures(sending.id)
        reached_none = not figures.may_have_reached
        await self.months.give_back(sending.channel, sending.id, figures.whole.got)
        if await self.sendings.change(
            sending.id, [sending.state], reached_none=reached_none, state=state, ended=now, held=None
        ):
            log.info('broadcast "%s" is %s', sending.broadcast, state)
        if sending.instead_of is not None and not reached_none:
            await self._call_off(sending.broadcast, sending.instead_of, now)

    async def _call_off(self, broadcast: str, moment: datetime, now: datetime) -> None:
        """It was sent by hand: at its own time it does not go out again, which can be seen before."""
        planned = sending_id(broadcast, moment)
        if await self.sendings.change(planned, ["planned"], state="cancelled", why="by-hand", ended=now):
            log.info('broadcast "%s" was sent by hand: it does not go out at %s', broadcast, moment)

    async def _was_sent_by_hand(self, planned: Sending) -> bool:
        """Whether staff have sent it instead of its time (an edit may have moved that), or just do so.

        Also where it had no time of its own when they ordered it, and the same went out within a day.
        """
        broadcast = self.playbook().broadcasts.get(planned.broadcast)
        if broadcast is None or broadcast.at is None:
            return False
        same, since = content_and_people(broadcast), planned.moment - REPEAT_AFTER
        for one in await self.sendings.all(planned.broadcast):
            is_same = bool(one.by) and f"{one.content} {one.asked}" == same
            is_recent = one.began is not None and one.began > since
            if one.instead_of is None and not (is_same and is_recent):
                continue
            if not one.is_over or (await self.batches.figures(one.id)).may_have_reached:
                return True
        return False

    async def _store_hold(self, sending: Sending, hold: SendingHold | None, now: datetime) -> None:
        if hold != sending.held:
            await self.sendings.hold(sending, hold, now)

    def _waits(self, sending: Sending, now: datetime) -> SendingHold | None:
        """Why a sending does not begin though it is due; `None`: it begins."""
        hold = self._held(sending, now)
        return None if hold == "quiet" and sending.by else hold

    def _held(self, sending: Sending, now: datetime) -> SendingHold | None:
        known = self.as_begun.playbook(sending) is not None
        return hold_of(sending, self.playbook(), self.brake(), now, as_begun=known)

    async def _look_after_the_dead(self) -> None:
        """Once a minute, release messages that ended sendings still reserve."""
        now = self.clock.now()
        if self.next_dead is None or now >= self.next_dead:
            self.next_dead = now + DEAD
            await self.months.give_back_of_the_dead(self._sent_by)

    async def _sent_by(self, name: str) -> int | None:
        sending = await self.sendings.one(name)
        if sending is not None and not sending.is_over:
            return None
        return (await self.batches.figures(name)).whole.got

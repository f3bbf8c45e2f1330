"""Alerts to staff: stored for each receiver (`AlertQueue`), then gathered into messages and sent, with
retries (`AlertTeller`).

A row's id derives from the call or the trouble and its receiver, so two processes store one. What is being
sent is noted first: after a crash exactly that is sent again under the same id (Message-ID, idempotency key,
retry key). A mail whose acceptance was not heard may so come twice, as one.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.model.alert import AlertNote, AlertWay, TroubleReason
from bot.model.clock import Clock, PatientClock
from bot.model.effects import SendAlert
from bot.model.processes import part_of
from bot.runtime.alerts.receivers import (
    AlertCarrier,
    AlertNotSent,
    AlertReceiver,
    AlertResult,
    AlertSent,
    AlertTelling,
)
from bot.runtime.pause import pause
from bot.runtime.trouble import span_in_words
from bot.services.caller import Caller
from bot.services.effects import NoticeHandlers
from bot.store.events.alerts import AlertBatch, Alerts, OngoingTrouble, WaitingAlert
from bot.store.unavailable import DatabaseUnavailable

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-616c65727401")


@dataclass(eq=False, repr=False)
class AlertQueue:
    """Stores alerts. All calls may raise `DatabaseUnavailable`, and can be repeated: each alert is stored
    once."""

    _alerts: Alerts
    _receivers: Callable[[], Mapping[str, AlertReceiver]]
    _clock: Clock
    wake: Callable[[], None] = field(init=False, default_factory=lambda: lambda: None)
    """Called when there is something to send."""

    @property
    def hears(self) -> NoticeHandlers:
        return {SendAlert: self.notify}

    async def notify(self, alert: SendAlert, caller: Caller) -> None:
        """A playbook's alert to staff about a person."""
        name = str(uuid.uuid5(_IDS, caller.id))
        note = AlertNote(
            name, alert.reason, caller.at, caller.channel, caller.contact, alert.name, alert.text
        )
        await self._keep(note)

    async def begun(
        self,
        reason: TroubleReason,
        subject: str,
        text: str,
        channel: str | None = None,
        size: int | None = None,
    ) -> None:
        """A trouble has begun, or goes on: one alert until it is over, however many processes report it, and
        how often; and one each time that its `size`, where it is known, is ten times what was alerted to.

        `subject` is what the trouble is with, `text` the alert's, in the language of the playbook.
        """
        now = self._clock.now()
        trouble = await self._alerts.lasts(
            reason, subject, OngoingTrouble(uuid.uuid4().hex, now, size=size or 1)
        )
        if trouble.since > now - LAPSES:  # what is older was sent, or given up; its rows may be gone by now
            await self._keep(AlertNote(trouble.id, reason, trouble.since, channel, text=text))
        if not trouble.kept:
            await self._alerts.keep(reason, subject, trouble)
        if size is None:
            return
        if trouble.has_grown(size):  # of all who find it each stores the same alert
            more = f"{trouble.id}-{trouble.sized or trouble.since:%Y%m%d%H%M%S%f}"
            await self._keep(AlertNote(more, reason, now, channel, text=text))
        if trouble.is_resized(size, now):
            await self._alerts.resize(reason, subject, trouble, size, now)

    async def over(self, reason: TroubleReason, subject: str, text: str, channel: str | None = None) -> None:
        """The trouble is over: one alert, if there was one at its beginning."""
        trouble = await self._alerts.lasting(reason, subject)
        if trouble is None:
            return
        name = f"{trouble.id}-over"
        await self._keep(AlertNote(name, reason, self._clock.now(), channel, text=text, over=True))
        await self._alerts.over(reason, subject, trouble)

    async def forget(self, reason: TroubleReason, subject: str) -> None:
        """End a trouble without an alert."""
        trouble = await self._alerts.lasting(reason, subject)
        if trouble is not None:
            await self._alerts.over(reason, subject, trouble)

    async def lasting(self) -> Mapping[tuple[str, str], OngoingTrouble]:
        """The troubles that have begun and are not over, by reason and subject."""
        return await self._alerts.lasting_all()

    async def once(self, reason: TroubleReason, what: str, text: str) -> None:
        """Something has happened once, called `what`: one alert, however many processes report it, and how
        often."""
        name = str(uuid.uuid5(_IDS, f"{reason}\0{what}"))
        await self._keep(AlertNote(name, reason, self._clock.now(), text=text))

    async def digest(
        self, day: date, receivers: Collection[str], letter: Callable[[], Awaitable[str]]
    ) -> None:
        """The digest of a day for those of these receivers who have not had it; the `letter` is written only
        where there is one."""
        name = str(uuid.uuid5(_IDS, f"digest\0{day}"))
        left = [one for one in receivers if one not in await self._alerts.stored_for(name, receivers)]
        if left:
            note = AlertNote(name, "digest", self._clock.now(), text=await letter())
            await self._alerts.add([note], left)
            self.wake()

    async def _keep(self, note: AlertNote) -> None:
        receivers = [one.id for one in self._receivers().values() if note.reason in one.reasons]
        if receivers:
            await self._alerts.add([note], receivers)
            self.wake()


@dataclass(frozen=True, slots=True)
class Gathering:
    """The least time between two messages, and the most notes in one."""

    apart: timedelta
    most: int


GATHERED: Mapping[AlertWay, Gathering] = {
    "mail": Gathering(timedelta(minutes=1), 2_000),
    "line": Gathering(timedelta(minutes=1), 20),
    "webhook": Gathering(timedelta(seconds=1), 100),
}
"""People get a message once a minute at most; a push at LINE is paid, and holds few notes."""

AGAIN = (10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds until the next attempt; the last one applies from then on."""
LAPSES = timedelta(days=3)
"""Age at which notes that could not be sent are given up."""
DIGEST_LAPSES = timedelta(hours=6)
"""Age at which a digest that could not be sent is given up."""


def next_telling(to: AlertWay, last: datetime | None, now: datetime) -> datetime:
    """The earliest time of the next message to a receiver, after one at `last`."""
    return now if last is None else max(now, last + GATHERED[to].apart)


def next_try(failed: int, now: datetime) -> datetime:
    """The time of the next attempt after `failed` failures, at least one."""
    return now + timedelta(seconds=AGAIN[min(failed, len(AGAIN)) - 1])


def _digest_alone(found: list[WaitingAlert]) -> list[WaitingAlert]:
    """The first notes that go into one message: a digest is a message by itself."""
    at = next((number for number, one in enumerate(found) if one.note.reason == "digest"), len(found))
    return found[: at or 1]


log = logging.getLogger("oaflow.alerts")

LOOK = 5.0
"""Seconds between two checks for notes that other processes have stored."""
SECONDS = 40.0
"""Seconds that sending one message may take."""
BY_ANOTHER = timedelta(seconds=60)
"""How long after it began another process may still be sending a message."""
LEAVING = 5.0
"""Seconds that a stop waits for messages under way."""


@dataclass(slots=True)
class _Failing:
    """A receiver to whom messages fail since a time: failures in a row, and when the next attempt is."""

    since: datetime
    tries: int
    next: datetime


@dataclass(eq=False, repr=False)
class AlertTeller:
    """Sends alerts. Runs in every process; the owner of a receiver's part sends to it, as for people's turns.

    Each message is stored before it is sent: after a crash the next process sends the same again, under the
    same id, once the first cannot be sending any more.

    `_owns(part)`: whether a part is this process's; `_gone(process)`: whether another process has ended.
    """

    _alerts: Alerts
    _receivers: Callable[[], Mapping[str, AlertReceiver]]
    _carrier: AlertCarrier
    _owns: Callable[[int], bool]
    _me: str
    _gone: Callable[[str], bool]
    _clock: PatientClock
    _wake: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _under_way: dict[str, asyncio.Task[None]] = field(init=False, default_factory=dict)
    _missed: set[str] = field(init=False, default_factory=set)
    """Receivers with notes that came during a message, perhaps after the query."""
    _failing: dict[str, _Failing] = field(init=False, default_factory=dict)
    _each_alone: set[str] = field(init=False, default_factory=set)
    """Receivers with a note that cannot be sent: until it is found, notes go one by one."""

    def wake(self) -> None:
        """Look at once: there are new notes, or other receivers."""
        self._wake.set()

    @property
    def unreached(self) -> int:
        """How many receivers of ours cannot be sent anything just now."""
        return sum(one in self._failing and self._owns(part_of(one)) for one in self._receivers())

    def renew(self) -> None:
        """The settings have changed: failed messages are tried at once."""
        for failing in self._failing.values():
            failing.next = failing.since
        self.wake()

    async def run(self) -> None:
        """Send what is due, for ever."""
        try:
            while True:
                self._wake.clear()
                for receiver in self._receivers().values():
                    if receiver.id in self._under_way:
                        self._missed.add(receiver.id)
                    elif self._may(receiver):
                        self._begin(receiver)
                await pause(self._clock, LOOK, self._wake)
        finally:
            await self._stop()

    def _begin(self, receiver: AlertReceiver) -> None:
        task = asyncio.create_task(self._see_to(receiver), name="alert")
        self._under_way[receiver.id] = task
        task.add_done_callback(lambda _: self._over(receiver.id))

    def _over(self, receiver: str) -> None:
        self._under_way.pop(receiver, None)
        if receiver in self._missed:
            self._missed.discard(receiver)
            self.wake()

    async def _stop(self) -> None:
        tasks = list(self._under_way.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=LEAVING)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _may(self, receiver: AlertReceiver) -> bool:
        failing = self._failing.get(receiver.id)
        is_due = failing is None or self._clock.now() >= failing.next
        return is_due and self._owns(part_of(receiver.id))

    async def _see_to(self, receiver: AlertReceiver) -> None:
        """Send one receiver its notes. Errors are logged, and it is tried again."""
        try:
            begun = await self._begun(receiver)
            if begun is not None:
                batch, found = begun
                telling = AlertTelling(batch.id, batch.at, [one.note for one in found])
                await self._ended(receiver, batch, await self._carried(receiver, telling))
        except DatabaseUnavailable:
            pass  # the notes stay stored: the next look finds them
        except Exception:  # a bug must not end the others' alerts
            log.exception("%s cannot be told", receiver.called)

    async def _begun(self, receiver: AlertReceiver) -> tuple[AlertBatch, list[WaitingAlert]] | None:
        """The next message, stored as under way; `None`: nothing, or not now, or not by this process."""
        now = self._clock.now()
        most = 1 if receiver.id in self._each_alone else GATHERED[receiver.to].most
        found = await self._alerts.waiting(receiver.id, most)
        if not found:
            return None
        if found[0].note.at < now - LAPSES and not await self._lapsed(receiver, now):
            return None
        if found[0].note.reason == "digest" and found[0].note.at < now - DIGEST_LAPSES:
            await self._alerts.lapse(receiver.id, now - DIGEST_LAPSES, "digest")
            self.wake()
            return None
        found = _digest_alone(found)
        so_far = await self._alerts.so_far(receiver.id)
        if (before := so_far.batch) is not None:
            if before.by != self._me and not self._gone(before.by) and now < before.at + BY_ANOTHER:
                return None
            found = await self._alerts.waiting(receiver.id, len(before.rows), before.rows)
            if not found:  # all of it was sent, and its end was not stored
                await self._alerts.mark_delivered(receiver.id, before, before.at)
                return None
        elif next_telling(receiver.to, so_far.last, now) > now:
            return None
        found = found[: self._carrier.fitting(receiver, [one.note for one in found])]
        name = uuid.uuid4().hex if before is None else before.id
        batch = AlertBatch(name, self._me, now, tuple(one.row for one in found))
        return (batch, found) if await self._alerts.begin(receiver.id, batch, before) else None

    async def _lapsed(self, receiver: AlertReceiver, now: datetime) -> bool:
        """Give up notes that are too old, and log it; `False`: look again at the others."""
        number = await self._alerts.lapse(receiver.id, now - LAPSES)
        if number:
            days = LAPSES.days
            log.error("%s was not told of %d things for %d days: given up", receiver.called, number, days)
            self.wake()
        return not number

    async def _carried(self, receiver: AlertReceiver, telling: AlertTelling) -> AlertResult:
        try:
            async with asyncio.timeout(SECONDS):
                return await self._carrier.carry(receiver, telling)
        except TimeoutError:
            return AlertNotSent("no answer in time", unsure=True)

    async def _bisect_failures(self, receiver: AlertReceiver, batch: AlertBatch, why: str) -> None:
        """Find the note at fault by sending one by one, and give up on that alone."""
        if len(batch.rows) > 1:
            self._each_alone.add(receiver.id)
            await self._alerts.mark_undelivered(receiver.id, batch)
        else:
            self._each_alone.discard(receiver.id)
            log.error("%s cannot be told of one thing: %s; given up", receiver.called, why)
            await self._alerts.give_up(receiver.id, batch)

    async def _ended(self, receiver: AlertReceiver, batch: AlertBatch, result: AlertResult) -> None:
        now, failing = self._clock.now(), self._failing.get(receiver.id)
        match result:
            case AlertSent():
                await self._alerts.mark_delivered(receiver.id, batch, now)
                if failing is not None:
                    del self._failing[receiver.id]
                    lasted = span_in_words(now - failing.since)
                    log.warning("%s is told again, after %s", receiver.called, lasted)
            case AlertNotSent(why, hopeless=True):
                await self._bisect_failures(receiver, batch, why)
            case AlertNotSent(why, unsure):
                if failing is None:
                    log.warning("%s cannot be told: %s; it is tried again", receiver.called, why)
                    failing = self._failing[receiver.id] = _Failing(now, 0, now)
                failing.tries += 1
                failing.next = next_try(failing.tries, now)
                if not unsure:
                    await self._alerts.mark_undelivered(receiver.id, batch)

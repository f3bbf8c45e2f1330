"""How many paid messages each channel has left this month: LINE's figure, queried every ten minutes, less
what was sent since. `QuotaBack` wakes people who wait for messages."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.line.account import Quota
from bot.line.outcome import Accepted, CallResult, LineError
from bot.model.clock import PatientClock
from bot.model.event import News
from bot.model.inbox import Received
from bot.model.month import next_month
from bot.model.outgoing import Outgoing
from bot.model.reserved import Reservation, SentBefore, held, sent_before
from bot.runtime.bulk import enqueue_and_wait, keep_looking
from bot.runtime.line_trouble import outcome_of_error
from bot.runtime.metrics import Levels
from bot.runtime.pause import pause
from bot.runtime.retry import LEFT_OUT, Done, GiveUp
from bot.services.own_events import own_news
from bot.store.contacts.due import HeldPeople
from bot.store.counters.quotas import QuotaFigure, QuotaFigures
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.quota")

EVERY = 600.0
"""Seconds between two queries of one channel; the turn of LINE's month comes between them."""

SOON = 5.0
"""Seconds between two queries where LINE does not answer: they are free, and show when it is back."""


class QuotaSource(Protocol):
    """One channel's LINE: `bot.line.client.LineClient`."""

    async def quota(self) -> Quota: ...


@dataclass(slots=True)
class _Known:
    """What is known of one channel since the last query."""

    quota: Quota
    """LINE's figures at the query."""
    spent: int = 0
    """Pushes that LINE has taken since."""
    refused: bool = False
    """Whether LINE has refused a push since, for the limit is reached."""
    before: SentBefore = field(default_factory=dict)
    """What sendings had sent at the query."""
    held: int = 0
    """What sendings have reserved beyond that."""


@dataclass(eq=False, repr=False)
class Quotas:
    """What is left, by channel. LINE's figures are about right only: a refusal of LINE's weighs more."""

    _channels: Callable[[], Iterable[str]]
    _account: Callable[[str], QuotaSource | None]
    _figures: QuotaFigures
    _clock: PatientClock
    _known: dict[str, _Known] = field(init=False, default_factory=dict)
    _under_way: dict[str, set[str]] = field(init=False, default_factory=dict)
    _reserved: Mapping[str, Sequence[Reservation]] = field(init=False, default_factory=dict)
    _unanswered: set[str] = field(init=False, default_factory=set)
    _gone: set[str] = field(init=False, default_factory=set)
    _due: dict[str, datetime] = field(init=False, default_factory=dict)
    _asked: dict[str, datetime] = field(init=False, default_factory=dict)
    _sooner: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    on_change: Callable[[], None] = field(init=False, default_factory=lambda: lambda: None)
    on_asked: Callable[[str], None] = field(init=False, default_factory=lambda: lambda channel: None)
    on_call_end: Callable[[str, CallResult, datetime], None] = field(
        init=False, default_factory=lambda: lambda channel, outcome, began: None
    )
    levels: Levels = field(init=False)

    def __post_init__(self) -> None:
        self.levels = Levels(
            "oaflow_quota_left", "Paid messages that are left this month.", "channel", self.all_left
        )

    # -- what is left

    def left(self, channel: str) -> int | None:
        """The paid messages that are left beside reservations.

        `None`: there is no limit, or LINE has not answered yet.
        """
        known = self._known.get(channel)
        if known is None:
            return None
        if known.refused:
            return 0
        if known.quota.limit is None:
            return None
        return max(0, known.quota.limit - self._used(channel))

    def _used(self, channel: str) -> int:
        known = self._known[channel]
        under_way = len(self._under_way.get(channel, ()))
        return known.quota.used + known.spent + under_way + known.held

    def all_left(self) -> Mapping[str, int]:
        """What is left, of the channels that have a limit."""
        return {channel: left for channel in self._known if (left := self.left(channel)) is not None}

    # -- what sendings have reserved, and send

    def reserved_are(self, reserved: Mapping[str, Sequence[Reservation]]) -> None:
        """Set what sendings have reserved just now, by channel: nobody else may spend it."""
        if reserved == self._reserved:
            return
        changed = [c for c in {*reserved, *self._reserved} if reserved.get(c) != self._reserved.get(c)]
        self._reserved = reserved
        for channel in changed:
            known = self._known.get(channel)
            if known is not None and (now := held(reserved.get(channel, ()), known.before)) != known.held:
                known.held = now
                self._changed(channel)

    def refused(self, channel: str) -> None:
        """LINE has refused a sending's call, for the month's messages are used up: stop all pushes."""
        self._known.setdefault(channel, _Known(Quota(None, 0))).refused = True
        self._changed(channel)

    def is_refused(self, channel: str) -> bool:
        """Whether LINE takes no paid message, until a query, within ten minutes, shows that there are
        some."""
        known = self._known.get(channel)
        return known is not None and known.refused

    # -- what is sent

    def begun(self, call: Outgoing) -> None:
        """This call is to be made; only pushes cost."""
        if call.kind == "push":
            self._under_way.setdefault(call.channel, set()).add(call.id)
            self.on_change()

    def ended(self, call: Outgoing, result: Done | GiveUp) -> None:
        """This call has been made, or has been given up."""
        if call.kind != "push":
            return
        self.forget([call.id])
        known = self._known.setdefault(call.channel, _Known(Quota(None, 0)))
        if isinstance(result, Done):
            known.spent += result != LEFT_OUT
        elif result.reason == "quota":
            known.refused = True
        self._changed(call.channel)

    def forget(self, calls: Iterable[str]) -> None:
        """These calls are made by another process, if at all."""
        for under_way in self._under_way.values():
            under_way.difference_update(calls)

    # -- asking

    async def ask(self, channel: str) -> None:
        """Query LINE now. This resets a refusal, unless nothing is left: LINE also refuses for a while only.

        https://developers.line.biz/en/faq/#why-do-i-get-429-error-during-message-delivery
        """
        account, before = self._account(channel), self._known.get(channel)
        spent, began = (before.spent if before is not None else 0), self._clock.now()
        self._asked[channel] = began
        self._due[channel] = min(began + timedelta(seconds=EVERY), next_month(began))
        if account is None:
            return
        sent = sent_before(self._reserved.get(channel, ()))
        try:
            quota = await account.quota()
        except LineError as error:
            self._on_query_failed(channel, error, began)
            return
        self._on_query_succeeded(channel, began)
        meanwhile = before.spent - spent if before is not None else 0
        holds = held(self._reserved.get(channel, ()), sent)
        self._known[channel] = _Known(quota, meanwhile, before=sent, held=holds)
        self._changed(channel)
        await self._keep(channel)
        self.on_asked(channel)

    def _on_query_failed(self, channel: str, error: LineError, began: datetime) -> None:
        """Pass a trouble of the channel to the watch of its calls; log an error of this query alone."""
        outcome = outcome_of_error(error)
        if outcome is not None:
            self.ask_soon(channel)
            self.on_call_end(channel, outcome, began)
        elif channel not in self._unanswered:
            self._unanswered.add(channel)
            log.warning("LINE does not tell how many messages %s has left: %s", channel, error)

    def _on_query_succeeded(self, channel: str, began: datetime) -> None:
        self.on_call_end(channel, Accepted(), began)
        if channel in self._unanswered:
            self._unanswered.discard(channel)
            log.warning("LINE tells again how many messages %s has left", channel)

    def ask_soon(self, channel: str) -> None:
        """LINE does not answer: query soon again, until it does."""
        asked = self._asked.get(channel)
        soon = self._clock.now() if asked is None else asked + timedelta(seconds=SOON)
        self._due[channel] = min(soon, self._due.get(channel, soon))
        self._sooner.set()

    async def run(self) -> None:
        """Query all channels, for ever."""
        while True:
            self._sooner.clear()
            channels, now = tuple(self._channels()), self._clock.now()
            await asyncio.gather(*(self.ask(channel) for channel in channels if self._is_due(channel, now)))
            now = self._clock.now()
            next_due = min((self._due.get(channel, now) for channel in channels), default=None)
            seconds = EVERY if next_due is None else (next_due - now).total_seconds()
            await pause(self._clock, min(EVERY, max(0.0, seconds)), self._sooner)

    def _is_due(self, channel: str, now: datetime) -> bool:
        asked = self._asked.get(channel)
        return asked is None or not asked <= now < self._due[channel]  # earlier: the clock was set back

    async def _keep(self, channel: str) -> None:
        with suppress(DatabaseUnavailable):  # commands see an older one
            limit, used = self._known[channel].quota.limit, self._used(channel)
            figure = QuotaFigure(self.left(channel), self._clock.now(), limit, used)
            await self._figures.keep(channel, figure)

    def _changed(self, channel: str) -> None:
        self.on_change()
        is_gone = self.left(channel) == 0
        if is_gone and channel not in self._gone:
            self._gone.add(channel)
            why = "reserved by broadcasts" if self._is_held(channel) else "used up"
            log.warning("the month's messages of %s are %s: its journeys wait, replies go on", channel, why)
        elif not is_gone and channel in self._gone:
            self._gone.discard(channel)
            log.warning("%s has messages left again: %s", channel, self._in_words(channel))

    def _is_held(self, channel: str) -> bool:
        known = self._known.get(channel)
        return known is not None and known.held > 0 and not known.refused

    def _in_words(self, channel: str) -> str:
        left = self.left(channel)
        return "without limit" if left is None else f"{left:,}"


FIRST = 1
"""People who are woken first, to see whether LINE takes messages again: its figures are only about right."""
PAGE = 500
"""People who are woken at a time from then on."""


class QuotaRuntime(Protocol):
    """The part of `bot.runtime.process.Runtime` that is used here."""

    def parts(self) -> Sequence[int]: ...
    async def hear(self, received: Sequence[Received], seconds: float) -> None: ...
    def is_through(self, contact: str, event: str) -> bool: ...


class QuotaBack:
    """Gives each waiting person an event of ours, whose turn checks the limit again.

    It starts again whenever a query shows messages left: so people left behind by a crash, or taken over with
    another process's part, are found within ten minutes.
    """

    def __init__(self, quotas: Quotas, held: HeldPeople, serving: QuotaRuntime, clock: PatientClock) -> None:
        self._quotas = quotas
        self._held = held
        self._serving = serving
        self._clock = clock
        self._asked: set[str] = set()
        self._wanted = asyncio.Event()
        quotas.on_asked = self._note

    def _note(self, channel: str) -> None:
        self._asked.add(channel)
        self._wanted.set()

    async def run(self) -> None:
        """Wake people on every channel with messages left at the last query."""
        await keep_looking(self._wake_all, self._clock, EVERY, self._wanted)

    async def _wake_all(self) -> None:
        while self._asked:
            await self.wake(self._asked.pop())

    async def wake(self, channel: str) -> None:
        """Wake people who wait on this channel for want of messages, until none are left again."""
        asking, woken = uuid.uuid4(), 0
        for part in await self._held.parts_by_quota(self._serving.parts(), channel):
            last = ""
            while (most := self._most(channel, woken)) > 0:
                people = await self._held.by_quota(part, channel, last, most)
                if not people:
                    break
                last = people[-1]
                woken += len(people)
                news, now = News("quota_back", channel), self._clock.now()
                events = [own_news(one, channel, news, str(asking), now) for one in people]
                await enqueue_and_wait(events, self._serving.hear, self._is_through, self._clock)
        if woken:
            log.info("woken on %s, for there are messages again: %d people", channel, woken)

    def _most(self, channel: str, woken: int) -> int:
        left = self._quotas.left(channel)
        most = PAGE if woken else FIRST
        return most if left is None else min(most, left)

    def _is_through(self, received: Received) -> bool:
        """Whether the turn's messages are sent, too: then the figure for the next person is right."""
        return self._serving.is_through(received.entry.contact, received.entry.id)

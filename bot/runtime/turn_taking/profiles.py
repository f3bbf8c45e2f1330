"""People's names and languages: read from LINE within the time that a person would wait for an answer, and
again beside their turns when they are old (F9)."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.engine.turn.turn import TOKEN_LIFE
from bot.line.outcome import LineError
from bot.model.clock import PatientClock
from bot.model.contact import Contact
from bot.model.event import Event, Follow, OtherMessage, Postback, Profile, TextMessage, Unfollow
from bot.model.inbox import Received
from bot.runtime.ports import LineAccount
from bot.runtime.turn_taking.lanes import Lane, Lanes

PATIENCE = 0.8
"""Seconds that the first turn of a new contact waits for the profile; then it says 朋友."""

TOGETHER = timedelta(seconds=0.1)
"""Reads that begin within this time share one timer, and are waited for by so much less."""

URGENT = TOKEN_LIFE / 2
"""After so long in the queue an event is decided without a name: a read would delay others' answers too
long."""

ASKED_AGAIN = timedelta(minutes=10)
"""How long a profile that LINE did not give is not read again."""

OLD = timedelta(days=7)
"""After which a profile is read again, with the person's next event."""

OLD_AT_FOLLOW = ASKED_AGAIN
"""The same at a follow: who comes back may be called otherwise, and who follows again and again is not asked
for each time."""

BESIDE = 20
"""Old profiles that are read at a time: whoever comes meanwhile has theirs read with a later event."""

WITH_PROFILE = (Follow, TextMessage, OtherMessage, Postback)
"""Events of people whose profile LINE gives: friends, and people who have written. For others it may not."""

REMEMBERED = 10_000
"""Contacts whose read is remembered."""


@dataclass(frozen=True, slots=True)
class ProfileUnknown:
    """LINE gave no profile; `of_line`: of a person whose profile it gives, so it is read again after
    `until`."""

    until: datetime
    of_line: bool


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """What LINE has told anew of somebody at that moment: for their next event."""

    profile: Profile
    at: datetime


@dataclass(slots=True)
class AskingRound:
    """Contacts that share the end of `PATIENCE`: a timer for each would cost more than the question."""

    began: datetime
    contacts: list[str] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class Profiles:
    """Reads profiles from LINE. For that of somebody without a name their own lane waits, for others none.

    An old one is asked for once in its time, be it given or not (404: they have blocked us; 429): the turn
    that is taken meanwhile stores the moment. What was read when a process ended is read a time later.
    """

    _account: Callable[[str], LineAccount | None]
    _lanes: Lanes
    _clock: PatientClock
    _reads: OrderedDict[str, Profile | ProfileUnknown | ReadAgain | None] = field(
        init=False, default_factory=OrderedDict
    )  # None: is asked just now
    _beside: int = field(init=False, default=0)
    _held: set[str] = field(init=False, default_factory=set)
    """Contacts whose lanes wait for their profile."""
    _round: AskingRound | None = field(init=False, default=None)
    _tasks: set[asyncio.Task[None]] = field(init=False, default_factory=set)

    def wants(self, contact: Contact, received: Received) -> bool:
        """Whether this event should wait for the person's profile."""
        event = received.event
        return (
            contact.name is None
            and event.source.kind == "user"
            and not isinstance(event.what, Unfollow)
            and not self._is_urgent(event)
            and self._may_ask(contact.id, event)
        )

    def _is_urgent(self, event: Event) -> bool:
        """Whether its answer can still be given, and has waited for too long to wait for a name."""
        token = event.token
        return token is not None and URGENT < self._clock.now() - token.received <= TOKEN_LIFE

    def _may_ask(self, contact: str, event: Event) -> bool:
        if contact not in self._reads:
            return True
        known = self._reads[contact]
        if not isinstance(known, ProfileUnknown):
            return False
        return self._clock.now() >= known.until or (
            isinstance(event.what, WITH_PROFILE) and not known.of_line
        )

    def ask(self, lane: Lane, received: Received) -> None:
        """Begin to ask, and hold the lane until the answer is there or patience is at its end."""
        self._lanes.hold(lane)
        self._remember(lane.contact, None)
        self._held.add(lane.contact)
        now = self._clock.now()
        if self._round is None or not now - TOGETHER <= self._round.began <= now:
            self._round = AskingRound(now)
            self._start(self._lose_patience(self._round))
        self._round.contacts.append(lane.contact)
        self._start(self._fetch(lane.contact, received.event))

    def with_profile(self, contact: Contact, received: Received) -> Event:
        """The event with the profile, read since it was received, of a person without a name; of one who has
        a name what was read again, or, where that is old, what is known: it is asked for from now on."""
        event, read = received.event, self._reads.get(contact.id)
        if contact.name is None:
            return replace(event, profile=read) if isinstance(read, Profile) else event
        if isinstance(read, ReadAgain) and (contact.profiled is None or read.at >= contact.profiled):
            return replace(event, profile=read.profile)
        if _is_old(contact, event) and self._read_beside(contact, contact.name, event):
            return replace(event, profile=Profile(contact.name, contact.language, contact.picture))
        return event if event.profile is None else replace(event, profile=None)

    def _read_beside(self, contact: Contact, name: str, event: Event) -> bool:
        """Begin to read what may have changed; whether it is being read."""
        if contact.id in self._reads and self._reads[contact.id] is None:
            return True  # the turn is decided once more
        if self._beside >= BESIDE:
            return False
        self._beside += 1
        self._remember(contact.id, None)
        self._start(self._ask_again(contact.id, Profile(name, contact.language, contact.picture), event))
        return True

    async def _ask_again(self, contact: str, known: Profile, event: Event) -> None:
        try:
            profile = await self._profile(event)
        finally:
            self._beside -= 1
            asked = self._reads.pop(contact, known) is None
        if asked and profile is not None and profile != known:
            self._remember(contact, ReadAgain(profile, self._clock.now()))

    def forget(self, contact: str) -> None:
        """They are erased."""
        self._reads.pop(contact, None)

    async def stop(self) -> None:
        """Ask no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="profile")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _lose_patience(self, reads: AskingRound) -> None:
        await self._clock.wait(PATIENCE)
        for contact in reads.contacts:
            self._release(contact)

    def _release(self, contact: str) -> None:
        """The lane goes on, if it has not yet: a late answer serves the person's next event."""
        if contact in self._held:
            self._held.discard(contact)
            self._lanes.release(contact)

    async def _fetch(self, contact: str, event: Event) -> None:
        try:
            await self._ask(contact, event)
        finally:
            self._release(contact)

    async def _ask(self, contact: str, event: Event) -> None:
        profile = await self._profile(event)
        again = ProfileUnknown(self._clock.now() + ASKED_AGAIN, isinstance(event.what, WITH_PROFILE))
        self._remember(contact, again if profile is None else profile)

    async def _profile(self, event: Event) -> Profile | None:
        """What LINE tells; `None`: nothing, and the name is a courtesy."""
        account = self._account(event.channel)
        try:
            return None if account is None else await account.profile(event.source.id)
        except LineError:
            return None

    def _remember(self, contact: str, profile: Profile | ProfileUnknown | ReadAgain | None) -> None:
        self._reads[contact] = profile
        self._reads.move_to_end(contact)
        if len(self._reads) > REMEMBERED:
            self._reads.popitem(last=False)


def _is_old(contact: Contact, event: Event) -> bool:
    """Whether LINE is to be asked anew, with this event."""
    span = OLD_AT_FOLLOW if isinstance(event.what, Follow) else OLD
    if contact.profiled is not None and event.at - contact.profiled < span:
        return False
    return event.source.kind == "user" and isinstance(event.what, WITH_PROFILE)

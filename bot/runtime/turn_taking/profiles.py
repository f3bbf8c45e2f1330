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
"""Reads that begin within this time share one timer of `PATIENCE`, so the later ones wait a little less."""

URGENT = TOKEN_LIFE / 2
"""After so long in the queue an event is decided without a name: a read would delay others' answers too
long."""

ASKED_AGAIN = timedelta(minutes=10)
"""How long a profile that LINE did not give is not read again."""

OLD = timedelta(days=7)
"""Age from which on a profile is read again, with the person's next event."""

OLD_AT_FOLLOW = ASKED_AGAIN
"""That age at a follow event: a person who comes back may have another name by now, and one who follows again
and again is not read each time."""

BESIDE = 20
"""Old profiles that are read side by side, at most: further ones are read with a later event."""

WITH_PROFILE = (Follow, TextMessage, OtherMessage, Postback)
"""Events of people whose profile LINE gives: friends, and people who have written. For others it may not."""

REMEMBERED = 10_000
"""Contacts whose read is remembered."""


@dataclass(frozen=True, slots=True)
class ProfileUnknown:
    """LINE gave no profile: it is read again after `until`.

    `of_line`: the event was of a kind with which LINE gives profiles (`WITH_PROFILE`); else such an event has
    it read at once.
    """

    until: datetime
    of_line: bool


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """A profile that was read again and has changed, for the person's next event; `at`: when it was read."""

    profile: Profile
    at: datetime


@dataclass(slots=True)
class AskingRound:
    """Contacts that share one timer of `PATIENCE`: one for each would cost more than the read."""

    began: datetime
    contacts: list[str] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class Profiles:
    """Reads profiles from LINE. The lane of a contact without a name waits for the read; no other lane does.

    An old profile is read once per `OLD`, whether LINE gives it or not (404: blocked; 429: too many calls):
    the turn that is taken meanwhile stores the time. A result that is lost with its process is read again
    after another `OLD`.
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
        """Whether the event can still be answered, but has waited for too long to wait for a name, too."""
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
        """Begin to read the profile, and hold the lane until it is there, or for `PATIENCE` seconds at
        most."""
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
        """The event with the profile that its turn is to store, if any.

        Of a person without a name: the one read since. Of one with a name: the one read again; or, where
        that is old, the known one, whose read begins now.
        """
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
        """Forget what was read of a contact that is erased."""
        self._reads.pop(contact, None)

    async def stop(self) -> None:
        """Cancel all reads; return when they have ended."""
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
        """Let the lane go on, if it is still held: a late profile serves the person's next event."""
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
        """The profile at LINE; `None`: LINE gave none, which is no error, for a name is a courtesy."""
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
    """Whether the known profile is so old that it is read again with this event."""
    span = OLD_AT_FOLLOW if isinstance(event.what, Follow) else OLD
    if contact.profiled is not None and event.at - contact.profiled < span:
        return False
    return event.source.kind == "user" and isinstance(event.what, WITH_PROFILE)

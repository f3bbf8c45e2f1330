"""People's names: read from LINE once, within the time that a person would wait for an answer."""

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


@dataclass(slots=True)
class AskingRound:
    """Contacts that share the end of `PATIENCE`: a timer for each would cost more than the question."""

    began: datetime
    contacts: list[str] = field(default_factory=list)


class Profiles:
    """Reads profiles of people without a name from LINE. Only the person's own lane waits."""

    def __init__(
        self, account: Callable[[str], LineAccount | None], lanes: Lanes, clock: PatientClock
    ) -> None:
        self._account = account
        self._lanes = lanes
        self._clock = clock
        self._reads: OrderedDict[str, Profile | ProfileUnknown | None] = (
            OrderedDict()
        )  # None: is asked just now
        self._held: set[str] = set()
        """Contacts whose lanes wait for their profile."""
        self._round: AskingRound | None = None
        self._tasks: set[asyncio.Task[None]] = set()

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
        """The event with the profile, read since it was received, of a person without a name; one who has
        a name by now keeps it."""
        event = received.event
        if contact.name is not None:
            return event if event.profile is None else replace(event, profile=None)
        profile = self._reads.get(contact.id)
        return replace(event, profile=profile) if isinstance(profile, Profile) else event

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
        account = self._account(event.channel)
        if account is None:
            return
        try:
            profile = await account.profile(event.source.id)
        except LineError:  # the name is a courtesy: the person is called 朋友 for now
            profile = None
        again = ProfileUnknown(self._clock.now() + ASKED_AGAIN, isinstance(event.what, WITH_PROFILE))
        self._remember(contact, again if profile is None else profile)

    def _remember(self, contact: str, profile: Profile | ProfileUnknown | None) -> None:
        self._reads[contact] = profile
        self._reads.move_to_end(contact)
        if len(self._reads) > REMEMBERED:
            self._reads.popitem(last=False)

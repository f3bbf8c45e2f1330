"""Waking those who wait for the month's messages, as many at a time as there are messages."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from bot.model.clock import PatientClock
from bot.model.event import Event, News, Source
from bot.model.inbox import Received
from bot.runtime.limits.quota import Quotas
from bot.runtime.own_events import own_event
from bot.runtime.seen_through import seen_through
from bot.store.contacts.held import HeldPeople
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.quota")

FIRST = 1
"""People who are woken to see whether LINE takes messages again: its figures are only about right."""
PAGE = 500
"""People who are woken at a time from then on."""

_IDS = uuid.UUID("6f61666c-6f77-4c51-8f74-610000000001")


class QuotaRuntime(Protocol):
    """The runtime, as far as it is asked here: `bot.runtime.process.Runtime`."""

    def parts(self) -> Sequence[int]: ...
    async def hear(self, received: Sequence[Received], seconds: float) -> None: ...
    def is_through(self, contact: str, event: str) -> bool: ...


class QuotaBack:
    """Gives each who waits an event of ours, at which the turn looks at the door again.

    It begins anew whenever LINE says that there are messages: so whoever was left behind by a crash, or has
    come with another process's part, is found ten minutes later.
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
        """Wake people on every channel of which LINE has just told that it has messages."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            while self._asked:
                with suppress(DatabaseUnavailable):  # at the next asking
                    await self.wake(self._asked.pop())

    async def wake(self, channel: str) -> None:
        """Wake who is held on this channel for want of messages, until there are none again."""
        asking, woken = uuid.uuid4(), 0
        for part in await self._held.parts_by_quota(self._serving.parts(), channel):
            last = ""
            while (most := self._most(channel, woken)) > 0:
                people = await self._held.by_quota(part, channel, last, most)
                if not people:
                    break
                last = people[-1]
                woken += len(people)
                events = [_event(one, channel, asking, self._clock) for one in people]
                await seen_through(events, self._serving.hear, self._is_through, self._clock)
        if woken:
            log.info("woken on %s, for there are messages again: %d people", channel, woken)

    def _most(self, channel: str, woken: int) -> int:
        left = self._quotas.left(channel)
        most = PAGE if woken else FIRST
        return most if left is None else min(most, left)

    def _is_through(self, received: Received) -> bool:
        """Whether what the turn says is sent, too: then it is known what is left for the next."""
        return self._serving.is_through(received.entry.contact, received.entry.id)


def _event(contact: str, channel: str, asking: uuid.UUID, clock: PatientClock) -> Received:
    identity = f"{channel}:{uuid.uuid5(_IDS, f'{contact} {asking}').hex}"
    what = News("quota_back", channel)
    return own_event(contact, Event(identity, channel, Source("none", ""), clock.now(), what))

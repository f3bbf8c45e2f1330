"""Waking those who wait for the month's messages, as many at a time as there are messages."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Sequence
from typing import Protocol

from bot.model.clock import PatientClock
from bot.model.event import News
from bot.model.inbox import Received
from bot.runtime.limits.quota import EVERY, Quotas
from bot.runtime.mass.looking import keep_looking
from bot.runtime.mass.telling import tell_through
from bot.runtime.own_events import own_news
from bot.store.contacts.held import HeldPeople

log = logging.getLogger("oaflow.quota")

FIRST = 1
"""People who are woken to see whether LINE takes messages again: its figures are only about right."""
PAGE = 500
"""People who are woken at a time from then on."""


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
        await keep_looking(self._wake_all, self._clock, EVERY, self._wanted)

    async def _wake_all(self) -> None:
        while self._asked:
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
                news, now = News("quota_back", channel), self._clock.now()
                events = [own_news(one, channel, news, str(asking), now) for one in people]
                await tell_through(events, self._serving.hear, self._is_through, self._clock)
        if woken:
            log.info("woken on %s, for there are messages again: %d people", channel, woken)

    def _most(self, channel: str, woken: int) -> int:
        left = self._quotas.left(channel)
        most = PAGE if woken else FIRST
        return most if left is None else min(most, left)

    def _is_through(self, received: Received) -> bool:
        """Whether what the turn says is sent, too: then it is known what is left for the next."""
        return self._serving.is_through(received.entry.contact, received.entry.id)

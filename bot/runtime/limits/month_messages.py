"""Reserves the month's paid messages of a channel for a sending, among all processes, and releases the rest
(I3)."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from bot.line.outcome import LineError
from bot.model.clock import PatientClock
from bot.model.reserved import MessageGrant, ReservationRequest, granted, held, sent_before, with_grant
from bot.model.translatable import tr
from bot.runtime.limits.quota import QuotaSource
from bot.store.counters.quotas import ReservedMessages
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.quota")

EVERY = 1.0
"""Seconds between two writes of how much was sent: a sending makes hundreds of calls a second."""
TRIES = 50
"""Attempts of a write, at most, where other processes write the same document."""


@dataclass(eq=False, repr=False)
class MonthMessages:
    """Reserves messages on the channel's one document: two sendings at once never get the same messages."""

    _store: ReservedMessages
    _account: Callable[[str], QuotaSource | None]
    _clock: PatientClock
    used_up: Callable[[str], None] = lambda channel: None
    _me: str = field(init=False, default_factory=lambda: uuid.uuid4().hex)
    _sent: Counter[tuple[str, str]] = field(init=False, default_factory=Counter)
    _written: Counter[tuple[str, str]] = field(init=False, default_factory=Counter)
    _unwritten: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    """Set where something was sent since it was last written down."""

    async def reserve(self, channel: str, sending: str, messages: int) -> MessageGrant:
        """Reserve these before the first call: all, or what is left. LINE's figures decide how many there
        are.

        Doing it again, after a crash, changes nothing. What is not all may be given back. Raises
        `LineError` and `DatabaseUnavailable`.
        """
        return await self.granted(channel, ReservationRequest(sending, messages, part=True))

    async def granted(self, channel: str, wanted: ReservationRequest) -> MessageGrant:
        """Grant a request (`ReservationRequest.part`: also a part of it); gives what is granted, and how many
        messages were used or reserved before. Raises as `reserve`."""
        account, sending = self._account(channel), wanted.sending
        if account is None:
            raise LineError(None, "no such channel")
        before = sent_before((await self._store.of(channel)).reserved)  # LINE's figure has it all
        quota = await account.quota()
        left = None if quota.limit is None else quota.limit - quota.used
        for _ in range(TRIES):
            seen = await self._store.of(channel)
            grant = granted(seen.reserved, wanted, left, before)
            then = with_grant(seen.reserved, wanted, grant, self._clock.now())
            if then == seen.reserved or await self._store.put(channel, seen, then):
                return replace(grant, used=quota.used + held(seen.reserved, before, sending))
        raise DatabaseUnavailable(tr("the month's messages are being reserved by too many at once"))

    def sent(self, channel: str, sending: str, messages: int) -> None:
        """LINE has accepted a call to so many people. Stored a little later: after a death too much stays
        held."""
        self._sent[channel, sending] += messages
        self._unwritten.set()

    async def give_back(self, channel: str, sending: str, sent: int | None = None) -> None:
        """This sending is over, or does not begin: it holds nothing more but the `sent` in all, where known.

        Again: nothing happens. Raises `DatabaseUnavailable`.
        """
        if sent is None:
            await self.flush()
        self._sent.pop((channel, sending), None)
        self._written.pop((channel, sending), None)
        for _ in range(TRIES):
            seen = await self._store.of(channel)
            mine = next((one for one in seen.reserved if one.sending == sending), None)
            if mine is None or mine.over is not None:
                return
            by = mine.by if sent is None else {"all": sent}
            over = replace(mine, by=by, over=self._clock.now())
            then = tuple(over if one is mine else one for one in seen.reserved)
            if await self._store.put(channel, seen, then):
                return
        raise DatabaseUnavailable(tr("the month's messages are being reserved by too many at once"))

    async def give_back_of_the_dead(self, sent_by: Callable[[str], Awaitable[int | None]]) -> None:
        """Release what sendings still hold that have ended, but died or were cancelled before they said so.

        `sent_by(sending)`: how many one that is over has sent; `None` while it is not. May raise
        `DatabaseUnavailable`.
        """
        for channel in await self._store.channels():
            for one in (await self._store.of(channel)).reserved:
                if one.over is None and (sent := await sent_by(one.sending)) is not None:
                    log.warning("%s held messages of %s although it is over", one.sending, channel)
                    await self.give_back(channel, one.sending, sent)

    async def run(self) -> None:
        """Store how much was sent, for ever."""
        while True:
            await self._unwritten.wait()
            await self._clock.wait(EVERY)
            self._unwritten.clear()
            try:
                await self.flush()
            except DatabaseUnavailable:
                self._unwritten.set()  # the next time

    async def flush(self) -> None:
        """Store how much was sent. Raises `DatabaseUnavailable`."""
        for (channel, sending), messages in list(self._sent.items()):
            if self._written[channel, sending] != messages:
                await self._store.sent(channel, sending, self._me, messages)
                if (channel, sending) in self._sent:  # it is not over by now
                    self._written[channel, sending] = messages

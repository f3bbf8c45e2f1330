"""How the broadcasts stand, and how far the sendings are. May raise `DatabaseUnavailable`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import LeftOut, Recipient, Sending, SendingFigures
from bot.operations.now_among import now_among
from bot.store.stores import Stores

MOST = 5
"""Sendings of a broadcast that are shown, the last ones."""


@dataclass(frozen=True, slots=True)
class SendingProgress:
    """How far one is at `now`: people a second since it was fixed who gets it, and the time that is left.

    Both are `None` while it does not go on, or where nothing is known of it yet.
    """

    sending: Sending
    figures: SendingFigures
    now: datetime

    @property
    def rate(self) -> float | None:
        """People a second."""
        fixed, whole = self.sending.fixed, self.figures.whole
        until = self.sending.ended or self.now
        seconds = 0.0 if fixed is None else (until - fixed).total_seconds()
        return whole.got / seconds if whole.got and seconds > 0 else None

    @property
    def left(self) -> timedelta | None:
        """The time that the rest takes at this rate."""
        rate = self.rate
        if self.sending.is_over or self.sending.held is not None or not rate:
            return None
        return timedelta(seconds=self.figures.whole.waiting / rate)


@dataclass(frozen=True, slots=True)
class BroadcastStanding:
    """A broadcast as the playbook has it, its last sendings (the last one first), which was `sent` last."""

    broadcast: Broadcast
    sendings: Sequence[SendingProgress]
    sent: SendingProgress | None


async def standing_of(
    stores: Stores, playbook: Playbook, broadcasts: Sequence[Broadcast]
) -> list[BroadcastStanding]:
    """How these stand."""
    now = await now_among(stores)
    return [await _standing(stores, one, now) for one in broadcasts]


async def _standing(stores: Stores, broadcast: Broadcast, now: datetime) -> BroadcastStanding:
    found = await stores.sendings.all(broadcast.name, MOST)
    last = await stores.sendings.last_sent(broadcast.name)
    sent = None if last is None else await _progress(stores, last, now)
    return BroadcastStanding(broadcast, [await _progress(stores, one, now) for one in found], sent)


async def progress_of(stores: Stores, sending: str) -> SendingProgress | None:
    """How far a sending is; `None`: there is none (any more)."""
    found = await stores.sendings.one(sending)
    return None if found is None else await _progress(stores, found, await now_among(stores))


async def _progress(stores: Stores, sending: Sending, now: datetime) -> SendingProgress:
    return SendingProgress(sending, await stores.sending_batches.figures(sending.id), now)


@dataclass(frozen=True, slots=True)
class WhoWasLeftOut:
    """Somebody who did not get it, or perhaps not, and why; `said` is what LINE said."""

    recipient: Recipient
    why: LeftOut
    said: str | None


async def left_out_of(stores: Stores, sending: str) -> list[WhoWasLeftOut]:
    """Those of whom there is something to tell: not who was to get nothing, or was cancelled."""
    found = []
    for batch in await stores.sending_batches.told(sending):
        for one in batch.people:
            why = batch.left_out.get(one.contact)
            if why is not None and why not in ("nothing", "cancelled"):
                found.append(WhoWasLeftOut(one, why, batch.said.get(one.contact)))
    return found

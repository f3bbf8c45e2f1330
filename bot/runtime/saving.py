"""Writing the turns of a batch: all in one operation, but for those that need a place of a rule (`first`)."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from typing import NamedTuple

from bot.model.stored import Claimed, TurnWrite
from bot.runtime.metrics import Metrics
from bot.runtime.places import Places
from bot.runtime.ports import ContactStore, InboxStore
from bot.store.unavailable import DatabaseUnavailable


class Refused(NamedTuple):
    """The contacts whose turns are not written.

    `lost`: somebody was faster, or it cannot be written. `anew`: there was no place left, so the same events
    mean something else; or a rule's count is held by somebody, and they are tried again.
    """

    lost: set[str]
    anew: set[str]


class TurnSaver:
    """Writes turns. A turn that MongoDB will not take has its events set aside; it keeps nobody else."""

    def __init__(self, contacts: ContactStore, inbox: InboxStore, places: Places, metrics: Metrics) -> None:
        self._contacts = contacts
        self._inbox = inbox
        self._places = places
        self._metrics = metrics

    async def save(self, writes: Sequence[TurnWrite]) -> Refused:
        """Write them. Raises `DatabaseUnavailable`."""
        plain = [write for write in writes if not write.claims]
        refused, busy = Refused(await self._save(plain) if plain else set(), set()), set[str]()
        for write in writes:
            if write.claims:
                await self._claim(write, refused, busy)
        return refused

    async def _save(self, writes: Sequence[TurnWrite]) -> set[str]:
        try:
            return await self._contacts.save(writes)
        except DatabaseUnavailable:
            raise
        except Exception:  # what pymongo will not encode, or MongoDB not take
            if len(writes) == 1:
                await self._unwritable(writes[0], traceback.format_exc())
                return {writes[0].after.id}
        refused: set[str] = set()
        for write in writes:  # one of them cannot be written: it must not keep the others
            refused |= await self._save([write])
        return refused

    async def _claim(self, write: TurnWrite, refused: Refused, busy: set[str]) -> None:
        """Write a turn with its places, each such turn alone: no more of them win than there are places.

        `busy` are rules whose count somebody holds: what is not theirs must not wait for it, so the others of
        this batch do not try.
        """
        if self._places.none_left(write.claims):
            refused.anew.add(write.after.id)
            return
        if not busy.isdisjoint(one.rule for one in write.claims):
            refused.anew.add(write.after.id)
            return
        try:
            claimed = await self._contacts.claim(write)
        except DatabaseUnavailable:
            raise
        except Exception:  # the same of a turn with places
            await self._unwritable(write, traceback.format_exc())
            claimed = Claimed(won=False)
        if claimed.busy:
            busy.update(one.rule for one in write.claims)
            refused.anew.add(write.after.id)
        elif claimed.taken:
            self._places.learn(claimed.taken)
            refused.anew.add(write.after.id)
        elif not claimed.won:
            refused.lost.add(write.after.id)

    async def _unwritable(self, write: TurnWrite, why: str) -> None:
        """A turn that MongoDB will not take: its events are set aside, and the lane is read anew."""
        for event in write.opened:
            await self._inbox.set_aside(event, write.part, why)
        self._metrics.set_aside.inc(by=len(write.opened))

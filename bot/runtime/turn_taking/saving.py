"""Writes the turns of a batch: all in one operation, but for those that take a place of a rule with `first`
(which only the first N people get): these go in transactions with the rule's count."""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.model.clock import PatientClock
from bot.model.decision import Claim
from bot.model.stored import Claimed, TurnWrite
from bot.runtime.limits.places import PlaceWatch
from bot.runtime.metrics import Metrics
from bot.runtime.ports import ContactStore, InboxStore
from bot.store.unavailable import DatabaseUnavailable

TOGETHER = 100
"""Turns that take the same places, in one transaction at most: the first must not wait for all."""

HELD_PAUSE = 0.05
"""Seconds before the next batch if another transaction has a contact, which may be open for long."""


class Saved(NamedTuple):
    """The result of some turns: they are written, except those of the contacts `lost`."""

    writes: Sequence[TurnWrite]
    lost: Collection[str] = ()
    """Contacts whose turn is not written: another write was faster, or MongoDB refuses it."""
    anew: bool = False
    """None is written, and all are to be decided again: no place was left, so the decision changes; or
    another transaction holds a rule's count, or the contact."""


@dataclass(eq=False, repr=False)
class TurnSaver:
    """Writes turns. A turn that MongoDB refuses has its events set aside; the others go on.

    `fence(part)` is the number of our lease on it, as of now.
    """

    _contacts: ContactStore
    _inbox: InboxStore
    _places: PlaceWatch
    _fence: Callable[[int], int | None]
    _clock: PatientClock
    _metrics: Metrics

    async def save(self, writes: Sequence[TurnWrite]) -> AsyncIterator[Saved]:
        """Write them, and yield each result as soon as it is known: those that take no place come first.

        Raises `DatabaseUnavailable`; rows that were recorded before are written all the same.
        """
        plain = [write for write in writes if not write.claims]
        if plain:
            yield Saved(plain, await self._save(plain))
        groups, busy, held = deque(_alike(writes)), set[str](), False
        while groups:
            group = groups.popleft()
            claims = group[0].claims
            rules = {claim.rule for claim in claims}
            # turns whose lease is gone are not searched for in halves: it may be all of them
            lost = {write.after.id for write in group if self._fence(write.part) != write.fence}
            if lost:
                yield Saved([write for write in group if write.after.id in lost], lost)
                group = [write for write in group if write.after.id not in lost]
            # other turns must not wait for the holder of a count: the rest of this batch does not try
            room = self._places.left(claims) if busy.isdisjoint(rules) else 0
            if group[room:]:
                yield Saved(group[room:], anew=True)
            if not group[:room]:
                continue
            group = group[:room]
            claimed = await self._claim(group)
            self._places.learn(claimed.taken)
            if claimed.won:
                yield Saved(group)
            elif claimed.busy:
                busy |= rules
                yield Saved(group, anew=True)
            elif claimed.taken:
                groups.appendleft(group)  # now it is known how many of them have room
            elif len(group) > 1:
                groups.extendleft((group[len(group) // 2 :], group[: len(group) // 2]))  # it was one of them
            elif claimed.held:
                held = True
                yield Saved(group, anew=True)
            else:
                yield Saved(group, {group[0].after.id})
        if held:
            await self._clock.wait(HELD_PAUSE)

    async def _claim(self, writes: Sequence[TurnWrite]) -> Claimed:
        """Write turns with their places. Where MongoDB refuses one, `won` is false, and `save` searches for
        it in halves, as for one that lost."""
        try:
            return await self._contacts.claim(writes)
        except DatabaseUnavailable:
            raise
        except Exception:  # what pymongo will not encode, or MongoDB not take
            if len(writes) == 1:
                await self._unwritable(writes[0], traceback.format_exc())
            return Claimed(won=False)

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

    async def _unwritable(self, write: TurnWrite, why: str) -> None:
        """A turn that MongoDB will not take: its events are set aside, and the lane is read anew."""
        for event in write.opened:
            await self._inbox.set_aside(event, write.part, why)
        self._metrics.set_aside.inc(by=len(write.opened))


def _alike(writes: Sequence[TurnWrite]) -> list[Sequence[TurnWrite]]:
    """The turns that take places, in groups of at most `TOGETHER` that take the same ones, in their order."""
    groups: dict[tuple[Claim, ...], list[TurnWrite]] = {}
    for write in writes:
        if write.claims:
            groups.setdefault(tuple(sorted(write.claims)), []).append(write)
    return [group[n : n + TOGETHER] for group in groups.values() for n in range(0, len(group), TOGETHER)]

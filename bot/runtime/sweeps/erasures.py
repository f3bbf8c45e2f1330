"""Erasing people: begun by whoever is asked, and seen through by the owner of part 0, also after a crash.

A process that has something of a person in memory may write it for some seconds still, so everything is
looked through once more a minute later. Only then is an erasure done, and forgotten who it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.model.clock import Clock, PatientClock
from bot.model.contact import contact_id
from bot.model.erasure import Erasure, MenuAtLine
from bot.model.translatable import Refusal, tr
from bot.runtime.bulk import keep_looking
from bot.runtime.sweeps.erased_menus import LineUser, RemoveMenus
from bot.store.broadcasts.sendings import Sendings
from bot.store.contacts.erased_people import ErasedPerson
from bot.store.contacts.erasing import Eraser
from bot.store.contacts.erasures import Erasures, PendingErasure

log = logging.getLogger("oaflow.erasures")

STILL_WRITTEN = timedelta(seconds=60)
"""Time after which no process writes anything any more that it had in memory of an erased person."""
EVERY = 5.0
"""Seconds between two looks for erasures to be finished."""
BUSY = timedelta(minutes=5)
"""Time until the next look where a person is in a broadcast that is not over."""
MOST = 20_000
"""Erasures that are looked at, the oldest."""
AT_ONCE = 5_000
"""Erasures that are seen through in one look."""
MENU_TRIED = timedelta(days=7)
"""How long the removal of a person's rich menu at LINE is retried: the LINE user id is stored no longer."""
TRIES = 5
"""Times that people are read anew whom somebody has changed meanwhile."""


class ErasureOvertaken(Refusal):
    """The person is changed by others again and again; the sentence says so."""


@dataclass(eq=False, repr=False)
class ErasureWork:
    """What is to be done to erase people. All of it may raise `DatabaseUnavailable`, and be done again."""

    _eraser: Eraser
    _erasures: Erasures
    _sendings: Sendings
    _clock: Clock
    _remove_menus: RemoveMenus
    _looked_through: set[str] = field(init=False, default_factory=set)
    """Numbers of those whose last look is over, and who have a menu at LINE still."""
    _later: dict[str, datetime] = field(init=False, default_factory=dict)
    """When who stands in something under way is looked for again, by number."""

    async def begin(
        self,
        people: Sequence[ErasedPerson],
        by: str,
        on_lists: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> list[Erasure]:
        """Write down that they are erased, before anything is; with the files of lists that name them."""
        at = self._clock.now()
        new = [
            Erasure(
                one.number,
                at,
                by,
                consents=one.consents,
                menu=_menu_before(one),
                on_lists=on_lists.get(one.number, ()),
            )
            for one in people
        ]
        pending = [
            PendingErasure(erasure, one.keys, one.menus) for erasure, one in zip(new, people, strict=True)
        ]
        await self._erasures.begin(pending, [one.known for one in people])
        return new

    async def carry_out(self, people: Sequence[ErasedPerson]) -> None:
        """Erase these, who have begun.

        Raises `ErasureOvertaken` where some are changed again and again: all others are erased, and these are
        tried again later.
        """
        await self._erasures.add(await self._eraser.erase(people))
        left = people
        for _ in range(TRIES):
            gone = await self._eraser.remove_contacts(left, self._clock.now)
            if gone:  # whoever has such an id from now on is somebody new
                old = [replace(one, gone=gone[one.number]) for one in left if one.number in gone]
                await self._erasures.add(await self._eraser.erase(old))
            left = [one for one in left if one.number not in gone]
            if not left:
                return
            left = await self._eraser.read({one.number: one.keys for one in left})
            for one in left:
                erasure = await self._erasures.one(one.number)
                if erasure is not None:
                    await self._erasures.amend(PendingErasure(erasure, one.keys, one.menus), one.known)
            await self._erasures.add(await self._eraser.erase(left))
        raise ErasureOvertaken(tr("somebody else changes this person just now: it is done in a minute"))

    async def see_through(self, after: timedelta = STILL_WRITTEN) -> int:
        """Finish what has begun and lies so long back; how many are not done yet."""
        now, begun = self._clock.now(), await self._erasures.begun(MOST)
        due = [one for one in begun if self._later.get(one.number, (one.gone or one.at) + after) <= now]
        if not due:
            return len(begun)
        numbers = [one.number for one in due[:AT_ONCE]]
        pending = await self._erasures.pending(numbers)
        locked = {*numbers} - {one.erasure.number for one in pending}
        self._later |= dict.fromkeys(locked, now + BUSY)
        broken = {one.erasure.number: one.keys for one in pending if one.erasure.gone is None}
        try:
            if broken:
                await self.carry_out(await self._eraser.read(broken))
        finally:  # who is changed again and again holds up nobody
            done = await self._end(pending, now)
        return len(begun) - done

    async def _end(self, pending: Sequence[PendingErasure], now: datetime) -> int:
        """The last look for those of these who are gone; how many are done then."""
        gone = [
            ErasedPerson(one.erasure.number, one.keys, gone=one.erasure.gone)
            for one in pending
            if one.erasure.gone is not None
        ]
        if not gone:
            return 0
        numbers = {one.number for one in gone}
        first = [one for one in gone if one.number not in self._looked_through]
        counts, busy = await self._eraser.last_look(first) if first else ({}, set[str]())
        await self._erasures.add(counts)
        if first and await self._is_gathering(now):
            busy = {one.number for one in first}
        self._looked_through |= numbers - busy
        waiting = await self.remove_menus(
            {
                one.erasure.number: one.menus
                for one in pending
                if one.erasure.number in numbers and one.erasure.menu == "failed"
                if one.erasure.at + MENU_TRIED > now
            }
        )
        done = numbers - busy - waiting
        await self._erasures.end(done, now)
        self._looked_through -= done
        self._later |= dict.fromkeys(busy | waiting, now + BUSY)
        for number in done:
            self._later.pop(number, None)
        return len(done)

    async def _is_gathering(self, now: datetime) -> bool:
        """Whether people are read for a broadcast, of whom some may be gone by now."""
        return any(one.state == "gathering" and one.moment <= now for one in await self._sendings.open())

    async def remove_menus(self, menus: Mapping[str, Sequence[LineUser]]) -> set[str]:
        """Show these accounts, by the number of their erasure, the default menu again, and note of whom LINE
        has taken it; the numbers of those to be tried again. Who has come since and has a menu keeps it.
        """
        users = {one for theirs in menus.values() for one in theirs}
        if not users:
            return set()
        anew = await self._eraser.with_menu([contact_id(*one) for one in users])
        removal = await self._remove_menus([one for one in users if contact_id(*one) not in anew])
        removed = removal.removed | {one for one in users if contact_id(*one) in anew}
        await self._erasures.note_menu(
            [number for number, theirs in menus.items() if theirs and removed.issuperset(theirs)], "removed"
        )
        settled = removed | removal.hopeless
        return {number for number, theirs in menus.items() if not settled.issuperset(theirs)}


def _menu_before(one: ErasedPerson) -> MenuAtLine:
    """`failed` until it is known to be removed."""
    return "failed" if one.menus else "none"


@dataclass(eq=False, repr=False)
class ErasureSweep:
    """Looks whether there is something to be seen through, and has each process forget who is erased.

    `forget(contact, gone)`: what is in memory of a contact from before it was gone, its calls too, is
    dropped.
    """

    _work: ErasureWork
    _erasures: Erasures
    _owns: Callable[[int], bool]
    _forget: Callable[[str, datetime], None]
    _clock: PatientClock
    _forgotten: set[str] = field(init=False, default_factory=set)
    """Numbers of erasures that this process has heard of."""

    async def run(self) -> None:
        """Look every `EVERY` seconds, for ever."""
        await keep_looking(self.look, self._clock, EVERY)

    async def look(self) -> None:
        """Forget newly erased people in memory; as the owner of part 0 finish erasures.

        Raises `DatabaseUnavailable`.
        """
        begun = await self._erasures.begun(MOST)
        gone = {one.number: one.gone for one in begun if one.gone is not None}
        new = [number for number in gone if number not in self._forgotten]
        for start in range(0, len(new), AT_ONCE):
            for one in await self._erasures.pending(new[start : start + AT_ONCE]):
                for contact in one.keys.contacts:
                    self._forget(contact, gone[one.erasure.number])
        self._forgotten = {*gone}
        if not begun:
            return
        if not self._owns(0):
            return
        try:
            await self._work.see_through()
        except ErasureOvertaken:
            log.warning("somebody who is to be erased is changed again and again: tried again in 5 s")

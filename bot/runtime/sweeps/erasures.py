"""Erasing people: begun by whoever is asked, and seen through by the owner of part 0, also after a crash.

A process that has something of a person in memory may write it for some seconds still, so everything is
looked through once more a minute later. Only then is an erasure done, and forgotten who it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.clock import Clock, PatientClock
from bot.model.erasure import Erasure, MenuAtLine
from bot.model.translatable import Refusal, tr
from bot.runtime.bulk import keep_looking
from bot.store.broadcasts.sendings import Sendings
from bot.store.contacts.erased_people import ErasedPerson
from bot.store.contacts.erasing import Eraser
from bot.store.contacts.erasures import Erasures, PendingErasure

log = logging.getLogger("oaflow.erasures")

STILL_WRITTEN = timedelta(seconds=60)
"""After which no process writes anything any more that it had in memory of somebody who is gone."""
EVERY = 5.0
"""Seconds between two looks whether an erasure is to be seen through."""
BUSY = timedelta(minutes=5)
"""After which is looked again where somebody stands in a broadcast that is not over."""
MOST = 20_000
"""Erasures that are seen through at a time."""
TRIES = 5
"""Times that people are read anew whom somebody has changed meanwhile."""


class ErasureOvertaken(Refusal):
    """The person is changed by others again and again; the sentence says so."""


class ErasureWork:
    """What is to be done to erase people. All of it may raise `DatabaseUnavailable`, and be done again."""

    def __init__(self, eraser: Eraser, erasures: Erasures, sendings: Sendings, clock: Clock) -> None:
        self._eraser = eraser
        self._erasures = erasures
        self._sendings = sendings
        self._clock = clock
        self._later: dict[str, datetime] = {}
        """When who stands in something under way is looked for again, by number."""

    async def begin(self, people: Sequence[ErasedPerson], by: str) -> list[Erasure]:
        """Write down that they are erased, before anything is."""
        at = self._clock.now()
        new = [Erasure(one.number, at, by, consents=one.consents, menu=_menu_before(one)) for one in people]
        pending = [PendingErasure(erasure, one.keys) for erasure, one in zip(new, people, strict=True)]
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
                    await self._erasures.amend(PendingErasure(erasure, one.keys), one.known)
            await self._erasures.add(await self._eraser.erase(left))
        raise ErasureOvertaken(tr("somebody else changes this person just now: it is done in a minute"))

    async def see_through(self, after: timedelta = STILL_WRITTEN) -> int:
        """Finish what has begun and lies so long back; how many are not done yet."""
        now, pending = self._clock.now(), await self._erasures.pending(MOST)
        broken = [one for one in pending if one.erasure.gone is None and one.erasure.at + after <= now]
        try:
            if broken:
                await self.carry_out(
                    await self._eraser.read({one.erasure.number: one.keys for one in broken})
                )
        finally:  # who is changed again and again holds up nobody
            left = await self._end(pending, now, after)
        return left

    async def _end(self, pending: Sequence[PendingErasure], now: datetime, after: timedelta) -> int:
        """The last look for those who are gone for so long; how many are not done yet."""
        gone = [
            ErasedPerson(one.erasure.number, one.keys, gone=at)
            for one in pending
            if (at := one.erasure.gone) is not None and self._later.get(one.erasure.number, at + after) <= now
        ]
        if not gone:
            return len(pending)
        counts, busy = await self._eraser.last_look(gone)
        await self._erasures.add(counts)
        if await self._is_gathering(now):
            busy = {one.number for one in gone}
        done = {one.number for one in gone} - busy
        await self._erasures.end(done, now)
        self._later = {**self._later, **dict.fromkeys(busy, now + BUSY)}
        for number in done:
            self._later.pop(number, None)
        return len(pending) - len(done)

    async def _is_gathering(self, now: datetime) -> bool:
        """Whether people are read for a broadcast, of whom some may be gone by now."""
        return any(one.state == "gathering" and one.moment <= now for one in await self._sendings.open())

    async def note_menu(self, numbers: Sequence[str], menu: MenuAtLine) -> None:
        """What has become of their own menus at LINE."""
        await self._erasures.note_menu(numbers, menu)


def _menu_before(one: ErasedPerson) -> MenuAtLine:
    """`failed` until it is known to be removed."""
    return "failed" if one.menus else "none"


class ErasureSweep:
    """Looks whether there is something to be seen through, and has each process forget who is erased."""

    def __init__(
        self,
        work: ErasureWork,
        erasures: Erasures,
        owns: Callable[[int], bool],
        forget: Callable[[str], None],
        clock: PatientClock,
    ) -> None:
        """`forget(contact)`: what is in memory of a contact, its calls too, is dropped: once for each."""
        self._work = work
        self._erasures = erasures
        self._owns = owns
        self._forget = forget
        self._clock = clock
        self._forgotten: set[str] = set()
        """Numbers of erasures that this process has heard of: who comes again is another person."""

    async def run(self) -> None:
        """For ever."""
        await keep_looking(self.look, self._clock, EVERY)

    async def look(self) -> None:
        """Once. Raises `DatabaseUnavailable`."""
        pending = [one for one in await self._erasures.pending(MOST) if one.erasure.gone is not None]
        for one in pending:
            for contact in one.keys.contacts if one.erasure.number not in self._forgotten else ():
                self._forget(contact)
        self._forgotten = {one.erasure.number for one in pending}
        if not self._owns(0):
            return
        try:
            await self._work.see_through()
        except ErasureOvertaken:
            log.warning("somebody who is to be erased is changed again and again: tried again in 5 s")

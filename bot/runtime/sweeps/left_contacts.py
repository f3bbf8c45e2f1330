"""Erasing people who left, once their time by `privacy.keep` is over; many at once only once staff agree."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.model.erasure import Erasure, MenuAtLine, new_number
from bot.model.retention import BY_RETENTION, are_many
from bot.runtime.sweeps.erased_menus import LineUser
from bot.store.collection_spec import PersonKeys
from bot.store.contacts.erased_people import ErasedPerson
from bot.store.contacts.erasing import Eraser
from bot.store.contacts.erasures import Erasures
from bot.store.contacts.left_people import LeftPeople
from bot.store.counters.retention import RetentionRecord
from bot.store.people_collections import CONTACTS

log = logging.getLogger("oaflow.retention")

TOGETHER = 100
"""People who are erased at a time."""
COUNTED = timedelta(hours=1)
"""How long a count of people who wait for staff's consent is valid."""

RemoveMenusByErasure: TypeAlias = Callable[[Mapping[str, Sequence[LineUser]]], Awaitable[set[str]]]
"""Takes the rich menus of people at LINE off, by the number of their erasure; whose are to be tried again."""


@dataclass(frozen=True, slots=True)
class PeopleStores:
    """The stores of `LeftContacts`."""

    left: LeftPeople
    record: RetentionRecord
    eraser: Eraser
    erasures: Erasures


@dataclass(frozen=True, slots=True)
class _Held:
    days: int
    until: datetime


class LeftContacts:
    """Erases them, unless they are many and the bound is new or shorter: then staff have to agree first."""

    def __init__(self, stores: PeopleStores, menus: RemoveMenusByErasure, owns: Callable[[], bool]) -> None:
        self._stores = stores
        self._menus = menus
        self._owns = owns
        self._held: _Held | None = None

    @property
    def wait(self) -> bool:
        """Whether some are erased only once staff agree."""
        return self._held is not None

    async def look(self, days: int | None, day: str, clock_now: Callable[[], datetime]) -> int:
        """Erase who left so many days ago (`None`: there is no bound); how many were. `day` of the team.

        Raises `DatabaseUnavailable`.
        """
        if not await self._may(days, clock_now()) or days is None:
            return 0
        number, after = 0, ""
        while self._owns() and (found := await self._due(days, clock_now(), after)):
            number += await self._erase(found, day, clock_now)
            after = found[-1][0]
        return number

    async def _due(self, days: int, now: datetime, after: str) -> list[tuple[str, int]]:
        return await self._stores.left.page(now - timedelta(days=days), after, TOGETHER)

    async def _may(self, days: int | None, now: datetime) -> bool:
        confirmed = await self._stores.record.confirmed()
        if days is None or (confirmed is not None and days >= confirmed):
            self._held = None
            if days != confirmed:  # shortened once more, it is another bound
                await self._stores.record.confirm(days)
            return days is not None
        if self._held is not None and self._held.days == days and now < self._held.until:
            return False
        due = await self._stores.left.number(now - timedelta(days=days))
        if are_many(due, await self._stores.left.everybody()):
            self._held = _Held(days, now + COUNTED)
            log.warning(
                "%d people who left are to be erased (privacy.keep.people_who_left): nobody is before it is"
                " confirmed (oaflow privacy confirm)",
                due,
            )
            return False
        await self._stores.record.confirm(days)
        return True

    async def _erase(
        self, found: Sequence[tuple[str, int]], day: str, clock_now: Callable[[], datetime]
    ) -> int:
        revisions = {new_number(): one for one in found}
        people = await self._stores.eraser.read(
            {number: PersonKeys([id]) for number, (id, _) in revisions.items()}
        )
        gone = list[ErasedPerson]()
        for one in people:
            id, revision = revisions[one.number]
            if one.contacts.get(id) != revision:
                continue  # changed since: looked at again
            now = clock_now()
            menu: MenuAtLine = "failed" if one.menus else "none"
            erasure = Erasure(one.number, now, BY_RETENTION, gone=now, consents=one.consents, menu=menu)
            if await self._stores.left.remove(one, erasure, day):
                gone.append(replace(one, gone=now))
        await self._stores.erasures.add({one.number: {CONTACTS.name: len(one.contacts)} for one in gone})
        await self._stores.erasures.add(await self._stores.eraser.erase(gone))
        await self._menus({one.number: one.menus for one in gone if one.menus})
        return len(gone)

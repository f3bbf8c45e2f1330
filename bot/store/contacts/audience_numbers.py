"""How many people are in an audience: about, from some of all contacts, and exactly."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from bot.engine.conditions.known_lists import holds_for_nobody, lists_asked, of_people_on
from bot.engine.conditions.reachable import Unreachable
from bot.model.part import PARTS
from bot.model.sample import Sample
from bot.store.collections import SAMPLED
from bot.store.contacts.audience_members import AudienceAsked, AudienceMembers, alike
from bot.store.contacts.listed_contacts import ListedContacts, batches
from bot.store.contacts.reachable import reachable, unreachable
from bot.store.database.mongo import Database, Document, looking_at_all, reaching

ENOUGH = 4_000
"""Contacts of a sample: of half of them it tells within 1.6 points in a hundred, 19 times of 20."""
FEW = 50_000
"""Contacts who are counted as soon as a sample of them."""
AT_ONCE = 3
"""Questions at a time about people on lists."""


class AudienceNumbers:
    """The collection `contacts`, counted. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, members: AudienceMembers, listed: ListedContacts) -> None:
        self._contacts = database.collection("contacts")
        self._members = members
        self._listed = listed

    async def sample(self, asked: AudienceAsked) -> Sample | None:
        """How many of some contacts are in it: always the same ones, as long as about as many are there.

        `None`: it is counted as soon, or asks for a list, whose people have to be looked up anyway.
        """
        async with reaching():
            everybody = await self._contacts.estimated_document_count()
        if everybody < FEW or lists_asked(asked.condition):
            return None
        parts = min(SAMPLED, -(-ENOUGH * PARTS // everybody))
        some = {"part": {"$lt": parts}}
        where = self._members.where(asked, (), {**some, **reachable(asked.channel, asked.consent_from)})
        async with reaching():
            looked_at = await self._contacts.count_documents(some, hint="sampled")
            found = await self._contacts.count_documents(where, hint="sampled")
        return Sample(found, looked_at, everybody)

    async def exact(self, asked: AudienceAsked, without: Unreachable | None = None) -> int:
        """How many people are in it; `without`: who would be, were it not for this."""
        among = (
            reachable(asked.channel, asked.consent_from)
            if without is None
            else unreachable(without, asked.channel, asked.consent_from)
        )
        of_lists = self._of_one_list if len(lists_asked(asked.condition)) == 1 else self._of_lists
        return sum(await asyncio.gather(self._of_others(asked, among), of_lists(asked, among)))

    async def _of_one_list(self, asked: AudienceAsked, among: Document) -> int:
        """As `_of_lists`: counted as they are looked up, while MongoDB has them at hand."""
        (people,), seen, limit = lists_asked(asked.condition), set[str](), asyncio.Semaphore(AT_ONCE)

        async def more(entries: Sequence[str]) -> int:
            async with limit:
                ids = set(await self._listed.of(people, entries, asked.every_channel)) - seen
                seen.update(ids)
                return await self._more(asked, (people.key,), ids, among)

        return sum(await asyncio.gather(*map(more, batches(people))))

    async def _of_lists(self, asked: AudienceAsked, among: Document) -> int:
        """How many more they are than those of whom it would hold if nobody stood on a list."""
        standing, number = await self._members.standing(asked), 0
        for lists, ids in alike(standing, sorted(standing)):
            number += await self._more(asked, lists, ids, among)
        return number

    async def _more(
        self, asked: AudienceAsked, lists: Collection[str], ids: Collection[str], among: Document
    ) -> int:
        of_these = {**among, "_id": {"$in": list(ids)}}
        return await self._count(asked, lists, of_these) - await self._count(asked, (), of_these)

    async def _of_others(self, asked: AudienceAsked, among: Document) -> int:
        """Of whom it would hold if nobody stood on a list. All contacts are read once, in a row.

        No index is asked: finding each by its place in one takes ten times as long, where memory is small.
        """
        condition = of_people_on(asked.condition, ())
        if holds_for_nobody(condition):
            return 0
        async with looking_at_all():
            where = self._members.where(asked, (), among)
            return int(await self._contacts.count_documents(where, hint={"$natural": 1}))

    async def _count(self, asked: AudienceAsked, lists: Collection[str], some: Document) -> int:
        if holds_for_nobody(of_people_on(asked.condition, lists)):
            return 0
        async with reaching():
            return int(await self._contacts.count_documents(self._members.where(asked, lists, some)))

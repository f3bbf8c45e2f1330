"""Who is in an audience, found by MongoDB: how many, and each of them, page after page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from itertools import islice

from bot.engine.conditions.condition import Condition
from bot.engine.conditions.known_lists import lists_asked, of_people_on
from bot.engine.times.bounds import When
from bot.model.without_line import BEHIND_THEM
from bot.store.contacts.filter import filter_of
from bot.store.contacts.listed_contacts import ListedContacts
from bot.store.database.by_parts import by_parts
from bot.store.database.mongo import Database, Document, reaching
from bot.store.database.one_by_one import page
from bot.store.sealing.seal import Seal

MOST = 500
"""People of one question."""


class AudienceMembers:
    """The collection `contacts`, read only. Every call raises `DatabaseUnavailable`.

    Lists of people are looked up now, not by what stands on contacts: that is of the playbook that is live.
    """

    def __init__(self, database: Database, seal: Seal, listed: ListedContacts) -> None:
        self._contacts = database.collection("contacts")
        self._seal = seal
        self._listed = listed

    async def number(
        self, condition: Condition, channels: Sequence[str], when: When, every_channel: Collection[str]
    ) -> dict[str, int]:
        """How many people are in it, by channel; `every_channel` are those that LINE ids may be of."""
        standing = await self._standing(condition, every_channel)
        found = {}
        for channel in channels:
            number = sum(
                [
                    await self._count(condition, (), channel, when, {**some, "_id": {"$gt": BEHIND_THEM}})
                    for some in by_parts()
                ]
            )
            for lists, ids in _alike(standing):
                here = {"_id": {"$in": ids}}
                number += await self._count(condition, lists, channel, when, here)
                number -= await self._count(condition, (), channel, when, here)
            found[channel] = number
        return found

    async def ids(
        self, condition: Condition, channel: str, when: When, every_channel: Collection[str]
    ) -> AsyncIterator[list[str]]:
        """The ids of the contacts in it, some at a time: first those who stand on its lists, then others."""
        standing = await self._standing(condition, every_channel)
        for lists, ids in _alike(standing):
            where = {"_id": {"$in": ids}, **self._filter(condition, lists, channel, when)}
            async with reaching():
                found = await self._contacts.find(where, {"_id": 1}).sort("_id", 1).to_list(None)
            yield [one["_id"] for one in found]
        where, after = self._filter(condition, (), channel, when), ""
        while found := await page(self._contacts, where, {"_id": 1}, after, MOST):
            after = found[-1]["_id"]
            yield [one["_id"] for one in found if one["_id"] not in standing]

    async def _standing(
        self, condition: Condition, every_channel: Collection[str]
    ) -> dict[str, frozenset[str]]:
        """On which lists each contact stands that is on any."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for people in lists_asked(condition):
            async for some in self._listed.on(people, every_channel):
                for contact in some:
                    found[contact].add(people.key)
        return {contact: frozenset(lists) for contact, lists in found.items()}

    async def _count(
        self, condition: Condition, lists: Collection[str], channel: str, when: When, some: Document
    ) -> int:
        where = {**some, **self._filter(condition, lists, channel, when)}
        async with reaching():
            return int(await self._contacts.count_documents(where))

    def _filter(self, condition: Condition, lists: Collection[str], channel: str, when: When) -> Document:
        asked = of_people_on(condition, lists)
        return filter_of(asked, channel, when.now, when.zone, self._seal.blind_indexes)


def _alike(standing: dict[str, frozenset[str]]) -> Iterator[tuple[frozenset[str], list[str]]]:
    """Contacts that stand on the same lists, so many at a time."""
    groups: defaultdict[frozenset[str], list[str]] = defaultdict(list)
    for contact, lists in standing.items():
        groups[lists].append(contact)
    for lists, contacts in groups.items():
        rest = iter(sorted(contacts))
        while some := list(islice(rest, MOST)):
            yield lists, some

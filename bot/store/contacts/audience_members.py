"""Who is in an audience, found by MongoDB: each of them, in the order of their ids."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.engine.conditions.condition import Condition
from bot.engine.conditions.known_lists import holds_for_nobody, lists_asked, of_people_on
from bot.engine.times.bounds import When
from bot.model.audience import AudienceMember
from bot.store.contacts.filter import of_whom
from bot.store.contacts.listed_contacts import ListedContacts
from bot.store.contacts.reachable import reachable
from bot.store.database import one_by_one
from bot.store.database.mongo import Database, Document, reaching
from bot.store.sealing.seal import Seal

MOST = 500
"""People of one page, and of one question about some."""

Standing = Mapping[str, frozenset[str]]
"""On which lists each contact stands that is on any of those asked for."""


@dataclass(frozen=True, slots=True)
class AudienceAsked:
    """Who is meant: of whom a condition holds at a moment, on one channel, and who may be sent something.

    `every_channel` are those that LINE ids on lists may be of; `consent_from` is the playbook's.
    """

    condition: Condition
    channel: str
    when: When
    every_channel: Collection[str]
    consent_from: str


class AudienceMembers:
    """The collection `contacts`, read only. Every call raises `DatabaseUnavailable`.

    Lists of people are looked up now, not by what stands on contacts: that is of the playbook that is live.
    """

    def __init__(self, database: Database, seal: Seal, listed: ListedContacts) -> None:
        self._contacts = database.collection("contacts")
        self._seal = seal
        self._listed = listed

    async def recipients(
        self, asked: AudienceAsked, after: str = "", limit: int = MOST
    ) -> AsyncIterator[list[AudienceMember]]:
        """All of them behind this id, in the order of their ids: pages of `limit`, but for the last.

        Whoever was broken off goes on behind the last one that was taken.
        """
        standing = await self.standing(asked)
        found: list[AudienceMember] = []
        async for ids, of_lists in self._windows(asked, sorted(standing), after):
            some = await self._found(asked, (), {"_id": ids}) if ids is not None else []
            members = [one for one in some if one.contact not in standing]
            for lists, contacts in alike(standing, of_lists):
                members += await self._found(asked, lists, {"_id": {"$in": contacts}})
            found += sorted(members, key=lambda one: one.contact)
            while len(found) >= limit:
                yield found[:limit]
                found = found[limit:]
        if found:
            yield found

    async def _windows(
        self, asked: AudienceAsked, standing: Sequence[str], after: str
    ) -> AsyncIterator[tuple[Document | None, Sequence[str]]]:
        """Where to look next: between which ids for those on no list, and who of the others comes there."""
        first = bisect_right(standing, after)
        if holds_for_nobody(of_people_on(asked.condition, ())):
            for start in range(first, len(standing), one_by_one.WINDOW):
                yield None, standing[start : start + one_by_one.WINDOW]
            return
        async for ids in one_by_one.windows(self._contacts, after):
            end = bisect_right(standing, ids["$lte"]) if "$lte" in ids else len(standing)
            yield ids, standing[first:end]
            first = end

    async def standing(self, asked: AudienceAsked) -> Standing:
        """Who stands on the lists that are asked for, by their ids."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for people in lists_asked(asked.condition):
            async for some in self._listed.on(people, asked.every_channel):
                for contact in some:
                    found[contact].add(people.key)
        return {contact: frozenset(lists) for contact, lists in found.items()}

    async def _found(
        self, asked: AudienceAsked, lists: Collection[str], some: Document
    ) -> list[AudienceMember]:
        fields = {"ids.ch": 1, "ids.uid": 1, "seed": 1, "rev": 1}
        where = self.where(asked, lists, {**some, **reachable(asked.channel, asked.consent_from)})
        async with reaching():
            documents = await self._contacts.find(where, fields).to_list(None)
        return [_member(document, asked.channel) for document in documents]

    def where(self, asked: AudienceAsked, lists: Collection[str], some: Document) -> Document:
        """Of whom of `some` it holds, if they stand on these lists and no other."""
        condition = of_people_on(asked.condition, lists)
        holds = of_whom(condition, asked.channel, asked.when, self._seal.blind_indexes)
        return {"$and": [some, holds]}


def _member(document: Document, channel: str) -> AudienceMember:
    user = next(one["uid"] for one in document["ids"] if one.get("ch") == channel and "uid" in one)
    return AudienceMember(document["_id"], user, document.get("seed", 0), document["rev"])


def alike(standing: Standing, some: Sequence[str]) -> Iterator[tuple[frozenset[str], list[str]]]:
    """Some of the contacts by the lists that they stand on, so many at a time."""
    groups: defaultdict[frozenset[str], list[str]] = defaultdict(list)
    for contact in some:
        groups[standing[contact]].append(contact)
    for lists, contacts in groups.items():
        rest = iter(contacts)
        while so_many := list(islice(rest, MOST)):
            yield lists, so_many

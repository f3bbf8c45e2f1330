"""Finds who is in an audience, how many they are, and whose membership has changed as time has passed."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import All, Condition, Not
from bot.engine.conditions.people import Unreachable, listed_people_of, never_holds, of_people_on
from bot.engine.times.bounds import When
from bot.model.audience import AudienceMember, Sample
from bot.model.contact_kind import BEHIND_THEM, WITHOUT_LINE
from bot.model.decision import SmsCredit
from bot.model.processes import PARTS
from bot.store.codec.record import moments
from bot.store.contacts.filter import PERSONS, condition_filter, filter_of
from bot.store.contacts.listed_contacts import ListedContacts
from bot.store.database import scans
from bot.store.database.mongo import Database, Document, looking_at_all
from bot.store.database.scans import page, windows
from bot.store.people_collections import SAMPLED
from bot.store.repository import SealedRepository
from bot.store.sealing.seal import Seal

AT_ONCE = 200_000
"""List entries that fit into one query (16 MB). With more, the people on the lists are looked up first
(`standing`)."""
MOST = 500
"""People of a page, and ids in one query about people on lists."""
IN_A_ROW = {"$natural": 1}
"""A hint to scan the whole collection: finding each contact by an index takes twenty times as long."""

Standing = Mapping[str, frozenset[str]]
"""By contact id: the keys of the lists that this contact is on, of those in a condition."""


@dataclass(frozen=True, slots=True)
class AudienceQuery:
    """Who is meant: the people of whom a condition holds at a moment, on one channel."""

    condition: Condition
    channel: str
    when: When
    every_channel: Collection[str]
    """The channels of the playbook: LINE ids on lists may be of any of them."""
    consent_from: str
    """Whose answer about marketing counts, as the playbook says (`Playbook.consent_from`)."""
    limited: bool = False
    """The playbook limits pushes per person, so the moments of each member's pushes are read, too."""

    @property
    def fits(self) -> bool:
        """Whether all entries of its lists fit into one query."""
        return sum(len(one.entries) for one in listed_people_of(self.condition)) <= AT_ONCE

    @property
    def of_listed_alone(self) -> bool:
        """Whether only people on its lists can be in it."""
        return never_holds(of_people_on(self.condition, ()))


def audience_query(playbook: Playbook, to: Condition | None, channel: str, now: datetime) -> AudienceQuery:
    """The query for a condition of this playbook (`None`: everybody) at a moment, on one of its channels."""
    when, channels = When(now, playbook.zone), tuple(playbook.channels)
    limited = playbook.pushes_per_person is not None
    return AudienceQuery(to or All(()), channel, when, channels, playbook.consent_from, limited)


class AudienceFilters:
    """Makes the MongoDB filters. Who is on a list is judged by the entries in the condition, not by
    `contacts.lists`: those marks follow the live playbook."""

    def __init__(self, seal: Seal, listed: ListedContacts) -> None:
        self._seal = seal
        self._listed = listed

    def filter_with_entries(self, asked: AudienceQuery, some: Document) -> Document:
        """For people of the filter `some` of whom the condition holds; it has all entries of its lists."""
        holds = condition_filter(
            asked.condition,
            asked.channel,
            asked.when,
            self._seal.blind_indexes,
            on_list=self._listed.all_of,
        )
        return {"$and": [some, holds]}

    def filter_for_people_on(self, asked: AudienceQuery, lists: Collection[str], some: Document) -> Document:
        """For people of the filter `some`, all on exactly these lists, of whom the condition holds."""
        condition = of_people_on(asked.condition, lists)
        return {
            "$and": [some, condition_filter(condition, asked.channel, asked.when, self._seal.blind_indexes)]
        }

    async def standing(self, asked: AudienceQuery) -> Standing:
        """The contacts on the lists in the condition. Raises `DatabaseUnavailable`."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for people in listed_people_of(asked.condition):
            async for some in self._listed.on(people, asked.every_channel):
                for contact in some:
                    found[contact].add(people.key)
        kinds = dict[frozenset[str], frozenset[str]]()
        alike = ((contact, frozenset(lists)) for contact, lists in found.items())
        return {contact: kinds.setdefault(lists, lists) for contact, lists in alike}


def groups_of(standing: Standing, some: Sequence[str]) -> Iterator[tuple[frozenset[str], list[str]]]:
    """These contacts grouped by the lists that they are on, `MOST` of a group at a time."""
    groups: defaultdict[frozenset[str], list[str]] = defaultdict(list)
    for contact in some:
        groups[standing[contact]].append(contact)
    for lists, contacts in groups.items():
        rest = iter(contacts)
        while so_many := list(islice(rest, MOST)):
            yield lists, so_many


_HAS_LINE: list[Document] = [{"_id": {"$lt": WITHOUT_LINE}}, {"_id": {"$gte": BEHIND_THEM}}]
"""Whose id has not the prefix of people without LINE. They have a LINE account even while nothing of it is
stored: a newcomer whose name is still being asked for."""


def reachable(channel: str, consent_from: str) -> Document:
    """The filter for contacts who may be sent a broadcast on a channel: its friends who have not refused."""
    return {**_on_channel(channel, {"$ne": False}), **_not_stopped(consent_from)}


def unreachable(why: Unreachable, channel: str, consent_from: str) -> Document:
    """The filter for contacts who may not be sent a broadcast on a channel, for this reason and none before
    it.

    `not_here`: people without any LINE account; those with one on another channel are in that one's
    audiences.
    """
    match why:
        case "not_here":
            return {**PERSONS, "ids.0": {"$exists": False}, "to": {"$exists": False}, "$nor": _HAS_LINE}
        case "blocked":
            return _on_channel(channel, False)
        case "stopped":
            return {**_on_channel(channel, {"$ne": False}), "$nor": [_not_stopped(consent_from)]}


def _on_channel(channel: str, friend: object) -> Document:
    """The filter for persons with an account on this channel whose `friend` is, or matches, this value."""
    account = {"ch": channel, "uid": {"$exists": True}, "friend": friend}
    return {"ids": {"$elemMatch": account}, **PERSONS}


def _not_stopped(consent_from: str) -> Document:
    wants: Document = {"marketing": {"$ne": False}}
    return wants if consent_from == "here" else {**wants, "marketing_shop": {"$ne": False}}


SPAN = 120_000
"""Contacts in a range of ids that is queried at a time: its members are in memory, up to 25 MB."""
SPANS = 15
"""Up to so many spans, each is found by scanning the whole collection (`IN_A_ROW`). With more contacts the
`_id` index is faster."""
DECODED = 5_000
"""Documents that are read from the network at a time."""


class AudienceMembers:
    """The collection `contacts`, read only. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, filters: AudienceFilters) -> None:
        self._contacts = database.collection("contacts")
        self._filters = filters

    async def recipients(
        self, asked: AudienceQuery, after: str = "", limit: int = MOST
    ) -> AsyncIterator[list[AudienceMember]]:
        """The members after this contact id, in the order of ids, in lists of `limit` (the last may be
        shorter).

        After an interruption a caller resumes with the id of the last member it got.
        """
        over: list[AudienceMember] = []
        spans = self._in_a_row(asked, after) if asked.fits else self._looked_up(asked, after)
        async for some in spans:
            some.sort(key=lambda one: one.contact)
            found = over + some
            whole = len(found) // limit * limit
            for first in range(0, whole, limit):
                yield found[first : first + limit]
            over = found[whole:]
            found.clear()  # while the next ones are read these are not in memory, too
            some.clear()
        if over:
            yield over

    async def among(self, asked: AudienceQuery, ids: Collection[str]) -> list[AudienceMember]:
        """The members among these contacts."""
        found: list[AudienceMember] = []
        here, some = reachable(asked.channel, asked.consent_from), sorted(ids)
        standing = {} if asked.fits else await self._filters.standing(asked)
        for start in range(0, len(some), DECODED):
            these = some[start : start + DECODED]
            if asked.fits:
                found += await self._found(
                    asked, self._filters.filter_with_entries(asked, {**here, "_id": {"$in": these}})
                )
                continue
            others = [one for one in these if one not in standing]
            groups = groups_of(standing, [one for one in these if one in standing])
            for lists, contacts in (*groups, (frozenset[str](), others)):
                of_these = {**here, "_id": {"$in": contacts}}
                found += await self._found(asked, self._filters.filter_for_people_on(asked, lists, of_these))
        return found

    async def _in_a_row(self, asked: AudienceQuery, after: str) -> AsyncIterator[list[AudienceMember]]:
        """The members after an id, span by span (`SPAN`), by one query each that has all entries of the
        lists."""
        here = reachable(asked.channel, asked.consent_from)
        where = self._filters.filter_with_entries(asked, here)
        if asked.of_listed_alone:  # who stands on the lists fits into memory
            yield await self._found(asked, {"$and": [{"_id": {"$gt": after}}, where]}, IN_A_ROW)
            return
        everybody = await self._contacts.estimated_document_count()
        way = IN_A_ROW if everybody <= SPANS * SPAN else "_id_"
        async for ids in windows(self._contacts, after, SPAN):
            yield await self._found(asked, {"$and": [{"_id": ids}, where]}, way)

    async def _looked_up(self, asked: AudienceQuery, after: str) -> AsyncIterator[list[AudienceMember]]:
        """As `_in_a_row`, where the entries of the lists do not fit into one query."""
        standing = await self._filters.standing(asked)
        here = reachable(asked.channel, asked.consent_from)
        async for ids, of_lists in self._windows(asked, sorted(standing), after):
            found = list[AudienceMember]()
            if ids is not None:
                others = self._filters.filter_for_people_on(asked, (), {**here, "_id": ids})
                found = [one for one in await self._found(asked, others) if one.contact not in standing]
            for lists, contacts in groups_of(standing, of_lists):
                of_these = {**here, "_id": {"$in": contacts}}
                found += await self._found(asked, self._filters.filter_for_people_on(asked, lists, of_these))
            yield found

    async def _windows(
        self, asked: AudienceQuery, standing: Sequence[str], after: str
    ) -> AsyncIterator[tuple[Document | None, Sequence[str]]]:
        """Range after range of ids: its filter for people on no list, and the people on lists within it."""
        first = bisect_right(standing, after)
        if asked.of_listed_alone:
            for start in range(first, len(standing), scans.WINDOW):
                yield None, standing[start : start + scans.WINDOW]
            return
        async for ids in windows(self._contacts, after):
            end = bisect_right(standing, ids["$lte"]) if "$lte" in ids else len(standing)
            yield ids, standing[first:end]
            first = end

    async def _found(
        self, asked: AudienceQuery, where: Document, way: Document | str | None = None
    ) -> list[AudienceMember]:
        fields = {"ids.ch": 1, "ids.uid": 1, "seed": 1, "rev": 1, **({"pushes": 1} if asked.limited else {})}
        async with looking_at_all():
            documents = self._contacts.find(where, fields, hint=way, batch_size=DECODED)
            return [_member(document, asked.channel) async for document in documents]


def _member(document: Document, channel: str) -> AudienceMember:
    user = next(one["uid"] for one in document["ids"] if one.get("ch") == channel and "uid" in one)
    pushes = moments(document.get("pushes", ()))
    return AudienceMember(document["_id"], user, document.get("seed", 0), document["rev"], pushes)


ENOUGH = 3_200
"""Contacts in a sample, at least: the share it gives is off by 1.8 percentage points at most, 19 times of
20."""
FEW = 50_000
"""Below so many contacts an exact count is as fast as a sample."""


def some_of(everybody: int) -> Document:
    """The filter for a sample of `ENOUGH` out of so many contacts: always the same parts."""
    return {"part": {"$lt": min(SAMPLED, -(-ENOUGH * PARTS // everybody))}}


class AudienceNumbers:
    """The collection `contacts`, counted. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, filters: AudienceFilters) -> None:
        self._contacts = database.collection("contacts")
        self._filters = filters

    async def sample(self, asked: AudienceQuery) -> Sample | None:
        """How many contacts of a sample are in the audience; always the same sample, while their number is
        similar.

        `None`: an exact count is as fast; or the condition has a list, which takes as long as counting.
        """
        everybody = await self._contacts.estimated_document_count()
        if everybody < FEW or listed_people_of(asked.condition):
            return None
        some = some_of(everybody)
        where = self._filters.filter_with_entries(
            asked, {**some, **reachable(asked.channel, asked.consent_from)}
        )
        return await self._sampled(some, where, everybody)

    async def friends(self, channel: str) -> Sample | int:
        """How many friends of a channel are known: counted, or as a sample where there are many contacts."""
        here = _on_channel(channel, {"$ne": False})
        everybody = await self._contacts.estimated_document_count()
        if everybody < FEW:
            return await self._of_all(here)
        some = some_of(everybody)
        return await self._sampled(some, {**some, **here}, everybody)

    async def _sampled(self, some: Document, where: Document, everybody: int) -> Sample:
        looked_at, found = await asyncio.gather(
            *(self._contacts.count_documents(one, hint="sampled") for one in (some, where))
        )
        return Sample(found, looked_at, everybody)

    async def exact(self, asked: AudienceQuery, without: Unreachable | None = None) -> int:
        """How many people are in it; `without`: how many would be, but for this reason."""
        among = (
            reachable(asked.channel, asked.consent_from)
            if without is None
            else unreachable(without, asked.channel, asked.consent_from)
        )
        if asked.fits:
            return await self._of_all(self._filters.filter_with_entries(asked, among))
        number = 0
        if not asked.of_listed_alone:
            number = await self._of_all(self._filters.filter_for_people_on(asked, (), among))
        standing = await self._filters.standing(asked)
        # counted above as if they were on no list: exchange that for what holds on their lists
        for lists, ids in groups_of(standing, sorted(standing)):
            of_these = {**among, "_id": {"$in": ids}}
            number += await self._of_some(asked, lists, of_these) - await self._of_some(asked, (), of_these)
        return number

    async def _of_all(self, where: Document) -> int:
        async with looking_at_all():
            return int(await self._contacts.count_documents(where, hint=IN_A_ROW))

    async def _of_some(self, asked: AudienceQuery, lists: Collection[str], some: Document) -> int:
        return int(
            await self._contacts.count_documents(self._filters.filter_for_people_on(asked, lists, some))
        )


class AudiencePeople(SealedRepository, collection="contacts"):
    """The collection `contacts`. May raise `DatabaseUnavailable`."""

    async def changed(
        self, channel: str, audience: str, condition: Condition, when: When, credit: SmsCredit, after: str
    ) -> list[str]:
        """Contacts after this id whose stored `audiences` is wrong by now: in the audience and not recorded,
        or recorded and not in it."""
        entry = f"{channel}:{audience}"
        come, gone = (
            filter_of(one, channel, when.now, when.zone, self._seal.blind_indexes, sms_credit=credit)
            for one in (condition, Not(condition))
        )
        where = {
            "$or": [{"$and": [{"audiences": {"$ne": entry}}, come]}, {"$and": [{"audiences": entry}, gone]}]
        }
        found = await page(self._rows, where, {"_id": 1}, after, MOST)
        return [document["_id"] for document in found]

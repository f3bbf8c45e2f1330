"""Erases all data of people, by the table of collections: a new collection needs no code here.

`erase` removes the rows that an index finds. `last_look` reads the large collections row by row, and removes
what a process that had it in memory has written since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from pymongo import UpdateMany, UpdateOne

from bot.model.erasure import KnownBy
from bot.model.processes import part_of
from bot.services.phone_rows import phones_of
from bot.store.codec.documents import stored_from
from bot.store.collection_spec import CollectionSpec, PeopleKeys, PersonKeys
from bot.store.collections import COLLECTIONS
from bot.store.contacts.erased_people import ErasedPeople, ErasedPerson, ids_of, whose
from bot.store.database.mongo import Database, Document, looking_at_all
from bot.store.people_collections import AUDIT, CONTACTS, PHONES
from bot.store.sealing.private import all_hashed
from bot.store.sealing.seal import Seal

BY_EVENT = ("inbox", "trace")
"""The large collections whose rows are found by ids of events, which the timeline has."""
AT_ONCE = 5_000
"""Ids in one query."""
TOGETHER = 100
"""People whose contacts are removed in one transaction."""
WINDOW = 20_000
"""Rows that one query of `last_look` reads."""

Rows = Mapping[str, Counter[str]]
"""By number of the erasure: how many rows of each collection belonged to the person."""


class Eraser:
    """Erases people. Every call raises `DatabaseUnavailable`, and may be made again."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    # -- who it is

    async def read(self, people: Mapping[str, PersonKeys]) -> list[ErasedPerson]:
        """These people (keys by number of the erasure) as stored now, with all contacts merged with them.

        An id that two of them lead to belongs to the first.
        """
        owner: dict[str, str] = {}
        documents: dict[str, dict[str, Document]] = {number: {} for number in people}
        new = {id: number for number, keys in reversed([*people.items()]) for id in keys.contacts}
        while new:
            owner = new | owner
            found, new = await self._documents(list(new)), {}
            for one in found:
                number = owner.get(one["_id"]) or owner[one["to"]]
                documents[number][one["_id"]] = one
                new |= {id: number for id in ids_of(one) if id not in owner}
        return [
            self._person(number, keys, documents[number], {id for id, of in owner.items() if of == number})
            for number, keys in people.items()
        ]

    async def _documents(self, ids: Sequence[str], session: Any = None) -> list[Document]:
        found: dict[str, Document] = {}
        contacts = self._database.collection("contacts")
        for some in _some(ids):
            for where in ({"_id": {"$in": some}}, {"to": {"$in": some}}):
                rows = contacts.find({**where, "rev": {"$exists": True}}, session=session)
                found |= {row["_id"]: row async for row in rows}
        return list(found.values())

    def _person(
        self, number: str, keys: PersonKeys, read: Mapping[str, Document], ids: set[str]
    ) -> ErasedPerson:
        contacts = [stored_from(one, self._seal).contact for one in read.values()]
        users = {one.user for each in contacts for one in each.identities}
        # not what was written in a form: it may be another person's
        phones = {phone for each in contacts for phone in phones_of(each)}
        all_keys = PersonKeys(
            sorted({*keys.contacts, *ids}), _texts({*keys.users, *users}), _texts({*keys.phones, *phones})
        )
        members = [(each.member_shop, each.member_no) for each in contacts if each.member_no is not None]
        own, mails = {each.phone for each in contacts}, {each.email for each in contacts}
        known = KnownBy(all_keys.contacts, members, _texts(own), _texts(mails))
        accounts = [one for each in contacts for one in each.identities if one.menu is not None]
        return ErasedPerson(
            number,
            all_keys,
            known,
            {id: one["rev"] for id, one in read.items()},
            [consent for each in contacts for consent in each.consents],
            [(one.channel, one.user) for one in accounts if one.user is not None],
        )

    # -- what is theirs

    async def count(self, people: Sequence[ErasedPerson]) -> Rows:
        """How many rows of theirs an index finds, by number of the erasure and collection."""
        of, counts = self._of(people), _nothing(people)
        for spec in _of_people():
            async for rows in self._at_once(spec, people, of):
                _count(counts, spec, (number for row in rows for number in of.owners(spec, row)))
        return counts

    async def erase(self, people: Sequence[ErasedPerson]) -> Rows:
        """Erase the rows that an index finds, except contacts; how many, by number of the erasure and
        collection.

        Of a person whose contacts are removed already, rows written since then stay.
        """
        of, counts = self._of(people), _nothing(people)
        anew = await self._anew(of) if any(one.gone is not None for one in people) else frozenset()
        # the timeline tells which events were theirs: it goes when what is found by these is gone
        for spec in sorted(_of_people(), key=lambda one: one.name == "timeline"):
            if spec is not CONTACTS:
                async for rows in self._at_once(spec, people, of):
                    await self._remove_old(spec, rows, of, anew, counts)
        return counts

    async def remove_contacts(
        self, people: Sequence[ErasedPerson], now: Callable[[], datetime]
    ) -> dict[str, datetime]:
        """Remove the contacts of each person if none has changed since it was read, and record that in the
        erasure; the moments of removal by number. A person whose contacts were removed before is not
        touched: a contact of theirs that exists again is a new one.
        """
        gone: dict[str, datetime] = {}
        for start in range(0, len(people), TOGETHER):
            some = people[start : start + TOGETHER]

            async def once(session: Any, some: Sequence[ErasedPerson] = some) -> dict[str, datetime]:
                return await self._remove_contacts(some, now, session)

            gone |= await self._database.transaction(once)
        return gone

    async def _remove_contacts(
        self, people: Sequence[ErasedPerson], now: Callable[[], datetime], session: Any
    ) -> dict[str, datetime]:
        erasures = self._database.collection("erasures")
        begun = erasures.find({"_id": {"$in": [one.number for one in people]}}, {"gone": 1}, session=session)
        gone = {row["_id"]: row.get("gone") async for row in begun}
        found = await self._documents([id for one in people for id in one.keys.contacts], session)
        same = [
            one
            for one in people
            if one.number in gone and gone[one.number] is None and one.contacts == _revisions(found, one)
        ]
        ids = [id for one in same for id in one.contacts]
        await self._database.collection("contacts").delete_many(
            {"_id": {"$in": ids}, "part": {"$in": sorted({part_of(id) for id in ids})}}, session=session
        )
        at = now()
        noted = [
            UpdateOne(
                {"_id": one.number}, {"$set": {"gone": at}, "$inc": {"counts.contacts": len(one.contacts)}}
            )
            for one in same
        ]
        if noted:
            await erasures.bulk_write(noted, session=session)
        before = {number: moment for number, moment in gone.items() if moment is not None}
        return {**before, **{one.number: at for one in same}}

    async def with_menu(self, contacts: Sequence[str]) -> set[str]:
        """Those of these contacts that have a rich menu of their own now."""
        having = {"_id": {"$in": list(contacts)}, "ids.menu": {"$exists": True}}
        rows = await self._database.collection("contacts").find(having, {"_id": 1}).to_list(None)
        return {row["_id"] for row in rows}

    async def last_look(self, people: Sequence[ErasedPerson]) -> tuple[Rows, set[str]]:
        """Erase all that is left from before the contacts were removed; how many rows, and the numbers of the
        erasures of people who are in rows that are still in use (`PeopleKeys.in_use`).
        """
        of, counts = self._of(people), _nothing(people)
        anew = await self._anew(of)
        busy: set[str] = set()
        for spec in _of_people():
            if spec is CONTACTS:
                continue
            async for window in self._windows(spec):
                rows = await self._found(spec, {"$and": [window, of.where(spec)]}, of)
                await self._remove_old(spec, rows, of, anew, counts)
                if whose(spec).in_use is not None:
                    used = await self._found(spec, {"$and": [window, of.where(spec, in_use=True)]}, of)
                    busy |= {number for row in used for number in of.owners_before(spec, row, anew)}
        return counts, busy

    async def _anew(self, of: ErasedPeople) -> frozenset[str]:
        return frozenset(one["_id"] for one in await self._documents(list(of.owner)))

    # -- finding rows

    def _of(self, people: Sequence[ErasedPerson]) -> ErasedPeople:
        return ErasedPeople(people, self._seal.blind_indexes)

    async def _at_once(
        self, spec: CollectionSpec, people: Sequence[ErasedPerson], of: ErasedPeople
    ) -> AsyncIterator[list[Document]]:
        """Their rows that an index finds, some at a time."""
        theirs = of.where(spec)
        if spec.name in BY_EVENT:
            for some in _some(await self._events(people, of)):
                yield await self._found(spec, {"_id": {"$in": some}, **theirs}, of)
            if spec.name == "inbox":
                yield await self._found(spec, {"part": {"$in": of.parts}, "state": "open", **theirs}, of)
        elif spec is PHONES:
            for some in _some([hash_ for phone in of.keys.phones for hash_ in self._hashes(phone)]):
                yield await self._found(spec, {"$and": [{"h": {"$in": some}}, theirs]}, of)
        elif not whose(spec).large:
            parts = {"part": {"$in": of.parts}} if _is_found_by_part(spec) else {}
            yield await self._found(spec, {**parts, **theirs}, of)

    def _hashes(self, phone: str) -> list[str]:
        return all_hashed(phone, self._seal.blind_indexes)

    async def _events(self, people: Sequence[ErasedPerson], of: ErasedPeople) -> list[str]:
        """The ids of their events: of the timeline, and those on their contacts that are not there yet."""
        mine = {"part": {"$in": of.parts}, "contact": {"$in": list(of.owner)}}
        async with looking_at_all():
            rows = await self._database.collection("timeline").find(mine, {"_id": 1}).to_list(None)
        events = {row["_id"] for row in rows}
        contacts = self._database.collection("contacts")
        for some in _some([id for one in people for id in one.contacts]):
            left = {"open": 1, "waiting": 1, "carried.id": 1}
            async for row in contacts.find({"_id": {"$in": some}}, left):
                events.update(row.get("open", ()), row.get("waiting", ()))
                events.update(one["id"] for one in row.get("carried", ()))
        return sorted(events)

    async def _found(
        self, spec: CollectionSpec, where: Mapping[str, Any], of: ErasedPeople
    ) -> list[Document]:
        async with looking_at_all():
            rows = self._database.collection(spec.name).find(dict(where), of.fields(spec))
            return await rows.to_list(None)

    async def _windows(self, spec: CollectionSpec) -> AsyncIterator[Document]:
        """Filters that together match each row once; of a large collection each matches `WINDOW` rows."""
        if not whose(spec).large:
            yield {}
            return
        rows, last = self._database.collection(spec.name), None
        while True:
            behind: Document = {} if last is None else {"$gt": last}
            async with looking_at_all():
                from_here = rows.find({"_id": behind} if behind else {}, {"_id": 1}).sort("_id", 1)
                ends = await from_here.skip(WINDOW - 1).limit(1).to_list(1)
            last = ends[0]["_id"] if ends else None
            window = behind if last is None else {**behind, "$lte": last}
            yield {"_id": window} if window else {}
            if last is None:
                return
            await self._database.give_way()

    # -- removing them

    async def _remove_old(
        self, spec: CollectionSpec, rows: Sequence[Document], of: ErasedPeople, anew: Set[str], counts: Rows
    ) -> None:
        old = [(row, owners) for row in rows if (owners := of.owners_before(spec, row, anew))]
        await self._remove(spec, [row for row, _ in old], of)
        _count(counts, spec, (number for _, owners in old for number in owners))

    async def _remove(self, spec: CollectionSpec, rows: Sequence[Document], of: ErasedPeople) -> None:
        """Remove these rows; from rows that concern others, too, only what belongs to these people."""
        for some in _some([row["_id"] for row in rows]):
            these = {"_id": {"$in": some}}
            if spec is AUDIT:
                await self._without_data(these, of)
            elif spec is PHONES:
                await self._free(these, of)
            elif whose(spec).among:
                change = whose(spec).without(of.keys)
                await self._database.collection(spec.name).update_many(these, dict(change))
            else:
                where = {"$and": [these, of.where(spec)]}
                await self._database.collection(spec.name).delete_many(where)

    async def _without_data(self, these: Document, of: ErasedPeople) -> None:
        """Anonymize lines of the audit log: the number of the erasure replaces the contact, details are
        removed."""
        changes = [
            UpdateMany(
                {**these, name: {"$in": [id for id, owner in of.owner.items() if owner == number]}},
                {"$set": {name: number, "erased": number}, "$unset": {"details": "", "before": ""}},
            )
            for number in set(of.owner.values())
            for name in whose(AUDIT).fields
        ]
        await self._database.collection("audit").bulk_write(changes, ordered=False)

    async def _free(self, these: Document, of: ErasedPeople) -> None:
        """Free the phones that they have bound or reserved; another contact's binding or reservation
        stays."""
        phones, theirs = self._database.collection("phones"), {"$in": list(of.owner)}
        others: Document = {"$exists": True, "$nin": list(of.owner)}
        moving = {**these, "contact": theirs, "claimed": others}
        reserved = {**these, "claimed": theirs, "contact": others}
        await phones.update_many(moving, {"$unset": {"contact": ""}, "$set": {"state": "reserved"}})
        await phones.update_many(reserved, {"$unset": {"claimed": "", "until": ""}})
        await phones.delete_many({**these, "$or": [{"contact": theirs}, {"claimed": theirs}]})


def _of_people() -> list[CollectionSpec]:
    return [spec for spec in COLLECTIONS.values() if isinstance(spec.person, PeopleKeys)]


def _is_found_by_part(spec: CollectionSpec) -> bool:
    """Whether the index of a person's rows begins with the part."""
    first = ["part", *whose(spec).fields[:1]]
    return any([*one.document["key"]][:2] == first for one in spec.indexes)


def _revisions(documents: Iterable[Document], person: ErasedPerson) -> dict[str, int]:
    """The revisions of what a person is now, by id."""
    ids = {*person.keys.contacts}
    return {one["_id"]: one["rev"] for one in documents if one["_id"] in ids or one.get("to") in ids}


def _nothing(people: Iterable[ErasedPerson]) -> Rows:
    return {one.number: Counter[str]() for one in people}


def _count(counts: Rows, spec: CollectionSpec, owners: Iterable[str]) -> None:
    for number in owners:
        counts[number][spec.name] += 1


def _some(ids: Sequence[str], size: int = AT_ONCE) -> Iterator[list[str]]:
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])


def _texts(values: Iterable[str | None]) -> list[str]:
    return sorted(value for value in values if value is not None)

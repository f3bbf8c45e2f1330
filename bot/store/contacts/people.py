"""Which contacts a phone or a member number leads to, for a person who asks: among a million without a scan.

A LINE user id needs no search: the contact's id is made of it, and a contact that was merged has left a
note there.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo.errors import BulkWriteError

from bot.model.contact import Contact
from bot.model.contact_kind import WITHOUT_LINE
from bot.model.processes import part_of
from bot.model.stored import Stored
from bot.store.codec.contact_changes import changes
from bot.store.codec.documents import stored_from
from bot.store.database.bulk_commands import Update, insert_all, known_already, update_all
from bot.store.database.mongo import Database, Document, SynchronousCollection
from bot.store.repository import SealedRepository
from bot.store.sealing.private import all_hashed
from bot.store.sealing.seal import Seal

MOST = 20
"""Contacts returned for one phone or number; more have it by mistake, and are left out."""


NO_MORE: Mapping[str, Any] = {}
"""No further condition on a write."""


class People(SealedRepository, collection="contacts"):
    """The collection `contacts`, asked by what is private."""

    async def with_phone(self, phone: str) -> list[str]:
        """The ids of those who have this phone (E.164), and have not only written it in a form."""
        return await self._with("p.phone", phone)

    async def with_any_phone(self, phone: str) -> list[str]:
        """The ids of those who have this phone (E.164), or have written it in a form."""
        return sorted({*await self.with_phone(phone), *await self._with("p.told_phone", phone)})

    async def with_email(self, email: str) -> list[str]:
        """The ids of those who have this address."""
        return await self._with("p.email", email)

    async def with_member_no(self, number: str) -> list[str]:
        """The ids of those who have this number at the shop."""
        return await self._with("p.member_no", number)

    async def link_owner(self, code: str) -> Contact | None:
        """The contact whose invitation link has this code; `None`: nobody's (any more)."""
        found = await self._rows.find_one({"invitations.c": code, "rev": {"$exists": True}})
        return None if found is None else stored_from(found, self._seal).contact

    async def with_phones(self, phones: Collection[str]) -> Mapping[str, Sequence[str]]:
        """For each of these phones the ids of those with LINE who have it, as `with_phone`."""
        return await self._with_any("p.phone", phones, {"ids.0": {"$exists": True}})

    async def with_member_nos(self, numbers: Collection[str]) -> Mapping[str, Sequence[str]]:
        """For each of these numbers the ids of those with LINE who have it, as `with_member_no`."""
        return await self._with_any("p.member_no", numbers, {"ids.0": {"$exists": True}})

    async def without_line(self, phone: str | None, number: str | None) -> list[str]:
        """The ids of those known from a shop or a list alone, with this phone, or this member number.

        Few share a number, many may share a phone, so each is looked up by its own index, in one command.
        Called with each binding.
        """
        values = {"p.member_no": number, "p.phone": phone}
        ways = [self._without_line(path, value) for path, value in values.items() if value is not None]
        if not ways:
            return []
        first, *others = ways
        asked = [
            *first,
            *({"$unionWith": {"coll": self._rows.name, "pipeline": one}} for one in others),
        ]
        found = await self._rows.aggregate(asked).to_list(MOST * len(ways))
        return sorted({document["_id"] for document in found})

    def _without_line(self, path: str, value: str) -> list[Document]:
        hashes = all_hashed(value, self._seal.blind_indexes)
        where = {"ids.0": {"$exists": False}, path: {"$in": hashes}}
        return [{"$match": where}, {"$limit": MOST}, {"$project": {"_id": 1}}]

    async def _with(self, path: str, value: str) -> list[str]:
        return sorted((await self._with_any(path, [value])).get(value, ()))

    async def _with_any(
        self, path: str, values: Collection[str], narrower: Mapping[str, Any] | None = None
    ) -> Mapping[str, Sequence[str]]:
        if not values:
            return {}
        by_hash = {hash_: value for value in values for hash_ in all_hashed(value, self._seal.blind_indexes)}
        _, field = path.split(".")
        found: dict[str, list[str]] = {}
        where = {path: {"$in": list(by_hash)}, **(narrower or {})}
        documents = await self._rows.find(where, {path: 1}).to_list(MOST * len(values))
        for document in documents:
            found.setdefault(by_hash[document["p"][field]], []).append(document["_id"])
        return found


class PeopleWithoutLine:
    """The collection `contacts`, written from imported lists. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._contacts = database.collection("contacts")
        self._now = database.synchronous("contacts")
        self._visit = database.visit_for_many
        self._seal = seal

    def id_of(self, shop: str | None, number: str | None, phone: str | None, again: str = "") -> str:
        """The id of a new contact: two processes that write the same line at once make one contact of it.

        `again` makes another id, where the contact of the first was merged into another.
        """
        plain = f"member {shop or ''}\0{number}" if number is not None else f"phone {phone}"
        return WITHOUT_LINE + self._hashed(f"known by {plain}\0{again}")[:24]

    def telling_id(self, contact: str, revision: int, content: bytes) -> str:
        """An id for sending a contact this at that revision: the same each time, and it reveals nothing."""
        return self._hashed(f"told {contact} {revision} {content.decode()}")[:32]

    def _hashed(self, text: str) -> str:
        """A hash that cannot be guessed without the key, as plain hashes of phones can."""
        return hashlib.sha256(self._seal.blind_index(text).encode()).hexdigest()

    async def around(
        self, ids: Collection[str], numbers: Collection[str], phones: Collection[str]
    ) -> list[Stored]:
        """All contacts with one of these ids, member numbers or phones, also those merged away."""
        found = await self._contacts.find(self._ways(ids, numbers, phones)).to_list(None)
        return [stored_from(document, self._seal) for document in found]

    async def revisions(
        self, ids: Collection[str], numbers: Collection[str], phones: Collection[str]
    ) -> Mapping[str, int]:
        """The revisions of the contacts that `around` finds, by id: a cheap way to see whether any has
        changed."""
        found = await self._contacts.find(self._ways(ids, numbers, phones), {"rev": 1}).to_list(None)
        return {one["_id"]: one.get("rev", 0) for one in found}

    def _ways(self, ids: Collection[str], numbers: Collection[str], phones: Collection[str]) -> Document:
        ways: list[Document] = [{"_id": {"$in": list(ids)}}]
        for path, values in (("p.member_no", numbers), ("p.phone", phones)):
            if values:
                hashes = [hash_ for one in values for hash_ in all_hashed(one, self._seal.blind_indexes)]
                ways.append({path: {"$in": hashes}})
        return {"$or": ways}

    async def having(self, phones: Collection[str]) -> Counter[str]:
        """How many contacts have each of these phones; counted in the index, so that a crowd costs little."""
        by_hash = {one: phone for phone in phones for one in all_hashed(phone, self._seal.blind_indexes)}
        having = Counter[str]()
        if by_hash:
            counting: list[Document] = [
                {"$match": {"p.phone": {"$in": list(by_hash)}}},
                {"$group": {"_id": "$p.phone", "people": {"$sum": 1}}},
            ]
            for row in await self._contacts.aggregate(counting).to_list(None):
                having[by_hash[row["_id"]]] += row["people"]
        return having

    async def write(self, people: Sequence[tuple[Stored | None, Contact]]) -> bool:
        """Store these contacts, each if it is still as it was read (`None`: new); whether all were stored.

        A contact that was changed meanwhile is left unchanged: the caller reads again, and finds that.
        """
        without_line = {"ids.0": {"$exists": False}}
        updates = [update_by_revision(before, after, self._seal, without_line) for before, after in people]
        return await self._visit(lambda: update_people(self._now, updates)) if updates else True


def update_people(collection: SynchronousCollection, updates: Sequence[Update]) -> bool:
    """Make these changes of `update_by_revision`; whether all were made. Blocks.

    Who is new is put in, all by one command, which is far cheaper than an update of each.
    """
    new = [one for one in updates if one[2]]
    others = [one for one in updates if not one[2]]
    documents = [_document(where, change) for where, change, _ in new]
    try:
        if documents:
            insert_all(collection, documents)
    except BulkWriteError as error:
        others += [new[at] for at in known_already(error)]  # perhaps only events wait there
    try:
        return not others or update_all(collection, others) == len(others)
    except BulkWriteError as error:
        known_already(error)
        return False


def _document(where: Document, change: Document) -> Document:
    """The document that an upsert would insert: the value of `a.b` is nested in `a`."""
    document: Document = {"_id": where["_id"], "part": where["part"]}
    for path, value in change["$set"].items():
        *above, last = path.split(".")
        at = document
        for name in above:
            at = at.setdefault(name, {})
        at[last] = value
    return document


def update_by_revision(
    before: Stored | None, after: Contact, seal: Seal, only: Mapping[str, Any] = NO_MORE
) -> Update:
    """The update that stores `after`, if the contact is still as in `before` (`None`: new) and matches
    `only`."""
    where: Document = {"_id": after.id, "part": part_of(after.id)}
    if before is None:
        fields, _ = changes(Contact(after.id), after, seal, born=True)
        where["rev"] = {"$exists": False}
        return where, {"$set": {**fields, "rev": 1, "fence": 0}}, True
    fields, gone = changes(before.contact, after, seal, born=False)
    where |= {"rev": before.revision, **only}
    update: Document = {"$set": fields, "$inc": {"rev": 1}}
    if gone:
        update["$unset"] = gone
    return where, update, False

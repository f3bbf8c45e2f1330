"""People of whom only a shop or a list has told, and whoever a line of a list may mean, in MongoDB."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence

from pymongo.errors import BulkWriteError

from bot.model.contact import Contact
from bot.model.part import part_of
from bot.model.stored import Stored
from bot.model.without_line import WITHOUT_LINE
from bot.store.codec.documents import changes, stored_from
from bot.store.database.many import Update, known_already, update_all
from bot.store.database.mongo import Database, Document, reaching
from bot.store.sealing.private import all_hashed
from bot.store.sealing.seal import Seal


class PeopleWithoutLine:
    """The collection `contacts`, where a list tells of people. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._contacts = database.collection("contacts")
        self._now = database.synchronous("contacts")
        self._visit = database.visit_for_many
        self._seal = seal

    def id_of(self, shop: str | None, number: str | None, phone: str | None, again: str = "") -> str:
        """The id of somebody new: two who write the same line at once make one contact of it.

        `again` tells apart who comes after one that has become part of somebody else.
        """
        plain = f"member {shop or ''}\0{number}" if number is not None else f"phone {phone}"
        return WITHOUT_LINE + self._hashed(f"known by {plain}\0{again}")[:24]

    def telling_id(self, contact: str, revision: int, told: bytes) -> str:
        """What names that a contact is told this, as it was then: the same each time, and shows nothing."""
        return self._hashed(f"told {contact} {revision} {told.decode()}")[:32]

    def _hashed(self, text: str) -> str:
        """Who has no key cannot even guess: a phone alone is guessed in no time."""
        return hashlib.sha256(self._seal.blind_index(text).encode()).hexdigest()

    async def around(
        self, ids: Collection[str], numbers: Collection[str], phones: Collection[str]
    ) -> list[Stored]:
        """Everybody with one of these ids, member numbers or phones, stubs of who was merged away, too."""
        ways: list[Document] = [{"_id": {"$in": list(ids)}}]
        for path, values in (("p.member_no", numbers), ("p.phone", phones)):
            if values:
                hashes = [hash_ for one in values for hash_ in all_hashed(one, self._seal.blind_indexes)]
                ways.append({path: {"$in": hashes}})
        async with reaching():
            found = await self._contacts.find({"$or": ways}).to_list(None)
        return [stored_from(document, self._seal) for document in found]

    async def having(self, phones: Collection[str]) -> Counter[str]:
        """How many contacts have each of these phones; counted in the index, so that a crowd costs little."""
        by_hash = {one: phone for phone in phones for one in all_hashed(phone, self._seal.blind_indexes)}
        having = Counter[str]()
        if by_hash:
            counting: list[Document] = [
                {"$match": {"p.phone": {"$in": list(by_hash)}}},
                {"$group": {"_id": "$p.phone", "people": {"$sum": 1}}},
            ]
            async with reaching():
                for row in await self._contacts.aggregate(counting).to_list(None):
                    having[by_hash[row["_id"]]] += row["people"]
        return having

    async def write(self, people: Sequence[tuple[Stored | None, Contact]]) -> None:
        """Keep these as they are to be, each if it still is what was read (`None`: nobody).

        Who was changed meanwhile is left as they are: whoever asks looks again, and finds that.
        """
        updates = [self._update(before, after) for before, after in people]

        def work() -> None:
            try:
                update_all(self._now, updates)
            except BulkWriteError as error:
                known_already(error)

        if updates:
            await self._visit(work)

    def _update(self, before: Stored | None, after: Contact) -> Update:
        where: Document = {"_id": after.id, "part": part_of(after.id)}
        if before is None:
            fields, _ = changes(Contact(after.id), after, self._seal, born=True)
            where["rev"] = {"$exists": False}
            return where, {"$set": {**fields, "rev": 1, "fence": 0}}, True
        fields, gone = changes(before.contact, after, self._seal, born=False)
        where |= {"rev": before.revision, "ids.0": {"$exists": False}}
        update: Document = {"$set": fields, "$inc": {"rev": 1}}
        if gone:
            update["$unset"] = gone
        return where, update, False

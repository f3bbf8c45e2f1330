"""Stores friends of a channel who have not written yet, and how far LINE's list of friends is read.

Friends are written in bulk, outside of turns. Each write is conditional on the revision that was read: a
contact that has had a turn meanwhile is not changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.contact import Contact
from bot.model.stored import Stored
from bot.store.codec.record import moment, number, text
from bot.store.contacts.filter import PERSONS
from bot.store.contacts.people import update_by_revision, update_people
from bot.store.database.mongo import Database, Document, looking_at_all
from bot.store.database.scans import page
from bot.store.sealing.seal import Seal

_ABSENT = {"$exists": False}


@dataclass(frozen=True, slots=True)
class FriendList:
    """How far LINE's list of a channel's friends is read.

    `next` is LINE's token for what is left, given at `issued`; this reading began at `began`, and has found
    `found` so far. `whole`: when the list was last read to its end; `friends`: how many stood on it then.
    """

    channel: str
    next: str | None = None
    issued: datetime | None = None
    began: datetime | None = None
    found: int = 0
    whole: datetime | None = None
    friends: int | None = None


class Friends:
    """The collections `contacts` and `friend_lists`. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._contacts = database.collection("contacts")
        self._now = database.synchronous("contacts")
        self._visit = database.visit_for_many
        self._lists = database.collection("friend_lists")
        self._seal = seal

    async def write(self, people: Sequence[tuple[Stored | None, Contact]]) -> bool:
        """Store these contacts, each if it is still as it was read (`None`: new); whether all were stored.

        A contact that was changed meanwhile is left unchanged: the caller reads it again.
        """

        updates = [update_by_revision(before, after, self._seal) for before, after in people]
        return await self._visit(lambda: update_people(self._now, updates)) if updates else True

    async def unprofiled(self, channel: str, after: str, most: int) -> list[tuple[str, str]]:
        """Contacts after this id whose profile LINE has not given yet, and their LINE user ids."""
        found = await page(self._contacts, _unprofiled(channel), {"ids": 1}, after, most)
        return [(one["_id"], _user(one, channel)) for one in found]

    async def number_unprofiled(self, channel: str) -> int:
        """How many contacts `unprofiled` finds in all."""
        async with looking_at_all():
            return int(await self._contacts.count_documents(_unprofiled(channel)))

    async def without_turn(self, channel: str, after: str, most: int) -> list[str]:
        """Contacts after this id that have data from a list, and have never had a turn."""
        known = [{"tags.0": {"$exists": True}}, {"at": {"$exists": True}}, {"s.x": {"$exists": True}}]
        where = {"ids.ch": channel, "turned": _ABSENT, "to": _ABSENT, "$or": known}
        return [one["_id"] for one in await page(self._contacts, where, {"_id": 1}, after, most)]

    async def list_of(self, channel: str) -> FriendList:
        """How far LINE's list is read."""
        found = await self._lists.find_one({"_id": channel}) or {}
        return FriendList(
            channel,
            text(found.get("next")),
            moment(found.get("told")),
            moment(found.get("began")),
            number(found.get("found")) or 0,
            moment(found.get("whole")),
            number(found.get("friends")),
        )

    async def keep_list(self, one: FriendList) -> None:
        """Store how far LINE's list is read."""
        fields = {name: getattr(one, name) for name in ("next", "began", "found", "whole", "friends")}
        fields["told"] = one.issued
        await self._lists.update_one({"_id": one.channel}, {"$set": fields}, upsert=True)

    async def read_whole(self) -> frozenset[str]:
        """The channels whose list was read to its end."""
        found = await self._lists.find({"whole": {"$type": "date"}}, {"_id": 1}).to_list(None)
        return frozenset(one["_id"] for one in found)


def _unprofiled(channel: str) -> Document:
    """The filter for accounts whose friendship is known, and that have never done anything here: those
    without name or language, and those that are no friends."""
    never = {"ch": channel, "uid": {"$exists": True}, "friend": {"$exists": True}, "seen": _ABSENT}
    unfriended = {"ids": {"$elemMatch": {**never, "friend": False}}}
    return {
        **PERSONS,
        "ids": {"$elemMatch": never},
        "$or": [{"name": _ABSENT}, {"lang": _ABSENT}, unfriended],
    }


def _user(document: Document, channel: str) -> str:
    return str(next(one["uid"] for one in document["ids"] if one.get("ch") == channel and "uid" in one))

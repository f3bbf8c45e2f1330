"""Finds which people see which rich menu at LINE, and stores the batches that change it for many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from bot.engine.menus.menu_choice import MenuChoice
from bot.engine.times.bounds import When
from bot.model.decision import SmsCredit
from bot.model.menus import MOST, MenuBatch, MenuPerson
from bot.model.processes import part_of
from bot.store.contacts.filter import PERSONS, filter_of
from bot.store.database.fast_operations import aggregate, find, find_one
from bot.store.database.mongo import Document
from bot.store.database.scans import by_parts, page
from bot.store.repository import SealedRepository, rows_of

_FRIENDS = {"uid": {"$exists": True}, "friend": {"$ne": False}}
"""The filter, in `ids`, for accounts to which LINE shows a menu: not those that have blocked the channel."""


_WAITING: list[Document] = [
    {"$group": {"_id": "$channel"}},
    {"$unionWith": {"coll": "menu_relinks", "pipeline": [{"$project": {"_id": 1}}]}},
    {
        "$unionWith": {
            "coll": "friend_lists",
            "pipeline": [{"$match": {"look": {"$exists": True}}}, {"$project": {"_id": 1}}],
        }
    },
]
"""A pipeline on `menu_batches` that gives the channels with unfinished batches, relinks or looks asked
for."""


class MenuPeople(SealedRepository):
    """The collections `contacts`, `menu_batches`, `menu_relinks`; of `friend_lists` the field `look`.

    May raise `DatabaseUnavailable`.

    Pages are in the order of the contacts' ids, after the id that the last one ended with.
    """

    _contacts = rows_of("contacts")
    _batches = rows_of("menu_batches")
    _asked = rows_of("menu_relinks")
    _came_in = rows_of("friend_lists")

    # Who

    async def others(
        self,
        channel: str,
        choice: MenuChoice,
        pins: Collection[str],
        when: When,
        credit: SmsCredit,
        after: str,
    ) -> list[MenuPerson]:
        """People who are to see the menu of a choice, and are recorded with another one.

        Not those who have one of `pins` pinned: the menus that can be pinned on this channel.
        """
        pinned = {"pin": {"$in": list(pins)}, **_not_over(when.now)}
        condition = filter_of(
            choice.condition, channel, when.now, when.zone, self._seal.blind_indexes, sms_credit=credit
        )
        return await self._page(channel, {**_another_than(choice.menu), "$nor": [pinned]}, after, condition)

    async def pinned(self, channel: str, menu: str, now: datetime, after: str) -> list[MenuPerson]:
        """Who has this menu pinned and is recorded with another one."""
        return await self._page(channel, {"menu": {"$ne": menu}, "pin": menu, **_not_over(now)}, after)

    async def recorded(self, channel: str, menu: str | None, after: str) -> list[MenuPerson]:
        """Who is recorded with this menu (`None`: with none)."""
        return await self._page(channel, {"menu": {"$exists": False} if menu is None else menu}, after)

    async def everybody(self, channel: str, after: str) -> list[MenuPerson]:
        """Whoever may be shown a menu."""
        return await self._page(channel, {}, after)

    async def by_menu(self, channel: str) -> Mapping[str | None, int]:
        """How many people are recorded with each menu (`None`: with none of their own); reads everybody."""
        found = Counter[str | None]()
        for some in by_parts():
            rows = self._contacts.aggregate(
                [
                    {"$match": {"ids": {"$elemMatch": {"ch": channel, **_FRIENDS}}, **PERSONS, **some}},
                    {"$project": {"ids.ch": 1, "ids.menu": 1}},
                    {"$unwind": "$ids"},
                    {"$match": {"ids.ch": channel}},
                    {"$group": {"_id": "$ids.menu", "n": {"$sum": 1}}},
                ]
            )
            async for row in rows:
                found[row["_id"]] += row["n"]
        return found

    async def _page(
        self, channel: str, identity: Document, after: str, condition: Document | None = None
    ) -> list[MenuPerson]:
        here = {"ids": {"$elemMatch": {"ch": channel, **_FRIENDS, **identity}}}
        found = await page(
            self._contacts, {**here, **PERSONS, **(condition or {})}, {"rev": 1, "ids": 1}, after, MOST
        )
        return [
            MenuPerson(document["_id"], _identity(document, channel)["uid"], document["rev"])
            for document in found
        ]

    # What is done for them

    async def begin(self, batch: MenuBatch) -> None:
        """Store a batch before LINE is called for it."""
        await self._batches.insert_one({"_id": batch.id, **_without_id(batch)})

    async def unfinished(self, channel: str, since: datetime, now: datetime) -> list[MenuBatch]:
        """The batches of a channel that are not at their end, but for those that LINE took since then."""
        under_way = {"called": {"$gt": since, "$lte": now}}
        where = {"channel": channel, "$nor": [under_way]}
        found = await find(self._database, "menu_batches", where)
        return [_batch(document) for document in found]

    async def record(self, batch: MenuBatch) -> None:
        """Record on the contacts of a batch which menu they see now.

        Not of those who had a turn meanwhile, nor of those for whom a link is under way: it may come later.
        """
        menu = {"ids.$.menu": batch.menu} if batch.menu is not None else {}
        gone = {"ids.$.tab": ""} if menu else {"ids.$.tab": "", "ids.$.menu": ""}
        update: Document = {"$unset": gone, "$inc": {"rev": 1}}
        if menu:
            update["$set"] = menu
        writes = [
            UpdateOne(
                {
                    "_id": person.contact,
                    "part": part_of(person.contact),
                    "rev": person.revision,
                    "ids": {"$elemMatch": {"ch": batch.channel, **_another_than(batch.menu)}},
                    "out": {"$not": {"$elemMatch": {"ch": batch.channel, "kind": "menu"}}},
                },
                update,
            )
            for person in batch.people
        ]
        await self._contacts.bulk_write(writes, ordered=False)

    async def seen(self, batch: MenuBatch) -> Mapping[str, bool]:
        """Of each contact of a batch that exists, whether it is recorded with the batch's menu.

        Of one that was merged away nothing is recorded, not even that it has no menu.
        """
        where = {"_id": {"$in": [person.contact for person in batch.people]}}
        documents = await self._contacts.find(where, {"ids": 1}).to_list(None)
        identities = {document["_id"]: _identity(document, batch.channel) for document in documents}
        return {
            contact: bool(identity) and identity.get("menu") == batch.menu
            for contact, identity in identities.items()
        }

    async def called(self, batch: str, at: datetime) -> None:
        """LINE has taken the call."""
        await self._batches.update_one({"_id": batch}, {"$set": {"called": at}})

    async def end(self, batch: str) -> None:
        """Nothing of this batch is left to be done."""
        await self._batches.delete_one({"_id": batch})

    async def waiting(self) -> frozenset[str]:
        """The channels with batches that are not at their end, or where somebody has asked (`ask`)."""
        found = await aggregate(self._database, "menu_batches", _WAITING)
        return frozenset(one["_id"] for one in found)

    # Everybody, on demand

    async def ask(self, channel: str) -> None:
        """Have everybody of a channel linked anew, by the process that sweeps."""
        await self._asked.replace_one({"_id": channel}, {"_id": channel}, True)

    async def asked(self, channel: str) -> bool:
        """Whether a relink (`ask`) is asked for, and not done yet."""
        return await find_one(self._database, "menu_relinks", {"_id": channel}) is not None

    async def answered(self, channel: str) -> None:
        """Record that all people of a channel are linked anew, as asked for."""
        await self._asked.delete_one({"_id": channel})

    # Who has come in bulk

    async def ask_look(self, channel: str, at: datetime) -> None:
        """Ask for a check of who sees which menu on a channel, as many friends are being added.

        It is done once nobody has asked for a while.
        """
        await self._came_in.update_one({"_id": channel}, {"$set": {"look": at}}, upsert=True)

    async def look_asked(self, channel: str) -> datetime | None:
        """When a check was last asked for (`ask_look`) that is not done yet; `None`: none is asked for."""
        found = await find_one(self._database, "friend_lists", {"_id": channel})
        return None if found is None else found.get("look")

    async def looked(self, channel: str, asked: datetime) -> None:
        """Record that the check asked for at this moment is done; a later one stays asked for."""
        await self._came_in.update_one({"_id": channel, "look": asked}, {"$unset": {"look": ""}})


def _another_than(menu: str | None) -> Document:
    return {"menu": {"$exists": True} if menu is None else {"$ne": menu}}


def _not_over(now: datetime) -> Document:
    return {"$or": [{"pin_until": {"$exists": False}}, {"pin_until": {"$gt": now}}]}


def _identity(document: Document, channel: str) -> Mapping[str, Any]:
    return next((one for one in document.get("ids", ()) if one.get("ch") == channel), {})


def _without_id(batch: MenuBatch) -> Document:
    document = asdict(batch)
    del document["id"]
    return document


def _batch(document: Document) -> MenuBatch:
    people = tuple(MenuPerson(**person) for person in document["people"])
    return MenuBatch(document["_id"], document["channel"], document["menu"], people, document["called"])

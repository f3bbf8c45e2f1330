"""Webhooks of shops in MongoDB: stored before they are answered, sealed until they are processed."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from pymongo import ASCENDING
from pymongo.errors import BulkWriteError

from bot.model.shop import ShopWebhook
from bot.store.codec.record import number
from bot.store.database.bulk_commands import insert_all, known_already
from bot.store.database.fast_operations import find_one
from bot.store.database.mongo import Database, Document
from bot.store.sealing.seal import Seal, SealInvalid

log = logging.getLogger("oaflow.store")


@dataclass(frozen=True, slots=True)
class WaitingNews:
    """A webhook that is not processed yet; `tries` is how often that has failed."""

    webhook: ShopWebhook
    tries: int = 0


class ShopNewsStore:
    """The collection `shop_news`. Every call raises `DatabaseUnavailable`.

    A row that is processed, or given up, has only its id left: sent again by the shop, it is known.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._rows = database.collection("shop_news")
        self._now = database.synchronous
        self._visit = database.visit
        self._seal = seal
        self._reported_unreadable: set[str] = set()
        """Shops with unreadable rows that are in the log already."""

    async def keep(self, webhooks: Sequence[ShopWebhook]) -> Set[str]:
        """Make these durable; those that are known stay as they are, and are returned."""
        rows = [self._document(one) for one in {one.id: one for one in webhooks}.values()]

        def work() -> Set[str]:
            try:
                insert_all(self._now("shop_news"), rows)
            except BulkWriteError as error:
                return {rows[index]["_id"] for index in known_already(error)}
            return frozenset()

        return await self._visit(work) if rows else frozenset()

    async def waiting(self, shop: str, most: int, but: Set[str] = frozenset()) -> list[WaitingNews]:
        """Those of a shop that are not processed, oldest first. What does not open is left where it is, and
        delays nothing that came later."""
        where: Document = {"shop": shop, "state": "open"}
        if but:
            where["_id"] = {"$nin": sorted(but)}
        waiting: list[WaitingNews] = []
        shut = 0
        found = self._rows.find(where).sort([("at", ASCENDING), ("_id", ASCENDING)]).batch_size(most)
        async for row in found:
            if (one := self._read(row)) is None:
                shut += 1
            else:
                waiting.append(one)
            if len(waiting) == most:
                break
        if shut and shop not in self._reported_unreadable:
            self._reported_unreadable.add(shop)
            log.error("shop %s: %d of its news do not open: their key is missing", shop, shut)
        return waiting

    async def waits(self, shop: str) -> bool:
        """Whether something of this shop is not processed: one index lookup, however much waits."""
        where = {"shop": shop, "state": "open"}
        return await find_one(self._database, "shop_news", where, {"_id": 1}) is not None

    async def how_many_wait(self, shop: str, most: int) -> int:
        """How many of this shop are not processed, counted up to so many."""
        where = {"shop": shop, "state": "open"}
        return await self._rows.count_documents(where, hint="open_of_shop", limit=most)

    async def end(self, ids: Sequence[str], state: str) -> None:
        """These are processed (`done`), or given up (`aside`): their content is removed."""
        change = {"$set": {"state": state}, "$unset": {"raw": ""}}
        await self._rows.update_many({"_id": {"$in": list(ids)}}, change)

    async def failed(self, ids: Sequence[str]) -> None:
        """Telling these has failed once more."""
        await self._rows.update_many({"_id": {"$in": list(ids)}, "state": "open"}, {"$inc": {"tries": 1}})

    async def forget(self, shop: str, before: datetime) -> int:
        """Give up all that came before; how many were waiting."""
        where: Document = {"shop": shop, "state": "open", "at": {"$lt": before}}
        found = await self._rows.update_many(where, {"$set": {"state": "aside"}, "$unset": {"raw": ""}})
        return int(found.modified_count)

    async def counts(self, shop: str) -> Mapping[str, int]:
        """How many of a shop wait, were processed and were given up, of those that are still known."""
        counting: list[Document] = [
            {"$match": {"shop": shop}},
            {"$group": {"_id": "$state", "rows": {"$sum": 1}}},
        ]
        rows = await self._rows.aggregate(counting).to_list(None)
        return {row["_id"]: row["rows"] for row in rows}

    async def last(self, shop: str) -> datetime | None:
        """When the last one came that is still known."""
        row = await self._rows.find_one({"shop": shop}, {"at": 1}, sort=[("at", -1)])
        at = None if row is None else row.get("at")
        return at if isinstance(at, datetime) else None

    def _document(self, one: ShopWebhook) -> Document:
        content = orjson.dumps({"topic": one.topic, "body": one.body.decode()})
        return {
            "_id": one.id,
            "shop": one.shop,
            "at": one.at,
            "state": "open",
            "raw": self._seal.seal(content, _place(one.id)),
        }

    def _read(self, row: Mapping[str, Any]) -> WaitingNews | None:
        try:
            content = orjson.loads(self._seal.open(bytes(row["raw"]), _place(row["_id"])))
        except SealInvalid:
            return None
        webhook = ShopWebhook(row["_id"], row["shop"], content["topic"], content["body"].encode(), row["at"])
        return WaitingNews(webhook, number(row.get("tries")) or 0)


def _place(id_: str) -> bytes:
    return f"shop_news\0{id_}".encode()

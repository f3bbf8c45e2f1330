"""Stores webhooks of shops, sealed: before they are answered, until they are processed."""

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

    `state` of a row is `open`, `done` or `aside` (given up). One that is not open has no content any more,
    but its id, by which the same webhook is recognized when the shop sends it again.
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
        """Store these webhooks; the ids of those that were known already, which are not changed."""
        rows = [self._document(one) for one in {one.id: one for one in webhooks}.values()]

        def work() -> Set[str]:
            try:
                insert_all(self._now("shop_news"), rows)
            except BulkWriteError as error:
                return {rows[index]["_id"] for index in known_already(error)}
            return frozenset()

        return await self._visit(work) if rows else frozenset()

    async def waiting(self, shop: str, most: int, but: Set[str] = frozenset()) -> list[WaitingNews]:
        """The webhooks of a shop that are not processed, oldest first, `but` for these ids. One that does not
        open is left out, and delays no later one."""
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
        """Whether a webhook of this shop is not processed; one index lookup, however many there are."""
        where = {"shop": shop, "state": "open"}
        return await find_one(self._database, "shop_news", where, {"_id": 1}) is not None

    async def how_many_wait(self, shop: str, most: int) -> int:
        """How many webhooks of this shop are not processed, counted up to `most`."""
        where = {"shop": shop, "state": "open"}
        return await self._rows.count_documents(where, hint="open_of_shop", limit=most)

    async def end(self, ids: Sequence[str], state: str) -> None:
        """Store that these are processed (`done`) or given up (`aside`), and remove their content."""
        change = {"$set": {"state": state}, "$unset": {"raw": ""}}
        await self._rows.update_many({"_id": {"$in": list(ids)}}, change)

    async def failed(self, ids: Sequence[str]) -> None:
        """Count one more failed try to process these."""
        await self._rows.update_many({"_id": {"$in": list(ids)}, "state": "open"}, {"$inc": {"tries": 1}})

    async def forget(self, shop: str, before: datetime) -> int:
        """Give up all webhooks of a shop from before a moment that are not processed; how many."""
        where: Document = {"shop": shop, "state": "open", "at": {"$lt": before}}
        found = await self._rows.update_many(where, {"$set": {"state": "aside"}, "$unset": {"raw": ""}})
        return int(found.modified_count)

    async def counts(self, shop: str) -> Mapping[str, int]:
        """The number of stored webhooks of a shop by state (`open`, `done`, `aside`)."""
        counting: list[Document] = [
            {"$match": {"shop": shop}},
            {"$group": {"_id": "$state", "rows": {"$sum": 1}}},
        ]
        rows = await self._rows.aggregate(counting).to_list(None)
        return {row["_id"]: row["rows"] for row in rows}

    async def last(self, shop: str) -> datetime | None:
        """When the last stored webhook of a shop came (UTC); `None`: none is stored."""
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

"""Stores the browsers of staff that get web push notifications while no page is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

from bot.model.push_subscription import MOST, PushSubscription
from bot.store.codec.record import number, text
from bot.store.database.mongo import Document
from bot.store.repository import SealedRepository
from bot.store.sealing.seal import SealInvalid


class PushSubscriptions(SealedRepository, collection="push_subscriptions"):
    """The collection `push_subscriptions`: `{_id, name, epoch, session, device, language, sound, began,
    until, told, rev, s}`.

    A browser has one, whoever uses it: the next account's takes the place of the one before.
    """

    async def put(self, new: PushSubscription) -> None:
        """Store a subscription; beyond `MOST` of an account the oldest are deleted.

        Where the browser had one of the same account, what it was notified of stays.
        """
        content = {"endpoint": new.endpoint, "key": new.key, "secret": new.secret}
        fields: Document = {
            "name": new.name,
            "epoch": new.epoch,
            "session": new.session,
            "device": new.device,
            "language": new.language,
            "sound": new.sound,
            "until": new.until,
            "s": self._sealed_json(new.id, content),
        }
        first = {"began": new.began, "told": sorted(new.notified), "rev": 0}
        await self._rows.delete_one({"_id": new.id, "name": {"$ne": new.name}})
        await self._rows.update_one({"_id": new.id}, {"$set": fields, "$setOnInsert": first}, upsert=True)
        newest = self._rows.find({"name": new.name}, {"_id": 1}).sort("until", DESCENDING)
        more = [row["_id"] for row in await newest.to_list(None)][MOST:]
        if more:
            await self._rows.delete_many({"_id": {"$in": more}})

    async def all(self, now: datetime) -> list[PushSubscription]:
        """The subscriptions of all accounts that have not expired."""
        found = await self._rows.find({"until": {"$gt": now}}).to_list(None)
        return [one for row in found if (one := self._read(row)) is not None]

    async def of_account(self, name: str, epoch: str, now: datetime) -> list[PushSubscription]:
        """The subscriptions of an account in this epoch that have not expired, the oldest first."""
        where = {"name": name, "epoch": epoch, "until": {"$gt": now}}
        found = await self._rows.find(where).sort("began", ASCENDING).to_list(None)
        return [one for row in found if (one := self._read(row)) is not None]

    async def tell(self, one: PushSubscription, notified: frozenset[str]) -> PushSubscription | None:
        """Store what a browser is notified of now; the subscription after it, `None`: it was changed
        meanwhile."""
        change = {"$set": {"told": sorted(notified)}, "$inc": {"rev": 1}}
        done = await self._rows.update_one({"_id": one.id, "name": one.name, "rev": one.rev}, change)
        return replace(one, notified=notified, rev=one.rev + 1) if done.matched_count else None

    async def end(self, id: str, name: str) -> bool:
        """Delete a subscription of this account; `False`: there is none of this id."""
        return (await self._rows.delete_one({"_id": id, "name": name})).deleted_count == 1

    async def end_session(self, session: str) -> None:
        """End what was begun, or renewed last, in this session."""
        await self._rows.delete_many({"session": session})

    async def end_all(self, name: str) -> None:
        """End all of an account's."""
        await self._rows.delete_many({"name": name})

    def _read(self, row: Mapping[str, Any]) -> PushSubscription | None:
        """The subscription in a row; `None` where it does not open, and so cannot be used."""
        try:
            content = self._opened_json(row)
        except SealInvalid:
            return None
        return PushSubscription(
            id=row["_id"],
            name=row["name"],
            epoch=row["epoch"],
            session=row["session"],
            endpoint=content["endpoint"],
            key=content["key"],
            secret=content["secret"],
            device=text(row.get("device")) or "",
            language=text(row.get("language")) or "",
            sound=row.get("sound") is True,
            began=row["began"],
            until=row["until"],
            notified=frozenset(row.get("told", ())),
            rev=number(row.get("rev")) or 0,
        )

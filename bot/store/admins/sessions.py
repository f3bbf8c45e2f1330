"""Who is signed in, in MongoDB: a row for each browser, named by the hash of what its cookie holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from pymongo import DESCENDING

from bot.model.admin import AdminSession, SignedStage
from bot.store.codec.fitting import text
from bot.store.database.mongo import Database, Document, reaching


class AdminSessions:
    """The collection `sessions`: `{_id: hash, name, epoch, stage, began, seen, until, device}`.

    Every call raises `DatabaseUnavailable` when MongoDB is away. Whoever copies the collection can sign in
    nowhere: the cookies cannot be had from their hashes.
    """

    def __init__(self, database: Database) -> None:
        self._rows = database.collection("sessions")

    async def of(self, id: str) -> AdminSession | None:
        """The session of this id, over or not."""
        async with reaching():
            row = await self._rows.find_one({"_id": id})
        return None if row is None else _session(row)

    async def begin(self, session: AdminSession) -> None:
        """Keep a new one."""
        async with reaching():
            await self._rows.insert_one(_document(session))

    async def touch(self, session: AdminSession) -> None:
        """It was seen just now, and lives longer; one that has ended meanwhile stays ended."""
        change = {"$set": {"seen": session.seen, "until": session.until}}
        async with reaching():
            await self._rows.update_one({"_id": session.id}, change)

    async def of_account(self, name: str, epoch: str, now: datetime) -> list[AdminSession]:
        """Those of an account that are not over, the last one seen first."""
        where = {"name": name, "epoch": epoch, "stage": "signed_in", "until": {"$gt": now}}
        async with reaching():
            found = await self._rows.find(where).sort("seen", DESCENDING).to_list(None)
        return [_session(row) for row in found]

    async def end(self, id: str, name: str) -> bool:
        """End one of this account's; whether there was one."""
        async with reaching():
            return (await self._rows.delete_one({"_id": id, "name": name})).deleted_count == 1

    async def end_all(self, name: str, but: str = "") -> int:
        """End all of an account, but this one; how many."""
        async with reaching():
            return int((await self._rows.delete_many({"name": name, "_id": {"$ne": but}})).deleted_count)


def _document(session: AdminSession) -> Document:
    return {
        "_id": session.id,
        "name": session.name,
        "epoch": session.epoch,
        "stage": session.stage,
        "began": session.began,
        "seen": session.seen,
        "until": session.until,
        "device": session.device,
    }


def _session(row: Mapping[str, Any]) -> AdminSession:
    stage: SignedStage = row["stage"] if row["stage"] in get_args(SignedStage) else "code"
    device = text(row.get("device")) or ""
    name, epoch, began, seen, until = (row[one] for one in ("name", "epoch", "began", "seen", "until"))
    return AdminSession(row["_id"], name, epoch, stage, began, seen, until, device)

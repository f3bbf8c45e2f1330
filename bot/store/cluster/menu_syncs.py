"""Syncs of rich menus that staff have ordered: one at a time on a channel, and how far the last one is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from bot.model.menus import MenuSyncRun
from bot.store.database.mongo import Document
from bot.store.repository import Repository

LOST_AFTER = timedelta(minutes=2)
"""Without a word of its process one is over: it notes something each second, and LINE answers within one
minute."""


class MenuSyncs(Repository, collection="menu_syncs"):
    """The collection `menu_syncs`, `_id` the channel."""

    async def of(self, channel: str) -> MenuSyncRun | None:
        """The last one of a channel."""
        found = await self._rows.find_one({"_id": channel})
        return None if found is None else _read(found)

    async def begin(self, run: MenuSyncRun) -> bool:
        """This one begins; `False` where another one is under way."""
        over = {"$or": [{"state": {"$ne": "runs"}}, {"seen": {"$lt": run.at - LOST_AFTER}}]}
        try:
            await self._rows.replace_one({"_id": run.channel, **over}, _document(run), upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def note(self, run: MenuSyncRun) -> bool:
        """How far it is by now; `False` where another one has begun since."""
        noted = await self._rows.replace_one({"_id": run.channel, **_own(run)}, _document(run))
        return noted.matched_count == 1


def is_lost(run: MenuSyncRun, now: datetime) -> bool:
    """Whether one that is said to go on does not: its process has ended in the middle."""
    return run.state == "runs" and now - run.seen > LOST_AFTER


def _own(run: MenuSyncRun) -> Document:
    return {"by": run.by, "at": run.at}


def _document(run: MenuSyncRun) -> Document:
    fields = asdict(run)
    return {"_id": fields.pop("channel"), **fields}


def _read(document: Document) -> MenuSyncRun:
    return MenuSyncRun(document["_id"], **{name: value for name, value in document.items() if name != "_id"})

"""Syncs of rich menus that staff have ordered: one at a time on a channel, and how far the last one is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from bot.model.menus import MenuSyncRun
from bot.store.database.mongo import Document
from bot.store.repository import Repository

LOST_AFTER = timedelta(minutes=2)
"""How long after its last note a sync counts as over: its process writes one each second, and LINE answers
within one minute."""


class MenuSyncs(Repository, collection="menu_syncs"):
    """The collection `menu_syncs`: the fields of `MenuSyncRun`, the channel as `_id`."""

    async def of(self, channel: str) -> MenuSyncRun | None:
        """The last sync of a channel; `None`: there was none."""
        found = await self._rows.find_one({"_id": channel})
        return None if found is None else _read(found)

    async def begin(self, run: MenuSyncRun) -> bool:
        """Store a sync that begins; `False`: another one of its channel is under way."""
        over = {"$or": [{"state": {"$ne": "runs"}}, {"seen": {"$lt": run.at - LOST_AFTER}}]}
        try:
            await self._rows.replace_one({"_id": run.channel, **over}, _document(run), upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def note(self, run: MenuSyncRun) -> bool:
        """Store how far a sync is; `False`: another one of its channel has begun since."""
        noted = await self._rows.replace_one({"_id": run.channel, **_own(run)}, _document(run))
        return noted.matched_count == 1


def is_lost(run: MenuSyncRun, now: datetime) -> bool:
    """Whether a sync is stored as running, but its process has died (`LOST_AFTER`)."""
    return run.state == "runs" and now - run.seen > LOST_AFTER


def _own(run: MenuSyncRun) -> Document:
    return {"by": run.by, "at": run.at}


def _document(run: MenuSyncRun) -> Document:
    fields = asdict(run)
    return {"_id": fields.pop("channel"), **fields}


def _read(document: Document) -> MenuSyncRun:
    return MenuSyncRun(document["_id"], **{name: value for name, value in document.items() if name != "_id"})

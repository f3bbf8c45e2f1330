"""Possible matches of what nobody has proven, and those that staff have refused."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.match import Match
from bot.store.database.mongo import Document
from bot.store.repository import Repository


class Matches(Repository, collection="matches"):
    """The collection `matches`."""

    async def keep(self, match: Match) -> None:
        """Keep one; one that is there, or was refused, stays as it is."""
        found = {"contact": match.contact, "other": match.other, "at": match.at, "state": "open"}
        await self._rows.update_one({"_id": match.id}, {"$setOnInsert": found}, upsert=True)

    async def oldest(self, most: int, *, refused: bool) -> Sequence[Match]:
        """Those that nobody has decided, or those that were refused."""
        where = {"state": "refused" if refused else "open"}
        documents = await self._rows.find(where).sort("at", 1).to_list(most)
        return [_match(document) for document in documents]

    async def one(self, name: str) -> Match | None:
        """The match of this id."""
        document = await self._rows.find_one({"_id": name})
        return None if document is None else _match(document)

    async def refuse(self, match: Match) -> None:
        """Remember that the two are two."""
        await self._rows.update_one({"_id": match.id}, {"$set": {"state": "refused"}})

    async def forget(self, match: Match) -> None:
        """The two are one by now, or have nothing in common any more."""
        await self._rows.delete_one({"_id": match.id})


def _match(document: Document) -> Match:
    return Match(
        document["_id"],
        document["contact"],
        document["other"],
        document["at"],
        refused=document["state"] == "refused",
    )

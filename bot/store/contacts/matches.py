"""Stores pairs of contacts that may be one person, until staff merge them, and those that staff have
refused."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.match import Match
from bot.store.database.mongo import Document
from bot.store.repository import Repository


class Matches(Repository, collection="matches"):
    """The collection `matches`."""

    async def keep(self, match: Match) -> None:
        """Store a possible match; one that is stored already, also a refused one, is not changed."""
        found = {"contact": match.contact, "other": match.other, "at": match.at, "state": "open"}
        await self._rows.update_one({"_id": match.id}, {"$setOnInsert": found}, upsert=True)

    async def oldest(self, most: int, *, refused: bool) -> Sequence[Match]:
        """The oldest matches, `most` of them: those not decided, or with `refused` those refused."""
        where = {"state": "refused" if refused else "open"}
        documents = await self._rows.find(where).sort("at", 1).to_list(most)
        return [_match(document) for document in documents]

    async def one(self, name: str) -> Match | None:
        """The match of this id."""
        document = await self._rows.find_one({"_id": name})
        return None if document is None else _match(document)

    async def refuse(self, match: Match) -> None:
        """Store that staff have refused a match: the two are different people."""
        await self._rows.update_one({"_id": match.id}, {"$set": {"state": "refused"}})

    async def forget(self, match: Match) -> None:
        """Delete a match whose contacts were merged, or have nothing in common any more."""
        await self._rows.delete_one({"_id": match.id})


def _match(document: Document) -> Match:
    return Match(
        document["_id"],
        document["contact"],
        document["other"],
        document["at"],
        refused=document["state"] == "refused",
    )

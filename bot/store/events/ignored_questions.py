"""Questions that staff have ignored, known again by keyed hashes: nothing that was written is stored (N7)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.store.repository import SealedRepository


class IgnoredQuestions(SealedRepository, collection="ignored_questions"):
    """The collection `ignored_questions`: `{keys, at}`, one for each time that staff ignored one.

    Keys are those of `alike_texts`. Of a retired index key no row is found any more: the question is open
    again. Every call may raise `DatabaseUnavailable`.
    """

    async def add(self, keys: Collection[str], at: datetime) -> None:
        """Ignore the question that texts with these keys ask, from now on."""
        await self._rows.insert_one({"keys": sorted(map(self._seal.blind_index, keys)), "at": at})

    async def remove(self, keys: Collection[str]) -> bool:
        """Whatever was ignored with one of these keys is ignored no more; `False`: nothing was."""
        hashes = [one for key in keys for one in self._seal.blind_indexes(key)]
        gone = await self._rows.delete_many({"keys": {"$in": hashes}})
        return bool(gone.deleted_count)

    async def among(self, keys: Collection[str]) -> frozenset[str]:
        """Those of these keys that are ignored."""
        known = {one async for row in self._rows.find({}, {"keys": 1}) for one in row["keys"]}
        if not known:
            return frozenset()
        return frozenset(key for key in keys if not known.isdisjoint(self._seal.blind_indexes(key)))

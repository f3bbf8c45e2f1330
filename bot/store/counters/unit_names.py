"""Which names LINE counts messages under this month: a document for each channel, for all processes."""

from __future__ import annotations

from contextlib import suppress

from pymongo.errors import DuplicateKeyError

from bot.model.aggregation_unit import OWN_MOST, UNITS_A_MONTH
from bot.store.codec.fitting import texts
from bot.store.database.mongo import Database, reaching


class UnitNames:
    """The collection `aggregation_units`: `names` of a channel's `month`. May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._units = database.collection("aggregation_units")

    async def take(self, channel: str, month: str, own: str, shared: str, at_line: int = 0) -> str | None:
        """The name to be used: `own` while there is room, else `shared`; `None`: a thousand are used.

        Asked again it answers the same. `at_line`: how many LINE counts, where others use the channel, too.
        """
        async with reaching():
            with suppress(DuplicateKeyError):  # another process was the first there
                begins = {"$set": {"month": month, "names": []}}
                await self._units.update_one({"_id": channel, "month": {"$ne": month}}, begins, upsert=True)
            found = await self._units.find_one({"_id": channel, "month": month}) or {}
            names = texts(found.get("names"))
            others = max(0, at_line - len(names))
            for name, most in ((own, OWN_MOST - others), (shared, UNITS_A_MONTH - others)):
                if name in names:
                    return name
                if most > 0 and await self._add(channel, month, name, most):
                    return name
        return None

    async def _add(self, channel: str, month: str, name: str, most: int) -> bool:
        """Use this name, too, unless so many are used."""
        room = {"_id": channel, "month": month, f"names.{most - 1}": {"$exists": False}}
        return (await self._units.update_one(room, {"$addToSet": {"names": name}})).matched_count == 1

"""Which address of a calendar is good: a number for each service, and one for all (N5)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.store.repository import Repository


class CalendarAddresses(Repository, collection="calendar_addresses"):
    """The collection `calendar_addresses`, by service (empty: all). Every call may raise
    `DatabaseUnavailable`."""

    async def numbers(self) -> Mapping[str, int]:
        """How many addresses were made; negative, where the last one was ended."""
        return {
            row["_id"].removeprefix("of "): row["n"] if row["open"] else -row["n"]
            async for row in self._rows.find()
        }

    async def is_good(self, service: str, number: int) -> bool:
        """Whether this one is."""
        where = {"_id": f"of {service}", "n": number, "open": True}
        return await self._rows.find_one(where) is not None

    async def change(self, service: str, number: int, *, ends: bool) -> bool:
        """End the address with this number, and make another one unless it only `ends`; 0: there was none.

        `False`: somebody else has changed it, and nothing is done.
        """
        id_, new = f"of {service}", {"n": number if ends else number + 1, "open": not ends}
        if number == 0:
            return await self._rows.added({"_id": id_, **new})
        done = await self._rows.update_one({"_id": id_, "n": number}, {"$set": new})
        return done.matched_count > 0

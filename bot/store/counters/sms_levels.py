"""Stores the credit left at each SMS provider, and what it was after it was last topped up."""

from __future__ import annotations

from bot.model.sms_level import SmsLevel
from bot.store.repository import Repository


class SmsLevels(Repository, collection="sms_levels"):
    """The collection `sms_levels`, by provider."""

    async def keep(self, level: SmsLevel) -> None:
        """Store a provider's credit in place of the last one."""
        what = {
            "left": level.left,
            "unit": level.unit,
            "full": level.full,
            "since": level.since,
            "at": level.at,
        }
        await self._rows.update_one({"_id": level.provider}, {"$set": what}, upsert=True)

    async def all(self) -> dict[str, SmsLevel]:
        """The last stored credit of each provider, by its name."""
        found = await self._rows.find().to_list(None)
        return {
            one["_id"]: SmsLevel(one["_id"], one["left"], one["unit"], one["full"], one["since"], one["at"])
            for one in found
        }

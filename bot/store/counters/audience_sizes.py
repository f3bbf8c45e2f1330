"""How many people were in each audience, once a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.model.audience import AudienceDay
from bot.store.repository import Repository


class AudienceSizes(Repository, collection="audience_sizes"):
    """The collection `audience_sizes`, a document for each day (YYYY-MM-DD, the team's)."""

    async def since(self, day: str) -> list[AudienceDay]:
        """From this day on, the oldest first."""
        found = await self._rows.find({"_id": {"$gte": day}}).sort("_id", 1).to_list(None)
        return [_day(one) for one in found]

    async def has(self, day: str) -> bool:
        """Whether this day is counted."""
        return await self._rows.find_one({"_id": day}, {"_id": 1}) is not None

    async def add(self, counted: AudienceDay, at: datetime) -> None:
        """Store the figures of a day; where it is stored already, nothing is changed."""
        rows = [[name, channel, people] for (name, channel), people in sorted(counted.people.items())]
        await self._rows.update_one(
            {"_id": counted.day}, {"$setOnInsert": {"at": at, "n": rows}}, upsert=True
        )


def _day(document: Mapping[str, Any]) -> AudienceDay:
    return AudienceDay(document["_id"], {(name, channel): people for name, channel, people in document["n"]})

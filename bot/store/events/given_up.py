"""What nobody has got, to be listed: calls that were given up, events set aside. Nothing sealed is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.store.database.mongo import Database, reaching

EVENT = "event"
"""The kind of what was set aside; calls have their own."""
ASIDE = "aside"
"""The reason of every such event: oaflow cannot decide it."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """One of them, without whose it is. `name` is what the log calls it, `at` when it was given up (a call)
    or came (an event); `detail` and `request_id` are LINE's, empty where it has not answered."""

    name: str
    channel: str
    kind: str
    reason: str
    at: datetime
    detail: str = ""
    request_id: str | None = None


class GivenUpList:
    """The collections `deadletters` and `inbox`. May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._letters = database.collection("deadletters")
        self._inbox = database.collection("inbox")

    async def since(self, since: datetime) -> list[GivenUp]:
        """All since then, oldest first."""
        query = {"at": {"$gte": since}}
        shown = {"name": 1, "call.ch": 1, "call.kind": 1, "reason": 1, "at": 1, "detail": 1, "request": 1}
        async with reaching():
            letters = await self._letters.find(query, shown).to_list(None)
            events = await self._inbox.find({**query, "state": ASIDE}, {"ch": 1, "at": 1}).to_list(None)
        found = [
            GivenUp(
                one["name"],
                one["call"]["ch"],
                one["call"]["kind"],
                one["reason"],
                one["at"],
                one["detail"],
                one.get("request"),
            )
            for one in letters
        ]
        found += [GivenUp(one["_id"], one["ch"], EVENT, ASIDE, one["at"]) for one in events]
        return sorted(found, key=lambda one: (one.at, one.name))

    async def is_set_aside(self, events: Sequence[str]) -> bool:
        """Whether one of these events (ids) was set aside."""
        query = {"_id": {"$in": list(events)}, "state": ASIDE}
        async with reaching():
            return await self._inbox.find_one(query, {"_id": 1}) is not None

"""What LINE last told of the month's messages, for commands: a document for each channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.store.codec.fitting import moment, number
from bot.store.database.mongo import Database, reaching


@dataclass(frozen=True, slots=True)
class QuotaFigure:
    """So many paid messages were left at `at`; `None`: there was no limit."""

    left: int | None
    at: datetime


class QuotaFigures:
    """The collection `quotas`. May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._quotas = database.collection("quotas")

    async def keep(self, channel: str, figure: QuotaFigure) -> None:
        """Remember what is left on a channel, in place of what was."""
        async with reaching():
            await self._quotas.update_one(
                {"_id": channel}, {"$set": {"left": figure.left, "at": figure.at}}, upsert=True
            )

    async def all(self) -> dict[str, QuotaFigure]:
        """What is known, by channel."""
        async with reaching():
            documents = await self._quotas.find().to_list(None)
        return {
            document["_id"]: QuotaFigure(number(document.get("left")), at)
            for document in documents
            if (at := moment(document.get("at"))) is not None
        }

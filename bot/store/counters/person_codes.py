"""Codes by which a till knows who stands before it, shown on the person's phone for a few minutes (N2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.short_code import code_key, in_halves, new_code
from bot.store.keyed_ids import SHOWN_AT_TILL
from bot.store.repository import SealedRepository

LIFE = timedelta(minutes=5)


class PersonCodes(SealedRepository, collection="person_codes"):
    """The collection `person_codes`: of each code its keyed hash, whose it is, and until when.

    Every call may raise `DatabaseUnavailable`.
    """

    async def issue(self, contact: str, now: datetime) -> str:
        """A new code of this contact, as it is read out; those before it stay good until their end."""
        code = new_code()
        id_ = SHOWN_AT_TILL.of(code_key(code), self._seal.blind_index)
        await self._rows.insert_one({"_id": id_, "contact": contact, "until": now + LIFE})
        return in_halves(code)

    async def holder(self, written: str, now: datetime) -> str | None:
        """Whose code this is, however it is written; `None`: nobody's, or nobody's any more."""
        key = code_key(written)
        ids = SHOWN_AT_TILL.all_of(key, self._seal.blind_indexes) if key else []
        row = await self._rows.find_one({"_id": {"$in": ids}, "until": {"$gt": now}})
        return None if row is None else row["contact"]

"""Whom time alone has brought into an audience, or out of it."""

from __future__ import annotations

from bot.engine.conditions.condition import Condition, Not
from bot.engine.times.bounds import When
from bot.model.decision import SmsCredit
from bot.store.contacts.filter import filter_of
from bot.store.database.mongo import Database
from bot.store.database.one_by_one import page
from bot.store.sealing.seal import Seal

MOST = 500
"""People of one page."""


class AudiencePeople:
    """The collection `contacts`. May raise `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._contacts = database.collection("contacts")
        self._seal = seal

    async def changed(
        self, channel: str, audience: str, condition: Condition, when: When, credit: SmsCredit, after: str
    ) -> list[str]:
        """The contacts behind this id who are in an audience or not, and recorded otherwise."""
        entry = f"{channel}:{audience}"
        come, gone = (
            filter_of(one, channel, when.now, when.zone, self._seal.blind_indexes, sms_credit=credit)
            for one in (condition, Not(condition))
        )
        where = {
            "$or": [{"$and": [{"audiences": {"$ne": entry}}, come]}, {"$and": [{"audiences": entry}, gone]}]
        }
        found = await page(self._contacts, where, {"_id": 1}, after, MOST)
        return [document["_id"] for document in found]

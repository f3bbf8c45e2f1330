"""Giving events that wait in the inbox to another contact: two that are one have one lane."""

from __future__ import annotations

from typing import Any

from bot.model.part import part_of
from bot.store.database.mongo import Collection, Document


async def pass_on(entries: Collection, contacts: Collection, which: Document, to: str, session: Any) -> None:
    """Within a transaction, give these entries of the inbox to a contact, in the order in which they stand.

    They are `waiting` there, so its owner reads them before its next turn.
    """
    found = [document["_id"] async for document in entries.find(which, {"_id": 1}, session=session)]
    if not found:
        return
    given = {"$set": {"contact": to, "part": part_of(to), "foreign": True}}
    await entries.update_many({**which, "_id": {"$in": found}}, given, session=session)
    where = {"_id": to, "part": part_of(to)}
    await contacts.update_one(where, {"$addToSet": {"waiting": {"$each": found}}}, session=session)

"""Hands the events of a contact that was merged away on to the one that it was merged into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.model.processes import part_of
from bot.store.database.mongo import Collection, Document


async def pass_on(entries: Collection, contacts: Collection, which: Document, to: str, session: Any) -> None:
    """Within a transaction, reassign the inbox entries that `which` finds to the contact `to`, in their
    order.

    Their ids are added to its `waiting`, so the process that owns it reads them before its next turn. Entries
    are deleted and inserted anew, as an update cannot move a document to the shard of another part.

    An entry that the contact has already is only deleted: in a sharded database an `_id` is unique on each
    shard alone, so LINE may have delivered the event again since it was passed on.
    """
    found = await entries.find(which, session=session).to_list(None)
    if not found:
        return
    ids = [document["_id"] for document in found]
    given = {"contact": to, "part": part_of(to), "foreign": True}
    there = await _of_other_parts(entries, found, part_of(to), session)
    await entries.delete_many({**which, "_id": {"$in": ids}}, session=session)
    passed = [{**document, **given} for document in found if document["_id"] not in there]
    if not passed:
        return
    await entries.insert_many(passed, session=session)
    where, waiting = {"_id": to, "part": part_of(to)}, [document["_id"] for document in passed]
    await contacts.update_one(where, {"$addToSet": {"waiting": {"$each": waiting}}}, session=session)


async def _of_other_parts(
    entries: Collection, found: Sequence[Document], part: int, session: Any
) -> set[str]:
    """The ids of those entries of other parts that the inbox of `part` has, too."""
    ids = [document["_id"] for document in found if document["part"] != part]
    if not ids:
        return set()
    stored = entries.find({"part": part, "_id": {"$in": ids}}, {"_id": 1}, session=session)
    return {document["_id"] for document in await stored.to_list(None)}

"""The number of the form in which all is stored: a row of `restores`, read before anything else."""

from __future__ import annotations

from pymongo import ReturnDocument

from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import Database, Document

SCHEMA = 1
"""The form that this oaflow stores and reads. From the first release on it grows by migrations alone."""
ROW: Document = {"_id": "schema"}
"""The id of the row that has it."""


async def stored_schema(database: Database, *, is_new: bool = False) -> int | None:
    """The number of what is stored there; a database without any data gets ours. `None`: data without one.

    `is_new`: it is known to have none. Raises `DatabaseUnavailable`.
    """
    rows = database.collection("restores")
    if not is_new:
        found = await rows.find_one(ROW)
        if found is None and await database.visit(lambda: _has_data(database)):
            found = await rows.find_one(ROW)  # another process may have begun it meanwhile
            if found is None:
                return None
        if found is not None:
            return int(found["number"])
    ours = {"$setOnInsert": {"number": SCHEMA}}
    begun = await rows.find_one_and_update(ROW, ours, upsert=True, return_document=ReturnDocument.AFTER)
    return int(begun["number"])


def _has_data(database: Database) -> bool:
    """Of all collections at once; within a `visit`."""
    one: list[Document] = [{"$limit": 1}, {"$project": {"_id": 1}}]
    first, *others = COLLECTIONS
    all_of_them = [{"$unionWith": {"coll": name, "pipeline": one}} for name in others]
    return any(database.synchronous(first).aggregate([*one, *all_of_them, {"$limit": 1}]))

"""The schema version of a database: a row of `restores`, read before anything else.

A process that does not know the version does not use the database.
"""

from __future__ import annotations

from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import Database, Document

SCHEMA = 1
"""The schema version that this oaflow reads and writes. After the first release only migrations change it."""
ROW: Document = {"_id": "schema"}
"""The filter for the row with the version."""


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
    return int((await rows.upserted(ROW, ours))["number"])


def _has_data(database: Database) -> bool:
    """Whether any collection has a document, by one command. Blocks."""
    one: list[Document] = [{"$limit": 1}, {"$project": {"_id": 1}}]
    first, *others = COLLECTIONS
    all_of_them = [{"$unionWith": {"coll": name, "pipeline": one}} for name in others]
    return any(database.synchronous(first).aggregate([*one, *all_of_them, {"$limit": 1}]))

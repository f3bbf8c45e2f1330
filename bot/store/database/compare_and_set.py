"""One row, replaced only where it is still as it was read: of several writers one wins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from bot.store.database.mongo import Collection, Document


async def put_in_place(rows: Collection, row: Document, read: Mapping[str, Any] | None) -> bool:
    """Store `row` in place of the one with its `_id` and the values in `read` (`None`: there must be none).

    `False`, and nothing is stored: the stored row is another.

    Raises `DuplicateKeyError` where another index refuses it.
    """
    if read is not None:
        return bool((await rows.replace_one({"_id": row["_id"], **read}, row)).matched_count)
    try:
        await rows.insert_one(row)
    except DuplicateKeyError as error:
        if (error.details or {}).get("keyPattern") == {"_id": 1}:
            return False
        raise
    return True

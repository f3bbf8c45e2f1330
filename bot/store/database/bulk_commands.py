"""Builds and runs one MongoDB command for many writes: a quarter cheaper than the driver, which validates
each.

Where the connection breaks, or the command is too large for one message, the driver does it: it retries a
write once, and splits. So a write may be applied twice, and must be idempotent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo import InsertOne, UpdateOne
from pymongo.errors import AutoReconnect, BulkWriteError, DocumentTooLarge, ServerSelectionTimeoutError

from bot.store.database.mongo import Document, SynchronousCollection

Update = tuple[Document, Document, bool]
"""A filter, the update of the document it finds, and whether to insert it where there is none (upsert)."""

BY_ID = {"_id": 1}
"""The index named with each update (hint): else MongoDB compares all indexes each time."""
_DUPLICATE_KEY = 11000
"""The error code: https://www.mongodb.com/docs/manual/reference/error-codes/"""
_TOGETHER = {"ordered": False, "writeConcern": {"w": "majority", "j": True}}
"""Options of each command: the write concern of `mongo.OPTIONS`, which the driver does not add to
commands."""


def insert_all(collection: SynchronousCollection, documents: Sequence[Document]) -> None:
    """Insert these, each by itself. Raises `BulkWriteError` as `insert_many` does. Blocks."""
    try:
        _run(collection, insertion(collection.name, documents))
    except ServerSelectionTimeoutError:  # nobody is there: no use in asking again
        raise
    except (AutoReconnect, DocumentTooLarge):
        collection.bulk_write([InsertOne(document) for document in documents], ordered=False)


def update_all(collection: SynchronousCollection, updates: Sequence[Update]) -> int:
    """Update one document for each of these, by its `_id`; how many were found or put in. Blocks.

    Raises `BulkWriteError`.
    """
    try:
        return int(_run(collection, updating(collection.name, updates))["n"])
    except ServerSelectionTimeoutError:
        raise
    except (AutoReconnect, DocumentTooLarge):
        found = collection.bulk_write([UpdateOne(*update) for update in updates], ordered=False)
        return found.matched_count + found.upserted_count


def update_alike(collection: SynchronousCollection, where: Document, change: Document) -> None:
    """Make one change to all documents of these `_id`s that fit; made twice it must do no more. Blocks."""
    command = updating_alike(collection.name, where, change)
    try:
        _run(collection, command)
    except ServerSelectionTimeoutError:
        raise
    except AutoReconnect:
        _run(collection, command)


def insertion(collection: str, documents: Sequence[Document]) -> Document:
    """The command that inserts these, each by itself."""
    return {"insert": collection, "documents": list(documents), **_TOGETHER}


def updating(collection: str, updates: Sequence[Update]) -> Document:
    """The command that makes these updates, each by itself."""
    changes = [
        {"q": where, "u": change, "upsert": upsert, "hint": BY_ID} for where, change, upsert in updates
    ]
    return {"update": collection, "updates": changes, **_TOGETHER}


def updating_alike(collection: str, where: Document, change: Document) -> Document:
    """The command that makes one change to all documents of these `_id`s that fit.

    MongoDB parses the filter and the update once for all of them: a third cheaper than one by one.
    """
    all_ = {"q": where, "u": change, "multi": True, "hint": BY_ID}
    return {"update": collection, "updates": [all_], **_TOGETHER}


def acknowledged(result: Document) -> Document:
    """What MongoDB answers to such a command. Raises `BulkWriteError` where not all of it was done."""
    errors, unacknowledged = result.get("writeErrors", []), result.get("writeConcernError")
    if errors or unacknowledged:
        raise BulkWriteError(
            {"writeErrors": errors, "writeConcernErrors": [unacknowledged] if unacknowledged else []}
        )
    return result


def known_already(refused: BulkWriteError) -> list[int]:
    """Which of the writes have found their document, or another of its key, there already.

    Raises it where that is not all.
    """
    errors = refused.details["writeErrors"]
    if refused.details.get("writeConcernErrors") or any(e["code"] != _DUPLICATE_KEY for e in errors):
        raise refused
    return [error["index"] for error in errors]


def _run(collection: SynchronousCollection, command: Document) -> Document:
    result: dict[str, Any] = collection.database.command(command)
    return acknowledged(result)

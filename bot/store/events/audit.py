"""The audit log in MongoDB: kept for years, and nothing private in it unsealed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from bot.model.audit import AuditRow
from bot.store.database.mongo import Database, Document, reaching
from bot.store.events.inbox import SERVER_TIME
from bot.store.sealing.seal import Seal, SealBroken

log = logging.getLogger("oaflow.store")


class AuditLog:
    """The collection `audit`. Every call raises `DatabaseUnavailable` when MongoDB is away."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._rows = database.collection("audit")
        self._seal = seal

    async def add(self, row: AuditRow) -> None:
        """Add a line. One that is there already stays as it is."""
        async with reaching():
            try:
                await self._rows.insert_one(audit_document(row, self._seal))
            except DuplicateKeyError:
                return

    async def add_within(self, row: AuditRow, session: Any) -> None:
        """Add a line in this session's transaction."""
        await self._rows.insert_one(audit_document(row, self._seal), session=session)

    async def of(self, contact: str) -> list[AuditRow]:
        """The lines that concern a contact, the last one written first."""
        concerned = {"$or": [{"contact": contact}, {"other": contact}]}
        async with reaching():
            found = self._rows.find(concerned).sort("order", DESCENDING)
            return [audit_row(document, self._seal) for document in await found.to_list(None)]


def audit_document(row: AuditRow, seal: Seal) -> Document:
    """A line as it is stored."""
    document: Document = {
        "_id": row.id,
        "at": row.at,
        "order": SERVER_TIME,
        "who": row.who,
        "what": row.what,
        "contact": row.contact,
    }
    if row.other is not None:
        document["other"] = row.other
    if row.details:
        document["details"] = seal.seal(orjson.dumps(row.details), _place(row.id))
    return document


def audit_row(document: Mapping[str, Any], seal: Seal) -> AuditRow:
    """The line in a stored document; without its details where they do not open, which is logged."""
    sealed, details = document.get("details"), ()
    if sealed is not None:
        try:
            details = orjson.loads(seal.open(bytes(sealed), _place(document["_id"])))
        except SealBroken:  # what was done, by whom, is readable all the same
            log.error("details of the audit log do not open: their key is missing, or they are damaged")
    return AuditRow(
        document["_id"],
        document["at"],
        document["who"],
        document["what"],
        document["contact"],
        document.get("other"),
        tuple(details),
        document.get("undone"),
    )


def _place(row: str) -> bytes:
    return f"audit\0{row}".encode()

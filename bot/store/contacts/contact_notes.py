"""Stores notes of staff about contacts, each change with its line of the audit log in one write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from bot.model.audit import AuditRow
from bot.model.contact_note import ContactNote
from bot.store.events.audit import audit_document
from bot.store.repository import SealedRepository, rows_of


class ContactNotes(SealedRepository, collection="contact_notes"):
    """The collection `contact_notes`. May raise `DatabaseUnavailable`.

    A line that is there already says that the change was made before: it is not made again.
    """

    _audit = rows_of("audit")

    async def of(self, contacts: Collection[str]) -> Sequence[ContactNote]:
        """The notes about these contacts (ids), the newest first."""
        there = {"contact": {"$in": list(contacts)}, "removed": {"$exists": False}}
        return [self._note(one) async for one in self._rows.find(there).sort("at", DESCENDING)]

    async def one(self, id: str) -> ContactNote | None:
        """The note of this id, also one that was removed; `None`: there is none any more."""
        found = await self._rows.find_one({"_id": id})
        return None if found is None else self._note(found)

    async def add(self, note: ContactNote, line: AuditRow) -> None:
        """Store a new note."""
        row = {"_id": note.id, "contact": note.contact, "by": note.by, "at": note.at}
        row["s"] = self._sealed(note.id, note.text.encode())
        await self._once(line, lambda session: self._rows.insert_one(row, session=session))

    async def change(self, note: ContactNote, line: AuditRow) -> None:
        """Store the text of a note, and that it was changed at the moment of the line."""
        now = {"s": self._sealed(note.id, note.text.encode()), "changed": line.at}
        await self._update(note.id, {"$set": now}, line)

    async def remove(self, id: str, line: AuditRow) -> None:
        """Remove a note."""
        await self._update(id, {"$set": {"removed": line.at}}, line)

    async def restore(self, id: str, line: AuditRow) -> None:
        """Have a removed note back."""
        await self._update(id, {"$unset": {"removed": ""}}, line)

    async def _update(self, id: str, update: Mapping[str, Any], line: AuditRow) -> None:
        await self._once(line, lambda session: self._rows.update_one({"_id": id}, update, session=session))

    async def _once(self, line: AuditRow, write: Callable[[Any], Awaitable[object]]) -> None:
        async def once(session: Any) -> None:
            await write(session)
            await self._audit.insert_one(audit_document(line, self._seal), session=session)

        with suppress(DuplicateKeyError):
            await self._database.transaction(once)

    def _note(self, row: Mapping[str, Any]) -> ContactNote:
        text = self._opened(row).decode()
        return ContactNote(row["_id"], row["contact"], text, row["by"], row["at"], row.get("changed"))

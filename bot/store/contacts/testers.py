"""Stores names that staff give to contacts for test sends and alerts; a name is of one contact only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from bot.model.audit import AuditRow
from bot.store.events.audit import audit_document
from bot.store.repository import SealedRepository, rows_of


class Testers(SealedRepository, collection="testers"):
    """The collection `testers`, `_id` the name. May raise `DatabaseUnavailable`."""

    _audit = rows_of("audit")

    async def all(self) -> Mapping[str, str]:
        """The contact ids by name."""
        return {one["_id"]: one["contact"] async for one in self._rows.find().sort("_id", 1)}

    async def contact(self, name: str) -> str | None:
        """The id of the contact with this name, which may be merged away since; `None`: there is none."""
        found = await self._rows.find_one({"_id": name})
        return None if found is None else str(found["contact"])

    async def change(self, line: AuditRow, at: datetime, give: str | None, taken: Mapping[str, str]) -> bool:
        """Name the contact of `line` `give` (`None`: no new name), and remove the names `taken` (contact by
        name).

        The line of the audit log is written with that. `False`, and nothing is done: another contact has the
        name.
        """

        async def once(session: Any) -> None:
            if give is not None:
                row = {"_id": give, "contact": line.contact, "at": at}
                await self._rows.insert_one(row, session=session)
            for name, contact in taken.items():
                await self._rows.delete_one({"_id": name, "contact": contact}, session=session)
            await self._audit.insert_one(audit_document(line, self._seal), session=session)

        try:
            await self._database.transaction(once)
        except DuplicateKeyError:
            return False
        return True

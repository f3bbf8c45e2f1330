"""Names that staff have given to contacts, for test sends and alerts: a name is one contact's alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.store.repository import Repository


class Testers(Repository, collection="testers"):
    """The collection `testers`, `_id` the name. May raise `DatabaseUnavailable`."""

    async def all(self) -> Mapping[str, str]:
        """The contact ids by name."""
        return {one["_id"]: one["contact"] async for one in self._rows.find().sort("_id", 1)}

    async def contact(self, name: str) -> str | None:
        """Whose name this is: a contact id, perhaps of one that was merged since."""
        found = await self._rows.find_one({"_id": name})
        return None if found is None else str(found["contact"])

    async def give(self, name: str, contact: str, at: datetime) -> bool:
        """Have this contact called so; `False`: the name is another's."""
        row = {"_id": name, "contact": contact, "at": at}
        return await self._rows.added(row) or await self.contact(name) == contact

    async def take(self, name: str, contact: str) -> None:
        """Have nobody called so any more, where it is still this contact's name."""
        await self._rows.delete_one({"_id": name, "contact": contact})

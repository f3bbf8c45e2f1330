"""Stores how far the import of a list has come, so that an interrupted import resumes there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.store.codec.record import inner, number
from bot.store.repository import Repository


@dataclass(frozen=True, slots=True)
class ImportMark:
    """All up to the line of this number is done; `figures`: how many lines came to what, by name."""

    line: int = 0
    figures: Mapping[str, int] = field(default_factory=dict)


class ImportMarks(Repository, collection="import_marks"):
    """The collection `import_marks`. `name`: a hash of the file and all that decides what is made of it."""

    async def mark_of(self, name: str) -> ImportMark:
        """How far it is; at the beginning, where nothing is known of it."""
        found = await self._rows.find_one({"_id": name}) or {}
        figures = {key: number(one) or 0 for key, one in inner(found, "figures").items()}
        return ImportMark(number(found.get("line")) or 0, figures)

    async def keep(self, name: str, mark: ImportMark, now: datetime) -> None:
        """Store how far an import is."""
        fields = {"line": mark.line, "figures": dict(mark.figures), "at": now}
        await self._rows.update_one({"_id": name}, {"$set": fields}, upsert=True)

    async def drop(self, name: str) -> None:
        """Delete the mark of an import that is complete: repeated, the file is read from its beginning."""
        await self._rows.delete_one({"_id": name})

"""Drafts of the playbook, in MongoDB: a row for each file that differs, sealed, by account and path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING

from bot.model.draft import DraftFile, DraftOwner
from bot.store.database.mongo import Document
from bot.store.repository import SealedRepository


class Drafts(SealedRepository, collection="drafts"):
    """The collection `drafts`: `{_id: "account\\npath", by, path, kind, base, rev, at, size, ended, s, b}`.

    The fields are those of `DraftFile`. Sealed are `s`, the content of the file, and `b`, the content of the
    live file that it was begun from. `ended` is since when its owner may not go on with it.
    """

    async def of(self, account: str) -> list[DraftFile]:
        """All files of an account's draft, by path."""
        rows = await self._rows.find({"by": account}).sort("path", ASCENDING).to_list(None)
        return [self._read(row) for row in rows]

    async def one(self, account: str, path: str) -> DraftFile | None:
        """One file of an account's draft; `None`: that file has no changes."""
        row = await self._rows.find_one({"_id": _id(account, path)})
        return None if row is None else self._read(row)

    async def sizes(self, account: str) -> dict[str, int]:
        """The bytes of each file that differs, by path."""
        rows = await self._rows.find({"by": account}, {"path": 1, "size": 1}).to_list(None)
        return {row["path"]: row["size"] for row in rows}

    async def revisions(self, account: str) -> dict[str, int]:
        """The revision of each file that differs, by path: another one where anything was saved."""
        rows = await self._rows.find({"by": account}, {"path": 1, "rev": 1}).to_list(None)
        return {row["path"]: row["rev"] for row in rows}

    async def rebase(self, account: str, file: DraftFile) -> None:
        """Store the live file that the draft is to be compared with; its content and revision stay."""
        row_id = _id(account, file.path)
        fields: Document = {"base": file.base}
        if file.base_text is not None:
            fields["b"] = self._base(row_id, file.base_text)
        await self._rows.update_one({"_id": row_id, "rev": file.revision}, {"$set": fields})

    async def put(self, account: str, file: DraftFile) -> DraftFile | None:
        """Store a file if its `revision` is still the stored one (0: it is new); the file with its new
        revision.

        `None`, and nothing is changed: it was saved in another window meanwhile.
        """
        row_id = _id(account, file.path)
        new = replace(file, revision=max(file.revision + 1, int(file.at.timestamp() * 1000)))
        fields = self._fields(row_id, new)
        if file.revision:
            change = {"$set": fields, **({} if "b" in fields else {"$unset": {"b": ""}})}
            done = await self._rows.update_one({"_id": row_id, "rev": file.revision}, change)
            return new if done.matched_count else None
        row = {"_id": row_id, "by": account, "path": file.path, **fields}
        return new if await self._rows.added(row) else None

    async def owners(self) -> list[DraftOwner]:
        """The owners of drafts, also of those handed in, sorted by name."""
        grouped = {
            "_id": "$by",
            "files": {"$sum": 1},
            "last": {"$max": "$at"},
            "ended": {"$min": "$ended"},
        }
        found = self._rows.aggregate([{"$group": grouped}, {"$sort": {"_id": ASCENDING}}])
        rows = await found.to_list(None)
        return [DraftOwner(row["_id"], row["files"], row["last"], row["ended"]) for row in rows]

    async def note_end(self, owner: str, ended: datetime | None) -> None:
        """Store since when the owner has no access to go on; `None`: they have it again."""
        change = {"$unset": {"ended": ""}} if ended is None else {"$set": {"ended": ended}}
        await self._rows.update_many({"by": owner}, change)

    async def replace(self, owner: str, files: Sequence[DraftFile]) -> None:
        """Replace all files of an owner's draft by these, with their revisions."""
        await self._rows.delete_many({"by": owner})
        for file in files:
            row_id = _id(owner, file.path)
            row = {"_id": row_id, "by": owner, "path": file.path, **self._fields(row_id, file)}
            await self._rows.replace_one({"_id": row_id}, row, upsert=True)

    async def remove(self, account: str, files: Sequence[DraftFile]) -> list[str]:
        """Take these out of the draft, unless they were saved meanwhile; the paths that are out."""
        gone = []
        for file in files:
            where = {"_id": _id(account, file.path), "rev": file.revision}
            if (await self._rows.delete_one(where)).deleted_count:
                gone.append(file.path)
        return gone

    def _fields(self, row_id: str, file: DraftFile) -> Document:
        fields: Document = {
            "kind": file.kind,
            "base": file.base,
            "rev": file.revision,
            "at": file.at,
            "size": len(file.content),
            "s": self._seal.seal(file.content, _place(row_id, "s")),
        }
        if file.base_text is not None:
            fields["b"] = self._base(row_id, file.base_text)
        return fields

    def _base(self, row_id: str, text: str) -> bytes:
        return self._seal.seal(text.encode("utf-8", "surrogatepass"), _place(row_id, "b"))

    def _read(self, row: Any) -> DraftFile:
        base = row.get("b")
        return DraftFile(
            path=row["path"],
            kind=row["kind"],
            content=self._seal.open(bytes(row["s"]), _place(row["_id"], "s")),
            base=row["base"],
            base_text=None
            if base is None
            else self._seal.open(bytes(base), _place(row["_id"], "b")).decode("utf-8", "surrogatepass"),
            revision=row["rev"],
            at=row["at"],
        )


def _id(account: str, path: str) -> str:
    return f"{account}\n{path}"


def _place(row_id: str, field: str) -> bytes:
    return f"drafts\0{row_id}\0{field}".encode("utf-8", "surrogatepass")

"""Stores proposals: drafts of the playbook that were handed in for review.

Their files are in `drafts`, under an owner of their own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pymongo import ASCENDING

from bot.model.audit import AuditEntry
from bot.model.proposal import Proposal
from bot.store.database.mongo import Document
from bot.store.events.audit import entry_document
from bot.store.repository import SealedRepository, rows_of


class Proposals(SealedRepository, collection="proposals"):
    """The collection `proposals`: a row for each account, its `_id`; sealed is what was written beside it."""

    _audit = rows_of("audit")

    async def of(self, account: str) -> Proposal | None:
        """The last proposal of this account; `None`: there is none."""
        row = await self._rows.find_one({"_id": account})
        return None if row is None else self._read(row)

    async def open(self) -> list[Proposal]:
        """All proposals that wait for a decision, the oldest first."""
        rows = await self._rows.find({"state": "open"}).sort("at", ASCENDING).to_list(None)
        return [self._read(row) for row in rows]

    async def number_open(self, most: int) -> int:
        """How many proposals wait for a decision, counted up to `most`."""
        return await self._rows.count_documents({"state": "open"}, limit=most)

    async def put(self, one: Proposal, line: AuditEntry) -> None:
        """Store it, in place of what the account handed in before, with its line of the audit log."""

        async def write(session: Any) -> bool:
            document = self._document(one)
            await self._rows.replace_one({"_id": one.account}, document, upsert=True, session=session)
            return True

        await self._with(line, write)

    async def decide(self, one: Proposal, decided: Proposal, line: AuditEntry) -> bool:
        """Store a decision, with its line of the audit log; `False`: the stored proposal or its state is
        another."""

        async def write(session: Any) -> bool:
            done = await self._rows.replace_one(self._still(one), self._document(decided), session=session)
            return bool(done.matched_count)

        return await self._with(line, write)

    async def remove(self, one: Proposal, line: AuditEntry | None = None) -> bool:
        """Delete a proposal, with this line of the audit log; `False`: the stored one or its state is
        another."""

        async def write(session: Any) -> bool:
            return bool((await self._rows.delete_one(self._still(one), session=session)).deleted_count)

        return await self._with(line, write)

    async def _with(self, line: AuditEntry | None, write: Callable[[Any], Awaitable[bool]]) -> bool:
        async def once(session: Any) -> bool:
            is_written = await write(session)
            if is_written and line is not None:
                await self._audit.insert_one(entry_document(line, self._seal), session=session)
            return is_written

        return await self._database.transaction(once)

    def _still(self, one: Proposal) -> Document:
        return {"_id": one.account, "stamp": one.stamp, "at": one.at, "state": one.state}

    def _document(self, one: Proposal) -> Document:
        said = {"says": one.says, "answer": one.answer}
        document: Document = {
            "_id": one.account,
            "person": one.person,
            "by": one.by,
            "at": one.at,
            "files": one.files,
            "stamp": one.stamp,
            "state": one.state,
            "s": self._sealed_json(one.account, said),
        }
        if one.decided is not None:
            document |= {"decided_by": one.decided_by, "decided": one.decided}
        return document

    def _read(self, row: Mapping[str, Any]) -> Proposal:
        said = self._opened_json(row)
        return Proposal(
            row["_id"],
            row["person"],
            row["by"],
            row["at"],
            row["files"],
            row["stamp"],
            said["says"],
            row["state"],
            said["answer"],
            row.get("decided_by", ""),
            row.get("decided"),
        )

"""The playbooks that were accepted on this database, one after the other. The last one is live."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from bot.model.accepted import AcceptedPlaybook, GitCommit, KeptFile, KeptFiles, NowLive
from bot.store.cluster.playbook_blobs import PlaybookBlobs
from bot.store.database.mongo import Database, Document, reaching
from bot.store.sealing.seal import Seal

_ALL_BUT_FILES = {"files": 0}


class FilesMissing(Exception):
    """Something of the files that are to be kept is not in the database (any more): store them again."""


class Playbooks:
    """The collection `playbooks`: a document for each acceptance, its `_id` the number.

    It never changes, but that its files are forgotten. Every call raises `DatabaseUnavailable` when
    MongoDB is away.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._collection = database.collection("playbooks")
        self._client = database.client
        self.blobs = PlaybookBlobs(database, seal)

    async def live(self) -> AcceptedPlaybook | None:
        """The last acceptance; `None` on a new database."""
        async with reaching():
            document = await self._collection.find_one({}, _ALL_BUT_FILES, sort=[("_id", DESCENDING)])
        return None if document is None else _accepted(document)

    async def numbered(self, number: int) -> AcceptedPlaybook | None:
        """The acceptance of this number, if there is one."""
        async with reaching():
            document = await self._collection.find_one({"_id": number}, _ALL_BUT_FILES)
        return None if document is None else _accepted(document)

    async def was_accepted(self, version: str) -> bool:
        """Whether this version is or was live."""
        async with reaching():
            return await self._collection.find_one({"version": version}, {"_id": 1}) is not None

    async def all(self) -> list[AcceptedPlaybook]:
        """Every acceptance, the last one first."""
        async with reaching():
            found = self._collection.find({}, _ALL_BUT_FILES).sort("_id", DESCENDING)
            return [_accepted(document) for document in await found.to_list(None)]

    async def files(self, number: int) -> KeptFiles | None:
        """What is kept under this number; `None`: nothing (any more)."""
        async with reaching():
            document = await self._collection.find_one({"_id": number}, {"files": 1, "first": 1, "whole": 1})
        if document is None or "files" not in document:
            return None
        files = tuple(KeptFile(*one) for one in document["files"])
        return KeptFiles(document["first"], files, document["whole"])

    async def accept(
        self,
        number: int,
        what: NowLive,
        at: datetime,
        files: KeptFiles | None = None,
        also: Callable[[Any], Awaitable[None]] | None = None,
    ) -> bool:
        """Make this live under this number; `False` if somebody was faster with it.

        With its files it is one fact, and with what is `also` written, which is given the transaction's
        session. Raises `FilesMissing`, and nothing is done.
        """
        document = _document(number, what, at, files)

        async def once(session: Any) -> None:
            if files is not None and not await self.blobs.touch(files.files, session):
                raise FilesMissing
            await self._collection.insert_one(document, session=session)
            if also is not None:
                await also(session)

        try:
            async with reaching(), await self._client.start_session() as session:
                await session.with_transaction(once)
        except DuplicateKeyError:
            if await self.numbered(number) is None:
                raise  # what is `also` written is there already: tried again it would be for ever
            return False
        return True

    async def complete(self, number: int, files: KeptFiles) -> None:
        """Keep the files of a version that was accepted without. Raises `FilesMissing`."""

        async def once(session: Any) -> None:
            if not await self.blobs.touch(files.files, session):
                raise FilesMissing
            where = {"_id": number, "files": {"$exists": False}}
            await self._collection.update_one(where, {"$set": _kept(files)}, session=session)

        async with reaching(), await self._client.start_session() as session:
            await session.with_transaction(once)

    async def forget(self, numbers: Sequence[int]) -> None:
        """Keep the files of these no longer; that they were live stays known."""
        gone = {"$unset": {"files": "", "first": ""}}
        async with reaching():
            await self._collection.update_many({"_id": {"$in": list(numbers)}}, gone)

    async def named(self) -> set[str]:
        """The sha256 of all files that are kept under some number."""
        found: set[str] = set()
        async with reaching():
            async for document in self._collection.find({"files": {"$exists": True}}, {"files": 1}):
                found |= {digest for _, digest, _ in document["files"]}
        return found


def _document(number: int, what: NowLive, at: datetime, files: KeptFiles | None) -> Document:
    document: Document = {"_id": number, "version": what.version, "at": at, "by": what.by, "how": what.how}
    if what.commit is not None:
        document["commit"] = {"sha": what.commit.sha, "changed": what.commit.changed}
    if what.of is not None:
        document["of"] = what.of
    return document if files is None else document | _kept(files)


def _kept(files: KeptFiles) -> Document:
    rows = [[one.name, one.sha256, one.size] for one in files.files]
    return {"first": files.first, "whole": files.whole, "files": rows}


def _accepted(document: Mapping[str, Any]) -> AcceptedPlaybook:
    commit = document.get("commit")
    return AcceptedPlaybook(
        document["_id"],
        document["version"],
        document["at"],
        document.get("by", ""),
        document.get("how"),
        None if commit is None else GitCommit(commit["sha"], commit["changed"]),
        document.get("of"),
        "first" in document,
        document.get("whole", True),
    )

"""Stores the playbooks that were accepted on this database, in order, and the next one while it is announced.

The last accepted one is live: all processes decide by it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from bot.model.published_version import (
    AcceptedPlaybook,
    Coming,
    GitCommit,
    NowLive,
    VersionFile,
    VersionFiles,
    VersionTap,
)
from bot.store.cluster.playbook_blobs import PlaybookBlobs
from bot.store.database.fast_operations import find_one
from bot.store.database.mongo import Database, Document
from bot.store.repository import Repository
from bot.store.sealing.seal import Seal

LIFE = 300
"""Seconds after which an announced playbook is forgotten, where the command that announced it has died."""

ONE = "playbook"
"""The `_id` of the one document in `coming`."""


class ComingPlaybooks(Repository, collection="coming"):
    """The collection `coming`: one document at most, about the playbook that is to be live next.

    Processes read it with the pulse, so that they have it ready in time. A process that does not see it only
    changes over later. Every call raises `DatabaseUnavailable`.
    """

    async def announce(self, one: Coming, candidate: Mapping[str, Any] | None = None) -> None:
        """Announce a playbook, in place of one announced before.

        `candidate` (of `Playbooks.candidate`): the version that is to get this number, where it is not
        accepted yet.
        """
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": LIFE}}
        document: Document = {"_id": ONE, "number": one.number, "call": one.call, "until": until}
        if candidate is not None:
            document["candidate"] = {"$literal": dict(candidate)}
        await self._rows.update_one({"_id": ONE}, [{"$replaceWith": document}], upsert=True)

    async def is_announced(self, one: Coming) -> bool:
        """Whether this announcement is still the current one."""
        return await self._rows.find_one({"_id": ONE, "call": one.call}) is not None

    async def withdraw(self, one: Coming) -> None:
        """Withdraw this announcement, as the playbook is live, or does not come; another one stays."""
        await self._rows.delete_one({"_id": ONE, "call": one.call})


_ALL_BUT_FILES = {"files": 0, "media": 0, "taps": 0}
"""A projection without the large fields."""


_NAMES = 100
"""Versions that are read to find the names of one file, at most."""


class FilesMissing(Exception):
    """A piece of the files of a version is not in the database (any more): they are to be stored again."""


class Playbooks:
    """The collection `playbooks`: a document for each acceptance, its `_id` the number.

    `media` are the files that are served at `/media/`, each as `"SHA256 SIZE NAME"`; `taps` are the buttons
    that lead on through our own address. A document never changes, except that its `files` are dropped, and
    long after that its media and taps. Every call raises `DatabaseUnavailable` when MongoDB is away.
    """

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._collection = database.collection("playbooks")
        self._coming = database.collection("coming")
        self.blobs = PlaybookBlobs(database, seal)

    async def live(self) -> AcceptedPlaybook | None:
        """The live playbook: the last one accepted; `None` on a new database."""
        in_order = {"_id": DESCENDING}
        document = await find_one(self._database, "playbooks", {}, _ALL_BUT_FILES, sort=in_order)
        return None if document is None else _accepted(document)

    async def numbered(self, number: int) -> AcceptedPlaybook | None:
        """The accepted playbook of this number; `None`: there is none."""
        document = await self._collection.find_one({"_id": number}, _ALL_BUT_FILES)
        return None if document is None else _accepted(document)

    async def was_accepted(self, version: str) -> bool:
        """Whether this version is or was live."""
        return await self._collection.find_one({"version": version}, {"_id": 1}) is not None

    async def all(self) -> list[AcceptedPlaybook]:
        """All accepted playbooks, the last one first."""
        found = self._collection.find({}, _ALL_BUT_FILES).sort("_id", DESCENDING)
        return [_accepted(document) for document in await found.to_list(None)]

    async def coming(self, one: Coming) -> AcceptedPlaybook | None:
        """The playbook that is announced: the candidate for its number, else the accepted one that has it."""
        fields = {"until": 1, "candidate.version": 1, "candidate.whole": 1}
        found = await self._coming.find_one({"_id": ONE, "call": one.call}, fields)
        if found is None or (candidate := found.get("candidate")) is None:
            return await self.numbered(one.number)
        version, whole = candidate["version"], candidate["whole"]
        return AcceptedPlaybook(one.number, version, found["until"], is_kept=True, is_whole=whole)

    async def files(self, one: AcceptedPlaybook) -> VersionFiles | None:
        """The stored files of an accepted playbook, or of an announced one; `None`: none are stored (any
        more)."""
        fields = {"files": 1, "first": 1, "whole": 1, "media": 1, "taps": 1}
        document = await self._collection.find_one({"_id": one.number, "version": one.version}, fields)
        if document is None:
            announced = await self._coming.find_one({"candidate.version": one.version})
            document = None if announced is None else announced["candidate"]
        if document is None or "files" not in document:
            return None
        files = tuple(VersionFile(*row) for row in document["files"])
        return VersionFiles(document["first"], files, document["whole"], _media(document), _taps(document))

    @staticmethod
    def candidate(version: str, files: VersionFiles) -> Document:
        """What `ComingPlaybooks` announces of a version that is not accepted yet; its files are stored."""
        return {"version": version, **_files_document(files)}

    async def media(self, beginning: str) -> list[VersionFile]:
        """The media files whose SHA-256 begins so, of all versions whose media are still served (400
        days)."""
        among = {"$gte": beginning, "$lt": f"{beginning}g"}  # `g` is no hexadecimal digit
        found = self._collection.find({"media": {"$elemMatch": among}}, {"media": 1}).limit(_NAMES)
        documents = await found.to_list(None)
        all_of_them = (one for document in documents for one in _media(document))
        return [one for one in dict.fromkeys(all_of_them) if one.sha256.startswith(beginning)]

    async def tap(self, channel: str, code: str) -> VersionTap | None:
        """The button with this code on a channel, of the last version that has it; `None`: none whose taps
        are still stored (400 days)."""
        here = {"taps": {"$elemMatch": {"channel": channel, "code": code}}}
        found = await self._collection.find_one(here, here, sort=[("_id", DESCENDING)])
        return None if found is None else _taps(found)[0]

    async def note_channels(self, number: int, channels: Sequence[str]) -> None:
        """Store the channels of a version, where those in `.env` have changed since it was accepted."""
        await self._collection.update_one({"_id": number}, {"$set": {"channels": list(channels)}})

    async def accept(
        self,
        number: int,
        what: NowLive,
        at: datetime,
        files: VersionFiles | None = None,
        also: Callable[[Any], Awaitable[None]] | None = None,
    ) -> bool:
        """Make this playbook live under this number; `False`: another playbook has got the number.

        `files` are recorded as named in the same transaction, in which `also` is called with its session.
        Raises `FilesMissing`, and nothing is done.
        """
        document = _document(number, what, at, files)

        async def once(session: Any) -> None:
            if files is not None and not await self.blobs.touch(files.files, session):
                raise FilesMissing
            await self._collection.insert_one(document, session=session)
            if also is not None:
                await also(session)

        try:
            await self._database.transaction(once)
        except DuplicateKeyError:
            if await self.numbered(number) is None:
                raise  # what is `also` written is there already: tried again it would be for ever
            return False
        return True

    async def forget(self, numbers: Sequence[int]) -> None:
        """Drop the list of files of these versions, but not media and taps; that they were live stays
        stored."""
        gone = {"$unset": {"files": "", "first": ""}}
        await self._collection.update_many({"_id": {"$in": list(numbers)}}, gone)

    async def forget_media(self, until: int) -> None:
        """Drop media and taps of versions up to this number whose files are dropped already."""
        where = {"_id": {"$lte": until}, "media": {"$exists": True}, "files": {"$exists": False}}
        await self._collection.update_many(where, {"$unset": {"media": "", "taps": ""}})

    async def named(self) -> set[str]:
        """The SHA-256 of all files that a stored version names, as its file or its media."""
        found: set[str] = set()
        where = {"$or": [{"files": {"$exists": True}}, {"media": {"$exists": True}}]}
        async for document in self._collection.find(where, {"files": 1, "media": 1}):
            found |= {digest for _, digest, _ in document.get("files", ())}
            found |= {one.sha256 for one in _media(document)}
        return found


def _document(number: int, what: NowLive, at: datetime, files: VersionFiles | None) -> Document:
    document: Document = {"_id": number, "version": what.version, "at": at, "by": what.by, "how": what.how}
    if what.commit is not None:
        document["commit"] = {"sha": what.commit.sha, "changed": what.commit.changed}
    if what.of is not None:
        document["of"] = what.of
    if what.channels:
        document["channels"] = list(what.channels)
    return document if files is None else document | _files_document(files)


def _files_document(files: VersionFiles) -> Document:
    rows = [[one.name, one.sha256, one.size] for one in files.files]
    media = _media_rows(files.media)
    taps = [asdict(one) for one in files.taps]
    return {"first": files.first, "whole": files.whole, "files": rows, "media": media, "taps": taps}


def _media_rows(files: Sequence[VersionFile]) -> list[str]:
    return [f"{one.sha256} {one.size} {one.name}" for one in files]


def _media(document: Mapping[str, Any]) -> tuple[VersionFile, ...]:
    rows = (row.split(" ", 2) for row in document.get("media", ()))
    return tuple(VersionFile(name, digest, int(size)) for digest, size, name in rows)


def _taps(document: Mapping[str, Any]) -> tuple[VersionTap, ...]:
    return tuple(VersionTap(**row) for row in document.get("taps", ()))


def _accepted(document: Mapping[str, Any]) -> AcceptedPlaybook:
    commit = document.get("commit")
    return AcceptedPlaybook(
        document["_id"],
        document["version"],
        document["at"],
        document["by"],
        document["how"],
        None if commit is None else GitCommit(commit["sha"], commit["changed"]),
        document.get("of"),
        "first" in document,
        document.get("whole", True),
        tuple(document.get("channels", ())),
    )

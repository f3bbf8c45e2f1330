"""Playbooks that are served from the database: unpacked into a folder of this process, and read like any.

Reading one takes a second of CPU and more, and every process reads a version that is about to be live. All
at once they would use every processor, and MongoDB and live webhooks would wait: so only some processes of a
machine read at a time (`ReadingTurns`).
"""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from bot.app.database import OpenDatabase, data_folder
from bot.model.problem import Level
from bot.model.published_version import AcceptedPlaybook, VersionFiles
from bot.model.settings import Settings
from bot.model.translatable import row, tr
from bot.model.variables import DATA
from bot.operations.version_files import StoredFilesUnreadable, leave_only, removed, unpack
from bot.playbook.comparison import ComparedForm
from bot.playbook.load import collector_at_rest, load
from bot.playbook.read import read
from bot.playbook.settings_refresh import KeyPath
from bot.playbook.syntax.environment import read_dotenv
from bot.playbook.valid import PlaybookWrong, ValidPlaybook, valid_playbook
from bot.store.cluster.playbooks import Playbooks
from bot.store.mongod.file_lock import FileLock
from bot.store.unavailable import DatabaseUnavailable

PATIENCE = 30.0
"""Seconds to wait for a turn; then the playbook is read without one, should another process hang."""
LOOK = 0.05
"""Seconds between two attempts to lock: there is no event for the end of another process's reading."""


class ReadingTurns:
    """Limits the processes of this machine that read at a time to half of the processors.

    A turn is a lock on a file, so a process that dies gives its turn back.
    """

    def __init__(self, under: Path, *, side_by_side: int | None = None, patience: float = PATIENCE) -> None:
        """`under` is a folder that all processes of this machine share; `side_by_side`: how many may read at
        a time (`None`: half of the processors); `patience` in seconds."""
        readers = max(1, _processors() // 2) if side_by_side is None else side_by_side
        names = (f"oaflow-reading-{os.getuid()}-{number}" for number in range(readers))
        self._places = [under / name for name in names]
        self._patience = patience

    @asynccontextmanager
    async def mine(self, waits: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
        """Hold a turn inside the block; without one once `waits()` is false, or `patience` is over."""
        lock = await self._lock(waits)
        try:
            yield
        finally:
            if lock is not None:
                lock.release()

    async def _lock(self, waits: Callable[[], bool]) -> FileLock | None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience
        try:
            self._places[0].parent.mkdir(parents=True, exist_ok=True)
            while True:
                for place in self._places:
                    if (lock := FileLock(place)).acquire():
                        return lock
                if not waits() or loop.time() > end:
                    return None
                await asyncio.sleep(LOOK)
        except (OSError, DatabaseUnavailable):
            return None  # a disk that is full, or knows no locks: then it is read at once


def _processors() -> int:
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


log = logging.getLogger("oaflow.versions")

LOCK = "lock"
"""The file in such a folder that its process locks while it lives."""
PREFIX = "oaflow-"
"""The beginning of the name of a folder that belongs to one process; a random end follows."""


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What a playbook from the database is read with."""

    folder: Path
    """The folder whose `.env` gives values of variables."""
    environment: Mapping[str, str]
    """Variables that go before those of `.env`."""
    settings: Settings
    """The settings by which the database is open: `database` and `keys` are taken from them."""
    unset: Level = "error"
    """The level of the problem that a variable is not set."""
    examined: bool = False
    """Whether the last phase of checks runs, too, which the playbook has passed when it was accepted."""


DIGITS = 16
"""The hexadecimal digits of a file's sha256 that are in the path at which it is served."""
MOST = 2
"""Unpacked playbooks of a process: the one before stays, for requests of its pictures."""


class UnpackedPlaybooks:
    """Unpacks playbooks from the database into folders of this process, and reads them there."""

    def __init__(self, playbooks: Playbooks, under: Path) -> None:
        """`under`: the folder for temporary folders, ours and those of other processes."""
        self._playbooks = playbooks
        self._under = under
        self._mine: Path | None = None
        self._lock: FileLock | None = None
        self._unpacked: list[Path] = []
        self._media: Path | None = None

    async def read(
        self, one: AcceptedPlaybook, by: ReadingContext, known: ValidPlaybook | None = None
    ) -> ValidPlaybook:
        """A playbook as it was accepted. Raises `StoredFilesUnreadable` and `DatabaseUnavailable`.

        `known` is a playbook in memory: where it is the same version, only its pictures are taken from the
        database, for reading takes a second and more.
        """
        if known is not None and known.playbook.version == one.version:
            return await self._with_its_pictures(one, known, by) if one.is_kept else known
        if not one.is_whole:
            raise StoredFilesUnreadable(
                tr("a secret stands in its files, which is not kept: only a folder with these files has it")
            )
        async with self._folder(by.settings) as folder:
            first, _ = await self._files(one, folder)
            found = await asyncio.to_thread(_read, first, by)
            check_channels(one.channels, found.settings.channel_ids)
            await asyncio.to_thread(leave_only, folder, tuple(found.settings.files.values()))
            # each file is what its sha256 says; another program may have another canonical form for them
            return replace(found, playbook=replace(found.playbook, version=one.version))

    async def _with_its_pictures(
        self, one: AcceptedPlaybook, known: ValidPlaybook, by: ReadingContext
    ) -> ValidPlaybook:
        digests = {path: PurePosixPath(path).parent.name for path in known.settings.files}
        async with self._folder(by.settings) as folder:
            _, files = await self._files(one, folder, frozenset(digests.values()))
            by_digest = {file.sha256[:DIGITS]: folder / file.name for file in files.files}
            if missing := [path for path, digest in digests.items() if digest not in by_digest]:
                raise StoredFilesUnreadable(tr("what is kept of {file} is damaged, or gone", file=missing[0]))
        pictures = {path: by_digest[digest] for path, digest in digests.items()}
        return _on_this_database(replace(known, settings=replace(known.settings, files=pictures)), by)

    async def files(self, one: AcceptedPlaybook) -> tuple[Path, VersionFiles]:
        """The first file of a playbook as it was accepted, with all others. Raises as `read` does."""
        async with self._folder() as folder:
            return await self._files(one, folder)

    async def _files(
        self, one: AcceptedPlaybook, folder: Path, only: frozenset[str] | None = None
    ) -> tuple[Path, VersionFiles]:
        """Unpack all files into `folder`, or `only` those whose sha256 begins with one of these digits."""
        files = await self._playbooks.files(one)
        if files is None:
            raise StoredFilesUnreadable(tr("the files of {which} are not kept any more", which=str(one)))
        if only is not None:
            files = replace(files, files=tuple(f for f in files.files if f.sha256[:DIGITS] in only))
        return await unpack(self._playbooks.blobs, files, folder), files

    @asynccontextmanager
    async def _folder(self, served: Settings | None = None) -> AsyncIterator[Path]:
        """A new folder, for which the oldest beyond `MOST` is removed; removed itself where the block raises.

        The folder of the pictures in `served` stays, however many were unpacked since.
        """
        folder = await self._made_folder()
        try:
            yield folder
        except BaseException:
            removed(folder)
            raise
        self._unpacked.append(folder)
        pictures = () if served is None else tuple(served.files.values())
        for old in [f for f in self._unpacked[:-MOST] if not any(p.is_relative_to(f) for p in pictures)]:
            self._unpacked.remove(old)
            await asyncio.to_thread(removed, old)

    async def media_folder(self) -> Path:
        """The folder of this process for media of former versions; a new one where somebody has deleted it.

        Raises `StoredFilesUnreadable`.
        """
        if self._media is None or not self._media.is_dir():
            self._media = await self._made_folder()
        return self._media

    async def new_folder(self) -> Path:
        """A new temporary folder. The caller removes it; else `close` does, or another process after a crash.

        Raises `StoredFilesUnreadable`.
        """
        return await self._made_folder()

    async def _made_folder(self) -> Path:
        try:
            return await asyncio.to_thread(self._new_folder)
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoredFilesUnreadable(
                tr("{folder}: {reason}", folder=str(self._under), reason=reason)
            ) from error

    def _new_folder(self) -> Path:
        if self._mine is not None and not self._mine.is_dir():
            self.close()  # somebody has emptied the folder for a while
        if self._mine is None:
            self._under.mkdir(parents=True, exist_ok=True)
            _remove_those_of_the_dead(self._under)
            self._mine, self._lock = self._locked()
        return Path(tempfile.mkdtemp(dir=self._mine)).resolve()

    def _locked(self) -> tuple[Path, FileLock]:
        """A new folder with its lock. Another process may remove it before it is locked: then once more."""
        while True:
            mine = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._under))
            lock = FileLock(mine / LOCK)
            if lock.acquire() and lock.path.is_file():
                return mine, lock
            lock.release()

    def close(self) -> None:
        """Remove all folders of this process."""
        if self._mine is not None:
            removed(self._mine)
        if self._lock is not None:
            self._lock.release()
        self._mine, self._unpacked = None, []


def folder_for_a_while(opened: OpenDatabase, folder: Path, environment: Mapping[str, str]) -> Path:
    """The folder for unpacked playbooks: in `OAFLOW_DATA`, beside the embedded database, or the system's own
    for temporary files."""
    if opened.embedded is None and not environment.get(DATA):
        return Path(tempfile.gettempdir())
    return data_folder(folder, environment) / "tmp"


def reading_turns(opened: OpenDatabase, folder: Path, environment: Mapping[str, str]) -> ReadingTurns:
    """The reading turns that this process shares with all that unpack into the same folder."""
    return ReadingTurns(folder_for_a_while(opened, folder, environment))


@asynccontextmanager
async def read_in_turn(
    opened: OpenDatabase, one: AcceptedPlaybook, by: ReadingContext
) -> AsyncIterator[ValidPlaybook]:
    """As `read_from_database`, with a turn among the processes of this machine that read or serve."""
    async with AsyncExitStack() as stack:
        async with reading_turns(opened, by.folder, by.environment).mine():
            found = await stack.enter_async_context(read_from_database(opened, one, by))
        yield found


@asynccontextmanager
async def read_from_database(
    opened: OpenDatabase, one: AcceptedPlaybook, by: ReadingContext, known: ValidPlaybook | None = None
) -> AsyncIterator[ValidPlaybook]:
    """A playbook as it was accepted; its pictures are there inside the block. `known` as in `read`.

    Raises `StoredFilesUnreadable` and `DatabaseUnavailable`.
    """
    unpacked = UnpackedPlaybooks(
        opened.stores.playbooks, folder_for_a_while(opened, by.folder, by.environment)
    )
    try:
        yield await unpacked.read(one, by, known)
    finally:
        unpacked.close()


async def comparable_version(opened: OpenDatabase, one: AcceptedPlaybook, by: ReadingContext) -> ComparedForm:
    """The stored files of a version in the form in which two versions are compared.

    Raises `StoredFilesUnreadable` and `DatabaseUnavailable`.
    """
    unpacked = UnpackedPlaybooks(
        opened.stores.playbooks, folder_for_a_while(opened, by.folder, by.environment)
    )
    try:
        first, files = await unpacked.files(one)
        found = await asyncio.to_thread(read, first, {}, unset="warning")
        beside = {file.name: file.sha256 for file in files.files if file.name not in found.files}
        return ComparedForm(found.root, beside)
    finally:
        unpacked.close()


def check_channels(theirs: Collection[str], ours: Collection[str]) -> None:
    """Raise `StoredFilesUnreadable` where `theirs`, the channel ids of a version, has none of `ours`.

    Such a version is another bot's: its files would be valid with the secrets of this folder, too.
    """
    if theirs and ours and {*theirs}.isdisjoint(ours):
        raise StoredFilesUnreadable(
            tr("its channels are {theirs}, and those here {ours}", theirs=row(theirs), ours=row(ours))
        )


def _read(first: Path, by: ReadingContext) -> ValidPlaybook:
    values, _ = read_dotenv(by.folder)
    variables = {**values, **by.environment}
    try:
        with collector_at_rest():  # until the syntax tree is freed
            found = valid_playbook(load(first, variables, unset=by.unset, examined=by.examined))
    except PlaybookWrong as error:
        wrong = [problem for problem in error.problems if problem.level == "error"]
        lines = [f"{one.place.file}:{one.place.line}: {one.message}" for one in wrong[:3]]
        raise StoredFilesUnreadable(
            tr("{number} mistakes in it here: {lines}", number=len(wrong), lines=row(lines, "semicolon"))
        ) from error
    return _on_this_database(replace(found, contents=None), by)


def _on_this_database(found: ValidPlaybook, by: ReadingContext) -> ValidPlaybook:
    """The playbook with the `database` and `keys` by which the database is open, in place of its own."""
    ours, database = found.settings, by.settings
    where = {path: written for path, written in database.written.items() if path in _OPEN}
    rest = {path: written for path, written in ours.written.items() if path not in _OPEN}
    settings = replace(ours, database=database.database, keys=database.keys, written={**rest, **where})
    return replace(found, settings=settings)


_OPEN: tuple[KeyPath, ...] = (("database",), ("keys",))
"""The paths of settings that a version from the database does not bring along."""


def _remove_those_of_the_dead(under: Path) -> None:
    """Remove the folders of processes that have ended: their lock can be taken."""
    for folder in under.glob(f"{PREFIX}*"):
        lock = FileLock(folder / LOCK)
        try:
            if not (folder / LOCK).is_file() or not lock.acquire():
                continue  # one that is being made is not locked yet
        except OSError:
            continue  # another user's
        removed(folder)
        lock.release()

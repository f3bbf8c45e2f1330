"""Playbooks that are served from the database: unpacked into a folder of this process, and read like any.

Reading one takes a second of CPU and more, and every process reads a version that is about to be live. All
at once they would leave nothing to the database, and live webhooks would wait: so some of the processors
stay free.
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
"""Seconds for which a turn is waited for: a process that is stopped as it reads must not keep the others."""
LOOK = 0.05
"""Seconds between two looks: no event tells that another process is through."""


class ReadingTurns:
    """Half of the processors read, the others serve. Who dies gives its turn back."""

    def __init__(self, under: Path, *, side_by_side: int | None = None, patience: float = PATIENCE) -> None:
        """`under` is a folder that all processes of this machine have in common."""
        readers = max(1, _processors() // 2) if side_by_side is None else side_by_side
        names = (f"oaflow-reading-{os.getuid()}-{number}" for number in range(readers))
        self._places = [under / name for name in names]
        self._patience = patience

    @asynccontextmanager
    async def mine(self, waits: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
        """Read inside. It is not waited for it any longer when `waits()` is not so any more, nor for ever."""
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
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


log = logging.getLogger("oaflow.versions")

LOCK = "lock"
PREFIX = "oaflow-"
"""What a folder is called that belongs to one process, before what makes it its own."""


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What a playbook from the database is read with: the folder whose `.env` counts, the environment that
    comes before it, and the settings of the database that is open, which stay. `unset`: of what level a
    variable is that is missing. `examined`: by the last phase of checks, too, which it has passed when it
    was accepted."""

    folder: Path
    environment: Mapping[str, str]
    settings: Settings
    unset: Level = "error"
    examined: bool = False


DIGITS = 16
"""Of a file's sha256, in the path at which it is served."""
MOST = 2
"""Folders of a process: for readers of a picture of the playbook before."""


class UnpackedPlaybooks:
    """The folders of this process in which playbooks from the database lie."""

    def __init__(self, playbooks: Playbooks, under: Path) -> None:
        """`under`: where folders for a while lie, ours and those of other processes."""
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

        `known` is one that was read before: where it is the same, only its pictures are taken from the
        database, for reading takes long, and everybody waits.
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
        """`only` these are unpacked, by the first digits of their sha256."""
        files = await self._playbooks.files(one)
        if files is None:
            raise StoredFilesUnreadable(tr("the files of {which} are not kept any more", which=str(one)))
        if only is not None:
            files = replace(files, files=tuple(f for f in files.files if f.sha256[:DIGITS] in only))
        return await unpack(self._playbooks.blobs, files, folder), files

    @asynccontextmanager
    async def _folder(self, served: Settings | None = None) -> AsyncIterator[Path]:
        """A new folder, which replaces an older one; at once removed where it comes to nothing.

        That of the pictures that are `served` stays, however many were unpacked since.
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
        """A folder of this process for media of former versions, as long as it is not emptied.

        Raises `StoredFilesUnreadable`.
        """
        if self._media is None or not self._media.is_dir():
            self._media = await self._made_folder()
        return self._media

    async def new_folder(self) -> Path:
        """A folder of this process for a while: removed with it, also where it dies; for whoever asks to
        remove before. Raises `StoredFilesUnreadable`.
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
        """Whoever clears away after the dead may take a folder for theirs before it is locked."""
        while True:
            mine = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._under))
            lock = FileLock(mine / LOCK)
            if lock.acquire() and lock.path.is_file():
                return mine, lock
            lock.release()

    def close(self) -> None:
        """Remove them all."""
        if self._mine is not None:
            removed(self._mine)
        if self._lock is not None:
            self._lock.release()
        self._mine, self._unpacked = None, []


def folder_for_a_while(opened: OpenDatabase, folder: Path, environment: Mapping[str, str]) -> Path:
    """Where playbooks are unpacked: in `OAFLOW_DATA`, beside the embedded database, else in the system's."""
    if opened.embedded is None and not environment.get(DATA):
        return Path(tempfile.gettempdir())
    return data_folder(folder, environment) / "tmp"


def reading_turns(opened: OpenDatabase, folder: Path, environment: Mapping[str, str]) -> ReadingTurns:
    """Those of all processes that unpack into the same folder."""
    return ReadingTurns(folder_for_a_while(opened, folder, environment))


@asynccontextmanager
async def read_in_turn(
    opened: OpenDatabase, one: AcceptedPlaybook, by: ReadingContext
) -> AsyncIterator[ValidPlaybook]:
    """The same as `read_from_database`, while others of this machine read it, too, and serve people."""
    async with AsyncExitStack() as stack:
        async with reading_turns(opened, by.folder, by.environment).mine():
            found = await stack.enter_async_context(read_from_database(opened, one, by))
        yield found


@asynccontextmanager
async def read_from_database(
    opened: OpenDatabase, one: AcceptedPlaybook, by: ReadingContext, known: ValidPlaybook | None = None
) -> AsyncIterator[ValidPlaybook]:
    """A playbook as it was accepted, with its pictures as long as this lasts; `known` may be the same.

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
    """A version's stored files, to be compared. Raises `StoredFilesUnreadable` and `DatabaseUnavailable`."""
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
    """Raise `StoredFilesUnreadable` where a version has none of our channel ids: it is another bot's, whose
    files are as good with the secrets here."""
    if theirs and ours and {*theirs}.isdisjoint(ours):
        raise StoredFilesUnreadable(
            tr("its channels are {theirs}, and those here {ours}", theirs=row(theirs), ours=row(ours))
        )


def _read(first: Path, by: ReadingContext) -> ValidPlaybook:
    values, _ = read_dotenv(by.folder)
    variables = {**values, **by.environment}
    try:
        with collector_at_rest():  # until the syntax tree is let go
            found = valid_playbook(load(first, variables, unset=by.unset, examined=by.examined))
    except PlaybookWrong as error:
        wrong = [problem for problem in error.problems if problem.level == "error"]
        lines = [f"{one.place.file}:{one.place.line}: {one.message}" for one in wrong[:3]]
        raise StoredFilesUnreadable(
            tr("{number} mistakes in it here: {lines}", number=len(wrong), lines=row(lines, "semicolon"))
        ) from error
    return _on_this_database(replace(found, contents=None), by)


def _on_this_database(found: ValidPlaybook, by: ReadingContext) -> ValidPlaybook:
    """With the settings by which the database is open."""
    ours, database = found.settings, by.settings
    where = {path: written for path, written in database.written.items() if path in _OPEN}
    rest = {path: written for path, written in ours.written.items() if path not in _OPEN}
    settings = replace(ours, database=database.database, keys=database.keys, written={**rest, **where})
    return replace(found, settings=settings)


_OPEN: tuple[KeyPath, ...] = (("database",), ("keys",))
"""The settings by which the database is open: its address is not brought back."""


def _remove_those_of_the_dead(under: Path) -> None:
    for folder in under.glob(f"{PREFIX}*"):
        lock = FileLock(folder / LOCK)
        try:
            if not (folder / LOCK).is_file() or not lock.acquire():
                continue  # one that is being made is not locked yet
        except OSError:
            continue  # another user's
        removed(folder)
        lock.release()

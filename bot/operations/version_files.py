"""A playbook's files on their way into the database, and out of it into a folder.

A file is stored once, sealed, in pieces, under the SHA-256 of its content. The number is given by one
transaction that touches all files of its manifest and fails where one is missing: a crash leaves files that
no version names, never a number without its files. The files are the version, not what this program compiles
of them, so an update of oaflow silences no bot. Weighed: storing the compiled playbook; with write access to
the database one could have any code run (`pickle`), and each new program would discard it when all start.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO

from bot.model.published_version import VersionFile, VersionFiles
from bot.model.translatable import Refusal, tr
from bot.playbook.read import PlaybookContents
from bot.store.cluster.playbook_blobs import BlobContent, BlobCorrupt, PlaybookBlobs

IN_MEMORY = 16 * 1024 * 1024
"""Bytes of a file that are held in memory while it is stored; more of them lie on the disk."""
_AT_A_TIME = 1024 * 1024
"""Bytes that are read at a time."""


class FileChanging(Refusal):
    """A file is not what it was when the playbook was read; the text says which."""


class StoredFilesUnreadable(Refusal):
    """The stored files of a playbook cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class PlaybookText:
    """A file of the playbook's YAML, as it is stored."""

    kept: VersionFile
    content: bytes

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The bytes."""
        yield io.BytesIO(self.content)


@dataclass(frozen=True, slots=True)
class PlaybookAsset:
    """A file beside the YAML."""

    kept: VersionFile
    path: Path

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """A copy of it that nobody changes. Raises `FileChanging` where it is not what it was."""
        digest = hashlib.sha256()
        with SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
            try:
                with self.path.open("rb") as file:
                    while piece := file.read(_AT_A_TIME):
                        digest.update(piece)
                        copy.write(piece)
            except OSError as error:
                raise _changing(self.kept.name) from error
            if digest.hexdigest() != self.kept.sha256:
                raise _changing(self.kept.name)
            copy.seek(0)
            yield copy


async def keep(blobs: PlaybookBlobs, files: PlaybookContents) -> VersionFiles:
    """Store what is not there yet; what is to be noted with the number.

    Raises `FileChanging` and `DatabaseUnavailable`.
    """
    texts, beside, is_whole = await asyncio.to_thread(_contents, files)
    contents: list[BlobContent] = [*texts, *beside]
    await blobs.store(contents)
    sizes = {one.kept.sha256: one.kept.size for one in beside}
    media = tuple(VersionFile(name, one.sha256, sizes[one.sha256]) for name, one in files.media)
    return VersionFiles(files.first, tuple(one.kept for one in contents), is_whole, media)


def _contents(files: PlaybookContents) -> tuple[Sequence[PlaybookText], Sequence[PlaybookAsset], bool]:
    texts, beside = [], []
    for name, text in files.texts.items():
        content = text.encode("utf-8", "surrogatepass")
        texts.append(PlaybookText(_file(name, hashlib.sha256(content).hexdigest(), len(content)), content))
    for name, one in files.stored.items():
        try:
            size = one.path.stat().st_size
        except OSError as error:
            raise _changing(name) from error
        beside.append(PlaybookAsset(_file(name, one.sha256, size), one.path))
    return texts, beside, files.is_whole()


def _file(name: str, digest: str, size: int) -> VersionFile:
    """A name that is no UTF-8 is stored with its bytes escaped."""
    as_text = Path(name).as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return VersionFile(as_text, digest, size)


def _changing(name: str) -> FileChanging:
    return FileChanging(tr("{file} was changed just now: do it once more", file=name))


async def unpack(blobs: PlaybookBlobs, files: VersionFiles, into: Path) -> Path:
    """Write all files below this folder; the first one. Raises `StoredFilesUnreadable`,
    `DatabaseUnavailable`.
    """
    folders: set[Path] = set()
    open_file: IO[bytes] | None = None
    try:
        async for one, piece, is_last in blobs.contents(files.files):
            path = into / within(one.name)
            if path.parent not in folders:
                path.parent.mkdir(parents=True, exist_ok=True)
                folders.add(path.parent)
            if open_file is None and is_last:
                path.write_bytes(piece)
                continue
            open_file = open_file or path.open("wb")
            await asyncio.to_thread(open_file.write, piece)
            if is_last:
                open_file.close()
                open_file = None
    except BlobCorrupt as error:
        raise StoredFilesUnreadable(
            tr("what is kept of {file} is damaged, or gone", file=error.file)
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoredFilesUnreadable(tr("{folder}: {reason}", folder=str(into), reason=reason)) from error
    finally:
        if open_file is not None:
            open_file.close()
    return into / within(files.first)


def within(name: str) -> PurePosixPath:
    """The path of a stored file. Raises `StoredFilesUnreadable` where it leads out of the folder: write
    access to the database must not become write access to this machine."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise StoredFilesUnreadable(tr("{name} is no file of a playbook", name=name))
    return path


def leave_only(folder: Path, wanted: Sequence[Path]) -> None:
    """Remove all files below a folder but these: of lists of people nothing stays on the disk."""
    for path in folder.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink(missing_ok=True)


def removed(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as that can be done."""
    shutil.rmtree(folder, ignore_errors=True)

"""Watches the files of a playbook for changes, and reads them while nobody is writing them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import TypeAlias

from watchfiles import awatch

from bot.playbook.load import Loaded
from bot.playbook.syntax.folder import PlaybookMissing, is_hidden
from bot.playbook.syntax.folder_names import BOT_YAML, FOLDERS

LOOK = 5_000
"""Milliseconds between two looks at the files where the system tells of no change (a network disk)."""

TOGETHER = 50
"""Milliseconds of quiet after which changes count as one: editors write several files, or one in steps."""

ATTEMPTS = 5
"""Times that files which are being saved are read, at most."""

AGAIN = 1.0
"""Seconds between two looks where the system cannot tell."""

Stamp: TypeAlias = tuple[int, int, int, int]
Stamps: TypeAlias = Mapping[Path, Stamp]
"""By path, of `os.stat`: time of the last write (ns), size in bytes, inode (an editor may replace the file),
and time of the last change of content or rights (ns)."""


def read_at_rest(folder: Path, read: Callable[[], Loaded]) -> Loaded:
    """The result of `read()`, repeated while files change: an editor empties a file before it fills it.

    Files that change at all `ATTEMPTS`, or stay empty, are taken as they are. Raises what `read` raises while
    no file changes.
    """
    for _ in range(ATTEMPTS - 1):
        before = stamps(folder)
        try:
            loaded = read()
        except PlaybookMissing:
            if stamps(folder) == before:
                raise
            continue  # it was there when it was looked for, and replaced before it was read
        is_empty = any(length == 0 for path, (_, length, *_) in before.items() if path.suffix == ".yaml")
        if not is_empty and stamps(folder) == before:
            return loaded
    return read()


def stamps(folder: Path, read: Iterable[str] = (BOT_YAML,)) -> Stamps:
    """The stamps of a playbook's files: `.env`, those in `read` (paths from `folder`), and its subfolders."""
    return {path: stamp for path in _files(folder, read) if (stamp := _stamp(path)) is not None}


async def changes(
    folder: Path,
    read: Callable[[], Iterable[str]],
    seen: Stamps,
    has_failed: Callable[[], bool] = lambda: False,
) -> AsyncIterator[None]:
    """Yield whenever the files have changed; at once where their stamps are not those of `seen`.

    `read()` gives the files that were read last, as paths from `folder`. `has_failed()`: the last reading
    failed, so it yields at the next look (`LOOK`) although nothing has changed.
    """
    while True:
        folders = _folders(folder, read())
        try:
            async with aclosing(_woken(folders)) as woken:
                async for _ in woken:
                    if has_failed() and stamps(folder, read()) == seen:
                        yield
                    while (found := stamps(folder, read())) != seen:  # again, for a `yield` takes long
                        seen = found
                        yield
                    if _folders(folder, read()) != folders:
                        break
        except OSError:  # a folder is gone, or the system watches no more: then we look ourselves
            await asyncio.sleep(AGAIN)


async def _woken(folders: Iterable[Path]) -> AsyncGenerator[None, None]:
    """Yield when the system reports a change in these folders, and every `LOOK` milliseconds."""
    yield  # changes from before the watch began
    async with aclosing(
        awatch(
            *folders,
            watch_filter=None,
            step=TOGETHER,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        )
    ) as changes:
        async for _ in changes:
            yield


def _folders(folder: Path, read: Iterable[str]) -> set[Path]:
    """The folders to watch. Not all below the playbook's: the database may be there, or a `.git`."""
    found = {folder, *((folder / name).parent for name in read)}
    for name in FOLDERS:
        found |= {path for path in (folder / name, *(folder / name).rglob("*")) if path.is_dir()}
    return {path for path in found if path.is_dir()}


def _files(folder: Path, read: Iterable[str]) -> Iterator[Path]:
    yield folder / ".env"
    yield from (folder / name for name in read)
    for name in FOLDERS:
        below = (folder / name).rglob("*")
        yield from (path for path in below if not is_hidden(path.relative_to(folder).as_posix()))


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:  # gone, which is a change like any other
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_ctime_ns


def may_be_written(path: Path) -> bool:
    """Whether a repair could replace this file: it writes a new one beside it first."""
    return os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK)

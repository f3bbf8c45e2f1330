"""Pictures, videos and sounds of versions that were live: taken from the database where messages still show
them, and held in a folder of this process."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from bot.app.stored_playbooks import UnpackedPlaybooks
from bot.model.published_version import VersionFile, VersionFiles
from bot.operations.version_files import StoredFilesUnreadable, unpack
from bot.store.cluster.playbooks import Playbooks

log = logging.getLogger("oaflow.media")

MOST_BYTES = 512 * 1024 * 1024
"""Bytes of all files that are held on the disk; beyond it the least recently used are deleted."""
AT_ONCE = 2
"""Files that are fetched side by side: each takes some MB of memory."""


@dataclass(eq=False, repr=False)
class MediaCache:
    """A cache of files by their sha256; each is fetched once, however many requests wait for it.

    The files are in a folder of `unpacked`, until that is closed.
    """

    _playbooks: Playbooks
    _unpacked: UnpackedPlaybooks
    most_bytes: int = MOST_BYTES
    _held: OrderedDict[str, tuple[Path, int]] = field(init=False, default_factory=OrderedDict)
    _fetching: dict[str, asyncio.Task[Path | None]] = field(init=False, default_factory=dict)
    _turn: asyncio.Semaphore = field(init=False, default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def find(self, digest: str, is_wanted: Callable[[str], bool]) -> Path | None:
        """The file whose sha256 begins with `digest` and whose public name `is_wanted`; `None`: none was live
        within 400 days, or it cannot be had here just now, which is logged. Raises `DatabaseUnavailable`."""
        found = [one for one in await self._playbooks.media(digest) if is_wanted(one.name)]
        if not found:
            return None
        file = found[0]
        if (held := self._held.get(file.sha256)) is not None and held[0].is_file():
            self._held.move_to_end(file.sha256)
            return held[0]
        return await self._fetched(file)

    async def _fetched(self, file: VersionFile) -> Path | None:
        if (task := self._fetching.get(file.sha256)) is None:
            task = self._fetching[file.sha256] = asyncio.create_task(self._fetch(file))
            task.add_done_callback(partial(self._over, file.sha256))
        return await asyncio.shield(task)  # a client that hangs up does not stop it for others

    def _over(self, sha256: str, task: asyncio.Task[Path | None]) -> None:
        del self._fetching[sha256]
        if not task.cancelled():
            task.exception()  # raised for those who wait; all of them may have hung up

    async def _fetch(self, file: VersionFile) -> Path | None:
        name = f"{file.sha256}{Path(file.name).suffix}"  # its ending says its type
        one = replace(file, name=name)
        async with self._turn:
            try:
                folder = await self._unpacked.media_folder()
                path = await unpack(self._playbooks.blobs, VersionFiles(name, (one,)), folder)
            except StoredFilesUnreadable as error:
                log.warning("%s of a former version is not shown: %s", file.name, error)
                return None
        self._held[file.sha256] = path, file.size
        self._held.move_to_end(file.sha256)
        while sum(size for _, size in self._held.values()) > self.most_bytes and len(self._held) > 1:
            _, (old, _) = self._held.popitem(last=False)
            await asyncio.to_thread(old.unlink, missing_ok=True)
        return path

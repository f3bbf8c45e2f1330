"""A draft in a folder that follows it: what is saved is written, for a simulator that reads it (L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from pathlib import Path

from bot.model.draft import digest
from bot.model.translatable import tr
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft
from bot.operations.drafts.folder import write_whole
from bot.operations.drafts.live_files import LiveFiles
from bot.operations.version_files import within


class DraftFolder:
    """Files below `folder`, which nobody else writes."""

    def __init__(self, folder: Path, live: LiveFiles) -> None:
        self.folder = folder
        self._live = live
        self._written: dict[str, str] = {}
        """The sha256 of each file that is there, by path."""

    async def write(self, draft: PlaybookDraft) -> None:
        """Have it hold this draft: only what differs is touched, each file at once.

        Raises `DraftRefused` where the disk does not take it, `BaseMissing` and `DatabaseUnavailable`.
        """
        own = {path: one.content for path, one in draft.files.items() if one.kind != "removed"}
        live = {path: one for path, one in draft.base.files.items() if path not in draft.files}
        wanted = {path: digest(content) for path, content in own.items()}
        wanted |= {path: one.sha256 for path, one in live.items()}
        new = {path for path, sha256 in wanted.items() if self._written.get(path) != sha256}
        contents = await self._live.contents([one for path, one in live.items() if path in new])
        contents = {**contents, **{path: content for path, content in own.items() if path in new}}
        try:
            await asyncio.to_thread(self._write, contents, self._written.keys() - wanted.keys())
        except OSError as error:
            self._written = {}
            reason = error.strerror or str(error)
            raise DraftRefused(tr("the disk does not take the draft: {reason}", reason=reason)) from error
        self._written = wanted

    def _write(self, contents: Mapping[str, bytes], gone: Collection[str]) -> None:
        for path in gone:
            (self.folder / within(path)).unlink(missing_ok=True)
        for path, content in contents.items():
            write_whole(self.folder / within(path), content)

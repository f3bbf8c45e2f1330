"""A draft as a folder, for as long as it is read: checked, compared, played, published.

All of it may raise `DatabaseUnavailable`, and `BaseMissing` where a stored file is damaged.

A draft is a row for each changed file, over what is live. A save names what was opened, so another window's
save is asked about or merged by lines, never overwritten; published is exactly what was reviewed, in place of
the number that it began from.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

from bot.model.translatable import tr
from bot.operations.drafts.asset_cache import AssetCache
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft
from bot.operations.drafts.live_files import NewFolder, is_yaml
from bot.operations.version_files import within
from bot.playbook.load import Loaded

ReadDraft: TypeAlias = Callable[[Path], Loaded]
"""Reads the playbook whose first file this is, with the variables of the process. It blocks."""


@asynccontextmanager
async def working_copy(
    beside: AssetCache, draft: PlaybookDraft, new_folder: NewFolder
) -> AsyncIterator[Path]:
    """The first file of a new folder that holds the draft; removed at the end: lists of people are in it.

    Raises `DraftRefused` where the disk does not take it.
    """
    folder = await new_folder()
    try:
        same = [path for path in draft.base.files if not is_yaml(path) and path not in draft.files]
        writing = asyncio.create_task(_written(folder, draft, beside, same))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait([writing])  # nothing is written into a folder that is removed
            raise
        except OSError as error:
            reason = error.strerror or str(error)
            raise DraftRefused(tr("the disk does not take the draft: {reason}", reason=reason)) from error
        yield folder / draft.base.first
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _written(folder: Path, draft: PlaybookDraft, beside: AssetCache, same: Sequence[str]) -> None:
    await beside.link(draft.base, same, folder)
    await asyncio.to_thread(_write, folder, draft)


def _write(folder: Path, draft: PlaybookDraft) -> None:
    texts = {path: text.encode("utf-8", "surrogatepass") for path, text in draft.texts().items()}
    own = {path: one.content for path, one in draft.files.items() if one.kind == "file"}
    for path, content in {**own, **texts}.items():
        file = folder / within(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

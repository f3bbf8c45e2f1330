"""A draft as a folder, for as long as it is read: checked, compared, played, published.

All of it may raise `DatabaseUnavailable`, and `BaseMissing` where a stored file is damaged.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.live_files import LiveFiles, is_yaml
from bot.operations.version_files import within
from bot.playbook.load import Loaded

ReadDraft: TypeAlias = Callable[[Path], Loaded]
"""Reads the playbook whose first file this is, with the variables of the process. It blocks."""


@asynccontextmanager
async def working_copy(live: LiveFiles, draft: PlaybookDraft, under: Path) -> AsyncIterator[Path]:
    """The first file of a new folder below `under` that holds the draft; removed at the end: lists of people
    are among its files, so nobody else may read it."""
    folder = Path(await asyncio.to_thread(_new_folder, under))
    try:
        beside = [
            one for path, one in draft.base.files.items() if not is_yaml(path) and path not in draft.files
        ]
        await asyncio.to_thread(_write, folder, draft, await live.contents(beside))
        yield folder / draft.base.first
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _new_folder(under: Path) -> str:
    under.mkdir(parents=True, exist_ok=True)
    return tempfile.mkdtemp(prefix="draft-", dir=under)


def _write(folder: Path, draft: PlaybookDraft, beside: Mapping[str, bytes]) -> None:
    texts = {path: text.encode("utf-8", "surrogatepass") for path, text in draft.texts().items()}
    own = {path: one.content for path, one in draft.files.items() if one.kind == "file"}
    for path, content in {**beside, **own, **texts}.items():
        file = folder / within(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

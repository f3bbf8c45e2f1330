"""A command that looks into the playbook's database or changes it, also while `oaflow run` does."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app.database import OpenDatabase, folder_of, open_database
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.valid_here import valid_here
from bot.model.settings import Settings
from bot.playbook.valid import ValidPlaybook

Work = Callable[[OpenDatabase, ValidPlaybook], Awaitable[None]]


def on_database(folder: Path, work: Work) -> int:
    """Do this on the database of a playbook; the exit code.

    Raises what `work` does, `PlaybookMissing`, `PlaybookWrong`, `SettingsWrong` and `DatabaseUnavailable`.
    """

    async def opened(found: ValidPlaybook) -> None:
        async with database_of(folder, found.settings) as database:
            await work(database, found)

    on_event_loop(opened(valid_here(folder)))
    return RIGHT


@asynccontextmanager
async def database_of(folder: Path, settings: Settings) -> AsyncIterator[OpenDatabase]:
    """The playbook's database, as long as this lasts. Raises `SettingsWrong` and `DatabaseUnavailable`."""
    opened = await open_database(settings, folder_of(folder), dict(os.environ), uuid.uuid4().hex)
    try:
        yield opened
    finally:
        await opened.close()

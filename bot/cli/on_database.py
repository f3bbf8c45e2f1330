"""A command that looks into the playbook's database or changes it, also while `oaflow run` does."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.app.database import OpenDatabase, folder_of, open_database
from bot.app.kept_playbooks import ReadWith, brought_back
from bot.cli.commander import commander
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.language import language
from bot.cli.refusal import tell
from bot.cli.valid_here import valid_here
from bot.model.said import say
from bot.model.settings import Settings
from bot.operations.kept_files import KeptUnreadable
from bot.playbook.valid import ValidPlaybook

Work = Callable[[OpenDatabase, ValidPlaybook], Awaitable[None]]


def on_database(folder: Path, work: Work) -> int:
    """Do this on the database of a playbook, with what is served; the exit code.

    Raises what `work` does, `PlaybookMissing`, `PlaybookWrong`, `SettingsWrong` and `DatabaseUnavailable`.
    """

    async def opened(found: ValidPlaybook) -> None:
        version = found.playbook.version
        async with (
            database_of(folder, found.settings) as database,
            served_instead(database, folder, found.settings, version) as other,
        ):
            await work(database, other or found)

    on_event_loop(opened(valid_here(folder)))
    return RIGHT


@asynccontextmanager
async def database_of(folder: Path, settings: Settings) -> AsyncIterator[OpenDatabase]:
    """The playbook's database, as long as this lasts. Raises `SettingsWrong` and `DatabaseUnavailable`."""
    opened = await open_database(
        settings, folder_of(folder), dict(os.environ), uuid.uuid4().hex, by=commander()
    )
    try:
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def served_instead(
    opened: OpenDatabase, folder: Path, settings: Settings, version: str | None
) -> AsyncIterator[ValidPlaybook | None]:
    """What was brought back and is served instead of the files of a folder, which hold this `version`.

    `None`: those are gone by. So it is where it cannot be read here, which is said, for nothing that people
    need waits for that; and where a simulator plays these files. Raises `DatabaseUnavailable`.
    """
    by = ReadWith(folder_of(folder), os.environ, settings, "warning")
    async with AsyncExitStack() as stack:
        other = None
        if len(await opened.everywhere()) == 1:
            try:
                other = await stack.enter_async_context(brought_back(opened, by, version))
            except KeptUnreadable as error:
                why = say(
                    "what was brought back cannot be read from the database here, {why}: this goes by the"
                    " files of this folder",
                    why=error.said,
                )
                tell(why, language(None, os.environ, folder))
        yield other

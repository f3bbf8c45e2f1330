"""A command that looks into the playbook's database or changes it, also while `oaflow run` does."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.app.database import OpenDatabase, SettingsWrong, folder_of, open_database
from bot.cli.refusal import refused
from bot.engine.playbook import Playbook
from bot.model.said import Language
from bot.model.settings import Settings
from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.store.unavailable import DatabaseUnavailable

WRONG, COULD_NOT = 1, 2

Work = Callable[[OpenDatabase, Playbook, Settings], Awaitable[None]]


async def on_database(folder: Path, work: Work, *refusals: type[Exception], words: Language) -> int:
    """Do this on the database of a playbook; the exit code, after a line about what went wrong.

    `refusals` are what `work` raises where it cannot do what is asked: exit 1.
    """
    environment = dict(os.environ)
    wrong: tuple[type[Exception], ...] = (SettingsWrong, *refusals)
    try:
        loaded = load(folder, environment, unset="warning")
        if loaded.playbook is None:
            sys.stderr.write(render(loaded.problems, loaded.sources, words))
            return WRONG
        opened = await open_database(loaded.settings, folder_of(folder), environment, uuid.uuid4().hex)
        try:
            await work(opened, loaded.playbook, loaded.settings)
        finally:
            await opened.close()
    except wrong as error:
        return refused(error, WRONG, words)
    except (PlaybookMissing, DatabaseUnavailable) as error:
        return refused(error, COULD_NOT, words)
    return 0

"""`oaflow check --against-database`: also what a playbook would do to people, if it were made live."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.app.database import SettingsWrong, folder_of, open_database
from bot.cli.playbook.check import UNCHECKED, CheckOptions, read, show
from bot.cli.refusal import refused
from bot.cli.whose_people import whose_people
from bot.engine.playbook import Playbook
from bot.model.problem import Problem
from bot.model.said import Language
from bot.operations.publishing import people_in_the_way
from bot.playbook.load import Loaded
from bot.store.unavailable import DatabaseUnavailable


async def check_against_database(folder: Path, asked: CheckOptions) -> int:
    """As `check`; 2 also without database. Nobody is asked for where the playbook itself is wrong."""
    loaded = read(folder, asked.words)
    if loaded is None:
        return UNCHECKED
    if loaded.playbook is None:
        return show(loaded, (), asked)
    try:
        people = await _people_in_the_way(loaded, loaded.playbook, folder, asked.words)
    except (DatabaseUnavailable, SettingsWrong) as error:
        return refused(error, UNCHECKED, asked.words)
    return show(loaded, people, asked)


async def _people_in_the_way(
    loaded: Loaded, playbook: Playbook, folder: Path, words: Language
) -> Sequence[Problem]:
    opened = await open_database(loaded.settings, folder_of(folder), dict(os.environ), uuid.uuid4().hex)
    try:
        people = await whose_people(opened, words)
        return await people_in_the_way(people, playbook, loaded.sources, datetime.now(UTC))
    finally:
        await opened.close()

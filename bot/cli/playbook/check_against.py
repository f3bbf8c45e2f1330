"""`oaflow check --against-database`: what a playbook would do to people, if it were made live."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.app.environment import SettingsWrong
from bot.cli.event_loop import on_event_loop
from bot.cli.on_database import database_of, people_stores
from bot.model.problem import Problem
from bot.model.translatable import Language, Unavailable
from bot.operations.publishing import people_in_the_way
from bot.operations.simulated_time import now_among
from bot.playbook.valid import ValidPlaybook


def in_the_way(folder: Path, served: ValidPlaybook, words: Language) -> Sequence[Problem]:
    """Who stands in what is gone. Raises `Unavailable` and `DatabaseUnavailable`."""

    async def look() -> Sequence[Problem]:
        async with database_of(folder, served.settings) as opened:
            people = await people_stores(opened, words)
            return await people_in_the_way(people, served.playbook, served.sources, await now_among(people))

    try:
        return on_event_loop(look())
    except SettingsWrong as error:
        raise Unavailable(error.message) from error

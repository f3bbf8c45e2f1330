"""What `check --against-database` and `graph --live` say of the people of a playbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.app.database import OpenDatabase
from bot.app.environment import SettingsWrong
from bot.cli.event_loop import on_event_loop
from bot.cli.on_database import database_of, on_database, people_stores
from bot.model.money import prices_of
from bot.model.problem import Problem
from bot.model.translatable import Language, Unavailable
from bot.operations.journeys import flow_counts
from bot.operations.publishing import people_in_the_way
from bot.operations.resolve_name import flow_of
from bot.operations.simulated_time import now_among
from bot.playbook.drawing.figures import figures_of, with_figures
from bot.playbook.drawing.sketch import Sketch, in_words, sketch
from bot.playbook.valid import ValidPlaybook


def in_the_way(folder: Path, served: ValidPlaybook, words: Language) -> Sequence[Problem]:
    """People in states that are gone. Raises `Unavailable` and `DatabaseUnavailable`."""

    async def look() -> Sequence[Problem]:
        async with database_of(folder, served.settings) as opened:
            people = await people_stores(opened, words)
            return await people_in_the_way(people, served.playbook, served.sources, await now_among(people))

    try:
        return on_event_loop(look())
    except SettingsWrong as error:
        raise Unavailable(error.message) from error


def graph_live(
    folder: Path, name: str | None, days: int, show: Callable[[Sketch], None], words: Language
) -> int:
    """Show a flow's picture with the figures of the last days; the exit code."""

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        playbook, flow = served.playbook, flow_of(served.playbook, name)
        found = await flow_counts(await people_stores(opened, words), playbook, flow.name, days)
        figures = figures_of(found.since, found.counts, found.here)
        drawn = sketch(playbook, flow, words, prices_of(served.settings))
        show(with_figures(in_words(drawn, playbook, words), figures, words))

    return on_database(folder, work, drafts=True)

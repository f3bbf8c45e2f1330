"""`oaflow graph FLOW --live`: the picture of a flow with what was counted of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.app.database import OpenDatabase
from bot.cli.on_database import on_database, people_stores
from bot.model.money import prices_of
from bot.model.translatable import Language
from bot.operations.journeys import flow_counts
from bot.operations.resolve_name import flow_of
from bot.playbook.drawing.figures import figures_of, with_figures
from bot.playbook.drawing.sketch import Sketch, in_words, sketch
from bot.playbook.valid import ValidPlaybook


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

"""`oaflow graph FLOW --live`: the picture of a flow with what was counted of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot.app.database import OpenDatabase
from bot.cli.on_database import on_database
from bot.cli.playbook.graph import GraphFormat, meant, picture
from bot.cli.whose_people import whose_people
from bot.engine.playbook import Playbook
from bot.model.said import Language
from bot.model.settings import Settings
from bot.operations.journeys import flow_counts
from bot.operations.named_flow import NoSuchFlow, flow_of
from bot.playbook.drawing.figures import figures_of, with_figures
from bot.playbook.drawing.phrases import in_words
from bot.playbook.drawing.sketch import sketch


async def graph_live(words: Sequence[str], form: GraphFormat | None, speech: Language, days: int) -> int:
    """Print a flow's picture with the figures of the last days; the exit code."""
    folder, name = meant(words)

    async def work(opened: OpenDatabase, playbook: Playbook, settings: Settings) -> None:
        flow = flow_of(playbook, name)
        found = await flow_counts(await whose_people(opened, speech), playbook, flow.name, days)
        figures = figures_of(found.since, found.counts, found.here)
        drawn = with_figures(in_words(sketch(playbook, flow, speech), playbook, speech), figures, speech)
        sys.stdout.write(picture(drawn, form, speech))

    return await on_database(folder, work, NoSuchFlow, words=speech)

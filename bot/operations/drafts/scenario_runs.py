"""The scenarios of a draft, played on it a few at a time. All may raise `DatabaseUnavailable`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.drafts.draft_scenarios import with_scenarios
from bot.operations.drafts.publishing import DraftDesk
from bot.operations.drafts.working_copy import working_copy
from bot.scenario.transcript import ShownScenario, shown

AT_ONCE = 3.0
"""Seconds of one request: the editors of others wait as long for what is wrong with theirs."""


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """Some of the scenarios of a draft, played. `done` of `number` are; `wrong` where it has mistakes."""

    played: Sequence[ShownScenario]
    done: int
    number: int
    wrong: bool = False


async def run_scenarios(desk: DraftDesk, draft: PlaybookDraft, begun: int) -> ScenarioRun:
    """Play those behind the first `begun`, one after the other, as many as the time of a request allows."""
    async with desk.reading, working_copy(desk.beside, draft, desk.new_folder) as first:
        return await asyncio.to_thread(_run, desk, first, begun)


def _run(desk: DraftDesk, first: Path, begun: int) -> ScenarioRun:
    end, loaded = time.monotonic() + AT_ONCE, desk.checked(first)
    files = with_scenarios(first, desk.scenarios)
    there = files.scenarios()
    if loaded.playbook is None:
        return ScenarioRun((), begun, len(there), wrong=True)
    played: list[ShownScenario] = []
    for file in there[begun:]:
        played.append(shown(files, file, loaded))
        if time.monotonic() > end:
            break
    return ScenarioRun(played, begun + len(played), len(there))

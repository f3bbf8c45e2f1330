"""The scenarios of a draft, played on it a few at a time, or with new answers.

All may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.model.translatable import tr
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft
from bot.operations.drafts.draft_scenarios import with_scenarios
from bot.operations.drafts.publishing import DraftDesk
from bot.operations.drafts.working_copy import working_copy
from bot.playbook.syntax.folder import SCENARIOS
from bot.scenario.folder import PlaybookFiles
from bot.scenario.new_answers import with_new_answers
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


async def renew_answers(desk: DraftDesk, draft: PlaybookDraft, file: str) -> str:
    """The text of a scenario of the draft that expects what the bot says by now. Raises `DraftRefused`."""
    if file not in draft.texts() or not file.startswith(f"{SCENARIOS}/"):
        raise DraftRefused(tr("The draft has no such file"))
    async with desk.reading, working_copy(desk.beside, draft, desk.new_folder) as first:
        text = await asyncio.to_thread(_renewed, desk, first, file)
    if text is None:
        raise DraftRefused(tr("This scenario does not fail by what the bot says: change it by hand"))
    return text


def _renewed(desk: DraftDesk, first: Path, file: str) -> str | None:
    loaded = desk.checked(first)
    return None if loaded.playbook is None else with_new_answers(PlaybookFiles(first, {}), file, loaded)


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

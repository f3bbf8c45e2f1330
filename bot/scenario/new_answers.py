"""A scenario whose bot answers something else by now, with the new answers in place of those expected
(L2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from time import monotonic

from bot.playbook.load import Loaded
from bot.scenario.folder import PlaybookFiles
from bot.scenario.play import play
from bot.scenario.read import read_scenario
from bot.scenario.result import LONGEST, plans_of
from bot.scenario.written_steps import bot_lines

MOST = 50
"""Answers of one scenario that are replaced at once."""
NOTHING_SAID = ("nothing",)
"""The item of a `bot` step where the bot is silent."""
_BOT = re.compile(r"( *)- +bot\s*:")
"""The first line of a `bot` step; group 1 is its indentation."""


def with_new_answers(files: PlaybookFiles, file: str, loaded: Loaded) -> str | None:
    """The text of a scenario in which each `bot` step expects what the bot says now, up to the first step
    that fails for another reason. Blocks.

    `None`: nothing is replaced: such a step fails first, or the `bot` step does not stand on lines of its
    own.
    """
    assert loaded.playbook is not None, "it is without errors"
    text, renewed = files.text(file) or "", None
    until = monotonic() + LONGEST
    for _ in range(MOST):
        scenario = read_scenario(file, text.encode(), loaded.playbook, files).scenario
        left = until - monotonic()
        if scenario is None or left <= 0:
            break
        renewed = None if text == files.text(file) else text
        failure = play(scenario, loaded.playbook, plans_of(loaded.settings), seconds=left)
        if failure is None or failure.answer is None:
            break
        written = failure.answer.written or NOTHING_SAID
        if (new := _with_answer(text, failure.place.line, written)) is None:
            break
        text = new
    return renewed


def _with_answer(text: str, at: int, written: Sequence[str]) -> str | None:
    """The text with the `bot` step around line `at` (from 1) written anew; `None` where the step is part of a
    longer line."""
    lines = text.split("\n")
    begin = next((number for number in range(at - 1, -1, -1) if _BOT.match(lines[number])), None)
    if begin is None or (found := _BOT.match(lines[begin])) is None:
        return None
    margin = found[1]
    below = list(takewhile(lambda line: _is_below(line, len(margin)), lines[begin + 1 :]))
    while below and not below[-1].strip():
        below.pop()
    end = begin + 1 + len(below)
    if at > end:  # it is another step, on one line with its braces
        return None
    new = [f"{margin}{line}" if line else "" for line in bot_lines(written)]
    return "\n".join([*lines[:begin], *new, *lines[end:]])


def _is_below(line: str, margin: int) -> bool:
    return not line.strip() or len(line) - len(line.lstrip(" ")) > margin

"""What helps with a mistake or a warning, for people who write the playbook by forms."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr

_BY_FORM: Mapping[str, Translatable] = {
    "broadcast-no-consent": tr("tick in its form: Only to people who agreed to marketing"),
    "broadcasts-at-once": tr("give one of them another time, or other people"),
    "groups-alike": tr("choose Only one text, or write one of the two otherwise"),
}
"""In place of hints that are YAML, by the problem's code."""


def hint_of(problem: Problem) -> Translatable | None:
    """The hint, by its form where there is one."""
    return _BY_FORM.get(problem.code, problem.hint)

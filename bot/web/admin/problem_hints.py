"""Hints on mistakes and warnings for people who write the playbook by forms."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr

_BY_FORM: Mapping[str, Translatable] = {
    "broadcast-no-consent": tr("tick in its form: Only to people who agreed to marketing"),
    "broadcasts-at-once": tr("give one of them another time, or other people"),
    "groups-alike": tr("choose Only one text, or write one of the two otherwise"),
}
"""By the problem's code: a hint in place of one that is YAML."""


def hint_of(problem: Problem) -> Translatable | None:
    """The hint on a problem, for the form where there is one; `None`: there is none."""
    return _BY_FORM.get(problem.code, problem.hint)

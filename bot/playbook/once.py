"""What is wrong for one reason in many places is told once, with the places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import Code
from bot.playbook.similar import few

_OF_A_NAME: frozenset[Code] = frozenset({"bad-name", "unknown-attribute", "privacy-missing"})
"""Mistakes that one thing elsewhere mends for all places: a name that cannot be one, or is not declared."""


def told_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in their order; the same of one name stands at its first place and names the others."""
    told: dict[object, Problem] = {}
    again: dict[object, list[str]] = {}
    for problem in problems:
        whole = problem.code in _OF_A_NAME and problem.note is None
        key = (problem.code, problem.message) if whole else problem
        if told.setdefault(key, problem) is not problem:
            again.setdefault(key, []).append(str(problem.place))
    return tuple(
        replace(problem, note=say("also at {places}", places=few(again[key]))) if key in again else problem
        for key, problem in told.items()
    )

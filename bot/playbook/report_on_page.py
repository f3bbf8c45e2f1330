"""Problems for a page of ours: as data that it lays out itself, the gravest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from bot.model.problem import Problem
from bot.model.said import Language, Said
from bot.playbook.report import below, counted, excerpt
from bot.playbook.similar import printable
from bot.playbook.syntax.source import lines_of

_GRAVEST_FIRST = ("error", "warning", "info")


CountedProblems: TypeAlias = Counter[tuple[str, str, Said, str]]
"""What was told: code, file, message and the line's text, wherever that stood; what is there twice, twice."""


def told(problems: Iterable[Problem], sources: Mapping[str, str]) -> CountedProblems:
    """What these problems tell, to know it again after an edit."""
    lines = {file: lines_of(text) for file, text in sources.items()}
    return Counter(_same(problem, lines) for problem in problems)


def as_data(
    problems: Sequence[Problem],
    sources: Mapping[str, str],
    language: Language,
    before: CountedProblems | None = None,
) -> dict[str, Any]:
    """How many there are (`counted`), and all `problems`: what is wrong.

    Of each: `level`, `message`, `place`, `source`, `hint`, `below`, `fresh`. `source` is the line of the
    file in three parts, of which the second is meant; null where there is none. `fresh` is what was not
    told `before`.
    """
    ordered = sorted(problems, key=lambda problem: _GRAVEST_FIRST.index(problem.level))
    lines = {file: lines_of(text) for file, text in sources.items()}
    known = Counter(before)
    found = []
    for problem in ordered:
        known[_same(problem, lines)] -= 1
        fresh = known[_same(problem, lines)] < 0
        found.append(_object(problem, lines.get(problem.place.file, []), language) | {"fresh": fresh})
    return {"counted": language.text(counted(ordered)), "problems": found}


def _same(problem: Problem, lines: Mapping[str, Sequence[str]]) -> tuple[str, str, Said, str]:
    place, there = problem.place, lines.get(problem.place.file, [])
    line = there[place.line - 1].strip() if 0 < place.line <= len(there) else ""
    return problem.code, place.file, problem.message, line


def as_one(sentence: Said, language: Language) -> dict[str, Any]:
    """The same of a sentence that is about no place in the files."""
    only: dict[str, Any] = {
        "level": "error",
        "message": language.text(sentence),
        "place": "",
        "source": None,
        "hint": None,
        "below": [],
        "fresh": True,
    }
    return {"counted": "", "problems": [only]}


def _object(problem: Problem, lines: Sequence[str], language: Language) -> dict[str, Any]:
    told = [language.text(one) for one in below(problem)]
    return {
        "level": problem.level,
        "message": language.text(problem.message),
        "place": printable(f"{problem.place.file}:{problem.place.line}"),
        "source": excerpt(problem, lines),
        "hint": told[0] if problem.hint is not None else None,
        "below": told[1:] if problem.hint is not None else told,
    }

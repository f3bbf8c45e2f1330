"""Problems for a page of ours: as data that it lays out itself, the gravest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.model.problem import Problem
from bot.model.said import Language, Said
from bot.playbook.report import below, counted, excerpt
from bot.playbook.similar import printable
from bot.playbook.syntax.source import lines_of

_GRAVEST_FIRST = ("error", "warning", "info")


def as_data(problems: Sequence[Problem], sources: Mapping[str, str], language: Language) -> dict[str, Any]:
    """How many there are (`counted`), and all `problems`: `level`, `message`, `place`, `source`, `below`.

    `source` is the line of the file in three parts, of which the second is meant; null where there is none.
    """
    ordered = sorted(problems, key=lambda problem: _GRAVEST_FIRST.index(problem.level))
    return {
        "counted": language.text(counted(ordered)),
        "problems": [_object(problem, sources.get(problem.place.file, ""), language) for problem in ordered],
    }


def as_one(told: Said, language: Language) -> dict[str, Any]:
    """The same of a sentence that is about no place in the files."""
    only: dict[str, Any] = {
        "level": "error",
        "message": language.text(told),
        "place": "",
        "source": None,
        "below": [],
    }
    return {"counted": "", "problems": [only]}


def _object(problem: Problem, text: str, language: Language) -> dict[str, Any]:
    return {
        "level": problem.level,
        "message": language.text(problem.message),
        "place": printable(f"{problem.place.file}:{problem.place.line}"),
        "source": excerpt(problem, lines_of(text)),
        "below": [language.text(told) for told in below(problem)],
    }

"""How many characters to underline at a place: the word or quoted text that begins there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.model.problem import Problem
from bot.playbook.syntax.source import lines_of

_WORD = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^\s:,\[\]{}]+")


def underlined(problems: Iterable[Problem], sources: Mapping[str, str]) -> Iterator[Problem]:
    """The problems, each as wide as what stands at its place."""
    lines: dict[str, Sequence[str]] = {}
    for problem in problems:
        file = problem.place.file
        if file not in lines:
            lines[file] = lines_of(sources.get(file, ""))
        yield replace(problem, width=_width(lines[file], problem.place.line, problem.place.column))


def _width(lines: Sequence[str], line: int, column: int) -> int:
    found = _WORD.match(lines[line - 1], column - 1) if 0 < line <= len(lines) else None
    return len(found[0]) if found else 1

"""`oaflow check`: all mistakes of a playbook, and what in it costs messages."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from bot.model.problem import Problem
from bot.playbook.canonical.long import long_yaml
from bot.playbook.formats import as_github, as_json
from bot.playbook.load import Loaded, in_order, load
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing

Format: TypeAlias = Literal["text", "json", "github"]

RIGHT, WRONG, UNCHECKED = 0, 1, 2


def check(playbook: Path, form: Format, *, info: bool, strict: bool, long: bool) -> int:
    """Print what is found: 0 where nothing is wrong (`strict`: not even a warning), 1, 2 without playbook."""
    try:
        loaded = load(playbook, dict(os.environ), unset="warning")
    except PlaybookMissing as error:
        sys.stderr.write(f"oaflow: {error}\n")
        return UNCHECKED
    wrong = any(problem.level == "error" or strict for problem in loaded.problems)
    if long and not wrong:
        sys.stderr.write(render(loaded.problems, loaded.sources))
        sys.stdout.write(long_yaml(loaded.document.root))
        return RIGHT
    problems = in_order([*loaded.problems, *(loaded.information if info else ())])
    sys.stdout.write(_told(problems, loaded, form, hidden=not info))
    return WRONG if wrong else RIGHT


def _told(problems: Sequence[Problem], loaded: Loaded, form: Format, *, hidden: bool) -> str:
    match form:
        case "json":
            return as_json(problems)
        case "github":
            return as_github(problems, os.path.relpath(loaded.document.folder))
        case "text":
            told = (
                render(problems, loaded.sources) or f"no mistakes in {_many(len(loaded.sources), 'file')}\n"
            )
            return told + (_costs(len(loaded.information)) if hidden else "")


def _costs(number: int) -> str:
    """What is not a mistake is only counted, unless it is asked for."""
    return f"{_many(number, 'note')} on what costs messages: oaflow check --info\n" if number else ""


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

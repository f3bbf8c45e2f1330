"""Problems for other programs: JSON, and the workflow commands of GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from bot.model.problem import Level, Problem
from bot.model.said import ENGLISH, Language
from bot.playbook.report import below

_GITHUB: dict[Level, str] = {"error": "error", "warning": "warning", "info": "notice"}


def as_json(problems: Sequence[Problem], language: Language = ENGLISH) -> str:
    """One object: how many `errors` and `warnings` there are, and all `problems` in their order.

    Lines and columns count from 1, in characters; `width` is how many are meant. `hint` and `note` may be
    null. Their words, and `message`, are in this language; everything else is the same in each.
    """
    found = {
        "errors": sum(problem.level == "error" for problem in problems),
        "warnings": sum(problem.level == "warning" for problem in problems),
        "problems": [_object(problem, language) for problem in problems],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _object(problem: Problem, language: Language) -> dict[str, object]:
    place = problem.place
    return {
        "level": problem.level,
        "code": problem.code,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "width": problem.width,
        "path": place.path,
        "message": language.text(problem.message),
        "hint": None if problem.hint is None else language.text(problem.hint),
        "note": None if problem.note is None else language.text(problem.note),
    }


def as_github(problems: Iterable[Problem], folder: str, language: Language = ENGLISH) -> str:
    """A workflow command for each problem, which GitHub shows in the changed line.

    `folder` is where the playbook lies in the repository (`.` is its top).
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
    """
    return "".join(_command(problem, folder, language) for problem in problems)


def _command(problem: Problem, folder: str, language: Language) -> str:
    place = problem.place
    file = place.file if folder in ("", ".") else f"{folder.rstrip('/')}/{place.file}"
    where = {
        "file": file,
        "line": place.line,
        "col": place.column,
        "endColumn": place.column + problem.width,
        "title": problem.code,
    }
    properties = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in where.items())
    told = [problem.message, *below(problem)]
    return f"::{_GITHUB[problem.level]} {properties}::{_escaped(chr(10).join(map(language.text, told)))}\n"


def _escaped(text: str, more: str = "") -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    for sign in more:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text

"""A playbook's problems as a process that serves tells them: text on a terminal, else lines of the log."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from bot.cli.run.reader import is_read_by_people, reader
from bot.cli.terminal_text import write_err
from bot.model.problem import Level, Problem
from bot.playbook.report import render

log = logging.getLogger("oaflow.playbook")

_LEVELS: Mapping[Level, int] = {
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "info": logging.INFO,
}


def tell_problems(problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
    """Each problem once; as lines of the log they are in English, like the rest of it."""
    if is_read_by_people():
        write_err(render(problems, sources, reader()))
        return
    for one in problems:
        place = one.place
        about = {"file": place.file, "line": place.line, "column": place.column, "code": one.code}
        hint = {} if one.hint is None else {"hint": str(one.hint)}
        log.log(
            _LEVELS[one.level],
            "%s:%d: %s",
            place.file,
            place.line,
            one.message,
            extra={"fields": {**about, **hint}},
        )

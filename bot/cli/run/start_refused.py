"""Why `oaflow run` does not serve, in words that fit how it was started."""

from __future__ import annotations

import logging
import os
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.cli.exit_codes import STARTED_BY
from bot.cli.refusal import exit_code, in_words, note
from bot.cli.run.reader import is_read_by_people, reader
from bot.cli.terminal_text import write_err
from bot.model.problem import Level, Problem
from bot.model.translatable import ENGLISH, Refusal, Translatable
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookNowhere, beside_playbook
from bot.playbook.valid import Unservable
from bot.store.unavailable import DatabaseUnavailable

_PLAIN = re.compile(r"[\w./-]+")
"""Characters that a shell takes unquoted, Chinese as well."""


def asking_for_port(environment: Mapping[str, str]) -> Callable[[int], str]:
    """How another port is asked for, by the way this was started."""
    if (command := environment.get(STARTED_BY)) is None:
        return "--port {}".format
    return lambda port: f"{command} PORT={port}"


def another_folder(missing: PlaybookNowhere, environment: Mapping[str, str]) -> Translatable:
    """Why there is no playbook, with the commands that name another folder, as they are typed here.

    Whoever calls make stands in a clone of ours, whose own playbook is not the one that is meant.
    """
    if STARTED_BY not in environment:
        return missing.message
    near = [f"make run {_folder(one)}" for one in missing.near if not one.samefile(os.curdir)]
    new = "make new" if missing.folder.exists() else f"make new {_folder(beside_playbook(missing.folder))}"
    return missing.with_advice(near, new)


def _folder(path: Path) -> str:
    written = os.path.relpath(path)
    return f"FOLDER={written if _PLAIN.fullmatch(written) else shlex.quote(written)}"


problem_log = logging.getLogger("oaflow.playbook")

_LEVELS: Mapping[Level, int] = {
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "info": logging.INFO,
}


def log_problems(problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
    """Each problem once; as lines of the log they are in English, like the rest of it."""
    if is_read_by_people():
        write_err(render(problems, sources, reader()))
        return
    for one in problems:
        place = one.place
        about = {"file": place.file, "line": place.line, "column": place.column, "code": one.code}
        hint = {} if one.hint is None else {"hint": str(one.hint)}
        problem_log.log(
            _LEVELS[one.level],
            "%s:%d: %s",
            place.file,
            place.line,
            one.message,
            extra={"fields": {**about, **hint}},
        )


log = logging.getLogger("oaflow")


def start_refused(error: Exception) -> int:
    """Say it: to people as every command does, else as lines of the log, in English like the rest of it."""
    code = exit_code(error)
    if not isinstance(error, Refusal | DatabaseUnavailable):
        # a bug: where it was raised, without the values that its message may repeat
        log.error("oaflow ends (exit %d): a bug", code, exc_info=error)
        return code
    if isinstance(error, Unservable):
        log_problems(error.problems, error.sources)
    if is_read_by_people():
        note(another_folder(error, os.environ) if isinstance(error, PlaybookNowhere) else error, reader())
    else:
        why = in_words(error, ENGLISH)
        log.error("oaflow ends (exit %d): %s", code, why, extra={"fields": {"exit": code}})
    return code

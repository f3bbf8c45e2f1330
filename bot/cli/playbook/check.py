"""`oaflow check`: all mistakes of a playbook, and what in it costs messages."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from bot.cli.refusal import refused
from bot.model.problem import Problem
from bot.model.said import Language, Said, say
from bot.playbook.canonical.long import long_yaml
from bot.playbook.formats import as_github, as_json
from bot.playbook.load import Loaded, in_order, load
from bot.playbook.not_yet import NotYetReport, not_yet
from bot.playbook.report import many_files, many_notes, render
from bot.playbook.syntax.folder import PlaybookMissing

ReportFormat: TypeAlias = Literal["text", "json", "github"]

RIGHT, WRONG, UNCHECKED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How the mistakes are to be shown: also what costs (`info`), warnings as mistakes (`strict`), `long`."""

    form: ReportFormat
    words: Language
    info: bool = False
    strict: bool = False
    long: bool = False


def check(playbook: Path, asked: CheckOptions) -> int:
    """Print what is found: 0 where nothing is wrong (`strict`: not even a warning), 1, 2 without playbook."""
    loaded = read(playbook, asked.words)
    return UNCHECKED if loaded is None else show(loaded, (), asked)


def read(playbook: Path, words: Language) -> Loaded | None:
    """The playbook with its mistakes; `None` where there is none, which is said."""
    try:
        return load(playbook, dict(os.environ), unset="warning", now=datetime.now(UTC))
    except PlaybookMissing as error:
        refused(error, UNCHECKED, words)
        return None


def show(loaded: Loaded, people: Sequence[Problem], asked: CheckOptions) -> int:
    """Print its mistakes, with what making it live would do to `people`; the exit code."""
    unbuilt = _unbuilt(loaded)
    found = [*loaded.problems, *people, *unbuilt.warnings]
    wrong = any(problem.level == "error" or asked.strict for problem in found)
    if asked.long and not wrong:
        sys.stderr.write(render(in_order(found), loaded.sources, asked.words))
        sys.stdout.write(long_yaml(loaded.document.root))
        return RIGHT
    problems = in_order([*found, *((*loaded.information, *unbuilt.information) if asked.info else ())])
    sys.stdout.write(_told(problems, loaded, asked.form, asked.words, hidden=not asked.info))
    return WRONG if wrong else RIGHT


def _unbuilt(loaded: Loaded) -> NotYetReport:
    """What `oaflow run` would not carry out; of a playbook with mistakes nothing is told yet."""
    if loaded.playbook is None:
        return NotYetReport()
    return not_yet(loaded.playbook, loaded.settings, loaded.document.root, loaded.sources)


def _told(
    problems: Sequence[Problem], loaded: Loaded, form: ReportFormat, words: Language, *, hidden: bool
) -> str:
    match form:
        case "json":
            return as_json(problems, words)
        case "github":
            return as_github(problems, os.path.relpath(loaded.document.folder), words)
        case "text":
            told = render(problems, loaded.sources, words) or words.text(_right(len(loaded.sources))) + "\n"
            lines = [_notes(loaded.information)] if hidden and loaded.information else []
            lines.append(checked(loaded.document.folder))
            return told + "".join(f"{words.text(line)}\n" for line in lines)


def checked(folder: Path) -> Said:
    """The last line: which folder was meant, where none was named."""
    return say("checked: {folder}", folder=str(folder.resolve()))


def _right(files: int) -> Said:
    return say("no mistakes in {files}", files=many_files(files))


def _notes(information: Sequence[Problem]) -> Said:
    """What is not a mistake is only counted, unless it is asked for."""
    costs = [note for note in information if note.code != "split-in-two-flows"]
    if not costs:
        return say("{notes}: oaflow check --info", notes=many_notes(len(information)))
    return say("{notes} on what costs messages: oaflow check --info", notes=many_notes(len(information)))

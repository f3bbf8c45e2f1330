"""`oaflow check`: all mistakes of a playbook, and what in it costs messages."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from bot.cli.arguments import Arguments, add_playbook, describe
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.refusal import UsageWrong, refused
from bot.cli.terminal_text import write_err, write_file_out, write_out
from bot.model.problem import Problem
from bot.model.translatable import Language, Translatable, tr
from bot.operations.repairs import NotFixed
from bot.playbook.canonical.long import long_yaml
from bot.playbook.load import Loaded, in_order, load
from bot.playbook.report import as_github, as_json, many_files, many_notes, render
from bot.playbook.valid import valid_playbook

ReportFormat: TypeAlias = Literal["text", "json", "github"]


def arguments(command: ArgumentParser) -> None:
    """A playbook, and how its mistakes are shown."""
    says = "All mistakes of a playbook. Exit 0: none (but warnings), 1: mistakes, 2: no playbook."
    describe(command, says, example="oaflow check my-shop --format github", run=run)
    add_playbook(command)
    command.add_argument(
        "--format", choices=["text", "json", "github"], default="text", help="how they are shown (text)"
    )
    command.add_argument(
        "--info", action="store_true", help="show also what costs messages, and shared draws"
    )
    command.add_argument("--strict", action="store_true", help="warnings are mistakes as well")
    command.add_argument(
        "--long", action="store_true", help="print the playbook with every shorthand written out"
    )
    command.add_argument(
        "--fix", action="store_true", help="show the repairs that are known, and write them with a yes"
    )
    command.add_argument("--yes", action="store_true", help="with --fix: without asking")
    command.add_argument(
        "--against-database",
        action="store_true",
        help="also what making it live would do to people: how many stand in what is gone",
    )


def run(wanted: Arguments, words: Language) -> int:
    """Print what is found: 0 where nothing is wrong (`--strict`: not even a warning), 1, 2 without playbook.

    With `--against-database` also what making it live would do to people; 2 also without database. Nobody is
    asked for where the playbook itself is wrong. With `--fix` what is left is printed.
    """
    environment, now = dict(os.environ), datetime.now(UTC)

    def read(edits: Mapping[str, str]) -> Loaded:
        return load(wanted.playbook, environment, unset="warning", now=now, edits=edits)

    loaded = read({})
    if wanted.fix:
        from bot.cli.playbook.fix import fixed  # not above: it is rarely asked for

        if wanted.format != "text" or wanted.long:
            return refused(UsageWrong(tr("--fix shows lines: leave  --format  and  --long  out")), words)
        try:
            loaded = fixed(loaded, read, words, unasked=wanted.yes)
        except NotFixed as error:
            return refused(error, words)
    people: Sequence[Problem] = ()
    if wanted.against_database and loaded.playbook is not None:
        from bot.cli.playbook.people import in_the_way  # not above: who only checks needs no database

        people = in_the_way(wanted.playbook, valid_playbook(loaded), words)
    found = [*loaded.problems, *people]
    wrong = any(problem.level == "error" or wanted.strict for problem in found)
    if wanted.long and not wrong:
        write_err(render(in_order(found), loaded.sources, words))
        write_file_out(long_yaml(loaded.document.root))
        return RIGHT
    problems = in_order([*found, *(loaded.information if wanted.info else ())])
    write_out(_report(problems, loaded, wanted.format, words, hidden=not wanted.info))
    return WRONG if wrong else RIGHT


def _report(
    problems: Sequence[Problem], loaded: Loaded, form: ReportFormat, words: Language, *, hidden: bool
) -> str:
    match form:
        case "json":
            return as_json(problems, words)
        case "github":
            return as_github(problems, os.path.relpath(loaded.document.folder), words)
        case "text":
            text = render(problems, loaded.sources, words) or words.text(_right(len(loaded.sources))) + "\n"
            lines = [_notes(loaded.information)] if hidden and loaded.information else []
            lines.append(checked(loaded.document.folder))
            return text + "".join(f"{words.text(line)}\n" for line in lines)


def checked(folder: Path) -> Translatable:
    """The last line: which folder was meant, where none was named."""
    return tr("checked: {folder}", folder=str(folder.resolve()))


def _right(files: int) -> Translatable:
    return tr("no mistakes in {files}", files=many_files(files))


_COSTS = frozenset(("costs-quota", "may-cost-quota", "sms-cost"))


def _notes(information: Sequence[Problem]) -> Translatable:
    """What is not a mistake is only counted, unless it is asked for."""
    if not any(note.code in _COSTS for note in information):
        return tr("{notes}: oaflow check --info", notes=many_notes(len(information)))
    return tr("{notes} on what costs messages: oaflow check --info", notes=many_notes(len(information)))

"""A report in the form that is asked for: lines, JSON, CSV for spreadsheets, or an SVG file."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cli.order import CommandOrder, FolderOrder
from bot.cli.terminal_text import write_file_out
from bot.model.translatable import Language, Refusal, Translatable, TranslatableValue, tr
from bot.playbook.csv_table import MARK, csv_line
from bot.playbook.syntax.source import file_trouble

TABLE = "table"
"""The context of the short words that stand in tables for spreadsheets."""


class ReportNotWritten(Refusal):
    """The file cannot be written; the sentence says why."""


@dataclass(frozen=True, slots=True)
class ReportForms:
    """One report in each of its forms; `picture` draws it, which takes longer."""

    lines: Iterable[TranslatableValue]
    payload: Mapping[str, object]
    columns: Sequence[str]
    rows: Iterable[Sequence[str | Translatable]]
    picture: Callable[[], str]


def add_forms(command: ArgumentParser) -> None:
    """`--csv` or `--svg FILE`."""
    form = command.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="as CSV for spreadsheets")
    form.add_argument("--svg", metavar="FILE", help="as a picture for a slide, into this file")


def show_report(report: ReportForms, order: CommandOrder) -> None:
    """In the form that is asked for. Raises `ReportNotWritten`."""
    if order.options.svg is not None:
        draw(Path(order.options.svg), report.picture(), order)
    elif order.options.csv:
        show_csv(report.columns, report.rows, order)
    else:
        order.show_all(report.payload, report.lines)


def show_csv(
    columns: Sequence[str], rows: Iterable[Sequence[str | Translatable]], order: FolderOrder
) -> None:
    """A table for spreadsheets."""
    cells = order.speech.within(TABLE)
    lines = (csv_line(map(cells.words, row)) for row in rows)
    write_file_out(MARK + csv_line(headings(columns, order.speech)) + "".join(lines))


def headings(columns: Iterable[str], words: Language) -> list[str]:
    """The headings of a table for spreadsheets: in English as in JSON."""
    table = words.within(TABLE)
    return [table.text(Translatable(name)) for name in columns]


def draw(file: Path, picture: str, order: FolderOrder) -> None:
    """Write a picture into a file. Raises `ReportNotWritten`."""
    try:
        file.write_text(picture, "utf-8")
    except OSError as error:
        raise ReportNotWritten(tr("{file}: {why}", file=str(file), why=file_trouble(error))) from error
    order.note(tr("the picture is in {file}", file=str(file)))

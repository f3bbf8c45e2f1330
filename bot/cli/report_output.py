"""A report in the form that is asked for: lines, JSON, CSV for spreadsheets, or an SVG file."""

from __future__ import annotations

from argparse import ArgumentParser
from contextlib import AbstractContextManager
from pathlib import Path

from bot.cli.order import FolderOrder
from bot.cli.terminal_text import write_file_out
from bot.model.translatable import Refusal, tr
from bot.operations.catalog.answers import ReportText, SlideText, text_lines
from bot.playbook.syntax.source import file_trouble_as


class ReportNotWritten(Refusal):
    """The file cannot be written; the sentence says why."""


def add_forms(command: ArgumentParser) -> None:
    """`--csv` or `--svg FILE`."""
    form = command.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="as CSV for spreadsheets")
    form.add_argument("--svg", metavar="FILE", help="as a picture for a slide, into this file")


def show_report(text: ReportText, payload: object, order: FolderOrder) -> None:
    """In the form that is asked for. Raises `ReportNotWritten`."""
    options = vars(order.options)
    if isinstance(text, SlideText) and options["svg"] is not None:
        draw(Path(options["svg"]), text.picture(), order)
    elif options["csv"]:
        write_file_out(text.csv(order.speech))
    else:
        order.show_all(payload, text_lines(text, order.speech, order.at))


def draw(file: Path, picture: str, order: FolderOrder) -> None:
    """Write a picture into a file. Raises `ReportNotWritten`."""
    with writing(file):
        file.write_text(picture, "utf-8")
    order.note(tr("the picture is in {file}", file=str(file)))


def writing(file: Path) -> AbstractContextManager[None]:
    """Raises `ReportNotWritten` where this file cannot be written."""
    return file_trouble_as(lambda why: ReportNotWritten(tr("{file}: {why}", file=str(file), why=why)))

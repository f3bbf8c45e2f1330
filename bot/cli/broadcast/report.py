"""`oaflow broadcast report`: what became of the last sending of a broadcast."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.broadcast.whose_line import whose_line
from bot.cli.folder_and_words import folder_and_words
from bot.cli.on_database import on_database
from bot.cli.refusal import tell
from bot.cli.whose_people import whose_people
from bot.model.said import Language, Refusal, say
from bot.operations.broadcasts.named_broadcast import broadcast_of
from bot.operations.broadcasts.report import report_of
from bot.operations.broadcasts.report_picture import report_svg
from bot.operations.broadcasts.report_table import COLUMNS, report_rows, report_told
from bot.operations.broadcasts.report_words import report_lines
from bot.playbook.csv_table import MARK, csv_line
from bot.playbook.file_trouble import file_trouble
from bot.playbook.valid import ValidPlaybook


class NotDrawn(Refusal):
    """The file cannot be written; the sentence says why."""


def report(wanted: Arguments, words: Language) -> int:
    """Print it in lines, as CSV or JSON, or draw it; the exit code."""
    folder, named = folder_and_words(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        playbook = served.playbook
        broadcast = broadcast_of(playbook, " ".join(named) or None)
        people = await whose_people(opened, words)
        line, _ = await whose_line(opened, served, people)
        found, silent = await report_of(people, playbook, broadcast, line)
        if silent is not None:
            tell(silent, words)
        if wanted.svg is not None:
            _draw(Path(wanted.svg), report_svg(found, words, playbook.zone), words)
        elif wanted.csv:
            sys.stdout.write(MARK + "".join(map(csv_line, (COLUMNS, *report_rows(found)))))
        else:
            lines = (words.text(line) for line in report_lines(found, playbook.zone))
            show_answer(report_told(found), lines, for_programs=wanted.json)

    return on_database(folder, work)


def _draw(file: Path, picture: str, words: Language) -> None:
    try:
        file.write_text(picture, "utf-8")
    except OSError as error:
        raise NotDrawn(say("{file}: {why}", file=str(file), why=file_trouble(error))) from error
    tell(say("the picture is in {file}", file=str(file)), words)

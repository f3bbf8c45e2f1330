"""`oaflow broadcast report`: what became of the last sending of a broadcast."""

from __future__ import annotations

from functools import partial

from bot.app.database import OpenDatabase
from bot.cli.arguments import Arguments
from bot.cli.broadcast.line_client import whose_line
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.playbook_folder import folder_and_name
from bot.cli.refusal import tell
from bot.cli.report_output import ReportForms, show_report
from bot.model.translatable import Language
from bot.operations.broadcasts.report import report_of
from bot.operations.broadcasts.report_files import COLUMNS, report_rows, report_svg, report_told
from bot.operations.broadcasts.report_words import report_lines
from bot.operations.resolve_name import broadcast_of
from bot.playbook.valid import ValidPlaybook


def report(wanted: Arguments, words: Language) -> int:
    """Print it in lines, as CSV or JSON, or draw it; the exit code."""
    folder, name = folder_and_name(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        playbook = served.playbook
        broadcast = broadcast_of(playbook, name)
        people = await whose_people(opened, words)
        line, _ = await whose_line(opened, served, people)
        found, silent = await report_of(people, playbook, broadcast, line)
        if silent is not None:
            tell(silent, words)
        zone = playbook.zone
        forms = ReportForms(
            report_lines(found, zone),
            report_told(found),
            COLUMNS,
            report_rows(found),
            partial(report_svg, found, words, zone),
        )
        show_report(forms, wanted, words)

    return on_database(folder, work)

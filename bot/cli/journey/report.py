"""`oaflow journey report`: what a journey with a goal has brought, by the groups of its split."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from zoneinfo import ZoneInfo

from bot.app.database import OpenDatabase
from bot.cli.arguments import Arguments
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.playbook_folder import folder_and_name
from bot.cli.report_output import ReportForms, show_report
from bot.model.reports import JourneyReport
from bot.model.translatable import Language, Translatable, tr
from bot.operations.journey_reports.picture import report_svg
from bot.operations.journey_reports.report import journey_report
from bot.operations.journey_reports.table import COLUMNS, report_rows, report_told
from bot.operations.journey_reports.words import report_lines
from bot.operations.resolve_name import flow_of
from bot.playbook.valid import ValidPlaybook


def report(wanted: Arguments, words: Language) -> int:
    """Print it in lines, as CSV or JSON, or draw it; the exit code."""
    folder, name = folder_and_name(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        playbook, zone = served.playbook, served.playbook.zone
        flow = flow_of(playbook, name)
        people = await whose_people(opened, words)
        found = await journey_report(people, playbook, flow, wanted.days, wanted.split)
        forms = ReportForms(
            _lines(found, zone),
            report_told(found),
            COLUMNS,
            report_rows(found),
            partial(report_svg, found, words, zone),
        )
        show_report(forms, wanted, words)

    return on_database(folder, work)


def _lines(found: JourneyReport, zone: ZoneInfo) -> Iterator[Translatable]:
    yield from report_lines(found, zone)
    if found.others:
        yield tr("groups of another split:  --split NAME")

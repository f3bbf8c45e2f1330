"""Staff's conversations in figures, as a page and as a table for spreadsheets (E3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.catalog.answers import answer_csv
from bot.operations.chat.report import WEEKDAYS, AccountNow, ChatHour, ChatReport, StaffRow
from bot.operations.declared.chats import report_chats
from bot.operations.journeys import LATELY
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Download, RenderedPage, Visit, whole_number

TITLE = tr("Chat in figures")
SPANS = (7, LATELY, 90)
"""The choice of days."""
WAITING = "/admin/chat?list=waits"
LEVELS = 4
"""Shades of an hour in which customers began to wait."""
MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class FigureTile:
    """A figure of the team; `more` is a sentence below it, `to` where it leads."""

    title: Translatable
    figure: TranslatableValue
    more: Translatable | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class AgentLine:
    """A line of the table of accounts, or the team's; `now`: how many they have, if they have any."""

    name: TranslatableValue
    row: StaffRow
    now: AccountNow | None

    @property
    def times(self) -> Sequence[Translatable | None]:
        row = self.row
        return [
            short_time(one) for one in (row.first_median, row.first_p90, row.further_median, row.further_p90)
        ]


@dataclass(frozen=True, slots=True)
class ChatReportPage(AdminPages):
    """`/admin/chat/report`."""

    context: ConsoleContext

    async def chat_report(self, visit: Visit) -> AdminAnswer:
        """The page: the team's figures, each account's, and when customers begin to wait."""
        days, found = await self._found(visit)
        data = {
            "report": found,
            "spans": [(one, visit.address(days=str(one)), one == days) for one in SPANS],
            "table": f"/admin/chat/report/file?days={days}",
            "tiles": _tiles(found),
            "agents": agent_lines(found),
            "weekdays": WEEKDAYS,
            "hours": list(_hours(found.busy)),
            "say": visit.words.words,
            "is_promised": found.team.promise is not None,
            "sees_all": visit.signed.role != "agent",
        }
        return RenderedPage("chat_report.html", TITLE, data)

    async def chat_report_file(self, visit: Visit) -> AdminAnswer:
        """A row for each account and day."""
        _, found = await self._found(visit)
        table = answer_csv(found, visit.words, str)
        return Download(table.encode(), "text/csv", f"chat-{found.since}-{found.until}.csv")

    async def _found(self, visit: Visit) -> tuple[int, ChatReport]:
        asked = whole_number(visit.query("days"), SPANS[-1])
        days = asked if asked in SPANS else LATELY
        call = visit.call(self.context)
        return days, await report_chats(call, days=days, channel=visit.channel or None)


def _tiles(found: ChatReport) -> Sequence[FigureTile]:
    team = found.team
    return [
        FigureTile(tr("Waiting now"), f"{found.waiting:,}", to=WAITING if found.waiting else ""),
        FigureTile(tr("Conversations begun"), f"{team.conversations:,}"),
        _time_tile(tr("First answer, median"), team.first_median, team.first_p90),
        _time_tile(tr("Further answer, median"), team.further_median, team.further_p90),
        *([FigureTile(tr("Answered in time"), team.promise)] if team.promise is not None else []),
    ]


def _time_tile(title: Translatable, median: int | None, p90: int | None) -> FigureTile:
    within = short_time(p90)
    return FigureTile(
        title, short_time(median) or "–", None if within is None else tr("9 of 10 within {time}", time=within)
    )


def agent_lines(found: ChatReport) -> Sequence[AgentLine]:
    """Who has answered, or has a conversation now."""
    rows, now = {one.by: one for one in found.agents}, {one.by: one for one in found.now}
    names = sorted({*now, *(one for one in rows if one is not None)})
    return [AgentLine(by_name(one), rows.get(one) or _nothing(one), now.get(one)) for one in names]


def _nothing(by: str) -> StaffRow:
    return StaffRow(None, by, 0, 0, 0, None, None, 0, None, None, 0, 0)


def _hours(busy: Sequence[ChatHour]) -> Sequence[Mapping[str, Any]]:
    """Each hour with its number by day of the week, and its shade."""
    most = max((number for one in busy for number in one.waits), default=0)
    return [
        {
            "hour": f"{one.hour:02}:00",
            "waits": [(number, -(-LEVELS * number // most) if most else 0) for number in one.waits],
            "first": short_time(one.first_median),
        }
        for one in busy
    ]


def short_time(seconds: int | None) -> Translatable | None:
    """A time in one unit, so that a column of them is compared at a glance."""
    if seconds is None:
        return None
    if seconds < MINUTE:
        return tr("{seconds} s", seconds=f"{seconds}")
    unit = MINUTE if seconds < HOUR else HOUR
    number = f"{seconds / unit:.0f}" if seconds >= 10 * unit else f"{seconds / unit:.1f}".removesuffix(".0")
    return tr("{minutes} min", minutes=number) if unit == MINUTE else tr("{hours} h", hours=number)

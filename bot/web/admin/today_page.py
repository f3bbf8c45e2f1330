"""The team's first page, Today: figures of the day beside those of a week before (requirements E3, K1)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.turn.answer_promise import answer_urgency
from bot.model.admin import TEAM, AdminRole
from bot.model.money import money_text
from bot.model.translatable import Translatable, tr
from bot.operations.attention_counts import attention_counts
from bot.operations.chat.lists import ChatRow, chats
from bot.operations.declared.chats import report_chats
from bot.operations.recent_credit import RecentCredit
from bot.operations.today import FIGURES, FigureName, TodayFigure, TodayView, today_of
from bot.web.admin.chart import Chart, Series, chart
from bot.web.admin.chat_report_page import agent_lines
from bot.web.admin.chat_view import wait_level, waited_words
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.frame import near_moment
from bot.web.admin.open_chat import CHAT
from bot.web.admin.route import COMMERCE
from bot.web.admin.table import ROUTES
from bot.web.admin.visit import AdminAnswer, AdminHandler, AdminPages, RenderedPage, Visit, page_address

WAITING_MOST = 4
"""Customers who wait that the page names, those who wait longest."""
UNSENT_MOST = 99
"""Messages that were not sent are counted up to one more than these."""
SHOWN: tuple[FigureName, ...] = ("followed", "blocked", "messages_in", "replies", "paid", "bound")
"""The figures of the page, in their order."""


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure as the page shows it."""

    title: Translatable
    number: str
    figure: TodayFigure
    change: str
    """Against a week before, such as `+12%`; empty where that was zero."""
    more: Translatable | None = None
    """A sentence below it."""


@dataclass(frozen=True, slots=True)
class TodayPage(AdminPages):
    """`/admin`: the team's first page."""

    context: ConsoleContext
    credit: RecentCredit
    """The credit left at providers of SMS."""
    other: AdminHandler
    """Answers visitors who are not of the team."""

    async def start(self, visit: Visit) -> AdminAnswer:
        """The page, on all channels or the one of the address."""
        if visit.signed.role not in TEAM:
            return await self.other(visit)
        playbook = self.context.playbook()
        settings, channels, now = self.context.settings(), self.context.shop().channels, self.context.now()
        channel = named if (named := visit.query("channel")) in channels else None
        found, waiting, unsent, report = await asyncio.gather(
            self._today(now, channel),
            self._waiting(visit, channel),
            attention_counts(self.context.stores, self.context.now)["unsent"](UNSENT_MOST + 1),
            report_chats(visit.call(self.context), days=1, channel=channel),
        )
        data = {
            "today": found,
            "when": lambda at: visit.words.words(near_moment(self.context.shop().zone, now, at)),
            "figures": list(_shown(found)),
            "rest": list(found.unanswered.rest),
            "cost": money_text(found.extra) if found.extra else None,
            "chart": _chart(found, visit),
            "compared": _clock(found, self.context.shop().zone),
            "called": channels,
            "chosen": channel,
            "spans": [("", visit.address(channel=""))]
            + [(one, visit.address(channel=one)) for one in channels],
            "leads": _leads(visit.signed.role),
            "waiting": waiting,
            "waited": lambda since: waited_words(now - since),
            "level": lambda since, where: wait_level(
                now - since, answer_urgency(playbook, where, since, now)
            ),
            "say": visit.words.words,
            "unsent": unsent,
            "team": agent_lines(report),
            "credit": await self.credit.of(settings.sms.values()),
            "workbench": self.context.phone,
            "may_write": visit.signed.role in COMMERCE,
        }
        return RenderedPage("today.html", tr("Today"), data)

    async def _today(self, now: datetime, channel: str | None) -> TodayView:
        context = self.context
        return await today_of(
            *(context.stores, context.playbook(), context.settings(), now),
            channel=channel,
            trouble=context.trouble(),
        )

    async def _waiting(self, visit: Visit, channel: str | None) -> Sequence[tuple[ChatRow, str]]:
        """Who waits for the visitor, or longest, each with the address of the chat."""
        context, name = self.context, visit.signed.name
        found = await chats(
            *(context.stores, "waits"),
            me=visit.signed.by,
            zone=context.playbook().zone,
            channel=channel,
            most=WAITING_MOST,
        )
        named = [
            (row, context.parts.sealed(name, "chat", row.contact.contact, row.channel))
            for row in found.rows[:WAITING_MOST]
        ]
        return [(row, page_address(CHAT, list="waits", chat=part)) for row, part in named]


def _shown(found: TodayView) -> Iterator[ShownFigure]:
    for name in SHOWN:
        figure, more = found.figures[name], None
        if name == "bound":
            more = tr("{number} began", number=f"{found.figures['opened'].today:,}")
        elif name == "followed" and (again := found.figures["came_back"].today):
            more = tr("and {number} who had blocked before", number=f"{again:,}")
        yield ShownFigure(FIGURES[name], f"{figure.today:,}", figure, _change(figure), more)


def _change(figure: TodayFigure) -> str:
    """The change against the same hours a week before, in per cent."""
    if not figure.week_before:
        return ""
    return f"{round((figure.so_far - figure.week_before) * 100 / figure.week_before):+d}%"


def _clock(found: TodayView, zone: ZoneInfo) -> str:
    """The time of day up to which the two days are compared; empty where they are not."""
    return "" if found.hours_before is None else f"{found.until.astimezone(zone):%H:%M}"


def _chart(found: TodayView, visit: Visit) -> Chart:
    """Messages by hour, without the current hour: it would look like a fall."""
    words, over = visit.words, found.hours[:-1]
    so_far = [*over, *[None] * (24 - len(over))]
    series = [Series(words.text(tr("Today")), so_far)]
    if found.hours_before is not None:
        series.append(Series(words.text(tr("A week before")), found.hours_before))
    return chart("line", [f"{hour:02}:00" for hour in range(24)], series)


def _leads(role: AdminRole) -> Mapping[str, str]:
    """The addresses of the pages that the role may open, by the names of their rows: the page links to no
    other."""
    return {
        row.name: row.path
        for row in ROUTES
        if row.method == "GET" and role in row.roles and row.title is not None
    }

"""What happens today, beside the same weekday a week before; who waits, what nobody answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from bot.model.admin import TEAM
from bot.model.answer_fields import Clock, Help
from bot.model.money import money_text
from bot.model.translatable import Translatable, tr
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import ChannelName
from bot.operations.declared.unanswered import Unanswered, unanswered_of
from bot.operations.sms import CodesToday
from bot.operations.today import (
    ChannelHealth,
    FigureName,
    PaidToday,
    RunningBroadcast,
    RunningFlow,
    ShopHealth,
    TodayFigure,
    WaitingNow,
    today_of,
)

FIGURES: Mapping[FigureName, Translatable] = {
    "followed": tr("New friends"),
    "came_back": tr("Friends again"),
    "blocked": tr("Blocks"),
    "messages_in": tr("Messages in"),
    "replies": tr("Replies (free)"),
    "paid": tr("Pushes and broadcasts (of the month's messages)"),
    "opened": tr("Bindings begun"),
    "bound": tr("Phones bound"),
    "unheard": tr("Texts without a rule"),
}


@dataclass(frozen=True, slots=True)
class Today:
    """How today goes."""

    at: datetime
    day: str
    until: Annotated[datetime, Help("The last full hour, up to which two days are compared.")]
    counted: Annotated[datetime | None, Help("Up to when numbers are; `null`: nothing is counted today.")]
    since: Annotated[datetime | None, Help("Since when hours are counted at all.")]
    figures: Mapping[FigureName, TodayFigure]
    hours: Annotated[Sequence[int], Help("Messages in, by hour of the team's day.")]
    hours_before: Annotated[Sequence[int] | None, Help("Those of the day a week before.")]
    waiting: WaitingNow
    broadcasts: Sequence[RunningBroadcast]
    broadcasts_later: Annotated[int, Help("More that are planned, for later than a week from now.")]
    flows: Sequence[RunningFlow]
    channels: Sequence[ChannelHealth]
    shops: Sequence[ShopHealth]
    codes: CodesToday | None
    extra: Annotated[Decimal | None, Help("What paid messages cost beyond the plans, at most.")]
    paid: Sequence[PaidToday]
    unanswered: Unanswered

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """The numbers, and what waits."""
        if self.counted is None:
            yield tr("nothing is counted today yet: a running bot counts, each minute")
        else:
            yield tr("{day}, counted until {moment}", day=self.day, moment=at(self.counted))
        for name, figure in self.figures.items():
            yield _figure_words(FIGURES[name], figure, at(self.until))
        if self.since is not None and self.figures["messages_in"].week_before is None:
            yield tr("hours are counted since {moment}", moment=at(self.since))
        if self.extra:
            yield tr("paid messages beyond the plan, at most: {money}", money=money_text(self.extra))
        if self.waiting.since is not None:
            number, since = f"{self.waiting.people:,}", at(self.waiting.since)
            yield tr("{number} wait for staff, the first since {since}", number=number, since=since)
        for one in self.unanswered.open:
            yield tr("nobody answered: {asked}", asked=one.asked)
        for rest in self.unanswered.rest:
            yield tr("of what nobody answered: {rest}", rest=rest)


def _figure_words(title: Translatable, figure: TodayFigure, until: str) -> Translatable:
    if figure.week_before is None:
        return tr("{what}: {number}", what=title, number=f"{figure.today:,}")
    return tr(
        "{what}: {number}; until {moment} {so_far}, a week before {before}",
        what=title,
        number=f"{figure.today:,}",
        moment=until,
        so_far=f"{figure.so_far:,}",
        before=f"{figure.week_before:,}",
    )


@operation("today", roles=TEAM, example="my-shop")
async def today(call: OperationCall, channel: ChannelName | None = None) -> Today:
    """What happens today, beside the same weekday a week before; who waits, what nobody answered."""
    found = await today_of(
        *(call.stores, call.playbook, call.settings, call.now),
        channel=channel,
        trouble=call.context.trouble(),
    )
    return filled(Today, found, unanswered=unanswered_of(found.unanswered))

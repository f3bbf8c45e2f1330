"""What happens today on all channels, beside the same weekday a week before: for a page, and for a command.

Numbers come from the hours that a running bot counts (`runtime/limits/hours`), up to a minute late; all else
is as it is now. No question looks at everybody. All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.connectors.shops.links import is_linked
from bot.connectors.shops.platforms import LISTS
from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Clock, Help
from bot.model.broadcast import ASKS, SendingState
from bot.model.hours import (
    BLOCKED,
    BOUND,
    BROADCAST,
    CAME_BACK,
    FOLLOWED,
    HOUR,
    MESSAGES_IN,
    OPENED,
    PUSHES,
    REPLIES,
    UNHEARD,
    HourOfChannels,
    hour_of,
    in_all,
)
from bot.model.money import last_messages_cost, money_text, prices_of
from bot.model.month import month_of
from bot.model.settings import Settings
from bot.model.translatable import Translatable, tr
from bot.operations.brake import running_now
from bot.operations.refused_calls import refused_shops, why_refused
from bot.operations.shops.status_words import why_stopped
from bot.operations.sms import CodesToday, codes_today
from bot.operations.unanswered import (
    UnansweredQuestions,
    asked_in,
    questions_now,
)
from bot.store.stores import Stores

WEEK = timedelta(days=7)
WAITING_MOST = 999
"""People who wait for staff are counted up to one more than these."""
TEXTS_MOST = 1_000
"""Unheard texts of today that are read, the last ones."""
GROUPS_MOST = 20
"""Different questions that are listed."""

FigureName: TypeAlias = Literal[
    "followed", "came_back", "blocked", "messages_in", "replies", "paid", "opened", "bound", "unheard"
]
"""`paid`: pushes and broadcasts, which count against the plan; `opened`: a flow that sends one-time codes
was entered; `bound`: a phone for the first time."""
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
class TodayFigure:
    """How often, today; up to the last full hour, today and a week before (`None`: nobody has counted)."""

    today: int
    so_far: int
    week_before: int | None

    def line(self, title: Translatable, until: str) -> Translatable:
        """The number, beside that of a week before."""
        if self.week_before is None:
            return tr("{what}: {number}", what=title, number=f"{self.today:,}")
        return tr(
            "{what}: {number}; until {moment} {so_far}, a week before {before}",
            what=title,
            number=f"{self.today:,}",
            moment=until,
            so_far=f"{self.so_far:,}",
            before=f"{self.week_before:,}",
        )


@dataclass(frozen=True, slots=True)
class PaidToday:
    """A channel's messages of today that count against its plan; what they cost beyond that, at most.

    `extra` is `None` where no price is known, or not how far the month is in the plan; `left`: what LINE last
    said is left of the month (`None`: unknown, or without a limit).
    """

    channel: str
    messages: int
    extra: Decimal | None
    left: int | None


@dataclass(frozen=True, slots=True)
class WaitingNow:
    """People who wait for staff, at most `WAITING_MOST + 1`; the first of them since when."""

    people: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class RunningBroadcast:
    """A broadcast that goes out, or will within a week: `people` are those who get it, once that is known.

    `asks`: it waits for staff, as it is not what they were shown when they ordered it.
    """

    title: str
    state: SendingState
    moment: datetime
    people: int
    name: str
    asks: bool


@dataclass(frozen=True, slots=True)
class RunningFlow:
    """A flow and how many people are in it, at most `RunningNow.most`."""

    title: str
    people: int


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """How a channel is just now."""

    channel: str
    last_event: Annotated[datetime | None, Help("The hour, of the last week, in which something came in.")]
    trouble: Annotated[
        Translatable | Literal[""] | None,
        Help("With LINE. Empty: nothing is wrong; `null`: only a running bot knows."),
    ]


@dataclass(frozen=True, slots=True)
class ShopHealth:
    """A shop: whether it is linked, when its members were last read, and why that does not go on, or nobody
    is found there, since when."""

    shop: str
    is_linked: bool
    read: datetime | None
    trouble: Translatable | None
    since: datetime | None = None

    def line(self, at: Clock) -> Translatable:
        """How it stands."""
        if self.trouble is not None:
            since = "" if self.since is None else at(self.since)
            return tr("the shop {shop}, since {since}: {why}", shop=self.shop, since=since, why=self.trouble)
        if not self.is_linked:
            return tr("the shop {shop} is not linked", shop=self.shop)
        if self.read is None:
            return tr("the shop {shop} is linked; its members were never read", shop=self.shop)
        moment = at(self.read)
        return tr(
            "the shop {shop} is linked; its members were read at {moment}", shop=self.shop, moment=moment
        )


@dataclass(frozen=True, slots=True)
class TodayView:
    """How today goes."""

    at: datetime
    day: str
    until: Annotated[datetime, Help("The last full hour, up to which two days are compared.")]
    counted: Annotated[datetime | None, Help("Up to when numbers are; `null`: nothing is counted today.")]
    since: Annotated[datetime | None, Help("Since when hours are counted at all.")]
    figures: Mapping[FigureName, TodayFigure]
    hours: Annotated[Sequence[int], Help("Messages in, by hour of the team's day.")]
    hours_before: Annotated[Sequence[int] | None, Help("Those of the day a week before.")]
    paid: Sequence[PaidToday]
    extra: Annotated[Decimal | None, Help("What paid messages cost beyond the plans, at most.")]
    waiting: WaitingNow
    unanswered: UnansweredQuestions
    broadcasts: Sequence[RunningBroadcast]
    broadcasts_later: Annotated[int, Help("More that are planned, for later than a week from now.")]
    flows: Sequence[RunningFlow]
    channels: Sequence[ChannelHealth]
    shops: Sequence[ShopHealth]
    codes: CodesToday | None

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Who waits, then the numbers."""
        if self.waiting.since is not None:
            number, since = f"{self.waiting.people:,}", at(self.waiting.since)
            yield tr("{number} wait for staff, the first since {since}", number=number, since=since)
        if self.counted is None:
            yield tr("nothing is counted today yet: a running bot counts, each minute")
        else:
            yield tr("{day}, counted until {moment}", day=self.day, moment=at(self.counted))
        for name, figure in self.figures.items():
            yield figure.line(FIGURES[name], at(self.until))
        if self.since is not None and self.figures["messages_in"].week_before is None:
            yield tr("hours are counted since {moment}", moment=at(self.since))
        if self.extra:
            yield tr("paid messages beyond the plan, at most: {money}", money=money_text(self.extra))
        for one in self.unanswered.of("open"):
            yield tr("nobody answered: {asked}", asked=one.asked)
        for rest in self.unanswered.rest:
            yield tr("of what nobody answered: {rest}", rest=rest)


async def today_of(
    stores: Stores,
    playbook: Playbook,
    settings: Settings,
    now: datetime,
    *,
    channel: str | None = None,
    trouble: Mapping[str, Translatable] | None = None,
) -> TodayView:
    """All of it, on one channel or all. `trouble`: what is wrong at LINE, as a running bot knows it."""
    zone, here = playbook.zone, now.astimezone(playbook.zone).date()
    began, before = midnight(here, zone), midnight(here - WEEK, zone)
    hours = await stores.hours.between(began, midnight(here + timedelta(days=1), zone))
    first, until = await stores.hours.first(), hour_of(now)
    compared = first is not None and first <= before and until > began
    old = await stores.hours.between(before, before + timedelta(days=1)) if compared else []
    binding = [f"{OPENED}{name}" for name, flow in playbook.flows.items() if flow.sending]
    so_far = _figures(in_all((one for one in hours if one.at < until), channel), binding)
    week_before = _figures(
        in_all((one for one in old if one.at < before + (until - began)), channel), binding
    )
    figures = {
        name: TodayFigure(number, so_far[name], week_before[name] if compared else None)
        for name, number in _figures(in_all(hours, channel), binding).items()
    }
    names = [name for name in settings.channels if channel in (None, name)]
    running = await running_now(stores, playbook)
    broadcasts = [
        RunningBroadcast(title, one.state, one.moment, one.people, one.broadcast, one.held in ASKS)
        for title, one in running.broadcasts
        if channel in (None, one.channel)
    ]
    soon = [one for one in broadcasts if one.state != "planned" or one.moment <= now + WEEK]
    return TodayView(
        now,
        here.isoformat(),
        until,
        max((one.to for one in hours), default=None),
        first,
        figures,
        _by_hour(hours, began, channel)[: (until - began) // HOUR + 1],
        _by_hour(old, before, channel) if compared else None,
        paid := await _paid(stores, settings, hours, names, now),
        sum(known, Decimal(0)) if (known := [one.extra for one in paid if one.extra is not None]) else None,
        await _waiting(stores, channel),
        await _unanswered(stores, playbook, hours, channel, now),
        soon,
        len(broadcasts) - len(soon),
        [RunningFlow(title, people) for title, people in running.flows],
        await channel_health(stores, names, now, trouble),
        await shop_health(stores, settings),
        await codes_today(stores, playbook) if settings.sms else None,
    )


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), zone)


def _figures(found: Counter[str], binding: Sequence[str]) -> dict[FigureName, int]:
    return {
        "followed": found[FOLLOWED],
        "came_back": found[CAME_BACK],
        "blocked": found[BLOCKED],
        "messages_in": found[MESSAGES_IN],
        "replies": found[REPLIES],
        "paid": found[PUSHES] + found[BROADCAST],
        "opened": sum(found[name] for name in binding),
        "bound": found[f"{BOUND}phone"],
        "unheard": found[UNHEARD],
    }


def _by_hour(hours: Sequence[HourOfChannels], began: datetime, channel: str | None) -> list[int]:
    found = [0] * 24
    for one in hours:
        found[min(23, (one.at - began) // HOUR)] += one.of(MESSAGES_IN, channel)
    return found


async def _paid(
    stores: Stores,
    settings: Settings,
    hours: Sequence[HourOfChannels],
    names: Sequence[str],
    now: datetime,
) -> list[PaidToday]:
    known, used, prices = await stores.quotas.all(), await stores.quotas.used(), prices_of(settings)
    found = []
    for name in names:
        sent = in_all(hours, name)
        messages = sent[PUSHES] + sent[BROADCAST]
        extra = last_messages_cost(prices, name, messages, used.get((name, month_of(now))))
        found.append(PaidToday(name, messages, extra, known[name].left if name in known else None))
    return found


async def _waiting(stores: Stores, channel: str | None) -> WaitingNow:
    waiting = await stores.staff_chats.waiting(channel, WAITING_MOST + 1)
    return WaitingNow(len(waiting), waiting[0][0] if waiting else None)


async def _unanswered(
    stores: Stores, playbook: Playbook, hours: Sequence[HourOfChannels], channel: str | None, now: datetime
) -> UnansweredQuestions:
    alike = await asked_in(stores, playbook.zone, hours, channel, TEXTS_MOST)
    return await questions_now(stores, alike, playbook, now, GROUPS_MOST)


async def channel_health(
    stores: Stores, names: Sequence[str], now: datetime, trouble: Mapping[str, Translatable] | None
) -> list[ChannelHealth]:
    """How each of these channels stands; `trouble`: what is wrong at LINE, where that is known."""
    lately = await stores.hours.between(now - WEEK, now)
    found = []
    for name in names:
        heard = [one.at for one in lately if any(on == name for on, what in one.numbers if what in _HEARD)]
        wrong: Translatable | Literal[""] | None = None if trouble is None else trouble.get(name) or ""
        found.append(ChannelHealth(name, max(heard, default=None), wrong))
    return found


_HEARD = frozenset({MESSAGES_IN, FOLLOWED, CAME_BACK, BLOCKED})
"""What only a webhook brings."""


async def shop_health(stores: Stores, settings: Settings) -> list[ShopHealth]:
    """How each shop stands that is asked for its members."""
    syncs, links = await stores.shop_syncs.all(), await stores.shop_links.all()
    refused = await refused_shops(stores)
    found = []
    for name, shop in settings.shops.items():
        if shop.platform in LISTS:
            continue
        sync = syncs.get(name)
        runs = [] if sync is None else [one for one in (sync.all, sync.poll) if one is not None]
        ended = [one.ended for one in runs if one.ended is not None and one.state == "done"]
        stop = next((one.stop for one in runs if one.state == "stopped" and one.stop is not None), None)
        linked, read = is_linked(shop, links.get(name)), max(ended, default=None)
        if (calls := refused.get(name)) is not None:
            found.append(ShopHealth(name, linked, read, why_refused(calls), calls.since))
        else:
            why, since = (None, None) if stop is None else (why_stopped(stop, name), stop.since)
            found.append(ShopHealth(name, linked, read, why, since))
    return found

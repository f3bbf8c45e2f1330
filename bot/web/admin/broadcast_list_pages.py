"""Broadcasts in the console: all of them by how they stand, and the month as a calendar (E4, I1, I4, I7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from bot.engine.compiled.broadcast import Broadcast, Rhythm
from bot.engine.conditions.around import OnChannel
from bot.engine.conditions.condition import All, Condition, Not
from bot.engine.conditions.condition import Any as AnyOf
from bot.engine.times.local_time import month_after, today
from bot.model.broadcast import SendingHold
from bot.model.money import money_text
from bot.model.plain_text import visible
from bot.model.translatable import Language, Translatable, TranslatableValue, row, tr
from bot.operations.audiences import AudienceCount
from bot.operations.broadcasts.overview import (
    BroadcastOverview,
    ComingBroadcast,
    ComingState,
    MonthEntry,
    month_of,
    overview,
    watched_now,
)
from bot.operations.broadcasts.progress import SendingProgress
from bot.operations.broadcasts.standing_words import HOLDS, state_of
from bot.playbook.phrases import Phrases, attribute_titles
from bot.web.admin.broadcast_context import BroadcastContext
from bot.web.admin.live import LiveTopic
from bot.web.admin.route import COMMERCE
from bot.web.admin.visit import AdminAnswer, AdminPages, RenderedPage, Visit, page_address
from bot.wording.conversation import WEEKDAYS

PAGE = "/admin/broadcasts"
CALENDAR = f"{PAGE}/calendar"
ONE, COMPOSE, TESTERS = f"{PAGE}/one", f"{PAGE}/compose", f"{PAGE}/testers"
Drafted: TypeAlias = Callable[[str], Awaitable[Sequence[tuple[str, str]]]]
"""The names and titles of the broadcasts that an account's draft changes."""
TITLE = tr("Broadcasts")
MONTHS = 24
"""Months before and after this one that the calendar shows."""
EVERY = 1.0
"""Seconds between two checks of sendings under way, for all visitors together."""
STATES: Mapping[ComingState, Translatable] = {
    "planned": tr("planned"),
    "paused": tr("it is paused"),
    "draft": tr("draft"),
    "cancelled": tr("cancelled"),
    "by_hand": tr("sent by hand"),
    "past": tr("its time has passed"),
}
"""How a broadcast that is to come stands."""
IN_CONSOLE: Mapping[SendingHold, Translatable] = {
    **HOLDS,
    "paused": tr("paused by staff"),
    "file": tr("the playbook says that it does not go out"),
    "brake": tr("all pushes are stopped"),
    "refused": tr("LINE refuses its messages"),
    "changed": tr("waits for you: it is not what was shown"),
    "more": tr("waits for you: many more people than shown"),
    "cost": tr("waits for you: dearer than shown"),
}
"""Why a sending waits, in words for people without a terminal."""


@dataclass(frozen=True, slots=True)
class BroadcastListPages(AdminPages):
    """`/admin/broadcasts` and its calendar."""

    context: BroadcastContext
    drafted: Drafted
    """The broadcasts that an account's draft changes, with their titles."""

    def topic(self) -> LiveTopic:
        """The live topic of the list: something of what goes out has changed."""
        return LiveTopic(self._follow, COMMERCE)

    async def broadcasts(self, visit: Visit) -> AdminAnswer:
        """The list of all broadcasts."""
        context = self.context
        before = _moment(visit.query("after"))
        found = await overview(
            context.stores, context.playbook(), context.settings(), context.now(), context.count, before
        )
        data = {
            "going": [self._going(one) for one in found.going],
            "coming": [self._coming(visit, one) for one in found.coming],
            "ended": [self._ended(visit, one.progress, one.cost) for one in found.ended],
            "is_first": before is None,
            "first": PAGE,
            "older": _older(found),
            "calendar": CALENDAR,
            "compose": COMPOSE,
            "testers": TESTERS,
            "drafted": [
                (visible(title), page_address(COMPOSE, name=name))
                for name, title in await self.drafted(visit.signed.name)
            ],
        }
        return RenderedPage("broadcasts.html", TITLE, data)

    async def broadcasts_month(self, visit: Visit) -> AdminAnswer:
        """The calendar of a month, with what went out and what is to go out."""
        context, playbook = self.context, self.context.playbook()
        this = today(context.now(), playbook.zone)
        first = _month(visit.query("month"), this)
        by_day = await month_of(context.stores, playbook, first, context.now())
        begins = first - timedelta(days=first.weekday())
        days = [begins + timedelta(days=number) for number in range(42)]
        weeks = [days[at : at + 7] for at in range(0, 42, 7) if days[at] < month_after(first, 1)]
        data = {
            "weeks": [
                [self._day(visit, day, first, this, by_day.get(day, ())) for day in week] for week in weeks
            ],
            "weekdays": WEEKDAYS,
            "called": tr("{month}/{year}", year=f"{first:%Y}", month=f"{first.month}"),
            "back": _month_address(month_after(first, -1), this),
            "next": _month_address(month_after(first, 1), this),
            "now": "" if first == this.replace(day=1) else CALENDAR,
            "list": PAGE,
            "is_empty": not by_day,
        }
        return RenderedPage("broadcasts_month.html", TITLE, data)

    async def _follow(self, visit: Visit, subject: str) -> AsyncIterator[Mapping[str, Any]]:
        before: object = None
        while True:
            now = await self.context.watch.seen(lambda: watched_now(self.context.stores, self.context.now()))
            if now != before:
                before = now
                yield {"going": len(now)}
            await asyncio.sleep(EVERY)

    # -- rows

    def _going(self, one: SendingProgress) -> Mapping[str, Any]:
        return {**self._named(one.broadcast, one.channel), **going_words(one)}

    def _coming(self, visit: Visit, one: ComingBroadcast) -> Mapping[str, Any]:
        broadcast = one.broadcast
        paused = one.ordered is not None and one.ordered.paused is not None
        return {
            **self._named(broadcast.name, broadcast.channel),
            "audience": audience_words(self.context, broadcast, visit.words),
            "state": STATES["paused" if paused else one.state],
            "tone": {"planned": "is-good", "paused": "is-warn"}.get(one.state, ""),
            "at": one.at,
            "rhythm": "" if broadcast.every is None else rhythm_words(broadcast.every),
            "people": None if one.people is None else people_words(one.people),
            "cost": "" if one.cost is None else _cost(one),
        }

    def _ended(self, visit: Visit, one: SendingProgress, cost: Any) -> Mapping[str, Any]:
        whole, sending = one.figures.whole, one.stored
        known = self.context.playbook().broadcasts.get(sending.broadcast)
        return {
            **self._named(sending.broadcast, sending.channel),
            "audience": "" if known is None else audience_words(self.context, known, visit.words),
            "is_known": known is not None,
            "at": sending.began or sending.moment,
            "state": state_of(sending),
            "tone": {"done": "is-good", "missed": "is-bad", "refused": "is-bad"}.get(sending.state, ""),
            "got": f"{whole.got:,}",
            "meant": f"{whole.meant:,}",
            "cost": money_text(cost) if cost is not None and whole.got else "",
        }

    def _named(self, name: str, channel: str) -> Mapping[str, Any]:
        known = self.context.playbook().broadcasts.get(name)
        return {
            "title": visible(name if known is None else known.title or name),
            "channel": other_account(self.context, channel),
            "to": page_address(ONE, name=name),
        }

    def _day(self, visit: Visit, day: date, first: date, this: date, entries: Any) -> Mapping[str, Any]:
        return {
            "number": day.day,
            "date": day.isoformat(),
            "weekday": WEEKDAYS[day.weekday()],
            "is_other": day.month != first.month,
            "is_today": day == this,
            "entries": [self._entry(one) for one in entries],
        }

    def _entry(self, one: MonthEntry) -> Mapping[str, Any]:
        sending = one.sending
        is_over = sending is not None and sending.is_over
        tone = "is-planned"
        if is_over and sending is not None:
            tone = {"done": "is-sent", "missed": "is-bad", "refused": "is-bad"}.get(sending.state, "is-off")
        elif sending is not None and sending.began is not None:
            tone = "is-going"
        return {
            **self._named(one.broadcast, one.channel),
            "clock": f"{one.at.astimezone(self.context.playbook().zone):%H:%M}",
            "tone": tone,
            "state": STATES["planned"] if sending is None else state_of(sending),
            "repeats": one.repeats,
        }


def going_words(one: SendingProgress) -> Mapping[str, Any]:
    """How far a sending is, for a line with its bar."""
    sending, whole = one.stored, one.figures.whole
    is_fixed = sending.fixed is not None
    left = one.left
    return {
        "sending": sending,
        "is_to_come": sending.state == "planned" and sending.moment > one.now,
        "state": state_of(sending),
        "held": "" if sending.held is None else IN_CONSOLE[sending.held],
        "got": f"{whole.got:,}",
        "people": f"{whole.meant:,}" if is_fixed else f"{sending.people:,}",
        "is_fixed": is_fixed,
        "value": whole.got + sum(whole.left_out.values()) if is_fixed else None,
        "most": max(whole.people, 1),
        "left_out": f"{sum(number for why, number in whole.left_out.items() if why != 'nothing'):,}",
        "rate": "" if one.rate is None else f"{one.rate:,.0f}",
        "left": "" if left is None else _minutes(left),
        "since": sending.began or sending.moment,
    }


def _minutes(left: timedelta) -> str:
    minutes, seconds = divmod(round(left.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"


def audience_words(context: BroadcastContext, broadcast: Broadcast, words: Language) -> TranslatableValue:
    """To whom a broadcast goes: the audience of the playbook with the same condition, else the condition."""
    if broadcast.to is None:
        return tr("everybody who can be sent something")
    for one in context.playbook().audiences.values():
        if one.condition == broadcast.to:
            return one.title or one.name
    return condition_words(context, broadcast.to, words)


def condition_words(context: BroadcastContext, condition: Condition, words: Language) -> str:
    """A condition in the words of flow pictures."""
    phrases = Phrases(attribute_titles(context.playbook()), words)
    in_short = _titled(condition, context.shop().channels).in_short
    return phrases.condition(in_short) if words.name != "en" else in_short


def _titled(condition: Condition, channels: Mapping[str, str]) -> Condition:
    """A condition with the titles of channels in place of their names, to be put into words."""
    match condition:
        case OnChannel():
            return replace(condition, channels=tuple(channels.get(one, one) for one in condition.channels))
        case All(parts):
            return All(tuple(_titled(one, channels) for one in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_titled(one, channels) for one in parts))
        case Not(part):
            return Not(_titled(part, channels))
        case _:
            return condition


def other_account(context: BroadcastContext, channel: str) -> str:
    """The title of a channel; empty where there is only one."""
    channels = context.shop().channels
    return channels.get(channel, channel) if len(channels) > 1 else ""


def rhythm_words(every: Rhythm) -> Translatable:
    """How often a broadcast is repeated."""
    clock = f"{every.at:%H:%M}"
    if every.day is not None:
        return tr("each month on day {day}, {clock}", day=str(every.day), clock=clock)
    if every.weekdays:
        days = row([WEEKDAYS[day] for day in sorted(every.weekdays)])
        return tr("each week on {days}, {clock}", days=days, clock=clock)
    return tr("each day, {clock}", clock=clock)


def people_words(count: AudienceCount) -> Translatable:
    """How many people, or about how many, in a sentence."""
    number = f"{count.people:,}"
    return (
        tr("About {number} people", number=number) if count.about else tr("People: {number}", number=number)
    )


def _cost(one: ComingBroadcast) -> Translatable | str:
    return "" if not one.cost else tr("{money} at most", money=money_text(one.cost))


def _older(found: BroadcastOverview) -> str:
    if not found.older:
        return ""
    return page_address(PAGE, after=found.ended[-1].progress.moment.isoformat())


def _moment(text: str) -> datetime | None:
    """A moment with its offset (ISO 8601); `None` for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _month(text: str, this: date) -> date:
    """The first day of the month named `YYYY-MM`, within `MONTHS` of this one; else of this one."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return this.replace(day=1)
    return found if _is_near(found, this) else this.replace(day=1)


def _is_near(first: date, this: date) -> bool:
    return month_after(this.replace(day=1), -MONTHS) <= first <= month_after(this.replace(day=1), MONTHS)


def _month_address(first: date, this: date) -> str:
    return page_address(CALENDAR, month=f"{first:%Y-%m}") if _is_near(first, this) else ""

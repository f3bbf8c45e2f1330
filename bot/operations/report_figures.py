"""Rates, differences and times in words: what every report says alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.model.answer_fields import Help
from bot.model.proportions import SURE, GroupDifference, Interval, Proportion, interval
from bot.model.spending import GroupSpending, SpendingDifference
from bot.model.translatable import Quoted, Translatable, plural, tr


@dataclass(frozen=True, slots=True)
class ReportedDifference:
    """By how much `one` has more than `other`: all of a kind are sure together; no bounds: too few bought."""

    one: str
    other: str
    by: float
    low: float | None
    high: float | None
    seen: Annotated[bool, Help("It differs from chance.")]


@dataclass(frozen=True, slots=True)
class ReportedSpending:
    """What a group has spent in the shop, in NT$."""

    people: int
    buyers: int
    money: Decimal
    per_person: float


def reported(found: Iterable[GroupDifference | SpendingDifference]) -> list[ReportedDifference]:
    """The answer of each."""
    return [ReportedDifference(one.one, one.other, one.by, *_ends(one.between), one.is_seen) for one in found]


def reported_spending(one: GroupSpending | None) -> ReportedSpending | None:
    """The answer of it; `None`: it is not known."""
    return None if one is None else ReportedSpending(one.people, one.buyers, one.money, one.mean)


def share_of(rate: Proportion | None) -> tuple[float | None, float | None, float | None]:
    """The rate and its interval; `None` where there is none."""
    return (None, None, None) if rate is None else (rate.share, *_ends(interval(rate)))


def _ends(found: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if found is None else (found.low, found.high)


def share_texts(rate: Proportion | None) -> Sequence[str]:
    """The same as texts; empty where there is none."""
    return tuple("" if one is None else f"{one:.5f}" for one in share_of(rate))


AT_GOAL = tr("reached the goal")
NO_DIFFERENCE = tr("no difference to be seen")


def proportion_words(rate: Proportion) -> Translatable:
    """`642 of 5,220, 12.3% (11.4–13.2%)`."""
    return tr(
        "{number} of {people}, {share} ({between})",
        number=f"{rate.number:,}",
        people=f"{rate.people:,}",
        share=percent(rate.share),
        between=between(interval(rate)),
    )


def within_words(message: Translatable, goal: str, span: timedelta | None) -> Translatable:
    """What was done; which goal it is, where it is one; and within which time."""
    if goal:
        message = _goal_words(message, goal)
    return (
        message if span is None else tr("{reaction}, within {span}", reaction=message, span=span_words(span))
    )


def _goal_words(message: Translatable, goal: str) -> Translatable:
    """A goal as people say it; one without words of its own as the playbook has it."""
    kind, _, what = goal.partition(" ")
    if kind == "tag_added" and what:
        return tr("got the tag {name}", name=Quoted(what))
    if goal == "shop order_paid":
        return tr("paid an order")
    if kind == "bound":
        return tr("bound")
    return tr("{reaction} {goal}", reaction=message, goal=goal)


def how_sure(pairs: int) -> Iterator[Translatable]:
    """How intervals are to be read, and those of so many differences of a kind."""
    yield tr("in brackets: the interval, {sure} sure", sure=f"{SURE:.0%}")
    if pairs > 1:
        yield together(pairs)


def together(pairs: int) -> Translatable:
    """That so many differences are sure all at once."""
    return tr("the {number} differences of a kind hold together", number=str(pairs))


def difference_words(one: GroupDifference) -> Translatable:
    """`甲 is 1.2 points above 乙 (0.4 to 2.1)`, or that none is to be seen."""
    low, high = one.between.low, one.between.high
    digits = 2 if any(0 < abs(value) < 0.0005 for value in (low, high, one.by)) else 1  # not: 0.0
    if not one.is_seen:
        return tr(
            "{one} and {other}: no difference to be seen ({low} to {high} points)",
            one=one.one,
            other=one.other,
            low=points(low, digits, sign=True),
            high=points(high, digits, sign=True),
        )
    more, less = (one.one, one.other) if one.by > 0 else (one.other, one.one)
    ends = sorted((abs(low), abs(high)))
    return tr(
        "{more} is {points} points above {less} ({low} to {high})",
        more=more,
        less=less,
        points=points(abs(one.by), digits),
        low=points(ends[0], digits),
        high=points(ends[1], digits),
    )


def percent(share: float) -> str:
    """`12.3%`; of what is rare, a digit more."""
    return f"{share:.2%}" if 0 < share < 0.01 else f"{share:.1%}"


def between(found: Interval) -> str:
    """`11.4–13.2%`."""
    return f"{percent(found.low).removesuffix('%')}–{percent(found.high)}"


def points(share: float, digits: int, *, sign: bool = False) -> str:
    """Percentage points: `1.2`, `−0.4`."""
    return f"{share * 100:{'+' if sign else ''}.{digits}f}".replace("-", "−")


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """As clocks in the playbook's zone show it."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def span_words(span: timedelta) -> Translatable:
    """`24 hours`, `7 days`."""
    hours = round(span.total_seconds() / 3600)
    if hours % 24 == 0 and hours > 24:
        return tr("{number} days", number=str(hours // 24))
    return plural("1 hour", "{number} hours", hours)

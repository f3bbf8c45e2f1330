"""Rates, differences and times in words: what every report says alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.proportions import SURE, GroupDifference, Interval, Proportion, interval
from bot.model.translatable import Quoted, Translatable, plural, tr
from bot.operations.payload import pick, pick_or_none


def share_texts(rate: Proportion | None) -> Sequence[str]:
    """The rate and its interval; empty where there is none."""
    if rate is None:
        return ("", "", "")
    found = interval(rate)
    return tuple(f"{one:.5f}" for one in (rate.share, found.low, found.high))


def share_payload(rate: Proportion | None) -> dict[str, object]:
    """The same for programs."""
    share = None if rate is None else rate.share
    return {"rate": share, **pick_or_none(None if rate is None else interval(rate), "low", "high")}


def differences_payload(differences: Iterable[GroupDifference]) -> list[dict[str, object]]:
    """Each with whether it is seen, for programs."""
    return [
        {**pick(one, "one", "other", "by"), **pick(one.between, "low", "high"), "seen": one.is_seen}
        for one in differences
    ]


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

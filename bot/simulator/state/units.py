"""What LINE counts of messages: by the way they were sent, and by aggregation unit.

https://developers.line.biz/en/reference/messaging-api/#get-number-of-reply-messages

https://developers.line.biz/en/docs/messaging-api/unit-based-statistics-aggregation/
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeAlias

from bot.line.insight import FEWEST, UPDATED_DAYS
from bot.model.broadcast import UNITS_A_MONTH

LINE_TIME = timezone(timedelta(hours=9))
"""The zone in which LINE counts days and months."""
DAYS_KEPT = 2_000
"""Counts (a day and a way to send) that are stored."""


def line_day(moment: datetime) -> date:
    """The day of a moment, as LINE counts it."""
    return moment.astimezone(LINE_TIME).date()


class Deliveries:
    """Recipients by day and way to send: one for each person or group that a call reached, however many
    messages it has."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[date, str], int] = OrderedDict()

    def count(self, way: str, reached: int, now: datetime) -> None:
        """Add those that a call reached now."""
        key = line_day(now), way
        self._counts[key] = self._counts.get(key, 0) + reached
        while len(self._counts) > DAYS_KEPT:
            self._counts.popitem(last=False)

    def on(self, way: str, day: date) -> int:
        """How many recipients this way had on that day."""
        return self._counts.get((day, way), 0)


UPDATED = timedelta(days=UPDATED_DAYS)
"""So long after it was sent a message is counted."""
UNITS_KEPT = 2_000
"""Units of a channel that are stored."""
MESSAGES_KEPT = 100_000
"""Messages whose unit is stored; older ones are not counted any more."""
URLS_KEPT = 1_000
"""Addresses of one unit that are counted."""
_MEDIA = tuple(
    f"{kind}{share}"
    for kind in ("mediaPlayed", "uniqueMediaPlayed")
    for share in ("", "25Percent", "50Percent", "75Percent", "100Percent")
)
"""Figures on played media, always `null` here: no media is played."""

Seq: TypeAlias = int
"""A message's place in its call, from 1."""


@dataclass(frozen=True, slots=True)
class _Tracked:
    """A message that is counted, its unit, its place in the call and when it was sent."""

    unit: str
    bubble: Seq
    sent: datetime


@dataclass(slots=True)
class _Count:
    """How often something was done, and by which people."""

    times: int = 0
    people: set[str] = field(default_factory=set)

    def add(self, person: str) -> None:
        self.times += 1
        self.people.add(person)


@dataclass(slots=True)
class _Unit:
    """What is counted of one unit, by day, place of the message, and address."""

    shown: dict[tuple[date, Seq], _Count] = field(default_factory=dict)
    opened: dict[tuple[date, Seq, str], _Count] = field(default_factory=dict)


class AggregationUnits:
    """The aggregation units of one channel."""

    def __init__(self) -> None:
        self._units: OrderedDict[str, _Unit] = OrderedDict()
        self._messages: OrderedDict[str, _Tracked] = OrderedDict()
        self._month = ""
        self._names: dict[str, None] = {}

    # -- what is sent, and what people do with it

    def assign(self, name: str, now: datetime) -> str | None:
        """The name under which a call counts; `None`: a thousand others were used in this month (UTC+9)."""
        names = self.names(now)
        if name not in names and len(names) >= UNITS_A_MONTH:
            return None
        self._names[name] = None
        self._units.setdefault(name, _Unit())
        while len(self._units) > UNITS_KEPT:
            self._units.popitem(last=False)
        return name

    def names(self, now: datetime) -> Sequence[str]:
        """The names of this month, in the order of their first use."""
        month = now.astimezone(LINE_TIME).strftime("%Y-%m")
        if month != self._month:
            self._month, self._names = month, {}
        return tuple(self._names)

    def sent(self, unit: str, messages: Iterable[str], now: datetime) -> None:
        """These messages (their ids), the bubbles of one call to one person, went under this name."""
        for bubble, message in enumerate(messages, 1):
            self._messages[message] = _Tracked(unit, bubble, now)
        while len(self._messages) > MESSAGES_KEPT:
            self._messages.popitem(last=False)

    def on_impression(self, message: str, person: str, now: datetime) -> None:
        """This person's phone has shown the message."""
        if (found := self._counting(message, now)) is not None:
            unit, bubble = found
            unit.shown.setdefault((line_day(now), bubble), _Count()).add(person)

    def opened(self, message: str, url: str, person: str, now: datetime) -> None:
        """This person has opened an address in the message."""
        if (found := self._counting(message, now)) is not None:
            unit, bubble = found
            if len(unit.opened) < URLS_KEPT:
                unit.opened.setdefault((line_day(now), bubble, url), _Count()).add(person)

    def _counting(self, message: str, now: datetime) -> tuple[_Unit, Seq] | None:
        """Where a message is counted; `None` where it is not, or not any more."""
        tracked = self._messages.get(message)
        if tracked is None or now - tracked.sent > UPDATED:
            return None
        unit = self._units.get(tracked.unit)
        return None if unit is None else (unit, tracked.bubble)

    # -- what LINE tells of it

    def statistics(self, name: str, first: date, last: date) -> Mapping[str, Any]:
        """LINE's answer for what was done between two of its days, both included."""
        unit = self._units.get(name, _Unit())
        shown = {at: one for at, one in unit.shown.items() if first <= at[0] <= last}
        opened = {at: one for at, one in unit.opened.items() if first <= at[0] <= last}
        bubbles = sorted({at[1] for at in shown} | {at[1] for at in opened})
        urls = sorted({at[1:] for at in opened})
        return {
            "overview": {
                "uniqueImpression": _reported(len(_all(shown.values()).people)),
                "uniqueClick": _reported(len(_all(opened.values()).people)),
                "uniqueMediaPlayed": None,
                "uniqueMediaPlayed100Percent": None,
            },
            "messages": [
                _bubble(bubble, _all(one for at, one in shown.items() if at[1] == bubble))
                for bubble in bubbles
            ],
            "clicks": [
                _link(
                    *where,
                    _all(one for at, one in opened.items() if at[1:] == where),
                    _all(one for at, one in opened.items() if at[2] == where[1]),
                )
                for where in urls
            ],
        }


def _all(counts: Iterable[_Count]) -> _Count:
    """The sum of several counts; each person is counted once."""
    whole = _Count()
    for one in counts:
        whole.times += one.times
        whole.people |= one.people
    return whole


def _reported(number: int, people: int | None = None) -> int | None:
    """A number as LINE reports it: `None` where fewer than 20 people have done it, or it is below 20
    itself."""
    return number if min(number, number if people is None else people) >= FEWEST else None


def _bubble(bubble: Seq, shown: _Count) -> Mapping[str, Any]:
    people = len(shown.people)
    counted = {"impression": _reported(shown.times, people), "uniqueImpression": _reported(people)}
    return {"seq": bubble, **counted, **dict.fromkeys(_MEDIA)}


def _link(bubble: Seq, url: str, opened: _Count, anywhere: _Count) -> Mapping[str, Any]:
    people = len(opened.people)
    return {
        "seq": bubble,
        "url": url,
        "click": _reported(opened.times, people),
        "uniqueClick": _reported(people),
        "uniqueClickOfRequest": _reported(len(anywhere.people)),
    }

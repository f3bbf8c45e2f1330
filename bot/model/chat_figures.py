"""What is counted of staff's conversations, as marks of turns, and the figures that come of it (E3).

Times go by the clock on the wall, nights among them: from when a customer begins to wait for an answer of
staff until staff answer. No mark names a customer.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeAlias

from bot.model.mark import Mark

OF_STAFF = "staff:"
"""Instead of a flow: what is counted of staff's conversations. No flow is called so."""
BEGUN = "begun"
"""A customer waits for staff, or an account takes the conversation, where none was open."""
WAITED = "waited"
"""A customer begins to wait for an answer of staff: the hour of the team's day (`09`)."""
HAD = "had"
"""An account has a conversation that it had not: which account."""
ANSWERED = "answered"
"""An account answers: which account, which answer (`AnswerOrder`), the hour at which the wait began (of a
first answer, else empty), after how many seconds (empty: nobody waited)."""
IN_TIME, LATE = "in time", "late"
"""An account answers as soon as the channel promises, or later (`answer_within`, in `answer_hours` alone
where it has them): which account. Without a promise neither is counted."""

ENDED = "ended"
"""Staff have ended a conversation: which account (empty: one that nobody had), for which reason (empty:
none is said)."""

AnswerOrder: TypeAlias = Literal["first", "further", "unasked"]
"""Staff's first answer of a conversation, a later one, or one for which nobody waited."""

BITS = 5
"""Leading binary digits of a number of seconds that are counted: at most 3 % are lost, and equal times of a
day are one row."""
DAYS_OF_WEEK, HOURS_OF_DAY = 7, 24


def rounded(seconds: int) -> int:
    """The number of seconds by its first `BITS` binary digits; none is below zero."""
    step = 1 << max(0, seconds.bit_length() - BITS)
    return max(0, (seconds + step // 2) // step * step)


def quantile(times: Mapping[int, int], share: float) -> int | None:
    """The least of these times (how often there was each) that so large a share of them does not exceed."""
    rank, seen = math.ceil(share * sum(times.values())), 0
    for time in sorted(times):
        seen += times[time]
        if seen >= rank:
            return time
    return None


def answer_mark(channel: str, actor: str, waited: timedelta | None, *, is_first: bool, hour: str) -> Mark:
    """That an account has answered; `waited`: how long for (`None`: nobody waited), since this `hour`."""
    order: AnswerOrder = "unasked" if waited is None else "first" if is_first else "further"
    seconds = "" if waited is None else str(rounded(int(waited.total_seconds())))
    return Mark(channel, OF_STAFF, ANSWERED, (actor, order, hour if order == "first" else "", seconds))


class StaffCount(NamedTuple):
    """How often something was counted of staff on a day (YYYY-MM-DD, the team's).

    The mark is without the seconds of an answer: `times` has how often there were so many.
    """

    day: str
    mark: Mark
    number: int
    times: Mapping[int, int] = {}


@dataclass(slots=True)
class AnswerTimes:
    """How long was waited for answers: seconds, and how often."""

    times: Counter[int] = field(default_factory=Counter)

    def add(self, times: Mapping[int, int]) -> None:
        """Add so many of each."""
        self.times.update(times)

    @property
    def number(self) -> int:
        return self.times.total()

    @property
    def median(self) -> int | None:
        return quantile(self.times, 0.5)

    @property
    def p90(self) -> int | None:
        """Nine of ten were no longer."""
        return quantile(self.times, 0.9)


@dataclass(slots=True)
class StaffFigures:
    """What an account has done, or the team, on a day or on several."""

    had: int = 0
    answers: int = 0
    in_time: int = 0
    late: int = 0
    first: AnswerTimes = field(default_factory=AnswerTimes)
    further: AnswerTimes = field(default_factory=AnswerTimes)

    def add(self, other: StaffFigures) -> None:
        """Add those of another day, or account."""
        self.had += other.had
        self.answers += other.answers
        self.in_time += other.in_time
        self.late += other.late
        self.first.add(other.first.times)
        self.further.add(other.further.times)


@dataclass(slots=True)
class TeamFigures:
    """All that was counted on some days: of the team, of each account, of each account by day, and waits by
    day of the week (Monday is 0) and hour, with the times of first answers by the hour at which they began.
    """

    begun: int = 0
    team: StaffFigures = field(default_factory=StaffFigures)
    accounts: defaultdict[str, StaffFigures] = field(default_factory=lambda: defaultdict(StaffFigures))
    by_day: defaultdict[tuple[str, str], StaffFigures] = field(
        default_factory=lambda: defaultdict(StaffFigures)
    )
    ended: Counter[str] = field(default_factory=Counter)
    waits: Counter[tuple[int, int]] = field(default_factory=Counter)
    first_by_hour: defaultdict[int, AnswerTimes] = field(default_factory=lambda: defaultdict(AnswerTimes))

    def waits_of_hour(self, hour: int) -> Sequence[int]:
        """How often a customer began to wait in this hour, by day of the week."""
        return [self.waits[day, hour] for day in range(DAYS_OF_WEEK)]


def team_figures(counts: Iterable[StaffCount], channel: str | None = None) -> TeamFigures:
    """The figures of what was counted of staff, on a channel or all; what nobody understands is left out."""
    found = TeamFigures()
    for one in counts:
        if channel in (None, one.mark.channel):
            _add(found, one)
    for (_, actor), figures in found.by_day.items():
        found.accounts[actor].add(figures)
        found.team.add(figures)
    return found


def _add(found: TeamFigures, one: StaffCount) -> None:
    match one.mark.what, one.mark.about:
        case "begun", ():
            found.begun += one.number
        case "waited", (hour,) if _is_hour(hour):
            found.waits[date.fromisoformat(one.day).weekday(), int(hour)] += one.number
        case "ended", (_, reason):
            found.ended[reason] += one.number
        case "had", (actor,):
            found.by_day[one.day, actor].had += one.number
        case "in time", (actor,):
            found.by_day[one.day, actor].in_time += one.number
        case "late", (actor,):
            found.by_day[one.day, actor].late += one.number
        case "answered", (actor, ("first" | "further" | "unasked") as order, hour):
            figures = found.by_day[one.day, actor]
            figures.answers += one.number
            if order == "first":
                figures.first.add(one.times)
            elif order == "further":
                figures.further.add(one.times)
            if _is_hour(hour):
                found.first_by_hour[int(hour)].add(one.times)
        case _:
            pass


def _is_hour(text: str) -> bool:
    return text.isdecimal() and int(text) < HOURS_OF_DAY

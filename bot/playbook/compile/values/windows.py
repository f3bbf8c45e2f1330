"""Windows that last into another one: their times may have changed places (language, section 11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.engine.times.hours import Days, Window, in_force
from bot.model.said import Said, say
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Scalar

SHORTEST_REST = 4 * 60
"""Minutes: who is open until after midnight sleeps longer than that."""
A_DAY = 24 * 60
"""Minutes."""
A_MONDAY = date(1, 1, 1)
"""Seven days from then on stand for all weeks in which nobody has written a date."""


@dataclass(frozen=True, slots=True)
class HoursLine:
    """A line of a block: its days, as they are written, and their windows, each with its node."""

    text: str
    days: Days
    windows: Sequence[tuple[Scalar, Window]]


def check_windows(
    scope: Scope,
    windows: Sequence[tuple[Scalar, Window]],
    *,
    every_day: bool,
    next_day: Sequence[HoursLine] = (),
) -> None:
    """The windows of the same days, each with its node; `every_day`: the next day has them, too.

    `next_day`: the other lines that are in force on a day after one of these.
    """
    for item, window in windows:
        others = [other for node, other in windows if node is not item]
        crossed = next((other for other in others if _meets(window, other, every_day=every_day)), None)
        elsewhere = next((found for line in next_day if (found := _crossed(window, line))), None)
        if _crosses(window) and crossed is not None:
            _overlapping(scope, item, window, _into(item, crossed), others)
        elif _crosses(window) and elsewhere is not None:
            line, other = elsewhere
            others += [one for _, one in line.windows]
            _overlapping(scope, item, window, _into(item, other, line.text), others)
        else:
            _perhaps_turned_round(scope, item, window)


def lines_after(line: HoursLine, lines: Sequence[HoursLine], block: Sequence[Days]) -> list[HoursLine]:
    """If this line crosses midnight: the others of its block that are in force on the day after one of it."""
    if not any(_crosses(window) for _, window in line.windows):
        return []
    its_days = [day for day in _days_like_all(block) if line.days in in_force(block, day)]
    there = [days for day in its_days for days in in_force(block, day + timedelta(days=1))]
    return [one for one in lines if one is not line and one.days in there]


def _days_like_all(block: Sequence[Days]) -> Iterator[date]:
    """Days on which the lines follow each other in each way in which they ever do."""
    yield from (A_MONDAY + timedelta(days=number) for number in range(7))
    for days in block:
        if days.since is not None and days.until is not None:
            yield from (max(days.since, date(1, 1, 2)) - timedelta(days=1), days.since)
            yield min(days.until, date.max - timedelta(days=1))


def _crosses(window: Window) -> bool:
    return window.end <= window.start and window.end != time(0)


def _minutes(window: Window) -> range:
    """The minutes from the midnight before it that it is open for."""
    begin, end = (at.hour * 60 + at.minute for at in (window.start, window.end))
    return range(begin, end if end > begin else end + A_DAY)


def _meets(one: Window, other: Window, *, every_day: bool) -> bool:
    """Whether both are open at once; with `every_day` also one of a day and the other of the next."""
    return any(_meets_later(one, other, later) for later in ((-1, 0, 1) if every_day else (0,)))


def _meets_later(one: Window, other: Window, later: int) -> bool:
    """Whether both are open at once where the other is of so many days later."""
    a, b, shift = _minutes(one), _minutes(other), later * A_DAY
    return a.start < b.stop + shift and b.start + shift < a.stop


def _crossed(window: Window, line: HoursLine) -> tuple[HoursLine, Window] | None:
    """The window of the next day's line into which this one lasts.

    Not one from midnight on: who is open until two, and on Saturday all day, is never closed between.
    """
    others = [other for _, other in line.windows if other.start != time(0)]
    return next(((line, other) for other in others if _meets_later(window, other, 1)), None)


def _into(node: Scalar, other: Window, days: str | None = None) -> Said:
    hours = f"{other.start:%H:%M}-{other.end:%H:%M}"
    if days is None:
        return say(
            "{text} goes across midnight, into {other} of the same days", text=shown(node.value), other=hours
        )
    return say(
        "{text} goes across midnight, into {other} of {days}", text=shown(node.value), other=hours, days=days
    )


def _overlapping(scope: Scope, node: Scalar, window: Window, message: Said, others: Sequence[Window]) -> None:
    """An error: nobody means a window across midnight that lasts into another one."""
    turned = Window(window.end, window.start)
    if any(_meets(turned, other, every_day=True) for other in others):
        hint = say("let it end before the next one begins")
    else:
        hint = say(
            "for the hours of one day write  {meant}", meant=f"{turned.start:%H:%M}-{turned.end:%H:%M}"
        )
    scope.wrong(node, "window-over-midnight", message, hint)


def _perhaps_turned_round(scope: Scope, node: Scalar, window: Window) -> None:
    """A window across midnight that leaves less than `SHORTEST_REST`: its times may have changed places."""
    begin, end = (at.hour * 60 + at.minute for at in (window.start, window.end))
    if end != 0 and 0 < begin - end < SHORTEST_REST:
        message = say(
            "{text} goes across midnight, for {hours} hours",
            text=shown(node.value),
            hours=(A_DAY - begin + end) // 60,
        )
        meant = f"{window.end:%H:%M}-{window.start:%H:%M}"
        hint = say("for the hours of one day write  {meant}", meant=meant)
        scope.wrong(node, "window-over-midnight", message, hint, level="warning")

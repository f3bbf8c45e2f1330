"""Compiles hours: windows of time on weekdays or dates, and names of other hours (language, section 11).
Warns of windows across midnight that were probably not meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from bot.engine.times import time_texts
from bot.engine.times.hours import WHOLE_DAY, Days, Hours, Window, in_force
from bot.model.translatable import Translatable, tr
from bot.playbook.compile import times
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import is_refused
from bot.playbook.shape.times import HOURS_LIKE
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Map, Node, Scalar

SHORTEST_REST = 4 * 60
"""Minutes: a shop that is really open past midnight is closed longer than this in a day."""
A_DAY = 24 * 60
"""Minutes of a day."""
A_MONDAY = date(1, 1, 1)
"""This day and the six after it stand for all weeks without dates of their own."""


@dataclass(frozen=True, slots=True)
class HoursLine:
    """A line of a block of hours."""

    text: str
    """Its days, as they are written."""
    days: Days
    """Its days and windows, compiled."""
    windows: Sequence[tuple[Scalar, Window]]
    """Each window with the node that it is written in."""


def check_windows(
    scope: Scope,
    windows: Sequence[tuple[Scalar, Window]],
    *,
    every_day: bool,
    next_day: Sequence[HoursLine] = (),
) -> None:
    """Report windows across midnight that last into another window, and warn of those that leave almost no
    rest.

    `windows` are all windows of the same days, with their nodes. `every_day`: the next day has them, too.
    `next_day` are the other lines that hold on the day after.
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
    """The other lines of a block that hold on the day after a day of `line`; none where it does not cross
    midnight."""
    if not any(_crosses(window) for _, window in line.windows):
        return []
    its_days = [day for day in _days_like_all(block) if line.days in in_force(block, day)]
    there = [days for day in its_days for days in in_force(block, day + timedelta(days=1))]
    return [one for one in lines if one is not line and one.days in there]


def _days_like_all(block: Sequence[Days]) -> Iterator[date]:
    """Days that together show every way in which lines of the block follow one another."""
    yield from (A_MONDAY + timedelta(days=number) for number in range(7))
    for days in block:
        if days.since is not None and days.until is not None:
            yield from (max(days.since, date(1, 1, 2)) - timedelta(days=1), days.since)
            yield min(days.until, date.max - timedelta(days=1))


def _crosses(window: Window) -> bool:
    """Whether the window lasts past midnight."""
    return window.end <= window.start and window.end != time(0)


def _minutes(window: Window) -> range:
    """The minutes that a window is open, counted from the midnight before it begins."""
    begin, end = (at.hour * 60 + at.minute for at in (window.start, window.end))
    return range(begin, end if end > begin else end + A_DAY)


def _meets(one: Window, other: Window, *, every_day: bool) -> bool:
    """Whether two windows are open at once on one day; with `every_day`, or on days next to each other."""
    return any(_meets_later(one, other, later) for later in ((-1, 0, 1) if every_day else (0,)))


def _meets_later(one: Window, other: Window, later: int) -> bool:
    """Whether they are open at once where `other` is that of `later` days after."""
    a, b, shift = _minutes(one), _minutes(other), later * A_DAY
    return a.start < b.stop + shift and b.start + shift < a.stop


def _crossed(window: Window, line: HoursLine) -> tuple[HoursLine, Window] | None:
    """The line and its window of the next day that this window lasts into.

    Not a window that begins at midnight: open until two, and all day on Saturday, is meant.
    """
    others = [other for _, other in line.windows if other.start != time(0)]
    return next(((line, other) for other in others if _meets_later(window, other, 1)), None)


def _into(node: Scalar, other: Window, days: str | None = None) -> Translatable:
    """That a window lasts into another one, of the same days or of others."""
    hours = f"{other.start:%H:%M}-{other.end:%H:%M}"
    if days is None:
        return tr(
            "{text} goes across midnight, into {other} of the same days", text=quoted(node.value), other=hours
        )
    return tr(
        "{text} goes across midnight, into {other} of {days}", text=quoted(node.value), other=hours, days=days
    )


def _overlapping(
    scope: Scope, node: Scalar, window: Window, message: Translatable, others: Sequence[Window]
) -> None:
    """Report a window across midnight that lasts into one of `others`, with advice."""
    turned = Window(window.end, window.start)
    if any(_meets(turned, other, every_day=True) for other in others):
        hint = tr("let it end before the next one begins")
    else:
        hint = tr("for the hours of one day write  {meant}", meant=f"{turned.start:%H:%M}-{turned.end:%H:%M}")
    scope.wrong(node, "window-over-midnight", message, hint)


def _perhaps_turned_round(scope: Scope, node: Scalar, window: Window) -> None:
    """Warn of a window across midnight that leaves less than `SHORTEST_REST`: begin and end may be
    swapped."""
    begin, end = (at.hour * 60 + at.minute for at in (window.start, window.end))
    if end != 0 and 0 < begin - end < SHORTEST_REST:
        message = tr(
            "{text} goes across midnight, for {hours} hours",
            text=quoted(node.value),
            hours=(A_DAY - begin + end) // 60,
        )
        meant = f"{window.end:%H:%M}-{window.start:%H:%M}"
        hint = tr("for the hours of one day write  {meant}", meant=meant)
        scope.wrong(node, "window-over-midnight", message, hint, level="warning")


EVERY_DAY = frozenset(range(7))
"""All weekdays."""
NEVER = Hours(())
"""Hours that are never open."""
CLOSED = "closed"
"""The key, and the value, for days that are closed."""


def hours_of(scope: Scope, node: Node) -> Hours:
    """The hours that are written in place, or that a name refers to."""
    if isinstance(node, Map):
        return Hours((_block(scope, node),))
    parts: list[tuple[Days, ...]] = []
    windows: list[tuple[Scalar, Window]] = []
    for item in scope.scalars(node):
        if HOURS_LIKE.fullmatch(item.value):
            parts.append((days_of(item.value, (WHOLE_DAY,)),))
            windows += [(item, _window(item.value))] if ":" in item.value else []
        else:
            parts += _named(scope, item).parts
    check_windows(scope, windows, every_day=True)
    return Hours(tuple(parts))


def called(node: Node) -> str:
    """The hours in a trace: their names, or what is written in place."""
    if isinstance(node, Map):
        return ", ".join(node.pairs)
    items = node.items if isinstance(node, List) else [node]
    return ", ".join(item.value for item in items if isinstance(item, Scalar))


def _named(scope: Scope, node: Scalar) -> Hours:
    """The hours of a name, compiled at its first use; `NEVER` where it is unknown, which is reported."""
    book, name = scope.book, node.value
    if not scope.has_name("hours", node) or is_refused(book, "hours", name):
        return NEVER
    hours = book.hours.get(name)
    if hours is None:
        book.hours[name] = NEVER  # while they are compiled, so that hours that name themselves end
        hours = book.hours[name] = hours_of(scope, book.section("hours")[name][1])
    return hours


def _block(scope: Scope, node: Map) -> tuple[Days, ...]:
    """The hours of a block: its lines, and its closed days."""
    days_off: list[Days] = []
    lines: list[HoursLine] = []
    for key, value in node.pairs.values():
        if key.value == CLOSED:
            days_off += [days for item in scope.scalars(value) for days in _closed(scope, item)]
            continue
        open_in = (item for item in scope.scalars(value) if item.value != CLOSED and not item.unset)
        windows = [(item, _window(item.value)) for item in open_in]
        days = days_of(key.value, tuple(window for _, window in windows))
        lines.append(HoursLine(key.value, days, windows))
        days_off.append(days)
    for line in lines:
        after = lines_after(line, lines, days_off)
        check_windows(scope, line.windows, every_day=_are_in_a_row(line.days), next_day=after)
    return tuple(days_off)


def _closed(scope: Scope, node: Scalar) -> list[Days]:
    """The closed days of `closed: …`, which are dates, or the name of hours that list whole dates."""
    if not HOURS_LIKE.fullmatch(node.value):
        named = [days for part in _named(scope, node).parts for days in part]
    else:
        named = [days_of(node.value, (WHOLE_DAY,))]
    if any(days.since is None or days.windows != (WHOLE_DAY,) for days in named):
        message = tr("{text} has more than dates, and only whole days can be closed", text=quoted(node.value))
        hint = tr("list dates, such as  {name}: [2026-10-10, 2027-02-06..2027-02-10]", name="國定假日")
        if times.weekdays(node.value) is not None:
            hint = tr("write  {days}: closed", days=node.value)
        scope.wrong(node, "bad-value", message, hint)
        return []
    return [replace(days, windows=()) for days in named]


def days_of(text: str, windows: tuple[Window, ...]) -> Days:
    """A line of hours: `text` is weekdays or dates that have these windows, or one window of all days."""
    if ":" in text:
        return Days((_window(text),), EVERY_DAY)
    if text[:1].isdigit():
        since, until = _dates(text)
        return Days(windows, since=since, until=until)
    weekdays = times.weekdays(text)
    assert weekdays is not None, text
    return Days(windows, weekdays)


def _are_in_a_row(days: Days) -> bool:
    """Whether two of the days follow each other."""
    if days.since is not None:
        return days.until != days.since
    return any((day + 1) % 7 in days.weekdays for day in days.weekdays)


def _window(text: str) -> Window:
    first, _, last = text.partition("-")
    start, end = time_texts.clock(first), time(0) if last == "24:00" else time_texts.clock(last)
    assert start is not None, text
    assert end is not None, text
    return Window(start, end)


def _dates(text: str) -> tuple[date, date]:
    first, dots, last = text.partition("..")
    since, until = time_texts.day(first), time_texts.day(last if dots else first)
    assert since is not None, text
    assert until is not None, text
    return since, until

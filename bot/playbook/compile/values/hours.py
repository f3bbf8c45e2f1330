"""Hours from their canonical form: windows, weekdays, dates, names of others (language, section 11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from bot.engine.times import written_time
from bot.engine.times.hours import WHOLE_DAY, Days, Hours, Window
from bot.model.said import say
from bot.playbook.compile import times
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import is_refused
from bot.playbook.compile.values.windows import HoursLine, check_windows, lines_after
from bot.playbook.shape.formats import FORMATS, HOURS_LIKE
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import List, Map, Node, Scalar

EVERY_DAY = frozenset(range(7))
NEVER = Hours(())
CLOSED = "closed"


def hours_of(scope: Scope, node: Node) -> Hours:
    """Hours in place or by name; what cannot be read is reported, and is never open."""
    if isinstance(node, Map):
        return Hours((_block(scope, node),))
    parts: list[tuple[Days, ...]] = []
    windows = [(item, window) for item in scope.scalars(node) if (window := _window(item.value))]
    check_windows(scope, windows, every_day=True)
    for item in scope.scalars(node):
        if HOURS_LIKE.fullmatch(item.value):
            days = _days(scope, item, (WHOLE_DAY,))
            parts += [(days,)] if days is not None else []
        else:
            parts += _named(scope, item).parts
    return Hours(tuple(parts))


def called(node: Node) -> str:
    """How hours are called in a trace: their names, or what is written in place."""
    if isinstance(node, Map):
        return ", ".join(node.pairs)
    items = node.items if isinstance(node, List) else [node]
    return ", ".join(item.value for item in items if isinstance(item, Scalar))


def _named(scope: Scope, node: Scalar) -> Hours:
    book, name = scope.book, node.value
    if not scope.knows("hours", node) or is_refused(book, "hours", name):
        return NEVER
    found = book.hours.get(name)
    if found is None:
        book.hours[name] = NEVER  # while it is read: hours that name themselves are closed by nothing
        found = book.hours[name] = hours_of(scope, book.section("hours")[name][1])
    return found


def _block(scope: Scope, node: Map) -> tuple[Days, ...]:
    found: list[Days] = []
    lines: list[HoursLine] = []
    for key, value in node.pairs.values():
        if key.value == CLOSED:
            found += [days for item in scope.scalars(value) for days in _closed(scope, item)]
            continue
        windows: list[tuple[Scalar, Window]] = []
        for item in scope.scalars(value):
            if item.value == CLOSED:
                continue
            window = _window(item.value)
            if window is None:
                _unreadable(scope, item, "window")
            else:
                windows.append((item, window))
        days = _days(scope, key, tuple(window for _, window in windows))
        if days is not None:
            lines.append(HoursLine(key.value, days, windows))
            found.append(days)
    for line in lines:
        after = lines_after(line, lines, found)
        check_windows(scope, line.windows, every_day=_are_in_a_row(line.days), next_day=after)
    return tuple(found)


def _closed(scope: Scope, node: Scalar) -> list[Days]:
    """The days on which the other hours of a block do not hold: dates, or hours that list dates."""
    if not HOURS_LIKE.fullmatch(node.value):
        named = [days for part in _named(scope, node).parts for days in part]
    else:
        days = _days(scope, node, (WHOLE_DAY,))
        named = [] if days is None else [days]
    if any(days.since is None or days.windows != (WHOLE_DAY,) for days in named):
        message = say("{text} has more than dates, and only whole days can be closed", text=shown(node.value))
        hint = say("list dates, such as  {name}: [2026-10-10, 2027-02-06..2027-02-10]", name="國定假日")
        if times.weekdays(node.value) is not None:
            hint = say("write  {days}: closed", days=node.value)
        scope.wrong(node, "bad-value", message, hint)
        return []
    return [replace(days, windows=()) for days in named]


def _days(scope: Scope, node: Scalar, windows: tuple[Window, ...]) -> Days | None:
    text = node.value
    if ":" in text:
        window = _window(text)
        if window is not None:
            return Days((window,), EVERY_DAY)
    elif text[:1].isdigit():
        span = _dates(text)
        if span is not None:
            return Days(windows, since=span[0], until=span[1])
    else:
        weekdays = times.weekdays(text)
        if weekdays is not None:
            return Days(windows, weekdays)
    _unreadable(scope, node, "hours")
    return None


def _are_in_a_row(days: Days) -> bool:
    """Whether one of the days follows another of them."""
    if days.since is not None:
        return days.until != days.since
    return any((day + 1) % 7 in days.weekdays for day in days.weekdays)


def _unreadable(scope: Scope, node: Scalar, format_: str) -> None:
    fault = FORMATS[format_](node.value)
    if fault is not None:
        scope.wrong(
            node, fault.code, say("{text} {says}", text=shown(node.value), says=fault.says), fault.hint
        )


def _window(text: str) -> Window | None:
    first, _, last = text.partition("-")
    start, end = written_time.clock(first), time(0) if last == "24:00" else written_time.clock(last)
    return None if start is None or end is None else Window(start, end)


def _dates(text: str) -> tuple[date, date] | None:
    first, dots, last = text.partition("..")
    since, until = written_time.day(first), written_time.day(last if dots else first)
    return None if since is None or until is None else (since, until)

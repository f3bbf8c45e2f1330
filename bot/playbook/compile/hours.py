"""Hours from their canonical form: windows, weekdays, dates, names of others (language, section 11)."""

from __future__ import annotations

from datetime import date, time

from bot.engine.hours import WHOLE_DAY, Days, Hours, Window
from bot.model.said import say
from bot.playbook.compile import times
from bot.playbook.compile.placeholder_names import is_refused
from bot.playbook.compile.scope import Scope
from bot.playbook.shape.formats import FORMATS, HOURS_LIKE
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import List, Map, Node, Scalar

EVERY_DAY = frozenset(range(7))
NEVER = Hours(())


def hours_of(scope: Scope, node: Node) -> Hours:
    """Hours in place or by name; what cannot be read is reported, and is never open."""
    if isinstance(node, Map):
        return Hours((_block(scope, node),))
    parts: list[tuple[Days, ...]] = []
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
        found = book.hours[name] = hours_of(scope, book.section("hours")[name][1])
    return found


def _block(scope: Scope, node: Map) -> tuple[Days, ...]:
    found = []
    for key, value in node.pairs.values():
        windows = []
        for item in scope.scalars(value):
            if item.value == "closed":
                continue
            window = _window(item.value)
            if window is None:
                _unreadable(scope, item, "window")
            else:
                windows.append(window)
        days = _days(scope, key, tuple(windows))
        found += [days] if days is not None else []
    return tuple(found)


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
        weekdays = _weekdays(text)
        if weekdays is not None:
            return Days(windows, weekdays)
    _unreadable(scope, node, "hours")
    return None


def _unreadable(scope: Scope, node: Scalar, format_: str) -> None:
    fault = FORMATS[format_](node.value)
    if fault is not None:
        scope.wrong(
            node, fault.code, say("{text} {says}", text=shown(node.value), says=fault.says), fault.hint
        )


def _window(text: str) -> Window | None:
    first, _, last = text.partition("-")
    start, end = times.clock(first), time(0) if last == "24:00" else times.clock(last)
    return None if start is None or end is None else Window(start, end)


def _dates(text: str) -> tuple[date, date] | None:
    first, dots, last = text.partition("..")
    since, until = times.day(first), times.day(last if dots else first)
    return None if since is None or until is None else (since, until)


def _weekdays(text: str) -> frozenset[int] | None:
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        start, end = times.WEEKDAYS.get(first), times.WEEKDAYS.get(last if dash else first)
        if start is None or end is None:
            return None
        found.update(day % 7 for day in range(start, end + 1 if end >= start else end + 8))
    return frozenset(found)

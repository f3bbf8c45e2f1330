"""A line that is indented otherwise than what it belongs to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.model.problem import Problem
from bot.model.translatable import TranslatableValue, tr
from bot.playbook.codes import mistake
from bot.playbook.shape.schema import SECTIONS
from bot.playbook.shape.suggest_keys import names_secret
from bot.playbook.syntax.source import SourceFile

_BEGINS = re.compile(r"^( *)((?:- +)*)([^\s:：#'\"{}\[\]-][^:：#'\"{}\[\]]{0,30}):(?=\s|$)")
_STEP = 2
"""Spaces of one more level of indentation: of a rule, and of its keys behind its dash."""
_SHOWN = 60
"""Characters of a line that is shown again in a hint."""
_LOOKED_BACK = 30
"""Lines above in which the neighbours are looked for."""


@dataclass(frozen=True, slots=True)
class _Line:
    """How a line begins: with a name, or as an item of a list; `column` is what its neighbours share."""

    shown: str
    column: int
    item: bool
    inner: int
    """The column of its first name, behind a dash."""


def misaligned(source: SourceFile, number: int) -> Problem | None:
    """A name or an item between its neighbours' columns, with the number of spaces to write.

    `None` where it is below one of them, and something else is wrong.
    """
    line = _begin(source.line(number))
    if line is None:
        return None
    key = line.shown.removeprefix("- ")
    if line.column and key in SECTIONS and _in_listed(source, number):
        message = tr('"{key}" is a section, and stands at the margin', key=key)
        hint = tr("leave no spaces before it")
        return mistake(
            source.place_at(number, line.column + 1), "yaml-syntax", message, hint=hint, width=len(key)
        )
    if (odd := _odd_item(source, number)) is not None:
        return odd
    open_ = _open(source, number, line.item)
    if any(column == line.column for _, column in open_):
        return None
    for shown, column in _open(source, number, True):
        if not line.item and column == line.column:
            return None if shown == f"- {line.shown}" else _below_a_dash(source, number, line, shown)
    if not open_:
        return None
    shown, column = min(open_, key=lambda one: (abs(one[1] - line.column), -one[1]))
    message = tr(
        '{found} spaces stand before "{key}", and {wanted} before "{above}" above it',
        found=line.column,
        key=line.shown,
        wanted=column,
        above=shown,
    )
    hint = tr(
        'write {wanted} spaces before it, so that it stands below "{above}"', wanted=column, above=shown
    )
    here = source.place_at(number, line.column + 1)
    return mistake(here, "yaml-syntax", message, hint=hint, width=len(line.shown))


def _below_a_dash(source: SourceFile, number: int, line: _Line, item: str) -> Problem:
    """A name that belongs to the item above, but is below its dash."""
    message = tr(
        'the spaces before "{key}" are wrong: it takes two more than "{item}" above it',
        key=line.shown,
        item=item,
    )
    hint = tr("write {wanted} spaces before it", wanted=line.column + _STEP)
    text = source.line(number).strip()
    if len(text) <= _SHOWN and not names_secret(text):
        hint = tr(
            "write it so, with {wanted} spaces in front:\n{line}",
            wanted=line.column + _STEP,
            line=" " * (line.column + _STEP) + text,
        )
    here = source.place_at(number, line.column + 1)
    return mistake(here, "yaml-syntax", message, hint=hint, width=len(line.shown))


def _odd_item(source: SourceFile, number: int) -> Problem | None:
    """The item of a section's list, up to this line, in another column than most: a rule pasted askew."""
    items = list(_items(source, number))
    votes = Counter(item.column for _, item in items)
    if len(items) > 1 and len(votes) == 1:
        return None  # they agree: the odd line is another
    for place, _ in items:
        below = _begin(source.line(place + 1))
        if below is not None and not below.item and below.column >= _STEP:
            votes[below.column - _STEP] += 1
    if not votes:
        return None
    wanted = max(votes, key=lambda column: (votes[column], column == _STEP))
    for place, item in items:
        if place <= number and item.column != wanted:
            return _askew(source, place, item, wanted, alone=len(items) == 1)
    return None


def _askew(source: SourceFile, number: int, item: _Line, wanted: int, *, alone: bool) -> Problem:
    many = abs(item.column - wanted)
    values: dict[str, TranslatableValue] = {"many": many, "item": item.shown, "wanted": wanted}
    further = item.column > wanted
    if alone:
        message = tr('the spaces before "{item}" are wrong', item=item.shown)
    elif further:
        message = tr(
            'this stands too far right, by {many}: the other "{item}" have {wanted} spaces before them',
            **values,
        )
    else:
        message = tr(
            'this stands too far left, by {many}: the other "{item}" have {wanted} spaces before them',
            **values,
        )
    below = _begin(source.line(number + 1))
    if below is not None and not below.item and below.column == item.column + _STEP:
        hint = (
            tr("move each line of it left by {many}", many=many)
            if further
            else tr("move each line of it right by {many}", many=many)
        )
    else:
        hint = tr('write {wanted} spaces before "{item}"', wanted=wanted, item=item.shown)
    here = source.place_at(number, item.column + 1)
    return mistake(here, "yaml-syntax", message, hint=hint, width=len(item.shown))


def _items(source: SourceFile, number: int) -> Iterator[tuple[int, _Line]]:
    """The items of the list that is the section of this line: those that begin as the first."""
    head = number
    while head > 0 and not _is_section(source.line(head)):
        head -= 1
    first: str | None = None
    for below in range(head + 1, len(source.lines) + 1):
        text = source.line(below)
        line = _begin(text)
        if _is_section(text) or (first is None and line is not None and not line.item):
            return
        if head and line is not None and line.item:
            first = first or line.shown
            if line.shown == first:
                yield below, line


def _is_section(text: str) -> bool:
    line = _begin(text)
    return line is not None and not line.item and line.column == 0


def _begin(text: str) -> _Line | None:
    match = _BEGINS.match(text)
    if match is None:
        return None
    spaces, dashes, key = match.groups()
    return _Line(f"- {key}" if dashes else key, len(spaces), bool(dashes), len(spaces) + len(dashes))


def _open(source: SourceFile, number: int, item: bool) -> list[tuple[str, int]]:
    """The names, or items, above a line that it may stand below, with their columns; the nearest first."""
    blocks: list[tuple[str, int]] = []
    least: int | None = None
    for above in range(number - 1, max(0, number - _LOOKED_BACK), -1):
        line = _begin(source.line(above))
        if line is None:
            continue
        names = [(line.shown.removeprefix("- "), line.inner)] if not item else []
        if item and line.item:
            names = [(line.shown, line.column)]
        for shown, column in names:
            if column and (least is None or column < least):
                blocks.append((shown, column))
        least = min(line.column, line.column if least is None else least)
        if least == 0:
            break
    return blocks


def _in_listed(source: SourceFile, number: int) -> bool:
    """Whether the section around a line is a list: no section begins within one."""
    for above in range(number - 1, 0, -1):
        line = _begin(source.line(above))
        if line is not None and line.column == 0:
            return not line.item and source.line(above + 1).lstrip().startswith("- ")
    return False

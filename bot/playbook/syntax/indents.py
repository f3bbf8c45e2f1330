"""A line that is indented otherwise than what it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.shape.schema import SECTIONS
from bot.playbook.syntax.source import Source

_BEGINS = re.compile(r"^( *)((?:- +)*)([^\s:：#'\"{}\[\]-][^:：#'\"{}\[\]]{0,30}):(?=\s|$)")
_LOOKED_BACK = 30
"""Lines above in which the neighbours are looked for."""


@dataclass(frozen=True, slots=True)
class _Line:
    """How a line begins: with a name, or as an item of a list; `column` is what its neighbours share."""

    shown: str
    column: int
    item: bool
    inner: int
    """Where its first name stands, behind a dash."""


def misaligned(source: Source, number: int) -> Problem | None:
    """A name or an item that stands between its neighbours' columns: told with the number of spaces to write.

    `None` where it stands below one of them, and something else is wrong.
    """
    line = _begin(source.line(number))
    if line is None:
        return None
    key = line.shown.removeprefix("- ")
    if line.column and key in SECTIONS and _in_listed(source, number):
        message = say('"{key}" is a section, and stands at the margin', key=key)
        hint = say("leave no spaces before it")
        return mistake(
            source.here(number, line.column + 1), "yaml-syntax", message, hint=hint, width=len(key)
        )
    open_ = _open(source, number, line.item)
    below_a_dash = not line.item and any(column == line.column for _, column in _open(source, number, True))
    if below_a_dash or not open_ or any(column == line.column for _, column in open_):
        return None
    shown, column = min(open_, key=lambda one: (abs(one[1] - line.column), -one[1]))
    message = say(
        '{found} spaces stand before "{key}", and {wanted} before "{above}" above it',
        found=line.column,
        key=line.shown,
        wanted=column,
        above=shown,
    )
    hint = say(
        'write {wanted} spaces before it, so that it stands below "{above}"', wanted=column, above=shown
    )
    here = source.here(number, line.column + 1)
    return mistake(here, "yaml-syntax", message, hint=hint, width=len(line.shown))


def _begin(text: str) -> _Line | None:
    found = _BEGINS.match(text)
    if found is None:
        return None
    spaces, dashes, key = found.groups()
    return _Line(f"- {key}" if dashes else key, len(spaces), bool(dashes), len(spaces) + len(dashes))


def _open(source: Source, number: int, item: bool) -> list[tuple[str, int]]:
    """The names, or items, above a line that it may stand below, with their columns; the nearest first."""
    found: list[tuple[str, int]] = []
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
                found.append((shown, column))
        least = min(line.column, line.column if least is None else least)
        if least == 0:
            break
    return found


def _in_listed(source: Source, number: int) -> bool:
    """Whether the section in which a line stands is a list: no section begins within one."""
    for above in range(number - 1, 0, -1):
        line = _begin(source.line(above))
        if line is not None and line.column == 0:
            return not line.item and source.line(above + 1).lstrip().startswith("- ")
    return False

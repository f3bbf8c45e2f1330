"""A conversation as it is shown to people: who said what, when, and what was expected instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.engine.format import WEEKDAYS
from bot.playbook.report import cells

Mark = Literal[" ", "-", "+", ">"]
"""` ` it happened · `-` expected, and did not happen · `+` happened, and was not expected · `>` the step."""

LINES = 40
"""So many lines are shown of a conversation: its end."""
_TEXT_LINES = 6


@dataclass(slots=True)
class Line:
    """One thing that was said or happened; `who` stands in front of it."""

    at: datetime
    who: str
    text: str
    mark: Mark = " "


def shown(lines: Sequence[Line], zone: ZoneInfo, most: int = LINES) -> list[str]:
    """The end of a conversation, as lines of text: a new day and a new minute are told once."""
    width = max((cells(line.who) for line in lines[-most:]), default=0)
    text: list[str] = []
    if len(lines) > most:
        text.append(f"    … (+{len(lines) - most})")
    day = minute = ""
    for line in lines[-most:]:
        at = line.at.astimezone(zone)
        if day != f"{at:%Y-%m-%d}":
            day, minute = f"{at:%Y-%m-%d}", ""
            text.append(f"    {day} {WEEKDAYS[at.weekday()]}")
        clock = "" if minute == f"{at:%H:%M}" else f"{at:%H:%M}"
        minute = f"{at:%H:%M}"
        text += _line(line, clock, width)
    return text


def _line(line: Line, clock: str, width: int) -> Iterable[str]:
    pad = " " * (width - cells(line.who))
    rows = _visible(line.text).split("\n") or [""]
    if len(rows) > _TEXT_LINES:
        rows = [*rows[: _TEXT_LINES - 1], "…"]
    yield f"  {line.mark} {clock:5}  {pad}{line.who}  {rows[0]}".rstrip()
    for row in rows[1:]:
        yield f"  {line.mark} {'':5}  {' ' * width}  {row}".rstrip()


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\n\u200d\u3000\ufe0f" else "·" for c in text.strip("\n"))

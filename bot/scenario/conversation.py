"""A conversation as it is shown to people: who said what, when, and what was expected instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.model.said import ENGLISH, Language, Said, SaidValue, say
from bot.playbook.report import cells

Mark = Literal[" ", "-", "+", ">"]
"""` ` it happened · `-` expected, and did not happen · `+` happened, and was not expected · `>` the step."""

_WEEKDAYS = (say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun"))

LINES = 40
"""So many lines are shown of a conversation: its end."""
_TEXT_LINES = 6


@dataclass(slots=True)
class SpokenLine:
    """One thing that was said or happened; `who` stands in front of it, by name or one of `OURS`."""

    at: datetime
    who: SaidValue
    text: SaidValue
    mark: Mark = " "


OURS: Mapping[str, Said] = {
    who: Said(who)
    for who in (
        *("user", "bot", "staff", "shop", "signal", "page", "SMS", "wait", "down", "edit"),
        *("note", "to staff", "calls", "broadcast"),
    )
}
"""Who stands in front where nobody has a name, and what happens; short words, with a context of their own."""


def to_whom(name: str) -> Said:
    """The bot, where it speaks to one of several people."""
    to = "bot → {name}"
    return Said(to, (("name", name),))


def shown(
    lines: Sequence[SpokenLine], zone: ZoneInfo, language: Language = ENGLISH, most: int = LINES
) -> list[str]:
    """The end of a conversation, as lines of text: a new day and a new minute are told once."""
    speakers = language.within("conversation")
    who = [speakers.words(line.who) for line in lines[-most:]]
    width = max(map(cells, who), default=0)
    text: list[str] = []
    if len(lines) > most:
        text.append(f"    … (+{len(lines) - most})")
    day = minute = ""
    for line, speaker in zip(lines[-most:], who, strict=True):
        at = line.at.astimezone(zone)
        if day != f"{at:%Y-%m-%d}":
            day, minute = f"{at:%Y-%m-%d}", ""
            text.append(f"    {day} {language.text(_WEEKDAYS[at.weekday()])}")
        clock = "" if minute == f"{at:%H:%M}" else f"{at:%H:%M}"
        minute = f"{at:%H:%M}"
        pad = " " * (width - cells(speaker))
        text += _line(line.mark, clock, pad + speaker, language.words(line.text))
    return text


def _line(mark: Mark, clock: str, who: str, text: str) -> Iterable[str]:
    rows = _visible(text).split("\n") or [""]
    if len(rows) > _TEXT_LINES:
        rows = [*rows[: _TEXT_LINES - 1], "…"]
    yield f"  {mark} {clock:5}  {who}  {rows[0]}".rstrip()
    for row in rows[1:]:
        yield f"  {mark} {'':5}  {' ' * cells(who)}  {row}".rstrip()


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\n\u200d\u3000\ufe0f" else "·" for c in text.strip("\n"))

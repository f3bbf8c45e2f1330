"""The tags that a line of members tells of, and since when each is on: what other systems write out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import MIDNIGHT, utc
from bot.engine.times.written_time import day
from bot.engine.turn.changes import tag_end
from bot.engine.types.dates import date_typed
from bot.model.plain_text import cleaned
from bot.model.said import Refusal, Said, say
from bot.playbook.similar import hint_for, shown

_BETWEEN = re.compile(r"[,、;；|\n]+")
LONGEST = 200
"""Characters of a tag with its date."""
OF_A_TAG = re.compile(r"(?:tag|標籤|貼標)[:：](.+)")
"""What stands above a column that is about one tag, as `column_name` has it."""
EARLIEST = 2000
"""The year before which nobody was given a tag."""
_DATED = re.compile(r"(?P<name>.+?)\s*[\s@:(\[]\s*(?P<at>\d{4}\s*[-/.年].*?)\s*[)\]]?")
_CLOCK = re.compile(
    r"(?P<half>上午|下午|am|pm)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"\s*(?P<after>am|pm)?\s*(?P<offset>z|utc|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_T = re.compile(r"(?<=\d)T(?=\d)")
_LATER = ("下午", "pm")


class TagLeftOut(Refusal):
    """Why a tag is not put on."""


def tags_in(cell: str) -> Iterator[str]:
    """What a cell of several tags has of each."""
    yield from filter(None, (cleaned(text) for text in _BETWEEN.split(cell)))


def told_tag(text: str, playbook: Playbook, now: datetime) -> tuple[str, datetime | None]:
    """The tag of `VIP`, `VIP 2026-11-01`, `VIP@2026/11/1 15:20` or `VIP(2026-11-01)`.

    With since when it is on; `None`: it is not said. Raises `TagLeftOut`.
    """
    known = playbook.tag_names
    if text in known:
        return text, None
    dated = _DATED.fullmatch(" ".join(text.split())) if len(text) <= LONGEST else None
    if dated is not None and dated["name"] in known:
        return dated["name"], since(dated["name"], dated["at"], playbook, now)
    name = (dated["name"] if dated is not None else text)[:LONGEST]
    hint = hint_for(name, known) or _first(name)
    raise TagLeftOut(say("no tag is called {name}; {hint}", name=shown(name), hint=hint))


def since(name: str, text: str, playbook: Playbook, now: datetime) -> datetime:
    """When a tag was given, as a text has it; a day is its beginning. Raises `TagLeftOut`.

    One that would have expired since is not put on, nor one of a day that is yet to come.
    """
    at = moment_written(text, playbook.zone)
    if at is None or at.year < EARLIEST:
        raise TagLeftOut(
            say("the tag {tag}: write since when as 2026-11-01 or 2026-11-01 15:20", tag=shown(name))
        )
    if at > now:
        raise TagLeftOut(say("the tag {tag}: since a day that is yet to come", tag=shown(name)))
    end = tag_end(playbook, name, at)
    if end is not None and end <= now:
        over = f"{end.astimezone(playbook.zone):%Y-%m-%d}"
        raise TagLeftOut(say("the tag {tag} has ended by its date: {day}", tag=shown(name), day=over))
    return at


def moment_written(text: str, zone: ZoneInfo) -> datetime | None:
    """A day or a moment as spreadsheets write it (`2026/11/1 下午 03:20:10`, `2026-11-01T15:20:10Z`), in UTC.

    Without an offset it is by the clock of `zone`; `None`: it is neither.
    """
    plain = cleaned(text)
    on, _, clock = _T.sub(" ", plain).partition(" ") if ":" in plain else (plain, "", "")
    written = date_typed(on)
    date = None if written is None else day(written)
    if date is None:
        return None
    if not clock:
        return utc(date, MIDNIGHT, zone)
    found = _CLOCK.fullmatch(clock.strip())
    if found is None:
        return None
    try:
        return _at(found, datetime.combine(date, MIDNIGHT), zone)
    except (ValueError, OverflowError):  # an hour or an offset that no clock has; beyond the calendar
        return None


def _at(found: re.Match[str], midnight: datetime, zone: ZoneInfo) -> datetime:
    half, hour = (found["half"] or found["after"] or "").casefold(), int(found["hour"])
    if half:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half in _LATER else 0)
    at = midnight.replace(hour=hour, minute=int(found["minute"]), second=int(found["second"] or 0))
    offset = (found["offset"] or "").upper().replace("UTC", "Z")
    if not offset:
        return utc(at.date(), at.time(), zone)
    return datetime.fromisoformat(f"{at.isoformat()}{offset}").astimezone(UTC)


def _first(name: str) -> Said:
    return say("write it into the playbook first:  tags: {{tag}: {added_by: staff}}", tag=name)

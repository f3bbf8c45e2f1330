"""A calendar as text (RFC 5545): written, never read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from bot.model.plain_text import visible

LINE_MOST = 75
"""Octets of a line, its break left out."""
_UTC = (
    *("BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
    *("TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE"),
)
"""What a calendar without events has instead: it needs something."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event. `changed`: when its data were last changed, `sequence`: how often they were."""

    uid: str
    start: datetime
    end: datetime
    changed: datetime
    summary: str = field(repr=False)
    location: str = ""
    sequence: int = 0
    status: Literal["CONFIRMED", "CANCELLED"] = "CONFIRMED"


def calendar_text(name: str, events: Iterable[CalendarEvent]) -> bytes:
    """A calendar with these events, all moments in UTC."""
    shown = [line for event in events for line in _event(event)] or _UTC
    lines = (
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//oaflow//appointments//EN", "CALSCALE:GREGORIAN"),
        *("METHOD:PUBLISH", f"NAME:{_escaped(name)}", f"X-WR-CALNAME:{_escaped(name)}"),
        *("REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"),
        *shown,
        "END:VCALENDAR",
    )
    return b"".join(folded(line) for line in lines)


def folded(line: str) -> bytes:
    """The line in pieces of `LINE_MOST` octets, each but the first behind a space; no sign is cut in two."""
    data, found, most = line.encode(), list[bytes](), LINE_MOST
    while len(data) > most:
        end = most
        while data[end] & 0xC0 == 0x80:  # within a sign
            end -= 1
        found.append(data[:end])
        data, most = data[end:], LINE_MOST - 1
    return b"\r\n ".join((*found, data)) + b"\r\n"


def _event(event: CalendarEvent) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{_escaped(event.uid)}", f"DTSTAMP:{_moment(event.changed)}")
    yield f"LAST-MODIFIED:{_moment(event.changed)}"
    yield from (f"DTSTART:{_moment(event.start)}", f"DTEND:{_moment(event.end)}")
    yield from (f"SUMMARY:{_escaped(event.summary)}", f"SEQUENCE:{event.sequence}", f"STATUS:{event.status}")
    if event.location:
        yield f"LOCATION:{_escaped(event.location)}"
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """As a value of type TEXT; other control characters than a new line and a tab may not stand there."""
    plain = visible(text).replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace").decode()
    kept = "".join(sign for sign in plain if sign in "\n\t" or (sign >= " " and sign != "\x7f"))
    for sign in "\\;,":
        kept = kept.replace(sign, f"\\{sign}")
    return kept.replace("\n", "\\n")

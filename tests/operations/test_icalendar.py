"""N5: a calendar by RFC 5545, whatever names people have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.plain_text import TURNS_AROUND, visible
from bot.operations.icalendar import LINE_MOST, CalendarEvent, calendar_text, folded
from tests.depth import examples

START = datetime(2026, 9, 5, 6, tzinfo=UTC)
EVENT = CalendarEvent("a1@oaflow", START, START + timedelta(hours=1), START, "剪髮；小美, 二號", "小芳", 2)


def unfolded(text: bytes) -> list[str]:
    """The lines as a reader has them."""
    return text.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def value(line: str) -> str:
    """A TEXT as a reader has it."""
    found, signs = "", iter(line.partition(":")[2])
    for sign in signs:
        found += sign if sign != "\\" else {"n": "\n", "N": "\n"}.get(after := next(signs), after)
    return found


def test_no_sign_that_turns_the_text_around_is_in_it() -> None:
    event = replace(EVENT, summary="\u202e小\u200b美\u2069", location="\u2066信義店")
    lines = unfolded(calendar_text("預\u202e約", [event]))
    assert "SUMMARY:小美" in lines
    assert not set("".join(lines)) & TURNS_AROUND


@given(st.text(max_size=300))
@settings(max_examples=examples(100))
def test_lines_are_folded_between_signs(text: str) -> None:
    line = text.encode(errors="replace").decode().replace("\r", "").replace("\n", "")
    pieces = folded(line).split(b"\r\n")[:-1]
    assert all(len(piece) <= LINE_MOST for piece in pieces)
    assert all(piece.decode() is not None for piece in pieces), "no sign is cut"
    assert pieces[0] + b"".join(piece[1:] for piece in pieces[1:]) == line.encode()
    assert all(piece.startswith(b" ") for piece in pieces[1:])


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=examples(100))
def test_no_name_makes_another_line_and_each_is_read_back(name: str, place: str) -> None:
    event = CalendarEvent("a1@oaflow", START, START, START, f"剪髮 {name}", f"在 {place}")
    lines = unfolded(calendar_text("店", [event]))
    assert [line.partition(":")[0] for line in lines if line.startswith(("BEGIN", "END"))] == [
        *("BEGIN", "BEGIN", "END", "END")
    ]
    [summary] = [line for line in lines if line.startswith("SUMMARY:")]
    kept = visible(name).replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace").decode()
    kept = "".join(sign for sign in kept if sign in "\n\t" or (sign >= " " and sign != "\x7f"))
    assert value(summary) == f"剪髮 {kept}"


def test_an_event_says_all_that_a_calendar_needs() -> None:
    lines = unfolded(calendar_text("森活, 預約", [EVENT]))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert {"VERSION:2.0", "METHOD:PUBLISH", "X-WR-CALNAME:森活\\, 預約"} <= {*lines}
    assert lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")] == [
        *("BEGIN:VEVENT", "UID:a1@oaflow", "DTSTAMP:20260905T060000Z", "LAST-MODIFIED:20260905T060000Z"),
        *("DTSTART:20260905T060000Z", "DTEND:20260905T070000Z", "SUMMARY:剪髮；小美\\, 二號"),
        *("SEQUENCE:2", "STATUS:CONFIRMED", "LOCATION:小芳"),
    ]


def test_a_calendar_without_events_is_one_still() -> None:
    lines = unfolded(calendar_text("店", []))
    assert "BEGIN:VTIMEZONE" in lines

"""Which texts are durations, times, dates, hours, waits and rhythms (language, section 11)."""

from __future__ import annotations

import re
from datetime import date

from bot.playbook.shape.faults import Check, Fault
from bot.playbook.shape.meant_times import meant_clocks, meant_days, meant_span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DURATION = re.compile(r"(?:\d{1,6}[smhdw])+")
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_DATE = r"\d{4}-\d{2}-\d{2}"
_DAY = f"(?:{'|'.join(DAYS)})"
_SPAN_OF_DAYS = rf"{_DAY}(?:-{_DAY})?"
_DAY_LIST = re.compile(rf"{_SPAN_OF_DAYS}(?:,{_SPAN_OF_DAYS})*")
HOURS_LIKE = re.compile(rf"\d{{1,2}}:\d{{2}}-\d{{1,2}}:\d{{2}}|{_DAY}(?:[-,]{_DAY})*|{_DATE}(?:\.\.{_DATE})?")
"""What reads as a window, as days or as dates, right or wrong; no name may look so."""

_WAIT = re.compile(
    rf"(?P<span>next day|(?:\d{{1,6}}[smhdw])+)(?: at (?P<at>\S+))?"
    rf"|until (?:{_DAY} |(?P<date>{_DATE}) )?(?P<clock>\S+)"
)
_EVERY = re.compile(r"(?:day|week on (?P<days>\S+)|month on (?P<number>\d{1,2})) at (?P<at>\S+)")

_CLOCK = "write hours and minutes with two digits each, such as 09:30; midnight is 00:00"
_SPANS = "write numbers with s, m, h, d or w, such as 30m, 12h, 1h30m or 3d"
_CALENDAR = "write year, month and day, such as 2026-11-01"
_WEEK = f"write them such as mon-fri, sat or mon,wed: {' '.join(DAYS)}"


def duration(text: str) -> Fault | None:
    """`30m`, `1h30m`, `3d`."""
    if not DURATION.fullmatch(text):
        return Fault("bad-duration", "is no duration", _span_hint(text, _SPANS))
    if not re.search("[1-9]", text):
        return Fault("bad-duration", "is no time at all", _SPANS)
    return None


def time(text: str) -> Fault | None:
    """`09:30`."""
    if TIME.fullmatch(text):
        return None
    meant = meant_clocks(text)
    return Fault("bad-time", "is no time of day", f"write  {meant}" if TIME.fullmatch(meant) else _CLOCK)


def day(text: str) -> Fault | None:
    """`2026-11-01`, a day of the calendar."""
    if not re.fullmatch(_DATE, text):
        return Fault("bad-date", "is no date", _CALENDAR)
    try:
        date.fromisoformat(text)
    except ValueError:
        return Fault("bad-date", "names a day that the calendar has not", _CALENDAR)
    return None


def moment(text: str) -> Fault | None:
    """`2026-11-01 09:30`."""
    start, space, clock = text.partition(" ")
    if not space:
        return Fault("bad-date", "is no moment", "write date and time, such as 2026-11-01 09:30")
    return day(start) or _within(clock)


def hours(text: str) -> Fault | None:
    """A window, days of the week, or dates."""
    if ":" in text:
        return _window(text)
    if text[:1].isdigit():
        return _dates(text)
    if re.match(rf"{_DAY}(?:[-,]|$)", text):
        return _days(text)
    hint = "write a window such as 09:00-18:00, days such as mon-fri, or dates such as 2026-11-01..2026-11-03"
    return Fault("bad-time", "is no window, no days and no dates", hint)


def day_or_date(text: str) -> Fault | None:
    """What a window in a block of hours is for."""
    return _dates(text) if text[:1].isdigit() else _days(text)


def window_or_closed(text: str) -> Fault | None:
    """What a block of hours has for a day."""
    return None if text == "closed" else _window(text)


def wait(text: str) -> Fault | None:
    """`3d`, `1d at 10:00`, `next day at 10:00`, `until mon 10:00`, `until 2026-11-11 20:00`."""
    parts = _WAIT.fullmatch(text)
    if parts is None:
        such = "write it such as 3d, next day at 10:00, until mon 10:00 or until 2026-11-11 20:00"
        return Fault("bad-duration", "is no wait", _span_hint(text, such))
    if parts["span"] == "next day" and parts["at"] is None:
        return Fault("bad-duration", "has no time of day", "write  next day at 10:00")
    clock = parts["at"] or parts["clock"]
    return (
        (duration(parts["span"]) if parts["span"] not in (None, "next day") else None)
        or (day(parts["date"]) if parts["date"] else None)
        or (_within(clock) if clock else None)
    )


def rate(text: str) -> Fault | None:
    """`3 per 7d`."""
    found = re.fullmatch(r"\d{1,9} per (\S+)", text)
    if found is None or duration(found[1]):
        return Fault("bad-duration", "is no rate", "write it such as  3 per 7d")
    return None


def every(text: str) -> Fault | None:
    """`day at 10:00`, `week on mon,thu at 10:00`, `month on 1 at 11:00`."""
    parts = _EVERY.fullmatch(text)
    if parts is None:
        hint = "write  day at 10:00,  week on mon,thu at 10:00  or  month on 1 at 11:00"
        return Fault("bad-value", "is no rhythm", hint)
    if parts["number"] and not 1 <= int(parts["number"]) <= 31:
        return Fault("bad-date", "names no day of a month", "write a number from 1 to 31")
    if parts["days"] and _days(parts["days"]):
        return Fault("bad-days", "names no days of the week", _WEEK)
    return _within(parts["at"])


def once_per(*words: str) -> Check:
    """One of these words, or a duration."""

    def how_often(text: str) -> Fault | None:
        if text in words or duration(text) is None:
            return None
        return Fault("bad-duration", f"is not {', '.join(words)} or a duration", _span_hint(text, _SPANS))

    return how_often


def _span_hint(text: str, such: str) -> str:
    meant = meant_span(text)
    return f"write  {meant}" if DURATION.fullmatch(meant) else such


def _within(clock: str) -> Fault | None:
    """A time of day as a part of a longer text."""
    return Fault("bad-time", "names no time of day", _CLOCK) if time(clock) else None


def _window(text: str) -> Fault | None:
    start, _, end = text.partition("-")
    if time(start) or time(end):
        meant = meant_window(text)
        such = "write it such as 09:00-18:00; across midnight is allowed, and midnight is 00:00"
        hint = f"write  {meant}" if meant is not None else such
        return Fault("bad-time", "is no window of a day", hint)
    if start == end:
        return Fault("empty-range", "begins and ends at the same time", "for whole days write mon-sun")
    return None


def meant_window(text: str) -> str | None:
    """The window that somebody meant by `9點到18點`, `None` where it is none."""
    start, _, end = meant_clocks(text).partition("-")
    return f"{start}-{end}" if TIME.fullmatch(start) and TIME.fullmatch(end) else None


def _days(text: str) -> Fault | None:
    if _DAY_LIST.fullmatch(text):
        return None
    meant = meant_days(text)
    hint = f"write  {meant}" if _DAY_LIST.fullmatch(meant) else _WEEK
    return Fault("bad-days", "is no list of weekdays", hint)


def _dates(text: str) -> Fault | None:
    first, dots, last = text.partition("..")
    fault = day(first) or (day(last) if dots else None)
    if fault is None and dots and last < first:
        return Fault("empty-range", "ends before it begins", "write the earlier date first")
    return fault

"""Which texts are durations, times, dates, hours, waits and rhythms (language, section 11)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from bot.model.translatable import Translatable, row, tr
from bot.playbook.hints import write
from bot.playbook.shape.suggest_times import (
    GuessedYear,
    past_midnight,
    suggest_clocks,
    suggest_dates,
    suggest_days,
    suggest_each,
    suggest_rate,
    suggest_rhythm,
    suggest_span,
    suggest_wait,
    with_year,
)
from bot.playbook.shape.suggest_words import suggest_word
from bot.playbook.shape.vocabulary import FormatCheck, FormatFault
from bot.playbook.similar import hint_for

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = r"(?:[0-9]{1,6}(?:mo|[smhdwy]))+"
DURATION = re.compile(_SPAN)
"""One or more numbers with a unit: `30m`, `1h30m`, `6mo`."""
_CALENDAR_UNIT = re.compile("mo|y")
"""Units whose length depends on the calendar."""
TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
END_OF_DAY = "24:00"
_MOMENT = re.compile(rf"{_DATE} (?:{TIME.pattern}|{END_OF_DAY})")
"""`2026-11-01 09:30`."""
_DAY = f"(?:{'|'.join(DAYS)})"
_SPAN_OF_DAYS = rf"{_DAY}(?:-{_DAY})?"
_DAY_LIST = re.compile(rf"{_SPAN_OF_DAYS}(?:,{_SPAN_OF_DAYS})*")
"""`mon-fri`, `sat`, `mon,wed-fri`."""
_CLOCK_LIKE = "[0-9]{1,2}:[0-9]{2}"
_BARE_CLOCK = re.compile("(?P<hour>[01]?[0-9]|2[0-4])(?P<minute>[0-5][05])?")
"""`9`, `0930`: minutes are multiples of five, so that few years are taken for one."""
_SHUT = frozenset(
    ("公休", "休", "休息", "休診", "休館", "店休", "打烊", "關", "不開", "close", "off", "rest")
)
"""What people write in a block of hours for a day without any."""
HOURS_LIKE = re.compile(rf"{_CLOCK_LIKE}-{_CLOCK_LIKE}|{_DAY}(?:[-,]{_DAY})*|{_DATE}(?:\.\.{_DATE})?")
"""What reads as a window, as days or as dates, right or wrong; no name may look so."""

_WAIT = re.compile(
    rf"(?P<span>next day|{_SPAN})(?: at (?P<at>\S+))?"
    rf"|until (?:{_DAY} |(?P<date>{_DATE}) )?(?P<clock>\S+)"
)
"""A wait: a span or `next day`, with or without a time of day; or `until` a time of day, a day or a date."""
_EVERY = re.compile(r"(?:day|week on (?P<days>\S+)|month on (?P<number>[0-9]{1,2})) at (?P<at>\S+)")
"""A rhythm: `day at 10:00`, `week on mon,thu at 10:00`, `month on 1 at 11:00`."""

LAST_DAY = "9999-12-31"

_CLOCK = tr("write hours and minutes with two digits each, such as 09:30; midnight is 00:00")
_FIXED = tr("write numbers with s, m, h, d or w, such as 30m, 12h, 1h30m or 3d")
_SPANS = tr("write numbers with s, m, h, d, w, mo or y, such as 30m, 12h, 3d or 6mo")
_A_DAY = "1d"
_EACH_DAY = tr("for once a day, anew at midnight, write  day;  1d  is a day since the last time")
_CALENDAR = tr("write year, month and day, such as 2026-11-01")
_WEEK = tr("write them such as mon-fri, sat or mon,wed: {days}", days=" ".join(DAYS))


def duration(text: str, such: Translatable = _SPANS) -> FormatFault | None:
    """`30m`, `1h30m`, `3d`, `6mo`."""
    if not DURATION.fullmatch(text):
        return FormatFault("bad-duration", tr("is no duration"), _span_hint(text, such))
    if not re.search("[1-9]", text):
        return FormatFault("bad-duration", tr("is no time at all"), such)
    return None


def fixed_duration(text: str) -> FormatFault | None:
    """A duration that is equally long whenever it begins: without months and years."""
    fault = duration(text, _FIXED)
    if fault is None and _CALENDAR_UNIT.search(text):
        hint = tr("write it in days, hours, minutes or seconds, such as 30d")
        return FormatFault("bad-duration", tr("is not always equally long, and must be here"), hint)
    return fault


def time(text: str) -> FormatFault | None:
    """`09:30`."""
    if TIME.fullmatch(text):
        return None
    return FormatFault("bad-time", tr("is no time of day"), _clock_hint(text))


def _clock_hint(text: str, whole: str | None = None) -> Translatable:
    """How a time of day is written, in `whole` or alone."""
    meant = _bare_clock(suggest_clocks(text))
    meant = past_midnight(meant) or meant
    if not TIME.fullmatch(meant):
        return _CLOCK
    before, _, behind = (whole or text).rpartition(text)
    return write(f"{before}{meant}{behind}")


def _bare_clock(text: str) -> str:
    """`9` and `0930` as `09:00` and `09:30`; any other text as it is."""
    match = _BARE_CLOCK.fullmatch(text)
    return text if match is None else f"{int(match['hour']):02}:{match['minute'] or '00'}"


def day(text: str) -> FormatFault | None:
    """`2026-11-01`, a day of the calendar."""
    if not re.fullmatch(_DATE, text):
        meant = suggest_dates(text)
        hint = write(meant) if re.fullmatch(_DATE, meant) else _CALENDAR
        if dated := with_year(text):
            hint = tr("write the year as well, such as  {meant}", meant=GuessedYear(dated))
        return FormatFault("bad-date", tr("is no date"), hint)
    try:
        date.fromisoformat(text)
    except ValueError:
        return FormatFault("bad-date", tr("names a day that the calendar has not"), _last_day(text, text))
    return None


def _last_day(day: str, whole: str) -> Translatable:
    """The last day of the month, where the day is beyond it."""
    year, month = int(day[:4]), int(day[5:7])
    if not (1 <= month <= 12 and year):
        return _CALENDAR
    days = monthrange(year, month)[1]
    meant = f"{day[:8]}{days}"
    return tr("that month has {days} days: write  {meant}", days=days, meant=whole.replace(day, meant))


def moment(text: str) -> FormatFault | None:
    """`2026-11-01 09:30`; `2026-11-11 24:00` is the end of that day."""
    start, space, clock = text.partition(" ")
    meant = suggest_dates(text)
    if meant != text and _MOMENT.fullmatch(meant):
        return FormatFault("bad-date", tr("is no moment"), write(meant))
    if dated := with_year(start):
        at = suggest_clocks(clock) if clock else "10:00"
        return FormatFault(
            "bad-date",
            tr("is no moment"),
            tr("write the year as well, such as  {meant}", meant=GuessedYear(f"{dated} {at}")),
        )
    date_alone = suggest_dates(start)
    if re.fullmatch(_DATE, date_alone) and (not space or date_alone != start):
        hint = tr("write the time of day as well, such as  {meant} 10:00", meant=date_alone)
        return FormatFault("bad-date", tr("is no moment"), hint)
    if not space:
        return FormatFault(
            "bad-date", tr("is no moment"), tr("write date and time, such as 2026-11-01 09:30")
        )
    wrong = day(start)
    if wrong is not None:
        return replace(wrong, hint=_last_day(start, text)) if re.fullmatch(_DATE, start) else wrong
    fault = _clock_of(start, clock, text)
    if fault is not None and start < LAST_DAY and (next_day := past_midnight(clock)) is not None:
        meant = f"{date.fromisoformat(start) + timedelta(1)} {next_day}"
        return replace(fault, hint=tr("behind midnight begins the next day: write  {meant}", meant=meant))
    return fault


def _clock_of(day: str, clock: str, text: str) -> FormatFault | None:
    """The time of day of a moment: also 24:00, the end of its day."""
    return None if clock == END_OF_DAY and day < LAST_DAY else _within(clock, text)


def hours(text: str) -> FormatFault | None:
    """A window, days of the week, or dates."""
    if ":" in text or suggest_window(text) is not None:
        return _window(text)
    if _date_like(text):
        return _dates(text)
    if re.match(rf"{_DAY}(?:[-,]|$)", text):
        return _days(text)
    hint = tr(
        "write a window such as 09:00-18:00, days such as mon-fri, or dates such as 2026-11-01..2026-11-03"
    )
    return FormatFault("bad-time", tr("is no window, no days and no dates"), hint)


def day_or_date(text: str) -> FormatFault | None:
    """What a window in a block of hours is for; `closed` has the days on which it does not hold."""
    if text == "closed":
        return None
    return _dates(text) if _date_like(text) else _days(text)


def _date_like(text: str) -> bool:
    return text[:1].isdigit() or suggest_dates(text) != text


def window_or_closed(text: str) -> FormatFault | None:
    """What a block of hours has for a day."""
    if text.strip().lower() in _SHUT:
        return FormatFault("bad-time", tr("is no window of a day"), write("closed"))
    return None if text == "closed" else _window(text)


def wait(text: str) -> FormatFault | None:
    """`3d`, `1d at 10:00`, `next day at 10:00`, `until mon 10:00`, `until 2026-11-11 20:00`."""
    parts = _WAIT.fullmatch(text)
    if parts is None:
        such = tr("write it such as 3d, next day at 10:00, until mon 10:00 or until 2026-11-11 20:00")
        meant = suggest_wait(text)
        if meant != text and _WAIT.fullmatch(meant) and wait(meant) is None:
            return FormatFault("bad-duration", tr("is no wait"), write(meant))
        return FormatFault("bad-duration", tr("is no wait"), _span_hint(text, such))
    if parts["span"] == "next day" and parts["at"] is None:
        return FormatFault("bad-duration", tr("has no time of day"), tr("write  next day at 10:00"))
    clock, date_ = parts["at"] or parts["clock"], parts["date"]
    return (
        (duration(parts["span"]) if parts["span"] not in (None, "next day") else None)
        or (day(date_) or _clock_of(date_, clock, text) if date_ else None)
        or (_within(clock, text) if clock and not date_ else None)
    )


def rate(text: str) -> FormatFault | None:
    """`3 per 7d`."""
    match = re.fullmatch(r"(?:0|[1-9][0-9]{0,8}) per (\S+)", text)
    if match is None or duration(match[1]):
        meant = suggest_rate(text)
        hint = write(meant) if meant != text else tr("write it such as  3 per 7d")
        if re.fullmatch(r"[1-9]\d{0,2}", text):
            hint = tr("write how long as well, such as  {meant}", meant=f"{text} per 7d")
        return FormatFault("bad-duration", tr("is no rate"), hint)
    return None


def every(text: str) -> FormatFault | None:
    """`day at 10:00`, `week on mon,thu at 10:00`, `month on 1 at 11:00`."""
    parts = _EVERY.fullmatch(text)
    if parts is None:
        hint = tr("write  day at 10:00,  week on mon,thu at 10:00  or  month on 1 at 11:00")
        meant = suggest_rhythm(text)
        if meant != text and every(meant) is None:
            hint = write(meant)
        return FormatFault("bad-value", tr("is no rhythm"), hint)
    if parts["number"] and not 1 <= int(parts["number"]) <= 31:
        return FormatFault("bad-date", tr("names no day of a month"), tr("write a number from 1 to 31"))
    if parts["days"] and _days(parts["days"]):
        return FormatFault("bad-days", tr("names no days of the week"), _WEEK)
    return _within(parts["at"], text)


def once_per(*words: str) -> FormatCheck:
    """One of these words, or a duration."""

    def how_often(text: str) -> FormatFault | None:
        if text in words or duration(text) is None:
            return None
        word, each = suggest_word(text, words), suggest_each(text)
        near = hint_for(text, words) or _SPANS
        hint = write(word) if word is not None else _span_hint(each, near)
        if word is None and suggest_span(each) == _A_DAY and "day" in words:
            hint = _EACH_DAY
        return FormatFault("bad-duration", tr("is not {words} or a duration", words=row(words)), hint)

    return how_often


def _span_hint(text: str, such: Translatable) -> Translatable:
    meant = suggest_span(text)
    if "工作天" in text or "工作日" in text:
        number = re.search(r"\d+", text)
        days = f"{number[0] if number else 3}d"
        return tr("working days are not counted: write days, such as  {meant}", meant=days)
    if text.isdecimal() and len(text) < 5:
        return tr("write its unit as well, such as  {text}d", text=text)
    return write(meant) if DURATION.fullmatch(meant) else such


def _within(clock: str, text: str) -> FormatFault | None:
    """A time of day as a part of a longer text."""
    if time(clock) is None:
        return None
    return FormatFault("bad-time", tr("names no time of day"), _clock_hint(clock, text))


def _window(text: str) -> FormatFault | None:
    start, _, end = text.partition("-")
    if text == "00:00-24:00":
        return FormatFault("bad-time", tr("is no window of a day"), tr("for whole days write mon-sun"))
    if time(start) or time(end):
        meant = suggest_window(text)
        such = tr("write it such as 09:00-18:00; across midnight is allowed, and midnight is 00:00")
        hint = write(meant) if meant is not None else such
        return FormatFault("bad-time", tr("is no window of a day"), hint)
    if start == end:
        return FormatFault(
            "empty-range", tr("begins and ends at the same time"), tr("for whole days write mon-sun")
        )
    return None


def suggest_window(text: str) -> str | None:
    """The window that is meant by `9點到18點`, `9-18`, `0900-1800` or `09:00-24:00`, `None` where it
    is none."""
    start, _, end = suggest_clocks(text).partition("-")
    if ":" not in start + end:
        start, end = _bare_clock(start), _bare_clock(end)
    end = past_midnight(end) or end
    return f"{start}-{end}" if TIME.fullmatch(start) and TIME.fullmatch(end) and start != end else None


def _days(text: str) -> FormatFault | None:
    if _DAY_LIST.fullmatch(text):
        return None
    if "假日" in text or "公休" in text or "連假" in text:
        hint = tr(
            "name the dates apart, and write  closed: {name}  here:  hours: {{name}: [2027-01-01]}", name=text
        )
        return FormatFault("bad-days", tr("is no list of weekdays"), hint)
    meant = suggest_days(text)
    hint = write(meant) if _DAY_LIST.fullmatch(meant) else _WEEK
    return FormatFault("bad-days", tr("is no list of weekdays"), hint)


def _dates(text: str) -> FormatFault | None:
    first, dots, last = text.partition("..")
    meant = "..".join(map(suggest_dates, (first, last)))
    if dots and meant != text and not _dates(meant):
        return FormatFault("bad-date", tr("is no date"), write(meant))
    fault = day(first) or (day(last) if dots else None)
    if fault is None and dots and last < first:
        return FormatFault("empty-range", tr("ends before it begins"), tr("write the earlier date first"))
    return fault

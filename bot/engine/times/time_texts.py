"""Dates, times of day and moments as texts: as playbooks write them, and as people in Taiwan do.

A week begins on Monday, so on a Sunday 下週三 comes in three days. A text that has anything else than a day
or a time in it is neither: nothing is guessed out of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import day_after, utc
from bot.model.plain_text import cleaned

END_OF_DAY = "24:00"

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
"""`09:30`, in a playbook."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
"""`2026-11-01`, in a playbook."""


def clock(text: str) -> time | None:
    """The time of day that `09:30` is; `None` where the text is none."""
    found = _CLOCK.fullmatch(text)
    return time(int(found[1]), int(found[2])) if found else None


def day(text: str) -> date | None:
    """The date that `2026-11-01` is; `None` where the text is none."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def wall(text: str) -> datetime | None:
    """`2026-11-01 09:30` as the clock on the wall shows it, without a zone; 24:00 is the end of that day."""
    first, _, second = text.partition(" ")
    ends = second == END_OF_DAY
    on, at = day(first), time(0) if ends else clock(second)
    if on is None or at is None or (ends and on == date.max):
        return None
    return datetime.combine(on + timedelta(days=ends), at)


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """`2026-11-01 09:30` in this zone, as a UTC moment; `None` where the text is none."""
    local = wall(text)
    return None if local is None else utc(local.date(), local.time(), zone)


REPUBLIC = 1911
"""What is added to a year of the Republic: 115 is 2026."""
YEARS_TO_LOOK_AT = 8
"""Within which a day without a year comes again: also 29 February, around a year like 1900."""
LONGEST_DATE = 30
"""Characters of a text that may be a day: a longer one is none."""

_SPACES = re.compile(r"\s+")
_DIGITS = "〇一二三四五六七八九"
_NUMERAL = f"[{_DIGITS}十廿卅]{{1,3}}"
_NUMERALS = re.compile(rf"(?P<month>{_NUMERAL})月(?P<day>{_NUMERAL})(?=[日號])")
"""Month and day in Chinese numerals: 十二月一日."""
_WEEK = "(?:週|周|星期|禮拜)"
_DAYS = dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True))
_BEHIND = re.compile(rf"\(?{_WEEK}([{''.join(_DAYS)}])\)?|\(([{''.join(_DAYS)}])\)")
"""A weekday at the end of a date: `(二)`, `週二`, `(週二)`."""
_WITH_YEAR = re.compile(
    r"(?:(?P<republic>(?:中華)?民國)|西元)?(?P<year>\d{1,4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日號]?",
    re.ASCII,
)
"""`2026/12/1`, `2026年12月1日`, `民國115年12月1日`, `115.12.1`."""
_EIGHT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII)
"""`20261201`."""
_WITHOUT_YEAR = re.compile(r"(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日號]?", re.ASCII)
"""`12/1`, `12月1日`."""
_AWAY = {
    **dict.fromkeys(("今天", "今日", "today"), 0),
    **dict.fromkeys(("明天", "明日", "tomorrow"), 1),
    **dict.fromkeys(("後天", "後日"), 2),
    "大後天": 3,
    **dict.fromkeys(("昨天", "昨日", "yesterday"), -1),
    "前天": -2,
}
"""Words for a day, with how many days it is from today."""
_WEEKS = {
    **dict.fromkeys(("這", "這個", "本", "this"), 0),
    **dict.fromkeys(("下", "下個", "next"), 1),
    **dict.fromkeys(("下下", "下下個"), 2),
    **dict.fromkeys(("上", "上個", "last"), -1),
}
"""Words before a weekday, with how many weeks it is from this one."""
_IN_WEEK = re.compile(rf"(?P<which>這個?|本|下下個?|下個?|上個?)?{_WEEK}(?P<day>[{''.join(_DAYS)}])")
"""`下週三`, `這個禮拜天`, `星期五`."""
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_IN_ENGLISH = re.compile(r"(?P<which>this|next|last)?(?P<day>[a-z]{3,9})")
"""`nextfriday`, `fri`: white space is gone; whether it is a weekday is tested after."""

_WEEKDAY_BEHIND = rf"(?:\s*\(?{_WEEK}[{''.join(_DAYS)}]\)?|\s*\([{''.join(_DAYS)}]\))?"
_ENDS = r"(?![0-9])(?:\s*[日號])?"
SPOKEN_DATE = re.compile(
    r"(?<![0-9])(?:(?:(?:中華)?民國\s*|西元\s*)?[0-9]{1,4}\s*[-/.年]\s*[0-9]{1,2}\s*[-/.月]\s*[0-9]{1,2}"
    rf"{_ENDS}{_WEEKDAY_BEHIND}|[0-9]{{8}}(?![0-9])"
    rf"|[0-9]{{1,2}}\s*[-/.月]\s*[0-9]{{1,2}}(?!\s*[-/.年月])(?!\s*[-/.]\s*[0-9]){_ENDS}{_WEEKDAY_BEHIND})"
    rf"|{_NUMERAL}月{_NUMERAL}[日號]{_WEEKDAY_BEHIND}"
    rf"|(?:這個?|本|下下?個?|上個?)?{_WEEK}[{''.join(_DAYS)}]|(?:(?:this|next|last)\s*)?(?:{'|'.join(_ENGLISH)})"
    rf"|{'|'.join(sorted(_AWAY, key=len, reverse=True))}"
)
"""What may be a day somewhere in a text that is folded; `parse_spoken_date` says whether it is one."""

Takes = Callable[[date], bool]
"""Whether a day is within the bounds of the question that is answered."""


def parse_spoken_date(text: str, today: date, takes: Takes) -> date | None:
    """The day that a text of the day `today` means; `None` where it means none.

    Without a year it is the next such day from today on, if the question's bounds take it (`takes`); else the
    only one that they take; else it is none: nobody's year of birth is guessed.
    """
    plain = _SPACES.sub("", cleaned(text).casefold())
    if not 0 < len(plain) <= LONGEST_DATE:
        return None
    away = _AWAY.get(plain)
    if away is not None:
        return day_after(today, away)
    written = _calendar_date(plain, today, takes)
    return written if written is not None else _in_week(plain, today)


def _calendar_date(plain: str, today: date, takes: Takes) -> date | None:
    """A day of the calendar, perhaps with its weekday behind it: 12/1(二) is one only if it is a Tuesday."""
    weekday = None
    for found in _BEHIND.finditer(plain):
        if found.end() == len(plain) and found.start() > 0:
            plain, weekday = plain[: found.start()], _DAYS[found[1] or found[2]]
    plain = _NUMERALS.sub(_in_digits, plain)
    whole = _WITH_YEAR.fullmatch(plain) or _EIGHT.fullmatch(plain)
    short = _WITHOUT_YEAR.fullmatch(plain)
    day = None
    if whole is not None:
        day = _day(_year(whole), int(whole["month"]), int(whole["day"]))
    elif short is not None:
        day = _single_date(short, today, takes)
    return None if day is None or weekday not in (None, day.weekday()) else day


def _year(found: re.Match[str]) -> int | None:
    """The year of our era: three digits are of the Republic, fewer only if it is named; else four."""
    digits = found["year"]
    if found.groupdict().get("republic") or len(digits) == 3:
        return int(digits) + REPUBLIC
    return int(digits) if len(digits) == 4 else None


def _day(year: int | None, month: int, day: int) -> date | None:
    try:
        return None if year is None else date(year, month, day)
    except ValueError:
        return None


def _single_date(found: re.Match[str], today: date, takes: Takes) -> date | None:
    month, number = int(found["month"]), int(found["day"])
    such = list(_such_days(month, number, today))
    coming = next((day for day in such if day >= today), None)
    if coming is not None and takes(coming):
        return coming
    taken = [day for day in such if takes(day)]
    return taken[0] if len(taken) == 1 else None


def _such_days(month: int, number: int, today: date) -> Iterator[date]:
    """That day of each year around this one, the earliest first."""
    for year in range(today.year - YEARS_TO_LOOK_AT, today.year + YEARS_TO_LOOK_AT + 1):
        day = _day(year, month, number)
        if day is not None:
            yield day


def _in_digits(found: re.Match[str]) -> str:
    return f"{_number(found['month'])}月{_number(found['day'])}"


def _number(numeral: str) -> int:
    """十二 is 12, 二十 is 20, 廿一 is 21; 0 where it is no number up to 99: no month and no day."""
    spelt = numeral.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = spelt.partition("十")
    if any(len(digit) > 1 or digit not in _DIGITS for digit in (tens, ones)):
        return 0
    if not ten:
        return _DIGITS.index(tens)
    return (_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0)


def _in_week(plain: str, today: date) -> date | None:
    """下週三: that day of the next week; 這週三: of this one; 週三 alone: the next one, today included."""
    found = _IN_WEEK.fullmatch(plain)
    weekday = _DAYS[found["day"]] if found is not None else None
    if found is None:
        found = _IN_ENGLISH.fullmatch(plain)
        day = found["day"] if found is not None else ""
        names = [number for number, name in enumerate(_ENGLISH) if day in (name, name[:3])]
        weekday = names[0] if names else None
    if found is None or weekday is None:
        return None
    ahead = weekday - today.weekday()
    if found["which"] is None:
        return day_after(today, ahead % 7)
    return day_after(today, ahead + 7 * _WEEKS[found["which"]])


HALF_A_DAY = 12
LONGEST_TIME = 40
"""Characters of a text that may be a time, or a day and a time: a longer one is none."""

_PARTS = {
    "凌晨": {12: 0, **{hour: hour for hour in range(6)}},
    "清晨": {hour: hour for hour in range(4, 9)},
    "早上": {hour: hour for hour in range(4, 12)},
    "上午": {hour: hour for hour in range(4, 12)},
    "中午": {11: 11, 12: 12, 1: 13, 2: 14},
    "下午": {12: 12, **{hour: hour + 12 for hour in range(1, 7)}},
    "傍晚": {hour: hour + 12 for hour in range(4, 8)},
    "晚上": {hour: hour + 12 for hour in range(5, 12)},
    "am": {hour: hour % 12 for hour in range(1, 13)},
    "pm": {hour: hour % 12 + 12 for hour in range(1, 13)},
}
"""The hours that a part of the day has, and which each is: 晚上12點 may be either midnight, so it is none."""
_WORDS = "|".join(_PARTS)
_HOUR_NUMERALS = ("十二", "十一", "十", "九", "八", "七", "六", "五", "四", "三", "二", "兩", "一")
_VALUES = (12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 2, 1)
_IN_WORDS = re.compile(rf"({'|'.join(_HOUR_NUMERALS)})(?=點)")
"""An hour in Chinese numerals: 十二 in 十二點."""
_SPOKEN_CLOCK = re.compile(
    rf"(?P<before>{_WORDS})?(?P<hour>\d{{1,2}})"
    r"(?:(?:[:時點])(?P<minute>\d{2})分?|[點時](?P<half>半|整)?)?"
    r"(?P<after>am|pm)?",
    re.ASCII,
)

"""`15:00`, `下午3點半`, `3點整`, `3pm`, without white space; the part of the day before or after the hour."""

TakesTime = Callable[[time], bool]
"""Whether a time of day is within the bounds of the question that is answered."""


def parse_spoken_time(text: str, takes: TakesTime = lambda _: True) -> time | None:
    """The time of day that a text means; `None` where it means none.

    3點 is 03:00 where the question's bounds take it (`takes`), else 15:00 if they take that.
    """
    plain = re.sub(r"\s+", "", cleaned(text).casefold()).replace(".m.", "m")
    if not 0 < len(plain) <= LONGEST_TIME:
        return None
    plain = _IN_WORDS.sub(lambda one: str(_VALUES[_HOUR_NUMERALS.index(one[1])]), plain)
    found = _SPOKEN_CLOCK.fullmatch(plain)
    if found is None or (found["before"] and found["after"]):
        return None
    part = found["before"] or found["after"]
    if part is None and plain == found["hour"]:
        return None  # a number alone is no time
    hour, minute = int(found["hour"]), 30 if found["half"] == "半" else int(found["minute"] or 0)
    at = _time(_hour(hour, part), minute)
    if at is None or part is not None or len(found["hour"]) > 1 or not hour or takes(at):
        return at
    afternoon = time(hour + HALF_A_DAY, minute)
    return afternoon if takes(afternoon) else at


def _hour(hour: int, part: str | None) -> int | None:
    """The hour of the day; `None` where the part of the day has no such hour. 下午15點 is in use, too."""
    if part is None:
        return hour
    hours = _PARTS[part]
    return hour if hour > HALF_A_DAY and hour in hours.values() else hours.get(hour)


def _time(hour: int | None, minute: int) -> time | None:
    try:
        return None if hour is None else time(hour, minute)
    except ValueError:
        return None


def parse_spoken_moment(
    text: str, today: date, takes: Takes, takes_at: Callable[[date, time], bool]
) -> tuple[date, time] | None:
    """The day and the time of day that a text means, the day first: `12/1 15:00`, `明天下午3點`."""
    plain = re.sub(r"(?<=\d)t(?=\d)", " ", cleaned(text).casefold())
    if len(plain) > LONGEST_TIME:
        return None
    for end in range(len(plain) - 1, 0, -1):
        if plain[end - 1].isdigit() and plain[end].isdigit():
            continue  # no number is cut in two
        day = parse_spoken_date(plain[:end], today, takes)
        at = None if day is None else parse_spoken_time(plain[end:], partial(takes_at, day))
        if day is not None and at is not None:
            return day, at
    return None

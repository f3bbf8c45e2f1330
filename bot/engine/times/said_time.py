"""Which time of day a person means: `15:00`, `下午3點半`, `3:30 pm`; and a day with a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from functools import partial

from bot.engine.times.said_date import Takes, said_date
from bot.model.plain_text import cleaned

HALF_A_DAY = 12
LONGEST = 40
"""Characters of a text that is looked at."""

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
_NUMERALS = ("十二", "十一", "十", "九", "八", "七", "六", "五", "四", "三", "二", "兩", "一")
_VALUES = (12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 2, 1)
_IN_WORDS = re.compile(rf"({'|'.join(_NUMERALS)})(?=點)")
_CLOCK = re.compile(
    rf"(?P<before>{_WORDS})?(?P<hour>\d{{1,2}})"
    r"(?:(?:[:時點])(?P<minute>\d{2})分?|[點時](?P<half>半|整)?)?"
    r"(?P<after>am|pm)?",
    re.ASCII,
)

TakesTime = Callable[[time], bool]


def said_time(text: str, takes: TakesTime = lambda _: True) -> time | None:
    """The time of day that a text means; `None` where it means none.

    3點 is 03:00 where the question's bounds take it (`takes`), else 15:00 if they take that.
    """
    plain = re.sub(r"\s+", "", cleaned(text).casefold()).replace(".m.", "m")
    if not 0 < len(plain) <= LONGEST:
        return None
    plain = _IN_WORDS.sub(lambda one: str(_VALUES[_NUMERALS.index(one[1])]), plain)
    found = _CLOCK.fullmatch(plain)
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
    """The hour of the day; `None` where the part of the day has no such hour. 下午15點 is said, too."""
    if part is None:
        return hour
    hours = _PARTS[part]
    return hour if hour > HALF_A_DAY and hour in hours.values() else hours.get(hour)


def _time(hour: int | None, minute: int) -> time | None:
    try:
        return None if hour is None else time(hour, minute)
    except ValueError:
        return None


def said_moment(
    text: str, today: date, takes: Takes, takes_at: Callable[[date, time], bool]
) -> tuple[date, time] | None:
    """The day and the time of day that a text means, the day first: `12/1 15:00`, `明天下午3點`."""
    plain = re.sub(r"(?<=\d)t(?=\d)", " ", cleaned(text).casefold())
    if len(plain) > LONGEST:
        return None
    for end in range(len(plain) - 1, 0, -1):
        if plain[end - 1].isdigit() and plain[end].isdigit():
            continue  # no number is cut in two
        day = said_date(plain[:end], today, takes)
        at = None if day is None else said_time(plain[end:], partial(takes_at, day))
        if day is not None and at is not None:
            return day, at
    return None

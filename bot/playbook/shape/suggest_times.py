"""The time, days or span that is meant by everyday words: `10點`, `週一-週五`, `8點到20點`."""

from __future__ import annotations

import re
from datetime import date
from unicodedata import normalize

_DAYS = dict(zip("一二三四五六日天", ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "sun"), strict=True))
_DAY = re.compile(r"(?:週|周|星期|禮拜)?([一二三四五六日天])")
"""A day of the week in Chinese; group 1 is its numeral."""
_TO = re.compile(r"\s*(?:[~〜–—至到]|\s-|-\s)\s*")
"""What stands between the two ends of a range."""
_CLOCK = re.compile(
    r"(?P<part>[早晚]上|[上下中]午)?(?P<hour>\d{1,2})(?:[:點](?P<minute>\d{1,2}|(?<=點)半)分?(?::\d{2})?|點|(?=\s?[ap]m))"
    r"(?:\s?(?P<half>[ap])m)?",
    re.IGNORECASE,
)
"""A time of day: `10點`, `下午3點半`, `9:30 pm`."""
_PARTS = frozenset(("早上", "上午", "中午", "下午", "晚上"))
_DATE = re.compile(
    r"(?P<era>民國)?\s?(?P<year>\d{2,4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})日?(?P<rest>(?:\D.*)?)$"
)
"""A date with its year first, and what stands behind it: `2026/11/1`, `民國115年11月1日`."""
_MONTH_FIRST = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
"""`11/30/2026`, as English calendars write it."""
_YEAR_OF_THE_REPUBLIC = 1911
"""民國 1 is 1912. A year of three digits is one of these, or one of two behind 民國."""
_LAST_OF_TWO_DIGITS = 50
"""`26-11-11` is 2026; a larger year of two digits may be of the Republic, or of the last century."""
_SPAN = re.compile(r"\s*(\d{1,6})\s*(秒|分鐘?|個?小時|個?鐘頭|天|日|週|周|個?星期|個?月|年|[a-z]+)\s*")
"""A number and its unit: `3天`, `2 hours`."""
_NO_YEAR = re.compile(r"(\d{1,2})[-/月.](\d{1,2})日?")
"""Month and day: `11/1`, `11月1日`."""
SOME_YEAR = 2026
"""The year that stands for an unknown one, until `year_to_come` (`load.py`) replaces it."""


class GuessedYear(str):
    """In a hint: a text with dates of `SOME_YEAR`, as the file has no year."""

    __slots__ = ()


_LAST_MINUTES = frozenset(("23:59", "23:59:59", "24:00", "24:00:00"))
_UNITS = {
    **{unit: unit for unit in "smhdw"},
    **dict.fromkeys(("秒", "second", "seconds", "sec"), "s"),
    **dict.fromkeys(("分", "分鐘", "minute", "minutes", "min"), "m"),
    **dict.fromkeys(("小時", "個小時", "鐘頭", "個鐘頭", "hour", "hours", "hr"), "h"),
    **dict.fromkeys(("天", "日", "day", "days"), "d"),
    **dict.fromkeys(("週", "周", "個星期", "星期", "week", "weeks"), "w"),
    **dict.fromkeys(("mo", "個月", "月", "month", "months"), "mo"),
    **dict.fromkeys(("y", "年", "year", "years"), "y"),
}
_NEXT_DAY = re.compile(r"(?:隔天|隔日|明天|翌日|第二天|tomorrow|next day)(?:的|\s*at\s*|\s*)(\S+)")
"""`隔天早上10點`: group 1 is the time of day."""
_DAYS_LATER = re.compile(r"(.+?)後?(?:的|\s*at\s*|\s+)?((?:早上|上午|中午|下午|晚上)\S+)")
"""`3天後早上10點`: group 1 is the span, group 2 the time of day."""
_UNTIL = re.compile(r"(?:until|直到|到|等到)\s*(?:(?:週|周|星期|禮拜)([一二三四五六日天])\s*)?(\S+)")
"""`等到週一10點`: group 1 is the day of the week, group 2 the time of day."""
_EACH = re.compile(r"每(?:一)?(\d*\s?(?:小時|天|日|週|周|個?星期|個?月|年))(?:一次|1次)?")
"""`每3天一次`: group 1 is the span, without a number where it is one."""
_RATE = re.compile(
    r"(?:每|一|1\s?)(?:一)?(\d*\s?(?:天|日|週|周|個?星期|個?月))(?:最多)?\s*([一二兩三四五六七八九]|\d{1,4})\s*[次則]"
)
"""`每週最多三次`: group 1 is the span, group 2 how often."""
_DIGITS = {sign: str(number) for number, sign in enumerate("一二三四五六七八九", 1)} | {"兩": "2"}
_HOUR_IN_WORDS = re.compile(
    r"(?=[十一二兩三四五六七八九])(?P<tens>[二兩]?)(?P<ten>十?)(?P<ones>[一二兩三四五六七八九]?)(?=點)"
)
"""`十點`, `十二點`, `九點`."""
_HALVES = {"半小時": "30m", "半個小時": "30m", "半天": "12h", "半日": "12h", "半年": "6mo", "半個月": "15d"}
_RHYTHM = re.compile(
    r"每(?:天|日|(?:週|周|星期|禮拜)(?P<days>[一二三四五六日天](?:[、,，和及][一二三四五六日天])*)"
    r"|(?:個)?月\s?(?P<number>\d{1,2})\s?[日號])\s*(?P<at>\S+)"
)
"""`每週一 10:00`, `每天早上10點`, `每月1號 11:00`."""
_LONGEST = 40
"""Characters of a text that is checked; a longer one is no time."""
_FIRST_OF_DAYS = frozenset("週周星禮一二三四五六日天mtwfsMTWFS")


def suggest_clocks(text: str) -> str:
    """The text with each time of day in it as `09:30`, and `-` between two."""
    text = _HOUR_IN_WORDS.sub(_hour, text) if _may_be_time(text) else text
    if not _may_be_time(text) or not (text[0].isdigit() or text[:2] in _PARTS):
        return text
    return _CLOCK.sub(_clock, _TO.sub("-", normalize("NFKC", text)))


def _hour(match: re.Match[str]) -> str:
    tens, ten, ones = match["tens"], match["ten"], match["ones"]
    return str((int(_DIGITS.get(tens, "1")) * 10 if ten else 0) + int(_DIGITS.get(ones, "0")))


def _clock(match: re.Match[str]) -> str:
    hour = int(match["hour"])
    if match["half"] and hour <= 12:
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    if match["part"] in ("下午", "晚上") and hour < 12:
        hour += 12
    elif match["part"] == "晚上" and hour == 12:
        hour = 0
    minute = "30" if match["minute"] == "半" else match["minute"] or "00"
    return f"{hour:02}:{minute:0>2}"


def suggest_dates(text: str) -> str:
    """The text with a date at its beginning as `2026-11-01`, and a time of day behind it as `09:30`."""
    dated = _may_be_time(text) and (text[0].isdigit() or text[0] == "民")
    text = _MONTH_FIRST.sub(r"\3-\1-\2", text) if dated else text
    match = _DATE.match(normalize("NFKC", text)) if dated else None
    year = int(match["year"]) if match is not None else 0
    if match is None or (len(match["year"]) == 2 and not match["era"] and year > _LAST_OF_TWO_DIGITS):
        return text
    rest = suggest_clocks(match["rest"].removeprefix("T").strip())
    if match["era"] or len(match["year"]) == 3:
        year += _YEAR_OF_THE_REPUBLIC
    elif len(match["year"]) == 2:
        year += 2000
    return f"{year:04}-{int(match['month']):02}-{int(match['day']):02}" + (f" {rest}" if rest else "")


def with_year(text: str) -> str | None:
    """A date without its year in some year, as `2026-11-01`, `None` where it is none: `11/1`, `11月1日`."""
    match = _NO_YEAR.fullmatch(normalize("NFKC", text)) if _may_be_time(text) else None
    return f"{SOME_YEAR}-{int(match[1]):02}-{int(match[2]):02}" if match is not None else None


def suggest_end(text: str) -> date | None:
    """The last day that is meant by a day alone, or by its last minute."""
    day, _, clock = suggest_dates(text).partition(" ")
    if clock and clock not in _LAST_MINUTES:
        return None
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


def suggest_days(text: str) -> str:
    """The text with its days of the week as `mon-fri` or `sat,sun`."""
    if not _may_be_time(text) or text[0] not in _FIRST_OF_DAYS:
        return text
    english = _DAY.sub(lambda match: _DAYS[match[1]], _TO.sub("-", normalize("NFKC", text)))
    return re.sub(r"\s*[,、及和]\s*", ",", english).lower()


def suggest_wait(text: str) -> str:
    """The text as a wait: `next day at 10:00`, `3d at 10:00`, `until mon 10:00`."""
    if not _may_be_time(text):
        return text
    if match := _NEXT_DAY.fullmatch(text):
        return f"next day at {suggest_clocks(match[1])}"
    if match := _DAYS_LATER.fullmatch(text):
        return f"{suggest_span(match[1])} at {suggest_clocks(match[2])}"
    if match := _UNTIL.fullmatch(text):
        return " ".join(filter(None, ("until", _DAYS.get(match[1] or ""), suggest_clocks(match[2]))))
    return suggest_span(text.removesuffix("後"))


def suggest_each(text: str) -> str:
    """The text as `1d`, where it says how often: `每天一次`."""
    match = _EACH.fullmatch(text) if _may_be_time(text) else None
    return text if match is None else _one(match[1])


def suggest_rate(text: str) -> str:
    """The text as `3 per 7d`: `每週三次`."""
    match = _RATE.fullmatch(text) if _may_be_time(text) else None
    return text if match is None else f"{_DIGITS.get(match[2], match[2])} per {_one(match[1])}"


def suggest_rhythm(text: str) -> str:
    """The text as `week on mon at 10:00`: `每週一 10:00`."""
    match = _RHYTHM.fullmatch(text) if _may_be_time(text) else None
    if match is None:
        return text
    how = "day"
    if match["days"]:
        how = f"week on {','.join(_DAYS[day] for day in re.findall('[一二三四五六日天]', match['days']))}"
    elif match["number"]:
        how = f"month on {int(match['number'])}"
    return f"{how} at {suggest_clocks(match['at'])}"


def past_midnight(clock: str) -> str | None:
    """The time of the next day that is meant by an hour behind 24: `24:30`, `25:00`."""
    match = re.fullmatch(r"(2[4-9]):([0-5]\d)", clock)
    return f"{int(match[1]) - 24:02}:{match[2]}" if match else None


def _one(span: str) -> str:
    return suggest_span(span if span[0].isdigit() else f"1{span}")


def suggest_span(text: str) -> str:
    """The text as `3d`, where it is one number with a unit, or a unit."""
    if text in _HALVES:
        return _HALVES[text]
    if text in _UNITS:
        return f"1{_UNITS[text]}"
    if text[:1] in _DIGITS and text[1:2] not in _DIGITS:
        text = _DIGITS[text[0]] + text[1:]
    if not _may_be_time(text) or not text[0].isdigit():
        return text
    match = _SPAN.fullmatch(normalize("NFKC", text).lower())
    return f"{match[1]}{_UNITS[match[2]]}" if match and match[2] in _UNITS else text


def _may_be_time(text: str) -> bool:
    """Whether a text is short enough for a time: texts of any kind are checked, and most are longer."""
    return 0 < len(text) <= _LONGEST

"""What time, days or span somebody meant who wrote as people do: `10點`, `週一-週五`, `8點到20點`."""

from __future__ import annotations

import re
from unicodedata import normalize

_DAYS = dict(zip("一二三四五六日天", ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "sun"), strict=True))
_DAY = re.compile(r"(?:週|周|星期|禮拜)?([一二三四五六日天])")
_TO = re.compile(r"\s*(?:[~〜–—至到]|\s-|-\s)\s*")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:點](?P<minute>\d{2})分?|點|(?=\s?[ap]m))(?:\s?(?P<half>[ap])m)?", re.IGNORECASE
)
_DATE = re.compile(
    r"(?P<year>\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})日?(?P<rest>(?:\D.*)?)$"
)
_SPAN = re.compile(r"\s*(\d{1,6})\s*(秒|分鐘?|小時|天|日|週|周|個星期|[a-z]+)\s*")
_UNITS = {
    **{unit: unit for unit in "smhdw"},
    **dict.fromkeys(("秒", "second", "seconds", "sec"), "s"),
    **dict.fromkeys(("分", "分鐘", "minute", "minutes", "min"), "m"),
    **dict.fromkeys(("小時", "hour", "hours", "hr"), "h"),
    **dict.fromkeys(("天", "日", "day", "days"), "d"),
    **dict.fromkeys(("週", "周", "個星期", "week", "weeks"), "w"),
}
_LONGEST = 40
"""Characters of a text that is looked at; nobody means a time in a longer one."""
_FIRST_OF_DAYS = frozenset("週周星禮一二三四五六日天mtwfsMTWFS")


def meant_clocks(text: str) -> str:
    """The text with each time of day in it as `09:30`, and `-` between two."""
    if not _looked_at(text) or not text[0].isdigit():
        return text
    return _CLOCK.sub(_clock, _TO.sub("-", normalize("NFKC", text)))


def _clock(found: re.Match[str]) -> str:
    hour = int(found["hour"])
    if found["half"] and hour <= 12:
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    return f"{hour:02}:{found['minute'] or '00'}"


def meant_dates(text: str) -> str:
    """The text with a date at its beginning as `2026-11-01`, and a time of day behind it as `09:30`."""
    found = _DATE.match(normalize("NFKC", text)) if _looked_at(text) and text[0].isdigit() else None
    if found is None:
        return text
    rest = meant_clocks(found["rest"].strip())
    return f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}" + (f" {rest}" if rest else "")


def meant_days(text: str) -> str:
    """The text with its days of the week as `mon-fri` or `sat,sun`."""
    if not _looked_at(text) or text[0] not in _FIRST_OF_DAYS:
        return text
    english = _DAY.sub(lambda found: _DAYS[found[1]], _TO.sub("-", normalize("NFKC", text)))
    return re.sub(r"\s*[,、及和]\s*", ",", english).lower()


def meant_span(text: str) -> str:
    """The text as `3d`, where it is one number with a unit, or a unit."""
    if text in _UNITS:
        return f"1{_UNITS[text]}"
    if not _looked_at(text) or not text[0].isdigit():
        return text
    found = _SPAN.fullmatch(normalize("NFKC", text).lower())
    return f"{found[1]}{_UNITS[found[2]]}" if found and found[2] in _UNITS else text


def _looked_at(text: str) -> bool:
    """Texts of all kinds are asked about: most are none of these at a glance."""
    return 0 < len(text) <= _LONGEST

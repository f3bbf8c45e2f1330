"""Which texts are what: a check for each format that the schema names.

What a text of a format means is for the compiler to read; here is only whether it can be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.playbook.shape import patterns, times
from bot.playbook.shape.faults import Check, Fault

NAME_LIMIT = 40
"""Characters in a name."""

NAME = r"[a-z][a-z0-9_]{0,39}"
"""Names in the places of texts, in addresses and in other programs; what looks so is never a text."""

HOURS_LIKE = times.HOURS_LIKE
RESERVED = frozenset(
    {"everyone", "everything", "nothing", "exit", "closed", "today", "now"}
    | {"member_card", "unbind", "privacy_notice", "tags"}
)
"""Names that mean something already."""

SECRET = frozenset({"token", "channel id"})
"""Formats whose texts are never shown in a message."""


def _name(text: str) -> Fault | None:
    if re.fullmatch(NAME, text):
        return None
    hint = "names here are small English letters, digits and _, beginning with a letter, at most 40"
    meant = re.sub(r"[\s-]+", "_", text.strip().lower())
    if re.fullmatch(NAME, meant):
        hint = f"write  {meant}; {hint}"
    return Fault("bad-name", "is no name here", hint)


def _own_name(text: str) -> Fault | None:
    """A name that may be Chinese."""
    if not text.strip():
        return Fault("bad-name", "cannot be empty")
    if len(text) > NAME_LIMIT:
        return Fault("bad-name", f"is longer than {NAME_LIMIT} characters", "choose a shorter name")
    if text != text.strip():
        return Fault("bad-name", "begins or ends with a space", "leave the space out")
    if "{" in text or "}" in text or any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in text):
        return Fault("bad-name", "holds a character that no name may have", "leave out { } and line breaks")
    if HOURS_LIKE.fullmatch(text):
        return Fault("bad-name", "reads as hours or days, not as a name", "choose another name")
    return None


def _solid_name(text: str) -> Fault | None:
    """A name that may be Chinese, and may stand in a placeholder or a grid."""
    if any(c.isspace() for c in text.strip()):
        says = "holds a space, and may stand in a placeholder or a grid"
        return Fault("bad-name", says, "leave the space out, or write _")
    return _own_name(text)


def _new(check: Check) -> Check:
    """A name that is given here: it means nothing yet."""

    def of_a_new_name(text: str) -> Fault | None:
        if text in RESERVED:
            return Fault("reserved-name", "means something already", "choose another name")
        return check(text)

    return of_a_new_name


def _hours_or_name(text: str) -> Fault | None:
    if HOURS_LIKE.fullmatch(text) or re.fullmatch(r"[\d:.\-]+", text):
        return times.hours(text)
    return _own_name(text)


def _file(text: str) -> Fault | None:
    """A path within the playbook's folder."""
    if (
        text.startswith(("/", "\\", "~"))
        or re.match(r"[A-Za-z]:[\\/]", text)
        or ".." in re.split(r"[\\/]", text)
    ):
        hint = "put the file into the folder, and write its path from there"
        return Fault("path-outside", "leads out of the playbook's folder", hint)
    return _filled(text)


def _file_or_address(text: str) -> Fault | None:
    return None if re.match(r"[a-z][a-z0-9+.-]*://|\{\{", text) else _file(text)


def _filled(text: str) -> Fault | None:
    return None if text.strip() else Fault("bad-value", "cannot be empty")


def _timezone(text: str) -> Fault | None:
    fault = Fault("bad-value", "is no time zone", "write it such as Asia/Taipei")
    if not re.fullmatch(r"UTC|[A-Z]\w*(?:/[A-Z][\w+-]*){1,2}", text):
        return fault
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return fault
    return None


def _like(pattern: str, says: str, hint: str | None = None) -> Check:
    compiled = re.compile(pattern)
    return lambda text: None if compiled.fullmatch(text) else Fault("bad-value", says, hint)


STRICT: Mapping[str, Check] = {
    "duration": times.duration,
    "time": times.time,
    "moment": times.moment,
    "hours": times.hours,
    "day or date": times.day_or_date,
    "window": times.window_or_closed,
    "wait": times.wait,
    "once per": times.once_per("person", "conversation", "always"),
    "once per journey": times.once_per("person", "always"),
    "rate": times.rate,
    "every": times.every,
    "name": _name,
    "new name": _new(_name),
    "whole": _like(r"\d{1,9}", "must be a whole number"),
    "number": _like(r"-?\d{1,15}(?:\.\d{1,9})?", "must be a number"),
    "percent": _like(r"100|\d{1,2}", "must be a whole number from 0 to 100"),
    "seconds": _like(r"(?:[5-9]|[1-5]\d|60)s?", "must be from 5 to 60 seconds", "write it such as 10s"),
    "month": _like(r"this|next|[1-9]|1[0-2]", "must be this, next, or a month from 1 to 12"),
    "colour": _like(r"#[0-9A-Fa-f]{6}", "must be a colour", 'write it such as "#2f6b4f", in quotes'),
    "sticker": _like(
        r"\d{1,12}/\d{1,12}", "must be the numbers of a sticker", "write package/id, such as 446/1988"
    ),
    "token": _like(r"[!-~]*", "cannot hold spaces or other characters than a token has"),
    "channel id": _like(r"[!-~]+", "must be the channel's id from the LINE Developers Console"),
    "database": _like(
        r"embedded|(?:mongodb(?:\+srv)?://|\$\{)\S+",
        'must be "embedded" or begin with "mongodb://" or "mongodb+srv://"',
    ),
    "timezone": _timezone,
}
"""Formats of ASCII texts only."""

LOOSE: Mapping[str, Check] = {
    "filled": _filled,
    "own name": _own_name,
    "new own name": _new(_own_name),
    "new solid name": _new(_solid_name),
    "hours or name": _hours_or_name,
    "heard": patterns.heard,
    "pattern": patterns.pattern,
    "file": _file,
    "file or address": _file_or_address,
    "account id": _like(r"@?[^\s@]+", 'must be the account\'s id, such as "@forest"'),
}
"""Formats that take other letters too."""

FORMATS: Mapping[str, Check] = {**STRICT, **LOOSE}

_NOT_STRICT = tuple("x" for _ in STRICT)


@lru_cache(maxsize=100_000)
def signature(text: str) -> tuple[str, ...]:
    """All that the formats see of a text: those of equal signature have the same faults everywhere."""
    ascii_only = text.isascii() and len(text) <= 300
    strict = tuple(_code(check, text) for check in STRICT.values()) if ascii_only else _NOT_STRICT
    return strict + tuple(_code(check, text) for check in LOOSE.values())


def _code(check: Check, text: str) -> str:
    fault = check(text)
    return "" if fault is None else fault.code

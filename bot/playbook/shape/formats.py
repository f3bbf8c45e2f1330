"""Which texts are what: a check for each format that the schema names.

What a text of a format means is for the compiler to read; here is only whether it can be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.engine.texts.text import fold
from bot.engine.types.odds import odds_of
from bot.model.retention import DEFAULT_DAYS
from bot.model.translatable import Translatable, tr
from bot.playbook.hints import of_kind, write
from bot.playbook.shape import names, patterns, times
from bot.playbook.shape.vocabulary import FormatCheck, FormatFault


def check_spoken_words(text: str) -> FormatFault | None:
    """Words that people may say; something is left of them when texts are compared."""
    if fold(text):
        return None
    says = tr("can never be heard: nothing of it is left when texts are compared")
    return FormatFault("bad-value", says, tr("write the words that people say"))


def _file(text: str) -> FormatFault | None:
    """A path within the playbook's folder."""
    if (
        text.startswith(("/", "\\", "~"))
        or re.match(r"[A-Za-z]:[\\/]", text)
        or ".." in re.split(r"[\\/]", text)
    ):
        hint = tr("put the file into the folder, and write its path from there")
        return FormatFault("path-outside", tr("leads out of the playbook's folder"), hint)
    return _filled(text)


def _file_or_address(text: str) -> FormatFault | None:
    return None if re.match(r"[a-z][a-z0-9+.-]*://|\{\{", text) else _file(text)


def _wrong(says: Translatable, hint: Translatable | None = None) -> FormatFault:
    """The fault of a value; the message names its place, not the text, which is empty, secret or any."""
    return FormatFault("bad-value", says, hint, of_place=True)


def _filled(text: str) -> FormatFault | None:
    if text.strip():
        return None
    return _wrong(tr("cannot be empty"), tr("write something here, or leave it out"))


_HOST = re.compile(r"\[?[0-9a-f:]*:[0-9a-f:.]*\]?|[^\W_](?:[\w.-]{0,251}[\w.])?")
"""A host: an address of IPv6, or a name or an address of IPv4."""


def _private_host(text: str) -> FormatFault | None:
    """A host by its name alone: neither an address of the web nor a whole network."""
    if not text.strip() or _HOST.fullmatch(text.lower()):
        return _filled(text)
    hint = tr("write only its name, such as  crm.internal")
    whole = re.match(r"(?:[a-z]+://)?(?:[^/@]*@)?([\w.-]+)(?::\d+)?(?:/\D.*|/)?$", text.lower())
    if whole is not None and _HOST.fullmatch(whole[1]):
        hint = write(whole[1])
    elif re.fullmatch(r"[0-9a-f:.]+/\d+", text.lower()):
        hint = tr("name each host that is called; a whole network cannot be named")
    return FormatFault("bad-value", tr("is no host"), hint)


def _timezone(text: str) -> FormatFault | None:
    fault = FormatFault("bad-value", tr("is no time zone"), tr("write it such as Asia/Taipei"))
    if not re.fullmatch(r"UTC|[A-Z]\w*(?:/[A-Z][\w+-]*){1,2}", text):
        return fault
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return fault
    return None


def _like(pattern: str, says: Translatable, hint: Translatable | None = None) -> FormatCheck:
    """A check by a regular expression."""
    fault, compiled = _wrong(says, hint), re.compile(pattern)
    return lambda text: None if compiled.fullmatch(text) else fault


_address = _like(
    r"embedded|(?:mongodb(?:\+srv)?://|\$\{)\S+",
    tr('must be "embedded" or begin with "mongodb://" or "mongodb+srv://"'),
)
"""`embedded`, the address of a MongoDB, or a variable for it."""
_NAME_IN_ADDRESS = re.compile(r"mongodb(?:\+srv)?://[^/?]*/([^?]*)")
"""The name of the database in an address (group 1)."""
_TAKEN = re.compile("admin|config|local|pretend_.*", re.DOTALL)
"""Databases of MongoDB's own, and of simulators, which are nobody's (`PRETEND` of `store/database/mongo`)."""


def _database(text: str) -> FormatFault | None:
    """Its address, with the name of a database or without.

    https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions
    """
    if (fault := _address(text)) is not None:
        return fault
    match = _NAME_IN_ADDRESS.match(text)
    name = unquote(match[1]) if match is not None else ""
    if not name or (re.fullmatch(r"[\w-]+", name) and len(name.encode()) < 64 and not _TAKEN.fullmatch(name)):
        return None
    hint = tr(
        "what stands behind the last / is its name: letters, digits, _ and -, 63 bytes at most, and not"
        " admin, config, local or pretend_…"
    )
    return _wrong(tr("names a database that cannot be called so"), hint)


_NUMERALS = str.maketrans("一二兩三四五六七八九", "1223456789")
"""From Chinese digits to those of ASCII."""


def _ungrouped(text: str) -> str:
    """A number without commas between thousands, in half-width characters."""
    return re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", normalize("NFKC", text))


def _percent(text: str) -> FormatFault | None:
    if re.fullmatch(r"100|0|[1-9][0-9]?", text):
        return None
    match = re.fullmatch(r"([0-9]{1,3})\s*%", normalize("NFKC", text))
    hint = of_kind("written", tr("write  {number}", number=str(int(match[1])))) if match is not None else None
    if "." in text:
        hint = tr("write whole numbers; for fewer prizes write  first: …  in the rule of the prize")
    return _wrong(tr("must be a whole number from 0 to 100"), hint)


def _odds(text: str) -> FormatFault | None:
    if odds_of(text) is not None:
        return None
    hint = tr("write them such as  1/200  or  5%")
    return FormatFault("bad-value", tr("must be odds of more than 0%, and 100% at most"), hint)


def _whole(text: str) -> FormatFault | None:
    if re.fullmatch(r"0|[1-9][0-9]{0,8}", text):
        return None
    digits = re.fullmatch(r"\D{0,9}?([0-9]{1,9})(?![0-9])\D*", _ungrouped(text).translate(_NUMERALS))
    hint = tr("write it in digits, such as 100")
    if digits is not None and not re.search("[十百千萬%％]", text):
        hint = of_kind("written", tr("write  {number}", number=str(int(digits[1]))))
    return _wrong(tr("must be a whole number"), hint)


FIVE_YEARS = 1_825
"""The most days for which anything of people may be stored, but for what the law wants."""


def _retention(least: int, most: int, example: int, *, none: bool = False) -> FormatCheck:
    """A number of days from `least` to `most`, or `none` where nothing need be stored."""

    def check(text: str) -> FormatFault | None:
        written = re.fullmatch(r"([1-9][0-9]{0,8})d", text)
        if written is None:
            if none and text == "none":
                return None
            match = re.fullmatch(r"([1-9][0-9]{0,3}) *(?:d|days?|天|日)?", normalize("NFKC", text))
            shown = (
                tr("180d, or none") if none else of_kind("written", tr("write  {days}d", days=str(example)))
            )
            hint = shown if match is None else of_kind("written", tr("write  {days}d", days=match[1]))
            what = tr("must be a number of days, or none") if none else tr("must be a number of days")
            return _wrong(what, hint)
        days = min(max(int(written[1]), least), most)
        if days == int(written[1]):
            return None
        hint = of_kind("written", tr("write  {days}d", days=str(days)))
        if days == FIVE_YEARS:
            return _wrong(tr("must be 5 years or less"), hint)
        bound = (
            tr("must be {days} days or less", days=str(most))
            if days == most
            else tr("must be {days} days or more", days=str(least))
        )
        return _wrong(bound, hint)

    return check


_NUMBER = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?"


def _number(text: str) -> FormatFault | None:
    if re.fullmatch(_NUMBER, text):
        return None
    match = re.fullmatch(rf"[^0-9.-]{{0,9}}({_NUMBER})[^0-9]*", _ungrouped(text))
    hint = of_kind("written", tr("write  {number}", number=match[1])) if match is not None else None
    return _wrong(tr("must be a number"), hint)


STRICT: Mapping[str, FormatCheck] = {
    "days kept": _retention(1, FIVE_YEARS, 180, none=True),
    "days of timeline": _retention(14, DEFAULT_DAYS["timeline"], 180),
    "days of traces": _retention(1, DEFAULT_DAYS["traces"], 3),
    "days of dead letters": _retention(14, FIVE_YEARS, 90),
    "days after leaving": _retention(1, FIVE_YEARS, 365),
    "duration": times.duration,
    "fixed duration": times.fixed_duration,
    "time": times.time,
    "moment": times.moment,
    "hours": times.hours,
    "day or date": times.day_or_date,
    "window": times.window_or_closed,
    "wait": times.wait,
    "once per": times.once_per("person", "conversation", "day", "always"),
    "once per journey": times.once_per("person", "day", "always"),
    "rate": times.rate,
    "every": times.every,
    "name": names.name,
    "new name": names.new(names.name),
    "whole": _whole,
    "number": _number,
    "percent": _percent,
    "seconds": _like(
        r"(?:[5-9]|[1-5]\d|60)s?", tr("must be from 5 to 60 seconds"), tr("write it such as 10s")
    ),
    "odds": _odds,
    "month": _like(r"this|next|[1-9]|1[0-2]", tr("must be this, next, or a month from 1 to 12")),
    "colour": _like(r"#[0-9A-Fa-f]{6}", tr("must be a colour"), tr('write it such as "#2f6b4f", in quotes')),
    "sticker": _like(
        r"\d{1,12}/\d{1,12}",
        tr("must be the numbers of a sticker"),
        tr("write package/id, such as 446/1988"),
    ),
    "token": _like(r"[!-~]*", tr("cannot hold spaces or other characters than a token has")),
    "channel id": _like(r"[!-~]+", tr("must be the channel's id from the LINE Developers Console")),
    "database": _database,
    "timezone": _timezone,
}
"""Formats of ASCII texts only."""

LOOSE: Mapping[str, FormatCheck] = {
    "filled": _filled,
    "own name": names.own_name,
    "new own name": names.new(names.own_name),
    "new solid name": names.new(names.solid_name),
    "hours or name": names.hours_or_name,
    "heard": check_spoken_words,
    "pattern": patterns.pattern,
    "file": _file,
    "private host": _private_host,
    "file or address": _file_or_address,
    "account id": _like(r"@?[^\s@]+", tr('must be the account\'s id, such as "@forest"')),
}
"""Formats that take other letters too."""

FORMATS: Mapping[str, FormatCheck] = {**STRICT, **LOOSE}

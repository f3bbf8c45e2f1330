"""From what a person wrote to a value of a type: full-width digits, commas and slashes are understood."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Literal
from unicodedata import normalize
from zoneinfo import ZoneInfo

from bot.engine.local_time import utc
from bot.model.value import Type, Value

REGION = "TW"
"""Where a phone number without a country code belongs."""

_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TIME = re.compile(r"(\d{1,2})\s*[:時點]\s*(\d{2})\s*分?")
_MAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".]{2,}")
_CODE = re.compile(r"\d{6}")
_PHONE = re.compile(r"\+?[\d\s()./‐-―-]+")
"""Digits, and what people put between them; letters are no digits, whatever a keypad says."""
_YES = frozenset({"是", "是的", "好", "好的", "要", "對", "可以", "同意", "yes", "y", "ok", "true"})
_NO = frozenset({"否", "不", "不是", "不要", "不用", "不好", "不同意", "no", "n", "false"})
LONGEST_NUMBER = 15
"""Digits that a double holds exactly."""
LONGEST_PHONE = 40
"""Characters, with all that people put between the digits."""


def typed(
    text: str, wanted: Type | Literal["phone", "email", "code"], zone: ZoneInfo | None = None
) -> Value | None:
    """The value of this type that the text means; `None` where it means none.

    Dates are `YYYY-MM-DD`, times `HH:MM`, moments UTC (read in `zone`), phones E.164.
    """
    if wanted == "text":
        return text
    plain = normalize("NFKC", text).strip()
    match wanted:
        case "number":
            return _number(plain)
        case "date":
            return _date(plain)
        case "time":
            return _time(plain)
        case "date_time":
            return _moment(plain, zone)
        case "yes_no":
            word = plain.casefold()
            return True if word in _YES else False if word in _NO else None
        case "phone":
            return phone(plain)
        case "email":
            return plain if len(plain) <= 254 and _MAIL.fullmatch(plain) else None
        case "code":
            joined = re.sub(r"[\s-]", "", plain)
            return joined if _CODE.fullmatch(joined) and joined.isascii() else None


def _number(plain: str) -> int | float | None:
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        return None
    digits = plain.replace(",", "")
    if sum(c.isdigit() for c in digits) > LONGEST_NUMBER:
        return None
    return float(digits) if "." in digits else int(digits)


def _date(plain: str) -> str | None:
    found = _DATE.fullmatch(plain)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None


def _time(plain: str) -> str | None:
    found = _TIME.fullmatch(plain)
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2])).isoformat("minutes")
    except ValueError:
        return None


def _moment(plain: str, zone: ZoneInfo | None) -> datetime | None:
    day, _, clock = plain.replace("T", " ").partition(" ")
    on, at = _date(day), _time(clock.strip())
    if on is None or at is None or zone is None:
        return None
    try:
        return utc(date.fromisoformat(on), time.fromisoformat(at), zone)
    except OverflowError:
        return None


def phone(plain: str) -> str | None:
    """A mobile number in E.164, such as `+886912345678`; `None` where it is none."""
    if len(plain) > LONGEST_PHONE or not _PHONE.fullmatch(plain):
        return None
    import phonenumbers  # 60 ms, and most processes of the command line never need it

    text = plain if plain.startswith(("+", "0")) else f"+{plain}" if plain.startswith("886") else plain
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if phonenumbers.number_type(number) not in kinds:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

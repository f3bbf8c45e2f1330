"""From what a person wrote to a value of a type: full-width digits, commas and slashes are understood."""

from __future__ import annotations

import re
from typing import Literal
from zoneinfo import ZoneInfo

from bot.engine.types.table import type_of
from bot.model.plain_text import cleaned
from bot.model.value import Type, Value

REGION = "TW"
"""Where a phone number without a country code belongs."""

_MAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".]{2,}")
"""An e-mail address, roughly: a local part, `@`, and a domain with a point; no space, bracket or quote."""
_CODE = re.compile(r"\d{6}")
"""A one-time code."""
_PHONE = re.compile(r"\+?[\d\s()./‐-―-]+")
"""Digits, and what people put between them; letters are no digits, whatever a keypad says."""
_BETWEEN = str.maketrans("", "", " \t\u00a0-‐‑‒–—−().")
"""Deletes what people put between the digits of a phone."""
_TAIWAN = re.compile(r"(?:(?:\+|00)?886)?0?(9[0-8]\d{7})", re.ASCII)
"""What is surely a mobile number of Taiwan, as the library would find it, in a hundredth of the time."""
LONGEST_PHONE = 40
"""Characters, with all that people put between the digits."""


def typed(
    text: str, wanted: Type | Literal["phone", "email", "code"], zone: ZoneInfo | None = None
) -> Value | None:
    """The value of this type that the text means; `None` where it means none.

    Moments are read in `zone`, phones are E.164.
    """
    if (type_ := type_of(wanted)) is not None:
        return type_.typed(text, zone)
    if wanted == "phone":
        return phone(text)
    plain = cleaned(text)
    if wanted == "email":
        return plain if len(plain) <= 254 and _MAIL.fullmatch(plain) else None
    joined = re.sub(r"[\s-]", "", plain)
    return joined if _CODE.fullmatch(joined) and joined.isascii() else None


def phone(text: str) -> str | None:
    """The mobile number that a text means, in E.164 such as `+886912345678`; `None` where it means none.

    The reader of phones for every way in: chats, pages, tables, the records of shops, commands.
    """
    plain = cleaned(text)
    if (found := _TAIWAN.fullmatch(plain.translate(_BETWEEN))) is not None and len(plain) <= LONGEST_PHONE:
        return f"+886{found[1]}"
    if len(plain) > LONGEST_PHONE or not _PHONE.fullmatch(plain):
        return None
    import phonenumbers  # 60 ms, and most processes of the command line never need it

    dialled = f"+{plain}" if plain.startswith("886") else plain
    try:
        number = phonenumbers.parse(dialled, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if phonenumbers.number_type(number) not in kinds:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

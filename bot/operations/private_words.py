"""What is masked in what was said: numbers, addresses, and what is known of a person as private.

A mask must never show more than `contact_shown` does. What looks like a mobile number is taken for one,
whoever wrote it and whosever it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.texts.format import formatted
from bot.engine.texts.typed import typed
from bot.model.contact import Contact
from bot.model.plain_text import visible
from bot.model.value import PRIVATE_SLOT, Value
from bot.sms.phone import masked

HIDDEN = "••••"
SHORTEST = 2
"""Characters of a private value that is looked for: a single one stands everywhere."""

_NARROW = str.maketrans(
    {
        **{chr(0xFF01 + n): chr(0x21 + n) for n in range(94)},  # letters, digits and signs in full width
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        "\u3000": " ",
    }
)
"""One character for one, so that what is found stands at the same place in the text."""
_BETWEEN = r"[\s()./-]{0,2}"
_MOBILE = re.compile(
    rf"(?<![\d+])(?:(?:\+|00)?886{_BETWEEN}(?:\(0\)|0)?|\(?0)?{_BETWEEN}9(?:{_BETWEEN}\d){{8}}(?!\d)"
    rf"|(?<![\d+])\+\d(?:{_BETWEEN}\d){{7,13}}(?!\d)"
)
"""As Taiwan's are written, and what says by its plus that it is of another country."""
_CLOCKS = ("HH:mm", "H:mm", "HH點mm分", "H點mm分", "HH時mm分", "H時mm分")
_DAYS = (
    *(how.replace("/", sign) for how in ("YYYY/MM/DD", "YYYY/M/D", "MM/DD", "M/D") for sign in "/-."),
    *("YYYY年M月D日", "YYYY年MM月DD日", "M月D日", "MM月DD日", "YYYYMMDD"),
)
SMALLEST = 1_000
"""Numbers that are looked for where they are private: smaller ones stand everywhere."""
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")


def masked_address(address: str) -> str:
    """An e-mail address as it may be shown: `a•••@forest.example`."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}"


class PrivateWords:
    """Masks texts of what was said to and by one person."""

    def __init__(self, contact: Contact, zone: ZoneInfo) -> None:
        """`zone`: the playbook's, by whose clock texts have told of moments."""
        known = {
            visible(value).translate(_NARROW) for value in _values(contact, zone) if len(value) >= SHORTEST
        }
        longest_first = map(_as_pattern, sorted(known, key=len, reverse=True))
        self._known = re.compile("|".join(longest_first), re.IGNORECASE) if known else None

    def mask(self, value: Any) -> Any:
        """The same JSON with nothing private in its texts."""
        if isinstance(value, str):
            return self.masked(value)
        if isinstance(value, Mapping):
            return {key: self.mask(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.mask(inner) for inner in value]
        return value

    def masked(self, text: str) -> str:
        """The text with nothing private in it, and no invisible sign that could hide it."""
        text = visible(text)
        text = _replaced(text, _MOBILE, _number)
        text = _replaced(text, _ADDRESS, masked_address)
        return text if self._known is None else _replaced(text, self._known, lambda known: HIDDEN)


def _replaced(text: str, pattern: re.Pattern[str], mask: Any) -> str:
    parts, end = [], 0
    for found in pattern.finditer(text.translate(_NARROW)):
        parts += [text[end : found.start()], mask(found[0])]
        end = found.end()
    return "".join((*parts, text[end:])) if parts else text


def _number(written: str) -> str:
    phone = typed(written, "phone")
    return masked(phone) if isinstance(phone, str) else HIDDEN


def _values(contact: Contact, zone: ZoneInfo) -> Iterable[str]:
    """What is known as private, as it may have been written; Taiwan's phones are known by their look."""
    for phone in (contact.phone, contact.told_phone):
        if phone is not None:
            yield from (phone, phone.removeprefix("+"))
    if contact.email is not None:
        yield contact.email
    for slot, known in contact.attributes.items():
        if slot.startswith(f"{PRIVATE_SLOT}."):
            yield from _as_written(known.value, zone)


def _as_written(value: Value, zone: ZoneInfo) -> Iterable[str]:
    """A value as texts may have it: a date, a time and a number are mostly in a format.

    Of a moment day and time are looked for each by itself: between them a text has whatever it likes.
    """
    if isinstance(value, str):
        yield value
        yield from {formatted(value, how, zone) for how in (*_DAYS, *_CLOCKS)}
    elif isinstance(value, datetime):
        yield from {formatted(value, how, zone) for how in ("date", *_DAYS, *_CLOCKS)}
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= SMALLEST:
        yield from {formatted(value, how, zone) for how in (None, "number")}


def _as_pattern(known: str) -> str:
    """Digits are not looked for in the middle of others: `5/1` does not stand in `5/12`."""
    before, after = known[0].isdecimal(), known[-1].isdecimal()
    return (r"(?<!\d)" if before else "") + re.escape(known) + (r"(?!\d)" if after else "")

"""What is masked in what was said: numbers, addresses, and what is known of a person as private.

A mask must never show more than `contact_shown` does. What looks like a mobile number is taken for one,
whoever wrote it and whosever it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.engine.texts.typed import typed
from bot.model.contact import Contact
from bot.model.value import PRIVATE_SLOT
from bot.sms.phone import masked

HIDDEN = "••••"
SHORTEST = 2
"""Characters of a private value that is looked for: a single one stands everywhere."""

_NARROW = str.maketrans("０１２３４５６７８９＋－＠．（）　", "0123456789+-@.() ")
"""One character for one, so that what is found stands at the same place in the text."""
_MOBILE = re.compile(r"(?<![\d+])(?:\+?886[\s()-]{0,2}|0)9\d{2}[\s-]?\d{3}[\s-]?\d{3}(?!\d)")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")


def masked_address(address: str) -> str:
    """An e-mail address as it may be shown: `a•••@forest.example`."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}"


class PrivateWords:
    """Masks texts of what was said to and by one person."""

    def __init__(self, contact: Contact) -> None:
        known = sorted(filter(_is_long_enough, _values(contact)), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

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
        """The text with nothing private in it."""
        text = _replaced(text, _MOBILE, _number)
        text = _replaced(text, _ADDRESS, masked_address)
        return text if self._known is None else self._known.sub(HIDDEN, text)


def _replaced(text: str, pattern: re.Pattern[str], mask: Any) -> str:
    parts, end = [], 0
    for found in pattern.finditer(text.translate(_NARROW)):
        parts += [text[end : found.start()], mask(found[0])]
        end = found.end()
    return "".join((*parts, text[end:])) if parts else text


def _number(written: str) -> str:
    phone = typed(written, "phone")
    return masked(phone) if isinstance(phone, str) else HIDDEN


def _values(contact: Contact) -> Iterable[str]:
    """What is known as private, as it may have been written; Taiwan's phones are known by their look."""
    for phone in (contact.phone, contact.told_phone):
        if phone is not None:
            yield from (phone, phone.removeprefix("+"))
    if contact.email is not None:
        yield contact.email
    for slot, known in contact.attributes.items():
        if slot.startswith(f"{PRIVATE_SLOT}.") and isinstance(known.value, str):
            yield known.value


def _is_long_enough(text: str) -> bool:
    return len(text) >= SHORTEST

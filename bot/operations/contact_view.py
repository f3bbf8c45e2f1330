"""What is shown of a contact: what is private is masked here, once, for everybody who shows it.

In texts, everything that looks like a mobile number is masked as one, by whomever it was written.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.connectors.sms.phone import masked
from bot.engine.texts.format import formatted
from bot.engine.texts.typed import typed
from bot.model.audit import AuditKind, AuditRow
from bot.model.contact import Contact
from bot.model.journal import TimelineRow
from bot.model.plain_text import visible
from bot.model.processes import part_of
from bot.model.value import PRIVATE_SLOT, Value
from bot.operations.call_outcomes import CallSnapshot, call_snapshot
from bot.operations.find_contacts import LocatedContact

HIDDEN = "••••"
SHORTEST = 2
"""Fewest characters of a private value that is masked: a single one is everywhere."""

_NARROW = str.maketrans(
    {
        **{chr(0xFF01 + n): chr(0x21 + n) for n in range(94)},  # letters, digits and signs in full width
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        "\u3000": " ",
    }
)
"""One character for one, so that matches are at the same place in the text."""
_BETWEEN = r"[\s()./-]{0,2}"
"""What may stand between two digits of a phone."""
_MOBILE = re.compile(
    rf"(?<![\d+])(?:(?:\+|00)?886{_BETWEEN}(?:\(0\)|0)?|\(?0)?{_BETWEEN}9(?:{_BETWEEN}\d){{8}}(?!\d)"
    rf"|(?<![\d+])\+\d(?:{_BETWEEN}\d){{7,13}}(?!\d)"
)
"""A mobile number of Taiwan, in any way of writing; or, with a plus, a phone of any country."""
_CLOCKS = ("HH:mm", "H:mm", "HH點mm分", "H點mm分", "HH時mm分", "H時mm分")
"""Formats in which texts may have a time of day."""
_DAYS = (
    *(how.replace("/", sign) for how in ("YYYY/MM/DD", "YYYY/M/D", "MM/DD", "M/D") for sign in "/-."),
    *("YYYY年M月D日", "YYYY年MM月DD日", "M月D日", "MM月DD日", "YYYYMMDD"),
)
"""Formats in which texts may have a date."""
SMALLEST = 1_000
"""Numbers that are looked for where they are private: smaller ones stand everywhere."""
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
"""An e-mail address."""

_OWN_FILE = re.compile(r"(/media/(?:staff/[0-9a-f]{32}|[0-9a-f]{16})(?=[./]))")
"""The random name of a file of ours in an address, whose digits are no phone."""


def masked_address(address: str) -> str:
    """An e-mail address as it may be shown: `a•••@forest.example`."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}"


class PrivateWords:
    """Masks texts from and to one person."""

    def __init__(self, contact: Contact, zone: ZoneInfo) -> None:
        """`zone`: the playbook's, in which texts write moments."""
        known = {
            visible(value).translate(_NARROW) for value in _values(contact, zone) if len(value) >= SHORTEST
        }
        longest_first = map(_as_pattern, sorted(known, key=len, reverse=True))
        self._known = re.compile("|".join(longest_first), re.IGNORECASE) if known else None

    def mask(self, value: Any) -> Any:
        """The same JSON with nothing private in its texts; random digits of our own files are no phone."""
        if isinstance(value, str):
            parts = _OWN_FILE.split(value)
            return "".join(part if index % 2 else self.masked(part) for index, part in enumerate(parts))
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
    for phone in (contact.phone, contact.stated_phone):
        if phone is not None:
            yield from (phone, phone.removeprefix("+"))
    if contact.email is not None:
        yield contact.email
    for slot, known in contact.attributes.items():
        if slot.startswith(f"{PRIVATE_SLOT}."):
            yield from _spellings(known.value, zone)


def _spellings(value: Value, zone: ZoneInfo) -> Iterable[str]:
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


Row = TypeVar("Row", AuditRow, TimelineRow)

ROWS = 20
"""Lines of the timeline that are shown."""
LOOKS: Sequence[AuditKind] = ("looked_at", "conversation_read")
"""What is no news of a contact: `oaflow incident` tells who has looked."""


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact whose phone, address and private attributes are masked, unless they were to be revealed."""

    contact: Contact
    simulated: bool
    is_revealed: bool = False


@dataclass(frozen=True, slots=True)
class ContactHistory:
    """What was done to a contact and last happened to it, newest first.

    Also to its `parts`: who was merged into it. `waiting` events are not decided. What staff noted is masked,
    unless it was to be revealed.
    """

    waiting: int
    parts: tuple[str, ...]
    audit: tuple[AuditRow, ...]
    timeline: tuple[TimelineRow, ...]
    calls: CallSnapshot


def masked_view(found: LocatedContact, *, reveal: bool = False) -> ContactView:
    """What may be shown of a contact."""
    contact = found.contact if reveal else _masked(found.contact)
    return ContactView(contact, found.simulated, reveal)


async def revealed(found: LocatedContact, actor: str, now: datetime) -> ContactView:
    """All of it, which the audit log says of the actor first."""
    row = AuditRow(f"revealed:{uuid.uuid4().hex}", now, actor, "revealed", found.contact.id)
    await found.stores.audit.add(row)
    return masked_view(found, reveal=True)


async def history(
    found: LocatedContact, now: datetime, *, reveal: bool = False, rows: int = ROWS
) -> ContactHistory:
    """What was done and what happened. With `reveal`, of whom `revealed` was asked before."""
    parts, lines = await parts_of(found)
    journal = found.stores.journal
    of_parts = parts if rows else []
    happening = [row for part in of_parts for row in await journal.latest_of(part, part_of(part), rows)]
    happening = _newest(happening)[:rows]
    calls = await call_snapshot(happening, journal, found.stores.contacts, now)
    timeline = [row if reveal or row.text is None else replace(row, text=HIDDEN) for row in happening]
    audit = _newest(row for row in lines.values() if row.what not in LOOKS)
    return ContactHistory(len(found.stored.waiting), tuple(parts[1:]), tuple(audit), tuple(timeline), calls)


async def parts_of(found: LocatedContact) -> tuple[list[str], dict[str, AuditRow]]:
    """The ids of a contact and of all who were merged into it, and what was done to them, by its id."""
    lines: dict[str, AuditRow] = {}
    parts = [found.contact.id]
    for part in parts:  # which grows: who was merged may have been merged from others
        rows = await found.stores.audit.of(part)
        lines |= {row.id: row for row in rows}
        merges = (row for row in rows if row.what == "merged" and row.undone_by is None)
        parts += [row.other for row in merges if row.contact == part and row.other is not None]
    return parts, lines


def _newest(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.at, reverse=True)


def _masked(contact: Contact) -> Contact:
    private = f"{PRIVATE_SLOT}."
    return replace(
        contact,
        phone=None if contact.phone is None else masked(contact.phone),
        stated_phone=None if contact.stated_phone is None else masked(contact.stated_phone),
        email=None if contact.email is None else masked_address(contact.email),
        attributes={
            slot: replace(known, value=HIDDEN) if slot.startswith(private) else known
            for slot, known in contact.attributes.items()
        },
    )

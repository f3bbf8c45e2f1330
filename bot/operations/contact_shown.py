"""What is shown of a contact: what is private is masked here, once, for everybody who shows it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.model.audit import AuditRow
from bot.model.contact import Contact
from bot.model.journal import TimelineRow
from bot.model.parts import part_of
from bot.model.value import PRIVATE_SLOT
from bot.operations.call_ends import Ends, ends_of
from bot.operations.find_contacts import FoundContact
from bot.operations.private_words import HIDDEN, masked_address
from bot.sms.phone import masked

Row = TypeVar("Row", AuditRow, TimelineRow)

ROWS = 20
"""Lines of the timeline that are shown."""


@dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact whose phone, address and private attributes are masked, unless they were to be revealed."""

    contact: Contact
    simulated: bool


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
    ends: Ends


def shown(found: FoundContact, *, reveal: bool = False) -> ShownContact:
    """What may be shown of whoever was found."""
    contact = found.contact if reveal else _masked(found.contact)
    return ShownContact(contact, found.simulated)


async def revealed(found: FoundContact, actor: str, now: datetime) -> ShownContact:
    """All of it, which the audit log says of the actor first."""
    row = AuditRow(f"revealed:{uuid.uuid4().hex}", now, actor, "revealed", found.contact.id)
    await found.stores.audit.add(row)
    return shown(found, reveal=True)


async def history(found: FoundContact, now: datetime, *, reveal: bool = False) -> ContactHistory:
    """What was done and what happened. With `reveal`, of whom `revealed` was asked before."""
    parts, lines = await parts_of(found)
    journal = found.stores.journal
    happening = [row for part in parts for row in await journal.latest_of(part, part_of(part), ROWS)]
    happening = _newest(happening)[:ROWS]
    ends = await ends_of(happening, journal, found.stores.contacts, now)
    told = [row if reveal or row.text is None else replace(row, text=HIDDEN) for row in happening]
    audit = _newest(lines.values())
    return ContactHistory(len(found.stored.waiting), tuple(parts[1:]), tuple(audit), tuple(told), ends)


async def parts_of(found: FoundContact) -> tuple[list[str], dict[str, AuditRow]]:
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
        told_phone=None if contact.told_phone is None else masked(contact.told_phone),
        email=None if contact.email is None else masked_address(contact.email),
        attributes={
            slot: replace(known, value=HIDDEN) if slot.startswith(private) else known
            for slot, known in contact.attributes.items()
        },
    )

"""The row of a phone in the register of phones, and how it changes with the contacts that bind the phone.

`contact`: the id of the contact that has bound the phone; `state`: `confirmed` where there is one, else
`reserved`; `claimed`: the contact that has reserved it to bind it, `until` a time (UTC). `contact` and
`claimed` are both there while a phone moves. An empty row: nobody has the phone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from bot.model.contact import Contact
from bot.model.processes import SETTLED

PhoneRow: TypeAlias = Mapping[str, Any]
"""The row as a document, with the fields above."""

STILL_WRITTEN = timedelta(seconds=SETTLED)
"""How long after the end of a reservation nobody else gets the phone: a binding decided in its last moment
may still be being written, by a process whose lease lasts 10 s."""


class PhoneTaken(Exception):
    """A contact has bound a phone that another one holds, and had not reserved it."""


def has_lapsed(row: PhoneRow, now: datetime) -> bool:
    """Whether the row's reservation is over, with `STILL_WRITTEN`."""
    return bool(row["until"] + STILL_WRITTEN <= now)


def settled(row: PhoneRow, contact: str, now: datetime, *, bound: bool) -> dict[str, Any]:
    """The row once it agrees with this contact, which has `bound` the phone, or has not.

    Raises `PhoneTaken`.
    """
    holder, claimed = row.get("contact"), row.get("claimed")
    after = dict(row)
    if bound:
        if holder not in (None, contact) and claimed != contact:
            raise PhoneTaken("the phone that a contact has bound is held by another")
        after |= {"contact": contact, "state": "confirmed"}
    elif holder == contact:
        del after["contact"]
        after["state"] = "reserved"
    if claimed == contact and (bound or has_lapsed(row, now)):
        del after["claimed"], after["until"]
    return _without_holder(after)


def followed(row: PhoneRow, phone: str, ours: Set[str], after: Sequence[Contact]) -> dict[str, Any]:
    """The row of this phone after a rewrite: contacts with the ids `ours` have become `after`.

    Raises `PhoneTaken` where a contact of `after` has a phone that another one holds.
    """
    wanted = dict(row)
    holder = next((c.id for c in after if c.phone == phone and "phone" in c.bindings), None)
    claimed = row.get("claimed")
    if holder is not None and row.get("contact", claimed) not in (None, *ours):
        raise PhoneTaken("the phone is held by another contact")
    if holder is not None:
        wanted |= {"contact": holder, "state": "confirmed"}
    elif row.get("contact") in ours:
        del wanted["contact"]
        wanted["state"] = "reserved"
    if claimed in ours:
        about = (c.id for c in after for i in c.flows if i.found is not None and i.found.phone == phone)
        wanted["claimed"] = next(about, after[0].id if len(after) == 1 else claimed)
        if wanted["claimed"] == holder:
            del wanted["claimed"], wanted["until"]
    return _without_holder(wanted)


def _without_holder(row: dict[str, Any]) -> dict[str, Any]:
    return row if "contact" in row or "claimed" in row else {}


def phones_of(contact: Contact) -> Iterator[str]:
    """The phones that a contact has, or is about to bind."""
    if contact.phone is not None:
        yield contact.phone
    for instance in contact.flows:
        if instance.proven is not None:
            yield instance.proven
        if instance.found is not None and instance.found.phone is not None:
            yield instance.found.phone

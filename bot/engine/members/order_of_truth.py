"""Of two things that a shop has told of one member: which is true? (docs/architecture.md, News of a shop)

What the shop has changed later is; where it does not say, or was asked twice in between, what was asked for
later is. So of a webhook, a poll and a look that cross, the last one asked stands, whichever comes last.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.contact import Contact
from bot.model.event import Facts, Listed

LATEST = timedelta(hours=1)
"""So late nothing is told that was asked for: what seems to be later still was asked for by a clock that has
been set back since, and is no newer."""


def is_outdated(contact: Contact, told: Facts | Listed) -> bool:
    """Whether something newer of this member is known; what does not say when it was asked for never is."""
    return _is_older(told.read, told.updated, contact)


def is_told_later(contact: Contact, other: Contact) -> bool:
    """Whether what the shop has told of a contact is newer than what it has told of another."""
    return _is_older(other.shop_read, other.shop_updated, contact)


def _is_older(read: datetime | None, updated: datetime | None, contact: Contact) -> bool:
    known, asked = contact.shop_updated, contact.shop_read
    if updated is not None and known is not None and updated != known:
        return updated < known
    return read is not None and asked is not None and read < asked <= read + LATEST


def dated(contact: Contact, told: Facts | Listed) -> Contact:
    """The contact, which knows from now on of when that is; unchanged where it is of no moment."""
    if told.read is None and told.updated is None:
        return contact
    return replace(
        contact, shop_read=told.read or contact.shop_read, shop_updated=told.updated or contact.shop_updated
    )


def is_later(contact: Contact, told: Facts | Listed) -> bool:
    """Whether the shop has changed the record since what is known of it, be it in nothing that is mapped."""
    return told.updated is not None and told.updated != contact.shop_updated

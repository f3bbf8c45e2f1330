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
    if (changed := _changed_before(told.updated, contact.shop_updated)) is not None:
        return changed
    read, asked = told.read, contact.shop_read
    return read is not None and asked is not None and read < asked <= read + LATEST


def is_told_later(contact: Contact, other: Contact) -> bool:
    """Whether what the shop has told of a contact is newer than what it has told of another."""
    if (changed := _changed_before(other.shop_updated, contact.shop_updated)) is not None:
        return changed
    return (
        contact.shop_read is not None and other.shop_read is not None and contact.shop_read > other.shop_read
    )


def _changed_before(one: datetime | None, other: datetime | None) -> bool | None:
    """Whether the shop had changed the one before the other; `None`: it does not say."""
    return None if one is None or other is None or one == other else one < other


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

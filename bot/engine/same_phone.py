"""Two contacts that have bound one phone: one person, or a phone that has moved (language, 8.3)."""

from __future__ import annotations

from datetime import datetime

from bot.engine.merge import merged
from bot.engine.moving_phone import moved
from bot.model.contact import Contact


def one_phone(
    here: Contact, there: Contact, phone: str | None, at: datetime
) -> tuple[Contact, Contact | None] | None:
    """What becomes of the two after `here` has bound the phone that `there` had bound.

    With LINE accounts on different channels they are one person, and nothing is left of `there` (`None`);
    with two on one channel the phone moves. `None`: not both of them have bound it, or no longer.
    """
    if phone is None or not (has_bound(here, phone) and has_bound(there, phone)):
        return None
    shared = shared_channels(here, there)
    return moved(here, there, shared, at) if shared else (merged(here, there), None)


def has_bound(contact: Contact, phone: str) -> bool:
    """Whether this is the contact's proven phone."""
    return contact.phone == phone and "phone" in contact.bindings


def shared_channels(one: Contact, other: Contact) -> tuple[str, ...]:
    """The channels on which each has a LINE account of its own."""
    theirs = {identity.channel for identity in other.identities if identity.user is not None}
    return tuple(i.channel for i in one.identities if i.user is not None and i.channel in theirs)

"""A copy of a person that a turn may change, made as cheaply as Python can: every turn makes one."""

from __future__ import annotations

from operator import attrgetter

from bot.model.contact import Contact, Identity, Instance

_CONTACT = attrgetter(*Contact.__dataclass_fields__)
_IDENTITY = attrgetter(*Identity.__dataclass_fields__)
_INSTANCE = attrgetter(*Instance.__dataclass_fields__)


def copied(contact: Contact) -> Contact:
    """A copy that a turn may change, with copies of its instances."""
    copy = Contact(*_CONTACT(contact))
    copy.identities = tuple(Identity(*_IDENTITY(identity)) for identity in copy.identities)
    if copy.flows:
        copy.flows = tuple(Instance(*_INSTANCE(instance)) for instance in copy.flows)
    return copy

"""A person whose data was touched: what was done, and which kinds of data that leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

from bot.model.answer_fields import Help, Internal
from bot.model.contact import Contact
from bot.model.translatable import Translatable, tr
from bot.operations.conversation import chats_of
from bot.store.events.concerned_people import (
    BROADCAST,
    FILE,
    MESSAGE,
    SEEN,
    STORED,
    TURN,
    ConcernedId,
)


class DataKind(StrEnum):
    """A kind of data, as those concerned are told of it."""

    LINE = "line"
    MASKED = "masked"
    PHONE = "phone"
    EMAIL = "email"
    MEMBER = "member"
    PROFILE = "profile"
    HISTORY = "history"
    CONVERSATION = "conversation"
    FILES = "files"


class Touch(StrEnum):
    """What was done with a person's data, or may have been."""

    LOOKED_AT = "looked_at"
    EXPORTED = "exported"
    CHANGED = "changed"
    PROCESSED = "processed"
    VISIBLE = "visible"
    STORED = "stored"


DATA: Mapping[DataKind, Translatable] = {
    DataKind.LINE: tr("LINE account and name"),
    DataKind.MASKED: tr("phone and e-mail, masked (09••••••78)"),
    DataKind.PHONE: tr("phone"),
    DataKind.EMAIL: tr("e-mail"),
    DataKind.MEMBER: tr("member number"),
    DataKind.PROFILE: tr("tags, attributes, bindings, consents"),
    DataKind.HISTORY: tr("what happened, and when"),
    DataKind.CONVERSATION: tr("what was said"),
    DataKind.FILES: tr("pictures and files"),
}
TOUCHES: Mapping[Touch, Translatable] = {
    Touch.LOOKED_AT: tr("looked at one by one"),
    Touch.EXPORTED: tr("exported"),
    Touch.CHANGED: tr("changed by hand"),
    Touch.PROCESSED: tr("processed by the bot"),
    Touch.VISIBLE: tr("could be seen (no line shows that it was)"),
    Touch.STORED: tr("stored"),
}

SURE = frozenset(Touch) - {Touch.VISIBLE}
"""What was done; the rest could have been."""
ALL_KINDS = frozenset(DataKind) - {DataKind.MASKED}
_SHOWN = frozenset({DataKind.LINE, DataKind.MASKED, DataKind.MEMBER, DataKind.PROFILE})
_WHOLE = ALL_KINDS - {DataKind.CONVERSATION, DataKind.FILES}
Exposure: TypeAlias = tuple[Touch, frozenset[DataKind]]
"""What was done, and the kinds of data that it leaves open, at most."""
_ACTS: Mapping[str, Exposure] = {
    "looked_at": (Touch.LOOKED_AT, _SHOWN | {DataKind.HISTORY}),
    "conversation_read": (
        *(Touch.LOOKED_AT, frozenset({DataKind.LINE, DataKind.CONVERSATION, DataKind.FILES})),
    ),
    "revealed": (Touch.LOOKED_AT, _WHOLE | {DataKind.CONVERSATION}),
    FILE: (Touch.LOOKED_AT, frozenset({DataKind.LINE, DataKind.FILES})),
    "exported": (Touch.EXPORTED, ALL_KINDS),
    TURN: (Touch.PROCESSED, _WHOLE),
    MESSAGE: (Touch.PROCESSED, _WHOLE | {DataKind.CONVERSATION}),
    BROADCAST: (Touch.PROCESSED, frozenset({DataKind.LINE, DataKind.CONVERSATION})),
    SEEN: (Touch.VISIBLE, _SHOWN),
    STORED: (Touch.STORED, ALL_KINDS),
}
"""What each act of `ConcernedId` leaves open, at most; a turn opens all that is stored of its person."""
_CHANGED = (Touch.CHANGED, frozenset({DataKind.LINE, DataKind.MASKED, DataKind.PROFILE}))
"""Of all others of the audit log: who changes somebody is shown who it is."""
_PHONES = frozenset(("bound", "merged", "parted", "phone_moved", "phone_moved_back", "phone_changed_hands"))
EXPORT_COLUMNS = frozenset({DataKind.LINE, DataKind.PHONE, DataKind.EMAIL, DataKind.MEMBER, DataKind.PROFILE})
AUDIENCE_COLUMNS = frozenset({DataKind.LINE, DataKind.MASKED, DataKind.MEMBER})
"""What tables of `export`, and lists of an audience, hold."""


@dataclass(frozen=True, slots=True)
class ConcernedPerson:
    """A person as they are stored now, or, erased since, the number of their certificate.

    `accounts` are `channel:user`. `first` and `last`: when something was done; `None`: nobody knows.
    """

    contact: str
    certificate: str | None
    name: str | None = field(repr=False)
    accounts: Sequence[str]
    phone: Annotated[str | None, Internal()] = field(repr=False)
    email: Annotated[str | None, Internal()] = field(repr=False)
    kinds: Sequence[DataKind]
    touches: Sequence[Touch]
    first: datetime | None
    last: datetime | None
    certain: Annotated[bool, Help("Something was done, and not only could have been.")]


def exposure(act: str) -> Exposure:
    """What an act of `ConcernedId` leaves open."""
    if (known := _ACTS.get(act)) is not None:
        return known
    touch, kinds = _CHANGED
    return touch, kinds | {DataKind.PHONE} if act in _PHONES else kinds


def person_of(
    one: ConcernedId,
    contact: Contact | None,
    touches: Sequence[Exposure],
    said: AbstractSet[str],
    files: AbstractSet[str],
) -> ConcernedPerson:
    """One who is stored, or no more; `said` and `files` are chats of which something is stored."""
    kinds = frozenset[DataKind]().union(*(of for _, of in touches))
    if contact is not None:
        kinds &= _stored_kinds(contact, said, files) | (kinds & _done(one.acts))
    if DataKind.PHONE in kinds and DataKind.EMAIL in kinds:
        kinds -= {DataKind.MASKED}
    ways = {touch for touch, _ in touches}
    return ConcernedPerson(
        "" if one.is_erased else one.id if contact is None else contact.id,
        one.id if one.is_erased else None,
        None if contact is None else contact.name,
        () if contact is None else _accounts(contact),
        None if contact is None else contact.phone or contact.stated_phone,
        None if contact is None else contact.email,
        [kind for kind in DataKind if kind in kinds],
        [touch for touch in Touch if touch in ways],
        one.first,
        one.last,
        not SURE.isdisjoint(ways),
    )


def _done(acts: frozenset[str]) -> frozenset[DataKind]:
    """What was there then, whatever is stored now: something was said, or a file opened."""
    found = frozenset[DataKind]()
    if {MESSAGE, "conversation_read"} & acts:
        found |= {DataKind.CONVERSATION}
    return found | {DataKind.FILES} if FILE in acts else found


def _stored_kinds(contact: Contact, said: AbstractSet[str], files: AbstractSet[str]) -> set[DataKind]:
    chats = set(chats_of(contact))
    there = {
        DataKind.LINE: contact.has_line or contact.name is not None,
        DataKind.MASKED: any((contact.phone, contact.stated_phone, contact.email)),
        DataKind.PHONE: any((contact.phone, contact.stated_phone)),
        DataKind.EMAIL: contact.email is not None,
        DataKind.MEMBER: contact.member_no is not None,
        DataKind.PROFILE: True,
        DataKind.HISTORY: True,
        DataKind.CONVERSATION: not chats.isdisjoint(said),
        DataKind.FILES: not chats.isdisjoint(files),
    }
    return {kind for kind, is_there in there.items() if is_there}


def _accounts(contact: Contact) -> list[str]:
    return [f"{one.channel}:{one.user}" for one in contact.identities if one.user is not None]

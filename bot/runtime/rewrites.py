"""What two contacts become, with the events that tell them and the line of the audit log; or why not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from bot.engine.moving_phone import moved_back
from bot.engine.parting import parted, without_phone
from bot.engine.same_phone import shared_channels
from bot.model.audit import AuditKind, AuditRow
from bot.model.contact import Contact
from bot.model.event import Event, RewriteKind, Rewritten, Source, StaffSets, StaffTags, StaffUnbinds
from bot.model.inbox import InboxEntry
from bot.runtime.own_events import own_event
from bot.store.rewriting import Rewrite, Undoing

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-6d6572676531")


class Refused(Exception):
    """It cannot be done, and nothing was changed; the message says why, for whoever asked."""


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does it, and when; the same `name` is the same doing, done again."""

    who: str
    at: datetime
    name: str


def united(kept: Contact, gone: Contact, after: Contact, left: Contact | None, doing: Doing) -> Rewrite:
    """The two are one (`left` is `None`), or a phone has moved from `gone` to `kept`."""
    what: AuditKind = "merged" if left is None else "phone_moved"
    line = AuditRow(f"{what}:{doing.name}", doing.at, doing.who, what, kept.id, gone.id)
    if left is None:
        return Rewrite(after, None, (_told(kept, "merged", gone, line),), line)
    told = (_told(kept, "phone_came", gone, line), _told(gone, "phone_went", kept, line))
    return Rewrite(after, left, told, line)


def refuse_to_merge(one: Contact, other: Contact) -> None:
    """Raise `Refused` for two who cannot be one."""
    for contact in (one, other):
        if contact.kind != "person":
            raise Refused(f'"{contact.id}" is a {contact.kind}, and only persons are merged')
    shared = shared_channels(one, other)
    if shared:
        raise Refused(
            f'"{one.id}" and "{other.id}" are two LINE accounts on the channel "{shared[0]}": they stay two'
        )


def undone(undoing: Undoing, doing: Doing, *, phone_is_free: bool) -> Rewrite:
    """The two as they are once a line is undone; without the phone where somebody else has it by now."""
    line, kept, gone = undoing.line, undoing.kept, undoing.gone
    if line.undone_by is not None:
        raise Refused("it has been undone already")
    _refuse_if_merged_away(undoing)
    if line.what == "phone_moved":
        if "phone" in gone.contact.bindings:
            raise Refused(f'"{gone.contact.id}" has bound another phone since')
        if not phone_is_free:
            raise Refused("somebody else has bound the phone since")
        here, there = moved_back(kept.contact, gone.contact, undoing.gone_before)
        return _apart(here, there, "phone_moved_back", ("phone_went", "phone_came"), line, doing)
    here, there = parted(kept.contact, undoing.kept_before, undoing.gone_before)
    if not phone_is_free and "phone" in there.bindings:
        there = without_phone(there)
    return _apart(here, there, "parted", ("parted", "parted"), line, doing)


def _refuse_if_merged_away(undoing: Undoing) -> None:
    both = (undoing.kept,) if undoing.line.what == "merged" else (undoing.kept, undoing.gone)
    for one in both:
        if one.to is not None:
            raise Refused(f'"{one.contact.id}" was merged into "{one.to}" since: undo that first')


def _apart(
    here: Contact,
    there: Contact,
    what: AuditKind,
    told: tuple[RewriteKind, RewriteKind],
    undoes: AuditRow,
    doing: Doing,
) -> Rewrite:
    line = AuditRow(f"{what}:{undoes.id}", doing.at, doing.who, what, here.id, there.id)
    return Rewrite(here, there, (_told(here, told[0], there, line), _told(there, told[1], here, line)), line)


def _told(contact: Contact, change: RewriteKind, other: Contact, line: AuditRow) -> InboxEntry:
    return entry_for(contact, Rewritten(change, other.id), Doing(line.who, line.at, line.id))


def entry_for(
    contact: Contact, what: Rewritten | StaffUnbinds | StaffTags | StaffSets, doing: Doing
) -> InboxEntry:
    """An event of ours for this contact, on the first of its channels."""
    channel = next((i.channel for i in contact.identities), contact.id.partition(":")[0])
    event = f"{channel}:{uuid.uuid5(_IDS, f'{doing.name} {contact.id}').hex}"
    return own_event(contact.id, Event(event, channel, Source("none", ""), doing.at, what)).entry

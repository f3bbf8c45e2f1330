"""What staff do to people: tag, set, merge, undo, unbind, hand back. In the database, with or without a bot.

All of it raises `Refused` or `NotFound` where it cannot be done, and `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import AttributeInfo, Playbook
from bot.engine.members.by_staff import with_tag, with_value, without_tag
from bot.engine.members.identity import of_shop
from bot.engine.texts.format import formatted
from bot.model.audit import AuditKind, AuditRow
from bot.model.contact import BindingKind, Contact
from bot.model.event import PromotionAct
from bot.model.stored import Stored
from bot.model.translatable import QuotedContact, tr
from bot.model.value import Value
from bot.operations.find_contacts import LocatedContact, NotFound, not_called
from bot.operations.simulated_time import clock_among, now_among
from bot.playbook.similar import hint_for
from bot.runtime.effects.merging import Merging
from bot.runtime.effects.rewrites import refuse_to_merge
from bot.runtime.effects.staff_changes import StaffChanges, refuse_what_is_the_shops, value_by_hand
from bot.services.rewrites import RewriteJob, RewriteRefused, event_for
from bot.store.contacts.rewriting import RewriteTargetMissing

PATIENCE = 10.0
"""Seconds that are waited for a running process to carry out an order."""
BETWEEN = 0.1
"""Seconds between two looks; the other process sends no notice when it is done."""

Carried: TypeAlias = Literal["done", "stored", "waiting"]
"""A process has done it; it is stored until one runs; one runs, and will do it when its turn comes."""
UnbindKind: TypeAlias = BindingKind | Literal["clerk"]


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """An attribute with the value that it is to have; `None`: none. `shown`: it, if it is not private."""

    key: str
    slot: str
    value: Value | None
    shown: str | None


def check_mergeable(into: LocatedContact, gone: LocatedContact) -> None:
    """Raise `Refusal` where they cannot be one, as far as it is known before: two accounts of one channel, a
    friend of a simulator. For who asks before anything is done."""
    if into.stores is not gone.stores:
        raise NotFound(tr("one of them is a friend of a simulator, and the other is not there"))
    if into.contact.id != gone.contact.id:
        refuse_to_merge(into.contact, gone.contact)


@dataclass(frozen=True, slots=True)
class HandedBack:
    """Whose conversation is the bot's again, on which channels, and what has become of it so far."""

    contact: str
    channels: tuple[str, ...]
    carried: Carried


async def merge(into: LocatedContact, gone: LocatedContact, playbook: Playbook, actor: str) -> Contact:
    """Make two contacts one, which is returned."""
    check_mergeable(into, gone)
    return await (await _merging(into, playbook)).merge(into.contact.id, gone.contact.id, actor)


async def undo_merge(found: LocatedContact, playbook: Playbook, actor: str) -> AuditRow:
    """Undo the last merge, or the last move of a phone: the line of the log that was undone."""
    return await (await _merging(found, playbook)).undo(found.contact.id, actor)


async def unbind(
    found: LocatedContact, playbook: Playbook, kind: UnbindKind, actor: str, *, keep_tags: bool = False
) -> Carried:
    """Undo a binding, and wait until a running process has carried it out."""
    await (await _merging(found, playbook)).unbind(found.contact.id, kind, actor, keep_tags=keep_tags)
    return await carried_out(found, lambda stored: not _has(stored.contact, kind))


def tag_named(playbook: Playbook, name: str) -> str:
    """The tag of the playbook of this name. Raises `NotFound` with what helps."""
    if name not in (known := playbook.tag_names):
        first = tr("write it into the playbook first:  tags: {{tag}: {added_by: staff}}", tag=name)
        raise NotFound(not_called(tr("tag"), name, hint_for(name, known) or first))
    return name


def attribute_named(playbook: Playbook, name: str) -> str:
    """The attribute of the playbook of this name. Raises `NotFound` with the nearest."""
    _attribute(playbook, name)
    return name


async def change_tag(
    found: LocatedContact, playbook: Playbook, action: Literal["add", "remove"], name: str, actor: str
) -> Carried:
    """Put a tag of the playbook on, or take off one that somebody has."""
    left = action == "remove" and found.contact.has_tag(name, await now_among(found.stores))
    if not left:
        tag_named(playbook, name)

    def amend(contact: Contact, now: datetime) -> Contact:
        return (
            with_tag(contact, playbook, name, actor, now) if action == "add" else without_tag(contact, name)
        )

    if await amended(found, amend, "tagged" if action == "add" else "untagged", actor, name):
        return "done"
    changes = await staff_changes(found)
    change = changes.add_tag if action == "add" else changes.remove_tag
    event = await change(found.contact.id, name, actor)
    return await carried_out(found, lambda stored: event not in stored.waiting)


def attribute_change(playbook: Playbook, key: str, text: str | None) -> AttributeChange:
    """What is to be set, as staff have written it (`None`: to be cleared), if the playbook lets them."""
    info = _attribute(playbook, key)
    if text is None:
        refuse_what_is_the_shops(info, key)
        return AttributeChange(key, info.slot, None, None)
    value = value_by_hand(info, text, playbook.zone, key)
    shown = None if info.private or value is None else formatted(value, None, playbook.zone)
    return AttributeChange(key, info.slot, value, shown)


async def set_attribute(found: LocatedContact, change: AttributeChange, actor: str) -> Carried:
    """Set an attribute, or clear it."""

    def amend(contact: Contact, now: datetime) -> Contact:
        return with_value(contact, change.slot, change.value, now)

    if await amended(found, amend, "set", actor, change.key, *([change.shown] if change.shown else [])):
        return "done"
    event = await (await staff_changes(found)).set_attribute(
        found.contact.id, change.key, change.value, actor, shown=change.shown
    )
    return await carried_out(found, lambda stored: event not in stored.waiting)


async def hand_back(found: LocatedContact, channel: str | None, actor: str) -> HandedBack:
    """Give the conversation back to the bot, on this channel or wherever staff have it or are waited for.

    Raises `Refused`.
    """
    waited = {one.channel for one in found.contact.chats if one.state == "waits"}
    there = [one.channel for one in found.contact.identities if one.staff or one.channel in waited]
    channels = [one for one in there if channel in (None, one)]
    if not channels:
        raise RewriteRefused(
            tr("the bot has the conversation with {contact} already", contact=QuotedContact(found.contact.id))
        )
    changes = await staff_changes(found)
    events = {await changes.hand_back(found.contact.id, one, actor) for one in channels}
    carried = await carried_out(found, lambda stored: not events & set(stored.waiting))
    return HandedBack(found.contact.id, tuple(channels), carried)


async def amended(
    found: LocatedContact,
    amend: Callable[[Contact, datetime], Contact],
    kind: AuditKind,
    actor: str,
    *details: str,
) -> bool:
    """Change somebody without LINE at once, who has no turns; `False` for others."""
    if found.contact.has_line:
        return False
    now = await now_among(found.stores)
    line = AuditRow(f"{kind}:{uuid.uuid4().hex}", now, actor, kind, found.contact.id, details=details)
    try:
        return await found.stores.rewriter.amend(found.contact.id, lambda contact: amend(contact, now), line)
    except RewriteTargetMissing:
        return False  # gone meanwhile, which the next step reports


def _attribute(playbook: Playbook, key: str) -> AttributeInfo:
    info = playbook.attributes.get(key)
    if info is None:
        near = hint_for(key, playbook.attributes) or tr("attributes are declared in the playbook")
        raise NotFound(not_called(tr("attribute"), key, near))
    return info


async def _merging(found: LocatedContact, playbook: Playbook) -> Merging:
    stores, clock = found.stores, await clock_among(found.stores)
    return Merging(stores.rewriter, stores.contacts, stores.audit, clock, lambda: of_shop(playbook))


async def staff_changes(found: LocatedContact) -> StaffChanges:
    """What stores an event of staff for this contact."""
    return StaffChanges(found.stores.rewriter, found.stores.contacts, await clock_among(found.stores))


def _has(contact: Contact, kind: UnbindKind) -> bool:
    return contact.clerk is not None if kind == "clerk" else kind in contact.bindings


async def carried_out(found: LocatedContact, is_done: Callable[[Stored], bool]) -> Carried:
    """What has become of it once a running process has had the time for it."""
    if not await found.stores.leases.is_running():
        return "stored"
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                stored = await found.stores.contacts.person(found.contact.id)
                if stored is None or is_done(stored):
                    return "done"
                await asyncio.sleep(BETWEEN)
    except TimeoutError:
        return "waiting"


async def done_once(
    found: LocatedContact, act: PromotionAct, job: RewriteJob, kind: AuditKind, *details: str
) -> bool:
    """Store an act of staff with its line of the audit log, both once; whether its turn was taken by now."""
    entry = event_for(found.contact, act, job, once=True).entry
    line = AuditRow(f"{kind}:{entry.id}", job.at, job.actor, kind, found.contact.id, details=details)
    await found.stores.rewriter.append_once(entry, line)
    return await carried_out(found, lambda stored: entry.id not in stored.waiting) == "done"

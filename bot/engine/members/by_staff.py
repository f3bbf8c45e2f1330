"""What staff change of a person by hand, with all that follows from it: tags, attributes, binding, groups."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.engine import notes
from bot.engine.compiled.playbook import AttributeInfo, Playbook
from bot.engine.members.membership import bind_found
from bot.engine.turn import change_notes
from bot.engine.turn.change_notes import note_added, note_removed
from bot.engine.turn.changes import (
    add_tags,
    folded_consent,
    remove_tags,
    resume_marketing,
    set_attribute,
    stop_marketing,
    tag_end,
)
from bot.engine.turn.turn import Turn
from bot.engine.types.table import TYPES
from bot.model.bulk_run import ordered_by
from bot.model.contact import AttributeValue, Contact, StaffStop, Tag
from bot.model.staff_order import StaffBinds, StaffDraws, StaffSets, StaffStops, StaffTags
from bot.model.value import Value


def tagged(turn: Turn, change: StaffTags) -> None:
    """Take tags off and put tags on, as staff order; what changes is news, as if the playbook had done it.

    With an `origin` a tag is taken off only where that alone has put it on.
    """
    remove = [name for name in change.remove if change.origin in ("", tag_origin(turn.contact, name))]
    if remove:
        note_removed(turn, remove_tags(turn, remove, change.actor), ordered_by(change.actor))
    add = [name for name in change.add if not (change.of_run and turn.contact.has_tag(name, turn.now))]
    if add:
        note_added(turn, add_tags(turn, add, change.actor), ordered_by(change.actor))


def tag_origin(contact: Contact, name: str) -> str:
    """What alone has put a tag on, as `Tag.by`; empty where it is not there, or was put on again since."""
    return next((tag.by for tag in contact.tags if tag.name == name and not tag.again), "")


def set_by_staff(turn: Turn, change: StaffSets) -> None:
    """An attribute is set or cleared. One that the playbook no longer takes so stays as it is."""
    info = turn.playbook.attributes.get(change.attribute)
    if info is None or not takes(info, change.value):
        turn.note(change_notes.NOT_SET, change.attribute)
        return
    changed = set_attribute(turn, info.key, info.slot, change.value)
    done = change_notes.SET if change.value is not None else change_notes.SET_TO_NOTHING
    turn.note(done if changed else change_notes.SAME, info.key)


def stopped_by_staff(turn: Turn, change: StaffStops) -> None:
    """The person gets no marketing, as if they had said so; or (`undo`) all is as before, but for a *no* that
    is their own."""
    stop = turn.contact.staff_stop
    if change.undo and stop is not None:
        resume_marketing(turn, stop)
        turn.note(change_notes.MARKETING_KNOWN)
    elif change.undo or turn.contact.marketing_here is False:
        turn.note(change_notes.MARKETING_UNCHANGED)
    else:
        stop_marketing(turn)
        turn.note(change_notes.NO_MARKETING)


def bound_by_staff(turn: Turn, binding: StaffBinds) -> None:
    """A phone that staff vouch for is bound, as if a code had proven it; no flow has, so it has no tags."""
    turn.note(change_notes.BOUND if bind_found(turn, binding.found) else change_notes.NOT_BOUND)


def drawn_by_staff(turn: Turn, draw: StaffDraws) -> None:
    """From now on the person is in this group. It is no news: nobody has done anything."""
    turn.contact.seed = draw.seed
    turn.note(notes.DRAWN, draw.group, draw.split)


def takes(info: AttributeInfo, value: Value | None) -> bool:
    """Whether an attribute may be set to this value by hand: what a shop maps is the shop's."""
    if not info.writable:
        return False
    return value is None or (TYPES[info.type].fits(value) and (not info.values or value in info.values))


# -- people without LINE, who have no turns


def with_stop(contact: Contact, playbook: Playbook, *, undo: bool) -> Contact:
    """A contact without LINE to whom staff stop marketing, or (`undo`) allow what was before; unchanged where
    it is so already, or where the *no* is the person's own."""
    stop = contact.staff_stop
    is_so = stop is None if undo else contact.marketing_here is False
    if is_so:
        return contact
    here = stop.here if undo and stop is not None else False
    new = None if undo else StaffStop(contact.marketing_here)
    folded = folded_consent(playbook.consent_from, here, contact.marketing_shop)
    return replace(contact, marketing_here=here, marketing=folded, staff_stop=new)


def with_tag(contact: Contact, playbook: Playbook, name: str, actor: str, now: datetime) -> Contact:
    """A contact without LINE with a tag that `actor` puts on; where it was on, it is renewed and counted."""
    before = next((tag for tag in contact.tags if tag.name == name and contact.has_tag(name, now)), None)
    end = tag_end(playbook, name, now)
    if before is None:
        tag = Tag(name, now, actor, end)
    else:
        tag = replace(before, expires=end, again=before.again + 1, last=now)
    return replace(contact, tags=(*(one for one in contact.tags if one.name != name), tag))


def without_tag(contact: Contact, name: str) -> Contact:
    """Somebody without LINE without a tag."""
    return replace(contact, tags=tuple(tag for tag in contact.tags if tag.name != name))


def with_value(contact: Contact, slot: str, value: Value | None, now: datetime) -> Contact:
    """Somebody without LINE with an attribute set to a value of its type, or cleared (`None`)."""
    others = {key: known for key, known in contact.attributes.items() if key != slot}
    return replace(
        contact, attributes=others if value is None else {**others, slot: AttributeValue(value, now)}
    )

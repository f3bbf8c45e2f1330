"""What is noted of a change of a person: by the playbook, staff, a broadcast, a list, or the shop."""

from __future__ import annotations

from collections.abc import Sequence

from bot.engine.turn.turn import Turn
from bot.model.place import Place
from bot.model.trace import NoteKind

ADDED = NoteKind("add_tags: added {names} ({by})", "Added tags: {names}", code="tags_added")
HAD = NoteKind("add_tags: had them already ({by})", "Had the tags already")
REMOVED = NoteKind("remove_tags: removed {names} ({by})", "Removed tags: {names}", code="tags_removed")
HAD_NONE = NoteKind("remove_tags: had none of them ({by})", "Had none of these tags")

SET = NoteKind("set: {attribute} set", "Noted attribute {attribute}", code="attribute_set")
SET_TO_NOTHING = NoteKind("set: {attribute} cleared", "Cleared attribute {attribute}", code="attribute_unset")
HAD_VALUE = NoteKind(
    "set: {attribute} had it already", "Attribute {attribute} was so already", code="attribute_had"
)
SAME = NoteKind("set: {attribute} was so already", HAD_VALUE.sentence, code="attribute_same")
NOT_SET = NoteKind(
    "set: not-set ({attribute} takes no such value)",
    "Attribute {attribute} takes no such value",
    "no",
    "The attribute takes no such value",
)

NO_MARKETING = NoteKind("marketing: stopped by staff", "Staff: no more marketing", "heard")
MARKETING_KNOWN = NoteKind(
    "marketing: stopped no more by staff", "Staff: marketing no longer stopped", "heard"
)
MARKETING_UNCHANGED = NoteKind(
    "marketing: unchanged (it is so already, or the person's own word)",
    "Staff: marketing unchanged, it is so already or the person's own word",
    "no",
)

BOUND = NoteKind("bind_member: bound", "Bound", "heard")
NOT_BOUND = NoteKind(
    "bind_member: not-bound (no member is reserved for this run)",
    "Not bound: no member was found this time",
    "not",
)

CLERK_HANDED_OVER = NoteKind("clerk: handed over", "Is another store clerk's now")
CLERK_NOT_HANDED_OVER = NoteKind("clerk: not handed over", "Is not this store clerk's any more", "not")
MEMBER_LAPSED = NoteKind(
    "member: lapsed (the phone is no longer reserved: it was found too long ago)",
    "The member was found too long ago: to be looked for again",
    "not",
)
_OTHER_MEMBER = "Another member's data, or bound no more: left out"
MEMBER_LEFT_OUT = NoteKind(
    "member: left out (this is another member, or nobody is bound any more)",
    _OTHER_MEMBER,
    "not",
    code="member_left_out",
)
MEMBER_OUTDATED = NoteKind(
    "member: left out (the shop has told something newer since)", _OTHER_MEMBER, "not", code="member_outdated"
)
LIST_LEFT_OUT = NoteKind(
    "list: left out (this is another member, or nobody is bound any more)", _OTHER_MEMBER, "not"
)
LIST_TAKEN = NoteKind("list: taken over", "Took over what the list says")
LIST_BOUND = NoteKind("list: bound", "Bound the phone, which another system has proven, as the list says")
LIST_AS_BEFORE = NoteKind("list: as before", "The list says nothing new", "no")


def note_added(turn: Turn, new: Sequence[str], by: str = "", place: Place | None = None) -> None:
    """Tags were put on, `new` are those that were not on."""
    if new:
        turn.note(ADDED, tuple(new), by, place=place)
    else:
        turn.note(HAD, by, place=place)


def note_removed(turn: Turn, gone: Sequence[str], by: str = "", place: Place | None = None) -> None:
    """Tags were taken off, `gone` are those that were on."""
    if gone:
        turn.note(REMOVED, tuple(gone), by, place=place)
    else:
        turn.note(HAD_NONE, by, place=place)

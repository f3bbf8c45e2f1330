"""A proven phone that moves from one LINE account of a channel to another, and back (language, 6 and 8.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.engine.changes import SHOP
from bot.engine.parting import without_phone
from bot.model.contact import Binding, Contact, Notice, Tag


def moved(here: Contact, there: Contact, channels: tuple[str, ...], at: datetime) -> tuple[Contact, Contact]:
    """`here` has just bound the phone that `there` had bound: the tags of its binding come along.

    `there` is told on these `channels` when it next writes. Whose member number it was goes with the phone.
    """
    went, came = there.bindings["phone"], here.bindings["phone"]
    names = tuple(dict.fromkeys((*came.tags, *went.tags)))
    have = {tag.name for tag in here.tags}
    here = replace(
        here,
        version="",
        tags=(*here.tags, *(tag for tag in there.tags if tag.name in went.tags and tag.name not in have)),
        bindings={**here.bindings, "phone": replace(came, tags=names)},
    )
    notices = tuple(Notice(channel, "phone_moved", at) for channel in channels)
    there = replace(
        without_phone(there),
        member_no=_other_than(there.member_no, here.member_no),
        notices=(*there.notices, *notices),
    )
    return here, there


def moved_back(here: Contact, there: Contact, before: Contact) -> tuple[Contact, Contact]:
    """Undo `moved`, where `there` was as `before`: it has its phone again, with the binding and its tags.

    What the shop had said of it, and a turn has forgotten since, is known again.
    """
    binding = before.bindings["phone"]
    have = {tag.name for tag in there.tags}
    there = replace(
        there,
        version="",
        phone=before.phone,
        member_no=there.member_no or before.member_no,
        bindings={**there.bindings, "phone": binding},
        attributes={**before.attributes, **there.attributes},
        tags=(*there.tags, *(t for t in before.tags if t.name not in have and _of(binding, t))),
        notices=tuple(notice for notice in there.notices if notice.what != "phone_moved"),
    )
    if here.phone == before.phone and "phone" in here.bindings:
        here = replace(without_phone(here), member_no=_other_than(here.member_no, before.member_no))
    return here, there


def _of(binding: Binding, tag: Tag) -> bool:
    """Whether a tag went with the binding: its own, or the shop's."""
    return tag.name in binding.tags or tag.by == SHOP


def _other_than(number: str | None, theirs: str | None) -> str | None:
    return None if number == theirs else number

"""A binding that moves from one LINE account of a channel to another, and back (language, 7 and 9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.engine.members.one_member import is_same_member, shop_of
from bot.engine.members.parting import without_phone
from bot.engine.turn.changes import SHOP
from bot.model.contact import Binding, Contact, Notice, Tag


def moved(here: Contact, there: Contact, channels: tuple[str, ...], at: datetime) -> tuple[Contact, Contact]:
    """`here` has just bound what `there` had bound: the tags of its binding come along, a *no* to marketing,
    and whose member number it was, where nobody was looked up.

    `there` is told on these `channels` when it next writes. What the shop had said of it is forgotten by its
    own turn (`changes.binding_went`), as news.
    """
    went, came = there.bindings["phone"], here.bindings["phone"]
    names = tuple(dict.fromkeys((*came.tags, *went.tags)))
    have = {tag.name for tag in here.tags}
    here = replace(
        here,
        version="",
        member_no=here.member_no or there.member_no,
        member_shop=shop_of(here, there),
        tags=(*here.tags, *(tag for tag in there.tags if tag.name in went.tags and tag.name not in have)),
        bindings={**here.bindings, "phone": replace(came, tags=names)},
        marketing_here=False if there.marketing_here is False else here.marketing_here,
        marketing=False if there.marketing_here is False else here.marketing,
    )
    notices = tuple(Notice(channel, "phone_moved", at) for channel in channels)
    there = replace(without_phone(there), notices=(*there.notices, *notices))
    return here, there


def tags_gone(before: Contact, after: Contact) -> tuple[str, ...]:
    """The tags that went with a binding."""
    kept = {tag.name for tag in after.tags}
    return tuple(tag.name for tag in before.tags if tag.name not in kept)


def moved_back(here: Contact, there: Contact, before: Contact) -> tuple[Contact, Contact]:
    """Undo `moved`, where `there` was as `before`: it has its phone again, with the binding and its tags.

    What the shop had said of it, and a turn has forgotten since, is known again; its own turn makes news of
    it (`changes.binding_came_back`).
    """
    binding = before.bindings["phone"]
    moved_here = _is_same_binding(here, before)
    have = {tag.name for tag in there.tags}
    there = replace(
        there,
        version="",
        phone=before.phone,
        member_no=there.member_no or before.member_no,
        member_shop=shop_of(there, before),
        marketing_shop=before.marketing_shop if there.marketing_shop is None else there.marketing_shop,
        last_order=there.last_order or before.last_order,
        bindings={**there.bindings, "phone": binding},
        attributes={**before.attributes, **there.attributes},
        tags=(*there.tags, *(t for t in before.tags if t.name not in have and _of(binding, t))),
        notices=tuple(notice for notice in there.notices if notice.what != "phone_moved"),
    )
    return without_phone(here) if moved_here else here, there


def _is_same_binding(here: Contact, before: Contact) -> bool:
    """Whether what this one has bound is still what came from there: that phone, or that member."""
    if "phone" not in here.bindings:
        return False
    return here.phone == before.phone or is_same_member(here, before)


def _of(binding: Binding, tag: Tag) -> bool:
    """Whether a tag went with the binding: its own, or the shop's."""
    return tag.name in binding.tags or tag.by == SHOP

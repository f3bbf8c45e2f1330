"""What becomes of two contacts when one binds the phone or the member that the other has (language, 7, 9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.engine.members.contact_laws import without_phone
from bot.engine.members.identity import OfShop, is_same_member, shop_of
from bot.engine.members.merge import NO_SHOP, merged, of_one_person
from bot.engine.turn.changes import SHOP
from bot.model.contact import Binding, Contact, StaffStop, Tag
from bot.model.event import RewriteKind
from bot.model.instance import Notice, ReservedMember

RESTS = timedelta(days=90)
"""How long after its proof a phone is surely nobody else's: in Taiwan a number that was given up is assigned
to nobody for three months (電信號碼管理辦法, article 16)."""


def may_be_given_again(holder: Contact, at: datetime) -> bool:
    """Whether the phone that this contact has bound may be somebody else's by `at`, and no number tells."""
    proof = holder.bindings.get("phone")
    return holder.member_no is None and proof is not None and at - proof.at > RESTS


def moved(here: Contact, there: Contact, channels: tuple[str, ...], at: datetime) -> tuple[Contact, Contact]:
    """`here` has just bound what `there` had bound: the tags of its binding come along, a *no* to marketing,
    and whose member number it was, where nobody was looked up.

    `there` gets a notice on these `channels` when it next writes. The shop's data of it are removed by its
    own turn (`changes.binding_went`), as news.
    """
    went, came = there.bindings["phone"], here.bindings["phone"]
    stop = here.staff_stop
    if there.marketing_here is False and here.marketing_here is not False:
        stop = there.staff_stop and StaffStop(here.marketing_here, there.staff_stop.shop)
    elif there.marketing_here is False and there.staff_stop is None:
        stop = None
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
        staff_stop=stop,
        marketing=False if there.marketing_here is False else here.marketing,
    )
    return of_one_person(here, there), _unbound(of_one_person(there, here), channels, at)


def _unbound(there: Contact, channels: Iterable[str], at: datetime) -> Contact:
    """`there` without the phone that another LINE account has bound; it gets a notice when it next writes."""
    notices = tuple(Notice(channel, "phone_moved", at) for channel in channels)
    return replace(without_phone(there), notices=(*there.notices, *notices))


def removed_tags(before: Contact, after: Contact) -> tuple[str, ...]:
    """The tags that went with a binding."""
    remaining = {tag.name for tag in after.tags}
    return tuple(tag.name for tag in before.tags if tag.name not in remaining)


def moved_back(here: Contact, there: Contact, before: Contact) -> tuple[Contact, Contact]:
    """Undo `moved`, where `there` was as `before`: it has its phone again, with the binding and its tags.

    The shop's data, which a turn has removed since, are restored; its own turn makes news of
    them (`changes.binding_came_back`).
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


Became: TypeAlias = Literal[
    "merged",  # they are one person, and one contact
    "phone_moved",  # they are one person with two LINE accounts on a channel: the binding moves
    "phone_changed_hands",  # they are two people: the phone was one's, and is the other's now
]
"""What two contacts are once one has bound the other's phone or member."""


@dataclass(frozen=True, slots=True)
class Two:
    """The two contacts of `one_phone` after the binding."""

    became: Became
    here: Contact
    there: Contact | None
    """`None`: it was merged into `here`."""


def with_the_same(found: ReservedMember, same: Sequence[Contact]) -> ReservedMember:
    """What was found, with those who are this person already: two at most, the phone's holder first."""
    if not same:
        return found
    bound = [contact.bound_before for contact in same if contact.bound_before is not None]
    other, *more = (contact.id for contact in same)
    return replace(found, other=other, second=next(iter(more), None), bound_before=min(bound, default=None))


def one_phone(
    here: Contact,
    there: Contact,
    phone: str | None,
    at: datetime,
    given: OfShop = NO_SHOP,
    *,
    is_former: bool = False,
) -> Two | None:
    """The two contacts after `here` has bound the phone; `there` gets a notice.

    Of one member, or with one phone and nothing that says otherwise, they are one person: with LINE accounts
    on different channels one contact, on the same channel the binding moves. They are two where `there` is
    the `former` one, or has another number of the same shop: another member loses the phone only, and stays
    bound by number; who has no number is unbound. `None`: not both of them have bound it, or no longer.
    """
    if phone is None or not has_bound(here, phone) or "phone" not in there.bindings:
        return None
    if is_former or is_another_member(here, there):
        return Two("phone_changed_hands", here, _without_hold(there, at)) if there.phone == phone else None
    if there.phone != phone and not is_same_member(here, there):
        return None
    shared = shared_channels(here, there)
    if not shared:
        return Two("merged", merged(here, there, given), None)
    return Two("phone_moved", *moved(here, there, shared, at))


def _without_hold(former: Contact, at: datetime) -> Contact:
    """The former holder without the phone: a member stays bound by number, anybody else is unbound."""
    if former.member_no is not None:
        return replace(former, phone=None)
    accounts = [identity.channel for identity in former.identities if identity.user is not None]
    return _unbound(former, accounts, at)


def heard_by_former(left: Contact) -> RewriteKind:
    """The event for the contact whose phone is another's now: `phone_went` if its binding is undone, too."""
    return "phone_lost" if "phone" in left.bindings else "phone_went"


def has_bound(contact: Contact, phone: str) -> bool:
    """Whether this is the contact's proven phone."""
    return contact.phone == phone and "phone" in contact.bindings


def is_another_member(one: Contact, other: Contact) -> bool:
    """Whether the two have different numbers of one shop."""
    return (
        one.member_no is not None
        and other.member_no is not None
        and one.member_no != other.member_no
        and one.member_shop == other.member_shop
    )


def shared_channels(one: Contact, other: Contact) -> tuple[str, ...]:
    """The channels on which each has a LINE account of its own."""
    shared = one.accounts & other.accounts
    return tuple(i.channel for i in one.identities if i.channel in shared) or tuple(sorted(shared))

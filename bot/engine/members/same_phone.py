"""What becomes of two contacts when one binds a phone, or a member, that the other has (language, 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.members.merge import NO_SHOP, merged
from bot.engine.members.moving_phone import moved
from bot.engine.members.one_member import OfShop, is_same_member
from bot.model.contact import Contact, Found

Became: TypeAlias = Literal["merged", "phone_moved", "phone_changed_hands"]
"""One person; one person's binding, on another LINE account now; two people, of whom one had this phone."""


@dataclass(frozen=True, slots=True)
class Two:
    """What the two are from then on; nothing is left of `there` (`None`) where they are one."""

    became: Became
    here: Contact
    there: Contact | None


def with_the_same(found: Found, same: Sequence[Contact]) -> Found:
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
    """What becomes of the two after `here` has bound the phone, of which `there` was told.

    Of one member, or with one phone and nothing that says otherwise, they are one person: with LINE accounts
    on different channels one contact, on the same channel the binding moves. Another member stays bound as
    what they are, and loses the phone only: so it is where `there` is the `former` one, or has another number
    of the same shop. `None`: not both of them have bound it, or no longer.
    """
    if phone is None or not has_bound(here, phone) or "phone" not in there.bindings:
        return None
    if is_former or is_another_member(here, there):
        return Two("phone_changed_hands", here, replace(there, phone=None)) if there.phone == phone else None
    if there.phone != phone and not is_same_member(here, there):
        return None
    shared = shared_channels(here, there)
    if not shared:
        return Two("merged", merged(here, there, given), None)
    return Two("phone_moved", *moved(here, there, shared, at))


def has_bound(contact: Contact, phone: str) -> bool:
    """Whether this is the contact's proven phone."""
    return contact.phone == phone and "phone" in contact.bindings


def is_another_member(one: Contact, other: Contact) -> bool:
    """Whether one shop knows the two by different numbers."""
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

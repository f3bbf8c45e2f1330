"""Two contacts that are one person become one, with the data of both, and two again: by laws.

What holds for a field is said in `contact_laws`, for what a promotion holds in its `engine/law`.
"""

from __future__ import annotations

from dataclasses import replace

from bot.engine.members.contact_laws import CONTACT_LAWS, without_shared_phone
from bot.engine.members.identity import OfShop, as_one_member
from bot.engine.members.laws import FieldsLaw
from bot.model.contact import Contact
from bot.model.promotions import parts_of

LAWS: tuple[FieldsLaw, ...] = (*CONTACT_LAWS, *(law for part in parts_of("engine.law") for law in part))
"""Each field of a contact has exactly one."""

NO_SHOP = OfShop()


def merged(contact: Contact, other: Contact, given: OfShop = NO_SHOP) -> Contact:
    """`contact` with all that `other` holds, which has no identity on a channel of `contact`.

    Where each is a member with a number of its own, the data of `other`'s go with that number: a contact is
    one member. Of one member the shop's latest data hold.
    """
    ours, theirs = as_one_member(contact, other, given)
    return replace(ours, **{name: value for law in LAWS for name, value in law.join(ours, theirs).items()})


def parted(now: Contact, before: Contact, other: Contact, given: OfShop = NO_SHOP) -> tuple[Contact, Contact]:
    """Undo `merged(before, other)`, of which `now` has become: the first, which stayed, and the other."""
    both = merged(before, other, given)
    parts = [law.part(now, both, before, other) for law in LAWS]
    first = replace(now, **{name: value for part, _ in parts for name, value in part.items()})
    gone = replace(other, **{name: value for _, part in parts for name, value in part.items()})
    return first, without_shared_phone(first, gone)

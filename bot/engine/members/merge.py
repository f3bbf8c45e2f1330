"""Two contacts that are one person become one, with the data of both, and two again: by laws.

What holds for a field is said in `contact_laws`, for what is held of a kind of promotion in its `EnginePart`.
"""

from __future__ import annotations

from bot.engine.members.contact_laws import CONTACT_LAWS, without_shared_phone
from bot.engine.members.identity import OfShop, as_one_member
from bot.engine.members.laws import FieldsLaw, with_fields
from bot.engine.promotions import ENGINE_PARTS
from bot.model.contact import Contact

LAWS: tuple[FieldsLaw, ...] = (*CONTACT_LAWS, *(law for part in ENGINE_PARTS for law in part.laws))
"""Each field of a contact has exactly one, and each thing that it holds of promotions."""

NO_SHOP = OfShop()
"""No attribute is mapped by a shop."""


def merged(contact: Contact, other: Contact, given: OfShop = NO_SHOP) -> Contact:
    """`contact` with all that `other` holds, which has no identity on a channel of `contact`.

    Where each is a member with a number of its own, the data of `other`'s go with that number: a contact is
    one member. Of one member the shop's latest data hold.
    """
    ours, theirs = as_one_member(contact, other, given)
    return with_fields(ours, *(law.join(ours, theirs) for law in LAWS))


def parted(now: Contact, before: Contact, other: Contact, given: OfShop = NO_SHOP) -> tuple[Contact, Contact]:
    """Undo `merged(before, other)`, of which `now` has become: the first, which stayed, and the other."""
    both = merged(before, other, given)
    parts = [law.part(now, both, before, other) for law in LAWS]
    first = with_fields(now, *(mine for mine, _ in parts))
    gone = with_fields(other, *(theirs for _, theirs in parts))
    return first, without_shared_phone(first, gone)


def of_one_person(one: Contact, other: Contact) -> Contact:
    """`one`, of whom `other` is another LINE account on the same channel: the two stay two."""
    return with_fields(one, *(law.of_one_person(one, other) for law in LAWS))

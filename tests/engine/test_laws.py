"""The laws of merging, one by one: each field has one, and undone at once both have their own again (J2)."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given

from bot.engine.members.laws import FieldsLaw, field_of, with_fields
from bot.engine.members.merge import LAWS
from bot.model.contact import Contact
from bot.model.held import held_items
from bot.promotions.draws.model import HELD_DRAWS
from bot.store.codec.documents import HELD
from tests.engine.test_unmerge import on, ours, theirs
from tests.store.any_contact import contacts

thirds = contacts().map(lambda contact: on(contact, "W1", "third"))

STAY_WITH_FIRST = frozenset({"version", "turned", "signed_out"})
"""The next turn looks over, no turn is before one of these, and who was out stays out."""
STAY_WITH_BOTH = frozenset({"version", "turned"})
ADDED_UP = frozenset({"version", "tags", "pushes"}) | {
    f"held.{name}" for name in ("stamp_cards", "draws", "invitations", "referrals")
}
"""What is not the same where somebody is joined with themselves: it is counted, or refused."""
IN_ORDER = frozenset({"seed", "held.referrals", "member_no", "phone", "held.coupons", "tags", "identities"})
"""Where it matters of more than two who was joined first: of the same age, a number, or proof."""


def of(contact: Contact, law: FieldsLaw) -> dict[str, Any]:
    return {name: field_of(contact, name) for name in law.fields}


def joined(contact: Contact, other: Contact, law: FieldsLaw) -> Contact:
    return with_fields(contact, law.join(contact, other))


def test_each_field_of_a_contact_has_exactly_one_law() -> None:
    """Who adds a field has to say what becomes of it."""
    known = [one.name for one in fields(Contact) if one.name != "held"]
    held = [f"held.{name}" for name in HELD]
    assert Counter(name for law in LAWS for name in law.fields) == Counter([*known, *held])


@pytest.mark.ring("test", "each law")
@given(ours, theirs)
def test_each_law_undone_at_once_gives_both_their_own_again(one: Contact, other: Contact) -> None:
    """What a draw still waits for stays with the first: test_draws.py."""
    other = replace(
        other,
        held=held_items(
            {**other.held, "draws": tuple(replace(held, waits=0) for held in HELD_DRAWS.of(other))}
        ),
    )
    for law in LAWS:
        both = joined(one, other, law)
        first, gone = law.part(both, both, one, other)
        assert first.keys() == gone.keys() == law.join(one, other).keys() == {*law.fields}
        if not STAY_WITH_FIRST & first.keys():
            assert first == of(one, law)
        if not STAY_WITH_BOTH & gone.keys():
            assert gone == of(other, law)


@pytest.mark.ring("test", "each law")
@given(ours, theirs, thirds)
def test_joining_again_adds_nothing_and_three_are_the_same_in_any_order(
    one: Contact, other: Contact, third: Contact
) -> None:
    for law in LAWS:
        if not ADDED_UP & {*law.fields}:
            assert law.join(one, one) == of(one, law)
    for law in LAWS:
        if not IN_ORDER & {*law.fields}:
            first, last = joined(one, other, law), joined(other, third, law)
            assert law.join(first, third) == law.join(one, last), law.fields

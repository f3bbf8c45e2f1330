"""C6: whatever a webhook, a poll, a look at a page and a list bring crosswise, the last answer stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.decide import decide
from bot.engine.members.listed import as_listed
from bot.model.contact import Binding, Contact, Identity
from bot.model.decision import DecisionInputs
from bot.model.event import Event, Facts, Listed, News, Source
from tests.conftest import NOW
from tests.depth import examples
from tests.playbooks import compiled

PLAYBOOK = compiled(
    """\
shops: {forest: {platform: csv, attributes: {points: 點數}}}
attributes: {points: {type: number}}
""",
)
_ids = count(1)


@dataclass(frozen=True)
class Reading:
    """What was read of a member, when that began, and when the shop had last changed it."""

    points: int
    began: datetime
    updated: datetime | None


@st.composite
def histories(draw: st.DrawFn) -> list[Reading]:
    """A shop changes a member again and again; after each change somebody asks, and sometimes others do."""
    readings: list[Reading] = []
    tells = draw(st.booleans())  # a level is changed, and the record has its old moment
    at, updated = NOW, NOW
    for points in range(1, draw(st.integers(2, 7))):
        at += timedelta(seconds=draw(st.integers(1, 5)))
        updated = at if tells or draw(st.booleans()) else updated
        for _ in range(draw(st.integers(1, 2))):
            at += timedelta(seconds=1)
            readings.append(Reading(points, at, updated if tells else None))
    return readings


def person() -> Contact:
    return Contact(
        "main:U1",
        identities=(Identity("main", "U1", True),),
        member_no="1",
        member_shop="forest",
        bindings={"shop": Binding(NOW)},
    )


def heard(contact: Contact, one: Reading, at: datetime) -> Contact:
    values = {"n.points": one.points}
    facts = Facts(values, member_no="1", shop="forest", read=one.began, updated=one.updated)
    event = Event(
        f"main:{next(_ids)}", "main", Source("user", "U1"), at, News("shop", "member_updated", {}, facts)
    )
    return decide(PLAYBOOK, contact, event, at, DecisionInputs()).contact


def listed(contact: Contact, one: Reading, at: datetime) -> Contact:
    said = Listed(None, "1", "forest", values={"n.points": one.points}, read=one.began, updated=one.updated)
    return as_listed(contact, said, PLAYBOOK, at)


@settings(max_examples=examples(300), deadline=None)
@given(histories(), st.randoms(use_true_random=False), st.booleans())
def test_the_last_answer_stands_in_whatever_order_they_come(
    readings: list[Reading], dice: Random, mixed: bool
) -> None:
    contact, at = person(), readings[-1].began
    truth = readings[-1].points
    order = list(readings)
    dice.shuffle(order)
    for one in order:
        at += timedelta(seconds=1)
        contact = (listed if mixed and dice.random() < 0.5 else heard)(contact, one, at)
    assert contact.attributes["n.points"].value == truth


def test_what_was_asked_for_before_is_left_out_and_its_order_stays() -> None:
    new, old = Reading(2, NOW + timedelta(seconds=9), None), Reading(1, NOW, None)
    contact = heard(person(), new, NOW + timedelta(seconds=10))
    facts = Facts({"n.points": 1}, member_no="1", shop="forest", read=old.began, last_order=NOW)
    event = Event("main:late", "main", Source("user", "U1"), NOW, News("shop", "order_paid", {}, facts))
    decided = decide(PLAYBOOK, contact, event, NOW + timedelta(seconds=11), DecisionInputs())
    assert decided.contact.attributes["n.points"].value == 2
    assert decided.contact.last_order == NOW


def test_a_list_says_nothing_of_moments_and_is_taken() -> None:
    contact = heard(person(), Reading(2, NOW, NOW), NOW)
    said = Listed(None, "1", "forest", values={"n.points": 5})
    assert as_listed(contact, said, PLAYBOOK, NOW).attributes["n.points"].value == 5


@pytest.mark.parametrize("way", [heard, listed])
def test_a_clock_that_was_set_back_keeps_nothing_for_ever(
    way: Callable[[Contact, Reading, datetime], Contact],
) -> None:
    """What was asked for at a moment that has not come yet says nothing of later; the next order holds."""
    ahead = NOW + timedelta(days=1)
    contact = way(person(), Reading(1, ahead, NOW), ahead)
    contact = way(contact, Reading(2, NOW + timedelta(seconds=5), NOW), NOW + timedelta(seconds=6))
    assert contact.attributes["n.points"].value == 2
    contact = way(contact, Reading(3, NOW + timedelta(seconds=1), NOW), NOW + timedelta(seconds=7))
    assert contact.attributes["n.points"].value == 2

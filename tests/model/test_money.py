"""What messages cost in NT$: included ones first, then extra; exact, and rounded only to be shown. I7"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.channel import PricePlan
from bot.model.money import MessageCost, message_cost, money_text, month_cost, price
from tests.depth import examples

HIGH = PricePlan(1200, 6000, 0.2)
MEDIUM = PricePlan(800, 3000, None)
COUNTS = st.integers(0, 10_000_000)


@pytest.mark.parametrize(
    ("plan", "messages", "used", "cost"),
    [
        (HIGH, 6000, 0, MessageCost(6000, 0, Decimal(0))),
        (HIGH, 6001, 0, MessageCost(6000, 1, Decimal("0.2"))),
        (HIGH, 10, 5995, MessageCost(5, 5, Decimal("1.0"))),
        (HIGH, 3, 7000, MessageCost(0, 3, Decimal("0.6"))),
        (MEDIUM, 3000, 0, MessageCost(3000, 0, Decimal(0))),
        (MEDIUM, 3001, 0, MessageCost(3000, 1, None)),
        (PricePlan(), 1, 0, MessageCost(0, 1, None)),
        (HIGH, 0, 9000, MessageCost(0, 0, Decimal(0))),
    ],
)
def test_included_first_then_extra(plan: PricePlan, messages: int, used: int, cost: MessageCost) -> None:
    assert message_cost(plan, messages, used) == cost


def test_a_month_with_its_fee() -> None:
    assert (month_cost(HIGH, 100), month_cost(HIGH, 7000)) == (Decimal(1200), Decimal(1400))
    assert (month_cost(MEDIUM, 3000), month_cost(MEDIUM, 3001)) == (Decimal(800), None)


@given(COUNTS, COUNTS, COUNTS, st.integers(0, 10_000))
@settings(max_examples=examples(200))
def test_in_two_goes_it_costs_the_same(first: int, then: int, included: int, tenths: int) -> None:
    plan = PricePlan(0, included, tenths / 10)
    one, two, both = (
        message_cost(plan, first),
        message_cost(plan, then, first),
        message_cost(plan, first + then),
    )
    assert (one.included + two.included, one.beyond + two.beyond) == (both.included, both.beyond)
    assert one.extra is not None
    assert two.extra is not None
    assert one.extra + two.extra == both.extra


@given(COUNTS, COUNTS)
@settings(max_examples=examples(200))
def test_more_is_never_cheaper(messages: int, more: int) -> None:
    before, after = month_cost(HIGH, messages), month_cost(HIGH, messages + more)
    assert before is not None
    assert after is not None
    assert before <= after


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0.2, "NT$0.2"),
        (0.85, "NT$0.85"),
        (0.125, "NT$0.13"),
        (1200.0, "NT$1,200"),
        (1234.5, "NT$1,235"),
        (0.0, "NT$0"),
        (99.994, "NT$99.99"),
        (20.0, "NT$20"),
    ],
)
def test_as_it_is_shown(amount: float, shown: str) -> None:
    exact = price(amount)
    assert exact is not None
    assert money_text(exact) == shown

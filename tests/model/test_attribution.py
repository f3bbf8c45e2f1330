"""N6: each order is credited once by the first and once by the last touch, and all is credited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.attribution import PaidOrder, Sales, TouchPoint, TouchSource, attributed
from tests.depth import examples

AT = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = 7 * DAY
SALE, CARD, STAND = (
    TouchSource("broadcast", "雙11"),
    TouchSource("coupon", "折100"),
    TouchSource("link", "門市"),
)


def order(key: str, day: float, amount: int | None, *people: str) -> PaidOrder:
    return PaidOrder(
        key, AT + day * DAY, None if amount is None else Decimal(amount), frozenset(people or "a")
    )


def touch(day: float, source: TouchSource) -> TouchPoint:
    return TouchPoint(AT + day * DAY, source)


def test_first_and_last_touch_side_by_side() -> None:
    touches = {"a": [touch(1, SALE), touch(2, CARD), touch(2.5, SALE)], "b": [touch(2, STAND)]}
    found = attributed([order("1", 3, 1_200), order("2", 3, 300, "b"), order("3", 3, 50, "c")], touches, WEEK)
    assert found.direct == Sales(1, Decimal(50))
    assert found.total == Sales(3, Decimal(1_550))
    sale, card = found.sources[SALE], found.sources[CARD]
    assert (sale.first, sale.last, sale.after) == ((Sales(1, Decimal(1_200)),) * 3)
    assert (card.first, card.last, card.after) == (Sales(), Sales(), Sales(1, Decimal(1_200)))
    assert found.sources[STAND].buyers == {"b"}


def test_what_came_too_early_or_afterwards_brought_nothing() -> None:
    touches = {"a": [touch(1, SALE), touch(8.001, CARD)]}
    found = attributed([order("1", 8, 10), order("2", 8.0005, 20)], touches, WEEK)
    assert found.sources[SALE].last == Sales(1, Decimal(10)), "exactly a week after it is in time"
    assert found.direct == Sales(1, Decimal(20))
    assert CARD not in found.sources


def test_an_order_of_two_contacts_is_one() -> None:
    """One member with two accounts: the shop's news of an order come to both."""
    touches = {"a": [touch(1, SALE)], "b": [touch(2, CARD)]}
    found = attributed([order("1", 3, 100, "a", "b")], touches, WEEK)
    assert (found.sources[SALE].first.orders, found.sources[CARD].last.orders) == (1, 1)
    assert found.total.orders == 1
    assert len(found.sources[SALE].buyers) == 1


def test_without_an_amount_it_is_an_order_all_the_same() -> None:
    found = attributed([order("1", 3, None)], {"a": [touch(2, SALE)]}, WEEK)
    assert found.sources[SALE].last == Sales(1, Decimal(0))


people = st.sampled_from("abcd")
touching = st.builds(touch, st.integers(0, 20), st.sampled_from([SALE, CARD, STAND]))
orders = st.lists(
    st.builds(
        order, st.uuids().map(str), st.integers(0, 25), st.none() | st.integers(0, 9_999), people, people
    ),
    unique_by=lambda one: one.key,
)


@settings(max_examples=examples(300))
@given(orders, st.dictionaries(people, st.lists(touching)), st.integers(0, 30))
def test_each_rule_credits_all_that_was_sold_once(
    bought: list[PaidOrder], touches: dict[str, list[TouchPoint]], within: int
) -> None:
    found = attributed(bought, touches, within * DAY)
    for rule in ("first", "last"):
        credited = [getattr(one, rule) for one in found.sources.values()]
        assert sum(one.orders for one in credited) + found.direct.orders == len(bought)
        money = sum(one.money for one in credited) + found.direct.money
        assert money == found.total.money == sum(one.amount or 0 for one in bought)
    for one in found.sources.values():
        assert max(one.first.orders, one.last.orders) <= one.after.orders
        assert 1 <= len(one.buyers) <= one.after.orders


@settings(max_examples=examples(100))
@given(orders, st.dictionaries(people, st.lists(touching)), st.randoms())
def test_the_order_of_rows_changes_nothing(
    bought: list[PaidOrder], touches: dict[str, list[TouchPoint]], random: Random
) -> None:
    found = attributed(bought, touches, WEEK)
    shuffled = {person: sorted(some, key=lambda _: random.random()) for person, some in touches.items()}
    assert attributed(bought[::-1], shuffled, WEEK) == found

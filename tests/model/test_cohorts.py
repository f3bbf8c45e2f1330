"""N6: who was bound in a month, and what they have bought in each month since."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.attribution import PaidOrder, Sales
from bot.model.cohorts import cohorts_of
from tests.depth import examples

ZONE = ZoneInfo("Asia/Taipei")
NOW = datetime(2026, 3, 10, tzinfo=UTC)


def order(key: str, at: datetime, amount: int, *people: str) -> PaidOrder:
    return PaidOrder(key, at, Decimal(amount), frozenset(people))


def test_by_month_in_the_shops_zone_over_the_end_of_a_year() -> None:
    bound = {"a": datetime(2025, 11, 30, 17, tzinfo=UTC), "b": datetime(2026, 3, 1, tzinfo=UTC)}
    orders = [
        order("1", datetime(2025, 12, 31, 16, tzinfo=UTC), 100, "a"),  # 2026 in Taipei
        order("2", datetime(2026, 3, 2, tzinfo=UTC), 50, "a", "b"),
        order("3", datetime(2025, 11, 1, tzinfo=UTC), 9, "a"),  # before
        order("4", datetime(2026, 3, 2, tzinfo=UTC), 7, "nobody"),
    ]
    first, last = cohorts_of(bound, orders, NOW, ZONE)
    assert (first.month, first.people, last.month, last.people) == (date(2025, 12, 1), 1, date(2026, 3, 1), 1)
    assert [one.sales.orders for one in first.months] == [0, 1, 0, 1]
    assert first.total == Sales(2, Decimal(150))
    assert last.total == Sales()


moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 3, 9), timezones=st.just(UTC))


@settings(max_examples=examples(200))
@given(
    st.dictionaries(st.sampled_from("abc"), moments),
    st.lists(st.builds(order, st.uuids().map(str), moments, st.integers(0, 99), st.sampled_from("abcd"))),
)
def test_every_order_after_its_binding_is_in_one_cohort(
    bound: dict[str, datetime], orders: list[PaidOrder]
) -> None:
    found = cohorts_of(bound, orders, NOW, ZONE)
    after = [one for one in orders if any(p in bound and bound[p] <= one.at for p in one.people)]
    assert sum(one.total.orders for one in found) == len(after)
    assert sum(one.people for one in found) == len(bound)

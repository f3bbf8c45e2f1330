"""I7: what a broadcast costs at most, whether it is known or not how much of the month is used."""

from __future__ import annotations

from bot.model.channel import PricePlan
from bot.playbook.in_money import most_price
from bot.translations.chinese import CHINESE


def said(plan: PricePlan | None, messages: int = 3, used: int | None = None) -> str | None:
    price = most_price(plan, messages, used)
    return None if price is None else CHINESE.text(price)


def test_with_a_price_for_more_that_is_the_bound() -> None:
    assert said(PricePlan(1200, 6000, 0.2)) == "最多 NT$0.6"


def test_where_no_more_are_sold_nothing_is_paid() -> None:
    assert said(PricePlan(0, 200)) == "不另收費：方案每個月有 200 則"


def test_without_a_plan_nobody_knows() -> None:
    assert (said(None), said(PricePlan(800))) == (None, None)


def test_where_it_is_known_what_is_left_it_says_how_many_are_beyond_the_plan() -> None:
    assert said(PricePlan(1200, 6000, 0.2), used=5999) == "最多 NT$0.4：1 則在方案內，另外 2 則每則 NT$0.2"
    assert said(PricePlan(1200, 6000, 0.2), used=5997) == "都在方案內，不另收費"

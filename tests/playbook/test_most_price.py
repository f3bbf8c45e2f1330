"""I7: what a broadcast costs at most, before anybody knows how much of the month is used."""

from __future__ import annotations

from bot.model.channel import PricePlan
from bot.playbook.in_money import most_price
from bot.translations.chinese import CHINESE


def said(plan: PricePlan | None, messages: int = 3) -> str | None:
    price = most_price(plan, messages)
    return None if price is None else CHINESE.text(price)


def test_with_a_price_for_more_that_is_the_bound() -> None:
    assert said(PricePlan(1200, 6000, 0.2)) == "最多 NT$0.6"


def test_where_no_more_are_sold_nothing_is_paid() -> None:
    assert said(PricePlan(0, 200)) == "不另收費：方案每個月有 200 則"


def test_without_a_plan_nobody_knows() -> None:
    assert (said(None), said(PricePlan(800))) == (None, None)

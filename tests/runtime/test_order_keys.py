"""N2, N6: an order is the same in all news of it, whatever comes beside them; it counts as of its placing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.shop import OrderState
from bot.operations.attribution.report import orders_between
from tests.conftest import NOW
from tests.runtime.shop import Shop
from tests.runtime.test_shop_news_processing import HEARS_ALL, CountingShop, News, order


@pytest.fixture
async def news(shop: Shop) -> News:
    found = News(shop, await shop.opens(HEARS_ALL), CountingShop(shop.clock), playbook=HEARS_ALL)
    await found.is_member("U1", "5001")
    found.there.tiers["5001"] = "金卡"
    return found


@pytest.mark.parametrize(
    ("beside", "body"),
    [("orders/create", order()), ("customers/update", {"id": 5001})],
    ids=["order", "member"],
)
@pytest.mark.parametrize("ends", ["cancelled", "refunded"])
async def test_what_was_paid_among_other_news_is_called_off_alone(
    news: News, beside: str, body: dict[str, object], ends: str
) -> None:
    """The shop's record comes with the first of several news only; the order was another one without it."""
    await news.comes(beside, body)
    await news.hears("orders/paid", order())
    news.shop.clock.advance(3600)
    news.there.orders["1"] = OrderState(paid=True, cancelled=ends == "cancelled", refunded=ends == "refunded")
    await news.hears(f"orders/{ends}", order())
    assert await orders_between(news.stores, NOW - timedelta(days=5), NOW + timedelta(days=5), {}) == ([], 1)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_it_counts_as_of_when_it_was_placed(news: News) -> None:
    """Paid at the convenience store six days later."""
    await news.hears("orders/paid", order(created_at="2026-11-14T12:00:00+08:00"))
    [found], _ = await orders_between(news.stores, NOW - timedelta(days=5), NOW + timedelta(days=5), {})
    assert found.at == NOW.replace(day=14, hour=4, minute=0, second=0, microsecond=0)

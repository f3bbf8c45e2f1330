"""N1: orders redeem coupons by their codes, whoever has ordered; once, whatever comes twice or crashes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.model.held import held_items
from bot.model.inbox import Received
from bot.model.shop import OrderState
from bot.model.shop_failure import NotUnderstood, ShopFailed
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import HELD_COUPONS, Grant, HeldCoupon
from bot.promotions.coupons.store.grants import Coupons
from bot.store.unavailable import DatabaseUnavailable
from tests.depth import examples
from tests.playbooks import compiled
from tests.promotions.coupons.examples import asks
from tests.runtime.conftest import shop, tokens_for_a_day
from tests.runtime.shop import Shop
from tests.runtime.test_shop_news_processing import CountingShop, News

__all__ = ["shop", "tokens_for_a_day"]

PLAYBOOK = compiled(
    """\
shops:
  forest: {platform: cyberbiz, username: u, secret: opaque, webhook_secret: opaque, channel: main}
channels:
  main: {id: "@forest", channel_id: "1234", channel_secret: opaque, access_token: token, shop: forest}
coupons:
  折百: {for: 30d, redeem: [clerk, order], gives_back: true}
  免運: {for: 30d, redeem: order}
  門市: {for: 30d}
  夏天: {for: 30d, code: SUMMER100, redeem: [press, order], gives_back: true, per_person: 2}
rules:
  - {when: {text: 折百}, give_coupon: 折百}
  - {when: {text: 免運}, give_coupon: 免運}
  - {when: {text: 門市}, give_coupon: 門市}
  - {when: {text: 夏天}, give_coupon: 夏天}
  - {when: {coupon: any, result: [given, had, failed]}, reply: 好}
  - {when: {coupon: any, result: redeemed}, push: "用了 {{ event.coupon }}"}
  - {when: {coupon: any, result: returned}, push: "還您 {{ event.coupon }}"}
  - {when: {shop: order_paid}, if: {coupon: {折百: used}}, push: 有用折百}
"""
)


@pytest.fixture
async def news(shop: Shop) -> News:
    """Amy (U1) is the member 5001; her friend (U2) is no member."""
    return News(shop, await shop.opens(PLAYBOOK), CountingShop(shop.clock), playbook=PLAYBOOK)


async def granted(news: News, coupon: str, user: str = "U1", call: str = "") -> Grant:
    """A coupon that somebody was given."""
    [answer] = await news.stores.of(Coupons).give(
        COUPONS.of(PLAYBOOK)[coupon], [asks(f"main:{user}", coupon + call)]
    )
    assert answer.grant is not None
    return answer.grant


async def amy(news: News, *grants: Grant) -> None:
    await news.is_member("U1", "5001", held=held_items({"coupons": tuple(map(HeldCoupon, grants))}))
    news.there.tiers["5001"] = "金卡"


async def held(news: News, user: str = "U1") -> list[tuple[str, bool, str]]:
    """Which coupons somebody has, whether they are used, with which order."""
    coupons = HELD_COUPONS.of(await news.now(f"main:{user}"))
    return [(one.grant.coupon, one.used is not None, one.order) for one in coupons]


async def told(news: News, *webhooks: tuple[str, dict[str, Any]]) -> None:
    """These come from the shop, by topic, and are worked off."""
    for topic, body in webhooks:
        await news.comes(topic, body)
    await news.tell()


def order(*codes: str, number: int = 1, member: str | None = "5001", **more: Any) -> dict[str, Any]:
    """An order of a member, or of a guest, as CYBERBIZ tells it."""
    used = [{"id": 1, "name": "x", "code": code, "amount": 100.0} for code in codes]
    return {
        "id": number,
        "order_number": 1000 + number,
        "customer": None if member is None else {"id": int(member)},
        "prices": {"total_price": 880, "discounts": {"coupon_discounts": used}},
        **more,
    }


async def test_s26_an_order_redeems_the_coupon_of_its_code_before_its_news_are_heard(news: News) -> None:
    grant = await granted(news, "折百")
    await amy(news, grant)
    await told(
        news,
        ("orders/create", order(grant.code.lower().replace("-", ""))),
        ("orders/paid", order(grant.code)),
    )
    assert await held(news) == [("折百", True, "1001")]
    (coupon,) = HELD_COUPONS.of(await news.now("main:U1"))
    assert (coupon.how, coupon.by, coupon.store) == ("order", "shop:forest", "")
    assert news.shop.line.texts() == ["用了 折百", "有用折百"], "placed and paid is one order"


async def test_two_codes_and_codes_of_the_shops_own(news: News) -> None:
    grants = [await granted(news, "折百"), await granted(news, "免運"), await granted(news, "門市")]
    await amy(news, *grants)
    await told(news, ("orders/paid", order("SHOPS-OWN", *(one.code for one in grants))))
    assert await held(news) == [("折百", True, "1001"), ("免運", True, "1001"), ("門市", False, "")]
    assert await news.waiting() == 0


@pytest.mark.parametrize("member", ["5001", None])
async def test_the_code_says_whose_it_is_whoever_has_ordered(news: News, member: str | None) -> None:
    """A friend's code; a guest is not read at the shop."""
    grant = await granted(news, "免運", "U2")
    await amy(news)
    await news.is_member("U2", "5002", held={"coupons": (HeldCoupon(grant),)})
    await told(news, ("orders/paid", order(grant.code, member=member)))
    assert (await held(news), await held(news, "U2")) == ([], [("免運", True, "1001")])
    assert (news.there.read, await news.waiting()) == ([] if member is None else ["5001"], 0)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_an_order_that_overtakes_the_grants_outcome(news: News) -> None:
    grant = await granted(news, "折百")
    await amy(news)
    await told(news, ("orders/paid", order(grant.code)))
    assert await held(news) == [("折百", True, "1001")]


async def test_whose_code_it_was_may_be_erased(news: News) -> None:
    grant = await granted(news, "折百", "Unobody")
    await amy(news)
    await told(news, ("orders/paid", order(grant.code)))
    assert (await held(news), await news.waiting()) == ([], 0)
    assert await news.stores.contacts.person("main:Unobody") is None


async def test_a_member_who_cannot_be_read_keeps_no_coupon_waiting(news: News) -> None:
    grant = await granted(news, "折百")
    await amy(news, grant)
    news.there.fails["5001"] = NotUnderstood("a customer without id")
    await told(news, ("orders/paid", order(grant.code)))
    assert (await held(news), await news.waiting()) == ([("折百", True, "1001")], 1)


CANCELLED: dict[str, Any] = {"statuses": {"order_status": "cancelled"}}
REFUNDED: dict[str, Any] = {"statuses": {"financial_status": "refunded"}}
IN_PART: dict[str, Any] = {"statuses": {"financial_status": "partial_refunded"}}
HOW_MUCH: dict[str, Any] = {
    **IN_PART,
    "return_histories": [{"price": 5, "refunded_at": "2026-11-20 12:00:00"}],
}


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(
    ("topic", "more", "state", "is_back"),
    [
        ("orders/cancelled", CANCELLED, OrderState(cancelled=True), True),
        ("orders/cancelled", CANCELLED, OrderState(paid=True), False),
        ("orders/refunded", REFUNDED, OrderState(paid=True, refunded=True), True),
        ("orders/refunded", IN_PART, OrderState(paid=True, refunded=True), False),
        ("orders/refunded", HOW_MUCH, OrderState(paid=True, refunded=True), False),
    ],
)
async def test_what_is_undone_gives_it_back_where_the_playbook_says_so(
    news: News, topic: str, more: dict[str, Any], state: OrderState | ShopFailed, is_back: bool
) -> None:
    back, stays = await granted(news, "折百"), await granted(news, "免運")
    await amy(news, back, stays)
    codes = (back.code, stays.code)
    await told(news, ("orders/create", order(*codes)))
    news.there.orders["1"] = state
    await news.comes(topic, order(*codes, **more))
    await news.comes(topic, order(*codes, number=2, **more))
    await news.tell()
    assert await held(news) == [
        ("折百", not is_back, "" if is_back else "1001"),
        ("免運", True, "1001"),
    ]


async def test_s26_one_that_is_back_is_used_by_another_order_and_no_old_news_undo_that(news: News) -> None:
    grant = await granted(news, "折百")
    await amy(news, grant)
    news.there.orders["1"] = OrderState(cancelled=True)
    for topic, what in (
        ("orders/cancelled", order(grant.code, **CANCELLED)),  # told together, in the wrong order
        ("orders/create", order(grant.code)),
    ):
        await news.comes(topic, what)
    await news.tell()
    assert await held(news) == [("折百", False, "")]
    await told(news, ("orders/create", order(grant.code, number=2)))
    await news.comes("orders/create", order(grant.code, note="x"), "another body")
    await news.comes("orders/cancelled", order(grant.code, note="x", **CANCELLED), "another one")
    await news.tell()
    assert await held(news) == [("折百", True, "1002")]
    assert news.shop.line.texts() == ["用了 折百", "還您 折百", "用了 折百"]


async def test_an_order_that_is_heard_of_after_it_was_undone_uses_nothing(news: News) -> None:
    """Its first webhook was lost, and comes again; where nothing is given back it counts all the same."""
    back, stays = await granted(news, "折百"), await granted(news, "免運")
    await amy(news, back, stays)
    news.there.orders["1"] = OrderState(cancelled=True)
    await told(news, ("orders/cancelled", order(back.code, stays.code, **CANCELLED)))
    await told(
        news, ("orders/create", order(back.code, stays.code)), ("orders/create", order(back.code, number=2))
    )
    assert await held(news) == [("折百", True, "1002"), ("免運", True, "1001")]


async def test_what_is_told_after_weeks_redeems_nothing(news: News) -> None:
    """Its id may be forgotten: whoever replays it is not heard."""
    grant = await granted(news, "折百")
    await amy(news, grant)
    placed = (news.shop.clock.now()).isoformat()
    news.shop.clock.advance(8 * 86_400)
    await told(news, ("orders/create", order(grant.code, created_at=placed)))
    assert await held(news) == [("折百", False, "")]


async def test_a_code_that_all_share_redeems_the_orderers_own(news: News) -> None:
    await amy(news, await granted(news, "夏天"))
    await news.is_member("U2", "5002", held={"coupons": (HeldCoupon(await granted(news, "夏天", "U2")),)})
    await news.comes("orders/create", order("summer100", member="5003"))  # who has none
    await news.comes("orders/create", order("summer100", number=2, member=None))  # a guest
    await news.tell()
    assert (await held(news), await held(news, "U2")) == ([("夏天", False, "")], [("夏天", False, "")])
    await told(news, ("orders/create", order("summer100", number=3)))
    assert (await held(news), await held(news, "U2")) == ([("夏天", True, "1003")], [("夏天", False, "")])


async def test_a_shared_code_counts_before_its_grants_outcome_has_come(news: News) -> None:
    await granted(news, "夏天")
    await amy(news)
    await told(news, ("orders/create", order("SUMMER100")), ("orders/paid", order("SUMMER100")))
    assert await held(news) == [("夏天", True, "1001")]


async def test_of_two_with_a_shared_code_each_order_uses_one_and_gives_back_its_own(news: News) -> None:
    first, second = await granted(news, "夏天"), await granted(news, "夏天", call="2")
    await amy(news, first, second)
    for number in (1, 2, 3):
        await news.comes("orders/create", order("SUMMER100", number=number))
        await news.tell()
    assert await held(news) == [("夏天", True, "1001"), ("夏天", True, "1002")]
    news.there.orders["2"] = OrderState(cancelled=True)
    await told(news, ("orders/cancelled", order("SUMMER100", number=2, **CANCELLED)))
    assert await held(news) == [("夏天", True, "1001"), ("夏天", False, "")]


@pytest.mark.parametrize("seed", range(examples(6)))
async def test_whoever_dies_over_it_each_order_is_one_use(news: News, seed: int) -> None:
    """Stored and then dead, dead before, two desks at once, webhooks that come again."""
    grants = [await granted(news, "折百"), await granted(news, "免運")]
    await amy(news, *grants)
    told = [("orders/create", order(grants[0].code)), ("orders/paid", order(grants[0].code, grants[1].code))]
    deaths = iter([seed & 1, seed & 2, seed & 4, 1, 0, 0, 0, 0])

    async def dies(received: Sequence[Received], seconds: float) -> None:
        if next(deaths, 0):
            raise DatabaseUnavailable("it dies before")
        await news.bot.runtime.receiver.store(received, seconds)
        if next(deaths, 0):
            raise DatabaseUnavailable("it dies behind")

    for _ in range(4):
        for topic, body in told:
            await news.comes(topic, body)
        await news.tell(news.desk(dies))
    await news.tell()
    assert await held(news) == [("折百", True, "1001"), ("免運", True, "1001")]
    assert news.shop.line.texts() == ["用了 折百", "用了 免運", "有用折百"]
    assert await news.waiting() == 0


async def test_no_log_has_a_code(news: News, caplog: pytest.LogCaptureFixture) -> None:
    grant = await granted(news, "折百")
    await amy(news, grant)
    news.there.fails["5001"] = NotUnderstood("a customer without id")
    news.there.orders["1"] = OrderState()
    await news.comes("orders/paid", order(grant.code))
    await news.comes("orders/create", order("SHOPS-OWN"))
    with caplog.at_level("DEBUG", logger="oaflow"):
        await news.tell()
    assert caplog.records, "it is not believed"
    assert not [one for one in caplog.messages if grant.code in one or "SHOPS-OWN" in one]
    assert await held(news) == [("折百", False, "")]

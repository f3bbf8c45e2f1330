"""N1: a scenario's order comes with coupons of the person."""

from __future__ import annotations

import pytest

from bot.playbook.report import render
from tests.scenario import playing

PLAYBOOK = """
channels:
  main: {id: "@a", channel_id: "1", channel_secret: opaque, access_token: token, shop: forest}
shops:
  forest: {platform: cyberbiz, username: u, secret: opaque, webhook_secret: opaque}
coupons:
  折百: {for: 30d, redeem: order, gives_back: true}
  免運: {for: 30d, redeem: order}
  門市: {for: 30d}
rules:
  - {when: {text: 折百}, give_coupon: 折百}
  - {when: {text: 免運}, give_coupon: 免運}
  - {when: {text: 門市}, give_coupon: 門市}
  - {when: {coupon: any, result: [given, had, failed]}, reply: 好}
  - {when: {coupon: any, result: redeemed}, push: "用了 {{ event.coupon }}"}
  - {when: {shop: order_paid}, if: {coupon: {折百: used}}, push: 有用折百}
"""
GIVEN = "{now: 2026-09-01 14:00, contact: {bound: shop, coupons: [折百, 免運, 門市]}}"


def test_the_coupons_of_an_order_are_used_before_it_is_heard() -> None:
    playing.holds(
        PLAYBOOK,
        """
        shop: {order_placed: {order_no: A1, coupons: [折百, 門市]}}
        bot: 用了 折百
        contact: {coupons: [免運, 門市]}
        shop: {order_paid: {order_no: A1, coupons: [折百, 門市]}}
        bot: 有用折百
        """,
        given=GIVEN,
    )


@pytest.mark.parametrize("undone", ["order_cancelled", "order_refunded"])
def test_only_its_own_order_gives_it_back_where_the_playbook_says_so(undone: str) -> None:
    playing.holds(
        PLAYBOOK,
        f"""
        shop: {{order_placed: {{order_no: A1, coupons: [折百, 免運]}}}}
        bot: [用了 折百, 用了 免運]
        shop: {{{undone}: {{order_no: A2, coupons: [折百, 免運]}}}}
        contact: {{coupons: [門市]}}
        shop: {{{undone}: {{order_no: A1, coupons: [折百, 免運]}}}}
        contact: {{coupons: [折百, 門市]}}
        """,
        given=GIVEN,
    )


def test_a_refund_of_a_part_takes_its_stamps_and_gives_no_coupon_back() -> None:
    """Issue 65: 850 of 950 stay paid: two stamps of three."""
    playbook = """
channels:
  main: {id: "@a", channel_id: "1", channel_secret: opaque, access_token: token, shop: forest}
shops:
  forest: {platform: cyberbiz, username: u, secret: opaque, webhook_secret: opaque}
coupons:
  折百: {for: 30d, redeem: order, gives_back: true}
stamp_cards:
  集點: {cells: 10, rewards: {10: 折百}, again: false, orders: {each: 300}}
rules:
  - {when: {shop: order_partially_refunded}, push: "退 {{ event.refunded }}，還有 {{ event.paid }}"}
"""
    playing.holds(
        playbook,
        """
        shop: {order_paid: {order_no: A1, amount: 950, coupons: 折百}}
        contact: {coupons: nothing, stamps: {集點: 3}}
        shop: {order_partially_refunded: {order_no: A1, amount: 950, refunded: 100}}
        bot: 退 100，還有 850
        contact: {coupons: nothing, stamps: {集點: 2}}
        shop: {order_refunded: {order_no: A1, amount: 950, coupons: 折百}}
        contact: {coupons: 折百, stamps: {集點: 0}}
        """,
        given="{now: 2026-09-01 14:00, contact: {bound: shop, coupons: 折百}}",
    )


@pytest.mark.parametrize("told", ["{amount: 950}", "{refunded: 5}", "{amount: 5, refunded: 5}"])
def test_a_refund_of_a_part_says_of_how_much(told: str) -> None:
    found = playing.result(
        PLAYBOOK, f"scenario: 試\nsteps:\n  - shop: {{order_partially_refunded: {told}}}\n  - cost: 0\n"
    )
    assert "a refund of a part says amount, and refunded" in render(found.problems, {})


def test_who_has_no_such_coupon_orders_with_none() -> None:
    said = playing.fails(PLAYBOOK, "shop: {order_paid: {coupons: 折百}}")
    assert said == '1: the person has no coupon "折百"'


def test_what_is_no_order_comes_with_no_coupon() -> None:
    found = playing.result(
        PLAYBOOK, "scenario: 試\nsteps:\n  - shop: {member_updated: {coupons: 折百}}\n  - cost: 0\n"
    )
    assert "only orders come with coupons: order_placed" in render(found.problems, {})
    found = playing.result(PLAYBOOK, "scenario: 試\nsteps:\n  - shop: {order_paid: {coupons: 折五十}}\n")
    assert 'no coupon is called "折五十"' in render(found.problems, {})

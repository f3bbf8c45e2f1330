"""N1, N3: a draw is tried and a coupon used on their pages, in scenarios and as they are recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.contact import Contact
from bot.model.event import PageAnswer
from bot.promotions.coupons.model import Grant, HeldCoupon
from bot.promotions.coupons.scenario.steps import submission_step
from tests.conftest import NOW
from tests.scenario.playing import wrong_in

SHOP = """
channels: {main: {id: shop, channel_id: "1", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}}
coupons: {折50: {title: 折 50 元, for: 30d, redeem: press}}
draws: {年終抽獎: {look: wheel, prizes: {折50: {coupon: 折50, odds: 50%}}}}
rules:
  - when: {text: 抽}
    reply: {text: 來, quick_replies: [{label: 抽, page: my_draws}, {label: 券, page: my_coupons}]}
  - {when: {draw: 年終抽獎, result: won}, push: 中了}
  - {when: {coupon: 折50, result: redeemed}, push: 謝謝使用}
"""
WINS = "scenario: 抽\ngiven: {draws: {年終抽獎: [折50]}}\nsteps:\n  - user: {opens: my_draws}\n"
WON = "  - user: {answers: 年終抽獎}\n  - bot: 中了\n"


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        (WON, ""),
        (f"{WON}  - user: {{opens: my_coupons}}\n  - user: {{answers: 折50}}\n  - bot: 謝謝使用\n", ""),
        ("  - user: {answers: 春節抽獎}\n", 'the page has no "春節抽獎"'),
        ("  - user: {opens: my_coupons}\n  - user: {answers: 折50}\n", 'the page has no "折50"'),
    ],
)
def test_what_is_listed_there_is_pressed(steps: str, wrong: str) -> None:
    assert wrong_in(SHOP, WINS + steps) == wrong


def test_a_recording_names_what_was_pressed_as_the_playbook_does() -> None:
    grant = Grant("g1", "折50", "折 50 元", "ABCDE-FGHJK", NOW, None, NOW + timedelta(days=30))
    holder = replace(Contact("main:U1"), held={**Contact("main:U1").held, "coupons": (HeldCoupon(grant),)})
    assert submission_step(PageAnswer("my_coupons", "g1"), holder) == "- user: {answers: 折50}"
    assert submission_step(PageAnswer("my_draws", "年終抽獎"), holder) == "- user: {answers: 年終抽獎}"

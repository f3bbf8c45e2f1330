"""Semantics 26: what comes of `give_coupon` is heard where it was asked, else by rules (N1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.engine.broadcasts.content import for_everybody, for_person
from bot.model.brought import brought
from bot.model.decision import Reply
from bot.model.event import Origin
from bot.promotions.coupons.model import HELD_COUPONS, CouponAct, GiveCoupon, Grant, HeldCoupon
from tests.engine.chat import NOON, Chat, chat_of, somebody
from tests.playbooks import compiled

GRANT = Grant("g1", "折百", "折 100 元", "ABCDE-FGHJK", NOON, None, NOON + timedelta(days=30))
SHOP = """
coupons: {折百: {for: 30d, stock: 9, remind: {days_before: 3, at: "10:00"}, redeem: [clerk, press]}}
flows:
  f:
    states:
      領:
        give_coupon: 折百
        rules:
          - {when: {coupon: 折百, result: given}, push: "流程 {{ event.code }}", to: 完}
          - {when: {text: 算了}, to: 別}
        give_up_after: {1m: 完}
      別: {wait: 1d, next: 完}
      完: {end: true}
rules:
  - {when: {text: f}, start: f}
  - {when: {text: 領}, give_coupon: 折百}
  - {when: {coupon: 折百, result: given}, push: "代碼 {{ event.code }}，{{ event.until as M/D }} 前"}
  - {when: {coupon: any, result: [had, none_left]}, push: "沒有了 {{ event.coupon }}"}
  - {when: {coupon: 折百, result: redeemed}, add_tags: [用過]}
  - {when: {coupon: 折百, result: expires_soon}, push: 快到期了}
  - {when: {coupon: 折百, result: expired}, add_tags: [過期]}
  - {when: {text: 查}, if: {coupon: 折百}, reply: 可用}
  - {when: {text: 查}, if: {coupon: {折百: used}}, reply: 用過}
  - {when: {text: 查}, reply: 沒有}
"""
CARD = """
coupons: {折百: {for: 30d, per_person: 2}}
rules:
  - {when: {text: 領}, give_coupon: 折百}
  - {when: [{coupon: 折百, result: [given, had]}], reply: {coupon: 折百}}
  - {when: {text: 查}, reply: {coupon: 折百}}
"""


def given(chat: Chat) -> list[str]:
    return chat.comes_back(
        "coupon", "given", subject="折百", brought=brought(grant=GRANT), fields={"left": 8}
    )


def test_s26_where_nobody_waits_rules_hear_it_for_free() -> None:
    chat = chat_of(SHOP)
    chat.says("領")
    asked = chat.asked[-1]
    assert asked == GiveCoupon("折百", Origin("", "main", 0), asked.token)
    assert asked.token is not None
    assert given(chat) == ["代碼 ABCDE-FGHJK，10/1 前"]
    assert chat.actions(Reply)
    assert chat.costs == 0


def codes(chat: Chat) -> list[str]:
    """The codes on the coupon's card that was just said."""
    contents = chat.messages[-1]["contents"]["body"]["contents"]
    return [part["contents"][2]["text"] for part in contents if part["type"] == "box"]


def test_s26_its_card_shows_its_holder_their_code() -> None:
    """That of the news first, else of the one that ends first; to who has none that is usable, none."""
    chat = chat_of(CARD)
    chat.says("查")
    assert codes(chat) == []
    early = replace(GRANT, id="g2", code="EARLY-CODE1", until=NOON + timedelta(days=2))
    for grant in (early, GRANT):
        chat.says("領")
        chat.comes_back("coupon", "given", subject="折百", brought=brought(grant=grant))
        assert codes(chat) == [grant.code]
    chat.says("查")
    assert codes(chat) == ["EARLY-CODE1"]
    chat.waits(days=3)
    chat.says("查")
    assert codes(chat) == ["ABCDE-FGHJK"]
    chat.hears(CouponAct(GRANT, "redeem", act_id="p1"), token=False)
    chat.says("查")
    assert codes(chat) == []


def test_a_broadcast_of_its_card_is_filled_for_each_person() -> None:
    pushed = "broadcasts: {週年慶: {to: everyone, push: [{coupon: 折百}, 輸入「停止推播」就不再收到]}}"
    playbook = compiled(f"{CARD}{pushed}\n")
    broadcast = playbook.broadcasts["週年慶"]
    [group] = broadcast.messages
    assert for_everybody(playbook, broadcast, group, NOON) is None
    holder = replace(somebody(), held={**somebody().held, "coupons": (HeldCoupon(GRANT),)})
    texts = [str(for_person(playbook, broadcast, group, one, NOON)) for one in (holder, somebody())]
    assert ["ABCDE-FGHJK" in text for text in texts] == [True, False]


def test_s26_the_state_that_asked_hears_it_first() -> None:
    chat = chat_of(SHOP)
    chat.says("f")
    assert given(chat) == ["流程 ABCDE-FGHJK"]
    assert chat.state("f") is None
    assert len(HELD_COUPONS.of(chat.contact)) == 1


def test_s26_a_late_one_is_news() -> None:
    chat = chat_of(SHOP)
    chat.says("f")
    chat.says("算了")
    assert given(chat) == ["代碼 ABCDE-FGHJK，10/1 前"]
    assert chat.state("f") == "別"


def test_what_the_state_does_not_take_is_news() -> None:
    chat = chat_of(SHOP)
    chat.says("f")
    assert chat.comes_back("coupon", "none_left", subject="折百") == ["沒有了 折百"]
    assert chat.state("f") == "領"


def test_what_becomes_of_it_is_news_and_conditions_follow() -> None:
    chat = chat_of(SHOP)
    assert chat.says("查") == ["沒有"]
    chat.says("領")
    given(chat)
    assert chat.says("查") == ["可用"]
    chat.hears(CouponAct(GRANT, "redeem", act_id="p1"), token=False)
    assert chat.tags == {"用過"}
    assert chat.says("查") == ["用過"]
    assert chat.waits(days=31) == []


def test_it_is_reminded_of_and_then_over() -> None:
    chat = chat_of(SHOP)
    chat.says("領")
    given(chat)
    assert chat.waits(days=26, hours=21) == []
    assert chat.waits(hours=1) == ["快到期了"]
    chat.waits(days=3, hours=2)
    assert chat.tags == {"過期"}
    assert chat.says("查") == ["沒有"]

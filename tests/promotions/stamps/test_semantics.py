"""Semantics 41: stamps are put on in the turn, and each act is one piece of news (N2)."""

from __future__ import annotations

from bot.model.event import Facts, News
from bot.model.value import Value
from bot.promotions.stamps.model import StampAct
from tests.engine.chat import Chat, chat_of

SHOP = """
coupons: {折50: {for: 30d, per_person: 50}, 折200: {for: 30d, per_person: 50}}
stamp_cards:
  集點:
    title: 森活集點卡
    cells: 10
    rewards: {5: 折50, 10: 折200}
    for: 1y
    remind: {days_before: 7, at: "10:00"}
    stamp: [clerk, code]
    orders: {each: 300}
rules:
  - {when: {text: 來店}, add_stamp: 集點}
  - {when: {text: 兩點}, add_stamp: {card: 集點, count: 2}}
  - {when: {text: 收回}, take_stamp: 集點}
  - {when: {stamp_card: 集點, result: stamped}, push: "{{ event.stamps }} 點，再 {{ event.missing }} 點"}
  - {when: {stamp_card: 集點, result: full}, push: "第 {{ event.filled }} 張集滿了"}
  - {when: {stamp_card: any, result: [had, over]}, push: "{{ event.title }} 今天集過了"}
  - {when: {stamp_card: 集點, result: taken_back}, push: "收回了，剩 {{ event.stamps }} 點"}
  - {when: {stamp_card: 集點, result: expires_soon}, push: "{{ event.until as M/D }} 前有效"}
  - {when: {stamp_card: 集點, result: expired}, push: 到期了}
  - {when: {coupon: any, result: given}, push: 送您優惠券}
  - {when: {coupon: any, result: [had, none_left]}, push: 優惠券沒有了}
  - {when: {text: 查}, if: {stamp_card: {集點: full}}, reply: 集滿過}
  - {when: {text: 查}, if: {stamp_card: {集點: 5}}, reply: 五點以上}
  - {when: {text: 查}, if: {stamp_card: 集點}, reply: 有點數}
  - {when: {text: 查}, reply: 沒有點數}
"""


def clerk(chat: Chat, count: int, id_: str) -> list[str]:
    return chat.hears(StampAct("集點", "clerk", count, id_), token=False)


def order(chat: Chat, news: str, amount: int) -> list[str]:
    fields: dict[str, Value] = {"amount": amount, "order_no": "A1"}
    return chat.hears(News("shop", news, fields, Facts(shop="ours")), token=False)


def test_s41_an_action_stamps_in_the_turn_and_its_news_is_answered_for_free() -> None:
    answered = "reply: {or_push: true, message: "
    free = SHOP.replace(
        'push: "{{ event.stamps }} 點，再 {{ event.missing }} 點"', answered + '"{{ event.stamps }} 點"}'
    )
    free = free.replace('push: "收回了', answered + '"收回了').replace(
        '剩 {{ event.stamps }} 點"', '剩 {{ event.stamps }} 點"}'
    )
    chat = chat_of(free)
    assert chat.says("來店") == ["1 點"]
    assert chat.says("兩點") == ["3 點"]
    assert chat.says("收回") == ["收回了，剩 2 點"]
    assert chat.costs == 0


def test_s41_an_act_that_fills_a_card_is_one_piece_of_news() -> None:
    chat = chat_of(SHOP)
    assert clerk(chat, 4, "a1") == ["4 點，再 1 點"]
    assert clerk(chat, 7, "a2") == ["第 1 張集滿了"]
    assert [one.coupon for one in chat.asked if hasattr(one, "coupon")] == ["折50", "折200"]


def test_the_code_of_the_store_stamps_once_a_day() -> None:
    chat = chat_of(SHOP)
    scan = StampAct("集點", "code", 1, "c1")
    assert chat.hears(scan) == ["1 點，再 4 點"]
    assert chat.hears(StampAct("集點", "code", 1, "c2")) == ["森活集點卡 今天集過了"]


def test_s41_orders_stamp_and_a_refund_takes_back() -> None:
    chat = chat_of(SHOP)
    assert order(chat, "order_paid", 1000) == ["3 點，再 2 點"]
    assert order(chat, "order_refunded", 1000) == ["收回了，剩 0 點"]
    assert order(chat, "order_paid", 1000) == []


def test_conditions_ask_how_many() -> None:
    chat = chat_of(SHOP)
    assert chat.says("查") == ["沒有點數"]
    clerk(chat, 1, "a1")
    assert chat.says("查") == ["有點數"]
    clerk(chat, 4, "a2")
    assert chat.says("查") == ["五點以上"]
    clerk(chat, 5, "a3")
    assert chat.says("查") == ["集滿過"]


def test_time_reminds_and_ends_it() -> None:
    chat = chat_of(SHOP)
    clerk(chat, 1, "a1")
    assert chat.waits(days=359) == ["9/2 前有效"]
    assert chat.waits(days=8) == ["到期了"]

"""Semantics 41: the card of one's stamps shows them as they are when the message is made (N2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.engine.rendering.rendering import BUBBLE_BYTES_MOST
from bot.line.objects.messages import message_faults
from bot.promotions.stamps.model import StampAct
from tests.engine.chat import Chat, chat_of

SHOP = """
channels:
  main:
    {id: forest, channel_id: "1", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}
coupons:
  折50: {title: 折 50 元, for: 30d, per_person: 50}
  折200: {title: 折 200 元, for: 30d, per_person: 50}
stamp_cards:
  集點: {title: 森活集點卡, terms: 每滿 300 元一點, cells: 10, rewards: {5: 折50, 10: 折200}, for: 1y}
rules:
  - {when: {text: 來店}, do: [{add_stamp: 集點}, {reply: {stamp_card: 集點}}]}
  - {when: {text: 查}, reply: {stamp_card: 集點}}
  - {when: {stamp_card: 集點, result: full}, push: {stamp_card: 集點}}
  - {when: {coupon: any, result: [given, had]}, push: 送您優惠券}
"""


def texts(part: Any) -> Iterator[str]:
    """All that is to be read in a message, in its order."""
    if isinstance(part, dict):
        if part.get("type") == "text":
            yield part["text"]
        yield from (text for value in part.values() for text in texts(value))
    elif isinstance(part, list):
        yield from (text for value in part for text in texts(value))


def stamped(chat: Chat, count: int) -> None:
    chat.hears(StampAct("集點", "clerk", count, f"a{len(chat.decisions)}"), token=False)


def test_s41_the_stamp_of_this_turn_is_on_it() -> None:
    chat = chat_of(SHOP)
    chat.says("來店")
    (card,) = chat.messages
    assert card["altText"] == "森活集點卡：已集 1 / 10 點"
    words = ["森活集點卡", "每滿 300 元一點", "已集 1 / 10 點", *("✓", "2", "3", "4", "禮")]
    words += [*("6", "7", "8", "9", "禮"), "再 4 點，送您「折 50 元」", "集點到 2027/09/01 23:59 為止"]
    assert [*texts(card)] == words
    button = card["contents"]["body"]["contents"][-1]["action"]
    assert (button["label"], button["uri"]) == ("我的集點卡", "https://liff.line.me/5-a/my_stamps")


def test_who_has_none_sees_an_empty_card() -> None:
    chat = chat_of(SHOP)
    chat.says("查")
    assert {"已集 0 / 10 點", "再 5 點，送您「折 50 元」"} <= {*texts(chat.messages)}
    assert not any("集點到" in text for text in texts(chat.messages))


def test_the_news_that_it_is_full_shows_the_full_one_and_later_the_next() -> None:
    chat = chat_of(SHOP)
    stamped(chat, 12)
    (card,) = chat.messages
    assert [*texts(card)].count("✓") == 10
    assert {"集滿了，謝謝您！", "已經集滿 1 張"} <= {*texts(card)}
    chat.says("查")
    assert {"已集 2 / 10 點", "再 3 點，送您「折 50 元」", "已經集滿 1 張"} <= {*texts(chat.messages)}


def test_what_is_owed_is_missing_too() -> None:
    chat = chat_of(SHOP)
    stamped(chat, 10)
    full = f"a{len(chat.decisions) - 1}"
    chat.hears(StampAct("集點", "take", 10, "back", undoes=full), token=False)
    chat.says("查")
    assert {"已集 0 / 10 點", "再 15 點，送您「折 50 元」"} <= {*texts(chat.messages)}


def test_one_that_is_over_is_empty_and_one_that_is_closed_is_full() -> None:
    chat = chat_of(SHOP)
    stamped(chat, 3)
    chat.now += timedelta(days=400)
    chat.says("查")
    assert "已集 0 / 10 點" in {*texts(chat.messages)}
    chat = chat_of(SHOP.replace("for: 1y}", "for: 1y, again: false}"))
    stamped(chat, 11)
    chat.says("查")
    assert {"已集 10 / 10 點", "集滿了，謝謝您！"} <= {*texts(chat.messages)}


@pytest.mark.parametrize("cells", [2, 3, 5, 6, 7, 9, 11, 13, 16, 30])
def test_line_takes_a_card_of_any_size_however_full(cells: int) -> None:
    playbook = SHOP.replace(
        "cells: 10, rewards: {5: 折50, 10", f"cells: {cells}, rewards: {{1: 折50, {cells}"
    )
    chat = chat_of(playbook)
    for _ in range(cells):
        chat.says("查")
        (card,) = chat.messages
        assert [*message_faults(card)] == []
        assert len(json.dumps(card["contents"], ensure_ascii=False).encode()) < BUBBLE_BYTES_MOST
        rows = next(one for one in card["contents"]["body"]["contents"] if one["type"] == "box")["contents"]
        assert len({len(row["contents"]) for row in rows}) == 1, "its cells stand below each other"
        stamped(chat, 1)


def test_a_shop_that_speaks_english_has_english_cards() -> None:
    chat = chat_of("language: en\n" + SHOP + "  - {when: {text: 券}, reply: {coupon: 折50}}\n")
    stamped(chat, 4)
    chat.says("查")
    (card,) = chat.messages
    assert card["altText"] == "森活集點卡: 4 of 10 stamps"
    shown = {*texts(card)}
    assert {"4 of 10 stamps", "1 more for “折 50 元”", "Stamps until 2027/09/01 23:59", "🎁"} <= shown
    chat.says("券")
    (card,) = chat.messages
    assert card["contents"]["body"]["contents"][-1]["action"]["label"] == "My coupons"

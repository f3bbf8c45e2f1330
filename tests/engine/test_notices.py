"""What a person is told once, by the next free reply: B15."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.instance import Notice
from tests.engine.chat import NOON, Chat, somebody
from tests.engine.page_member import member
from tests.playbooks import compiled


def told(chat: Chat) -> Chat:
    chat.contact = replace(chat.contact, notices=(Notice("main", "phone_moved", NOON),))
    return chat


MOVED = "已改綁定到另一個 LINE 帳號"


def test_who_lost_the_phone_is_told_by_the_next_free_reply_once() -> None:
    """B15."""
    chat = told(member())
    chat.told("shop", "order_paid")  # no token: it would cost
    assert chat.contact.notices
    first, second = chat.says("營業時間")
    assert MOVED in first
    assert "營業中" in second
    assert chat.costs == 0
    assert len(chat.says("營業時間")) == 1


def test_it_waits_for_the_answer_that_the_token_is_for() -> None:
    chat = told(member())
    chat.says("手機綁定")
    told(chat)
    assert chat.says("0912345678") == []  # the token goes on to the code's outcome
    (notice, question) = chat.comes_back("code", "sent")
    assert MOVED in notice
    assert "驗證碼" in question
    assert chat.costs == 0


@pytest.mark.parametrize("channel", ["main", "outlet"])
def test_it_is_told_where_it_happened_and_not_while_staff_talk(channel: str) -> None:
    chat = told(member())
    chat.staff(takes_over=True)
    assert not any(MOVED in text for text in chat.says("哈囉"))
    chat.staff(takes_over=False)
    chat.channel = channel
    assert any(MOVED in text for text in chat.says("營業時間")) == (channel == "main")


def test_it_is_the_reply_where_there_is_no_other() -> None:
    chat = told(Chat(compiled("rules: [{when: {text: 一}, reply: 一}]"), somebody()))
    (notice,) = chat.says("沒有人會回的話")
    assert MOVED in notice
    assert chat.costs == 0


def test_it_comes_with_what_is_said_though_something_is_asked_of_the_world() -> None:
    hook = "hooks: {crm: {url: 'https://crm.example/', secret: x, body: {}}}\n"
    rule = "rules: [{when: {text: 查}, do: [{reply: 查詢中}, {call: crm}]}]"
    chat = told(Chat(compiled(hook + rule), somebody()))
    notice, reply = chat.says("查")
    assert (MOVED in notice, reply) == (True, "查詢中")


def test_it_waits_where_the_reply_has_no_room() -> None:
    """LINE takes five messages at a time."""
    five = "{when: {text: 五}, reply: [一, 二, 三, 四, 五]}"
    four = "{when: {text: 四}, reply: [一, 二, 三, 四]}"
    chat = told(Chat(compiled(f"rules: [{five}, {four}]"), somebody()))
    assert chat.says("五") == ["一", "二", "三", "四", "五"]
    notice, *texts = chat.says("四")
    assert (MOVED in notice, texts) == (True, ["一", "二", "三", "四"])

"""R7, R8 (B13, B8): who says or taps something in chat gets an answer, wherever the page stands."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.message import Message
from tests.engine.chat import Chat, chat_of
from tests.engine.page_member import BINDING, PHONE, Member, example, with_flow
from tests.playbooks import compiled

ASKED_PHONE, ASKED_CODE = "請輸入註冊會員時的手機號碼", "請輸入簡訊裡的 6 位數驗證碼"
CLOSED = "綁定連結暫時無法使用"
NOT_OPEN = "這項服務目前沒有開放"
AT_WORK = "正在處理，請稍候。"


@cache
def with_liff() -> Playbook:
    """The worked example, with the LIFF id that its environment would bring."""
    book = example()
    main = replace(book.channels["main"], liff_id="1-abc")
    return replace(book, channels={**book.channels, "main": main})


def member() -> Member:
    return Member(with_liff())


def quick(messages: list[Message]) -> list[dict[str, Any]]:
    """The actions of the quick replies below the last message."""
    items = messages[-1].get("quickReply", {}).get("items", ()) if messages else ()
    return [item["action"] for item in items]


# -- what may be tapped beside an answer


def test_what_a_page_draws_as_links_is_offered_in_chat() -> None:
    chat = member()
    chat.says("手機綁定")
    assert chat.choices == []  # this state hears no texts
    chat.says("0912345678")
    chat.comes_back("code", "sent")
    assert chat.choices == ["重新傳送驗證碼", "更換手機號碼"]
    assert chat.says("我看不懂") == ["請輸入 6 位數驗證碼。"]
    assert chat.choices == ["重新傳送驗證碼", "更換手機號碼"]
    chat.says("營業時間")  # a rule answers, the question stays open
    assert chat.choices[:2] == ["重新傳送驗證碼", "更換手機號碼"]
    assert chat.says("更換手機號碼") == [ASKED_PHONE]
    assert chat.choices == ["沿用剛才的號碼"]


MANY = """
channels:
  main: {id: a, channel_id: "1", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-a}}
flows:
  f:
    page: PAGE
    states:
      問:
        ask: 幾？
        answer: [一, 二, 三, 四, 五, 六, 七, 八, 九, 十, 十一, 十二]
        rules:
          - {when: {text: [重來一次重來一次重來一次重來一次重來一次重來一次, 別的]}, to: 問}
          - {when: {text: 算了}, to: 完}
          - {when: {text: 不見}, if: {tag: 沒有}, to: 完}
        give_up_after: {1d: 完}
        next: 完
      完: {end: true}
tags: {沒有: {}}
rules: [{when: {text: f}, start: f}]
"""


def test_choices_come_first_and_there_are_thirteen_at_most() -> None:
    chat = chat_of(MANY.replace("PAGE", "true"))
    chat.says("f")
    assert len(chat.choices) == 13
    assert chat.choices[0] == "一"
    assert chat.choices[-1] == "重來一次重來一次重來一次重來一次重來一…"
    assert quick(chat.messages)[-1]["text"] == "重來一次" * 6


def test_a_flow_without_a_page_offers_what_its_author_has_written() -> None:
    chat = chat_of(MANY.replace("PAGE", "false"))
    chat.says("f")
    assert len(chat.choices) == 12


# -- on a page, and now in chat


def test_who_has_the_page_open_and_says_the_word_goes_on_in_chat_for_free() -> None:
    chat = member()
    chat.opens()
    assert chat.says("手機綁定")[-1] == ASKED_PHONE
    assert len(chat.said) == 2  # the privacy notice stands before it
    (back,) = quick(chat.messages)
    assert (back["type"], back["label"]) == ("uri", "回到網頁繼續")
    assert back["uri"].endswith("/phone_binding")
    assert chat.costs == 0
    assert chat.sees().kind == "in_chat"
    chat.says("0912345678")
    chat.comes_back("code", "sent")
    assert chat.said == [ASKED_CODE]
    chat.says("123456")
    chat.comes_back("code", "right", proven=PHONE)
    chat.comes_back("member", "found", found=chat.found())
    assert chat.said[0].startswith("手機綁定成功")
    assert (chat.sees().kind, chat.sees().state, chat.sees().say) == ("done", "bound", None)
    assert chat.costs == 0


def test_s19_in_each_step_of_the_page_the_word_is_answered() -> None:
    chat = member()
    chat.opens()
    chat.answers("0912345678")
    assert chat.says("手機綁定") == [AT_WORK]  # its outcome would cost a push here
    assert chat.sees().kind == "busy"
    chat.comes_back("code", "sent")
    assert chat.sees().kind == "question"
    assert chat.says("手機綁定") == [ASKED_CODE]
    assert chat.choices == ["重新傳送驗證碼", "更換手機號碼", "回到網頁繼續"]
    chat.says("123456")
    assert chat.says("手機綁定") == [AT_WORK]
    chat.comes_back("code", "right", proven=PHONE)
    assert chat.says("手機綁定") == [AT_WORK]
    chat.comes_back("member", "found", found=chat.found())
    assert chat.says("手機綁定") == ["您已完成手機綁定囉！"]


def test_s19_what_was_taken_into_the_chat_is_taken_back_by_opening_or_answering() -> None:
    chat = member()
    asked = chat.opens()
    chat.says("手機綁定")
    assert chat.opens().state == "ask_phone"
    assert chat.says("0912345678") != [ASKED_CODE]  # the chat is an ordinary chat again
    chat.says("手機綁定")
    assert chat.answers("0912345678", visit=asked.visit).kind == "busy"  # the page had not seen it yet
    chat.comes_back("code", "sent")
    assert chat.said == []
    assert chat.sees().state == "ask_code"


def test_s19_what_nobody_has_said_leaves_it_on_the_page() -> None:
    """Semantics 19: a start without a token is no wish of the person's."""
    text = """
channels:
  main: {id: a, channel_id: "1", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-a}}
flows:
  f:
    page: true
    states: {問: {ask: 幾？, answer: number, give_up_after: {1d: 完}, next: 完}, 完: {end: true}}
signals: {go: }
rules: [{when: {signal: go}, start: f}, {when: {text: f}, start: f}]
"""
    chat = Member(compiled(text))
    chat.opens("f")
    assert chat.told("signal", "go") == []
    assert chat.sees("f").kind == "question"
    assert chat.says("f") == ["幾？"]
    assert chat.sees("f").kind == "in_chat"


def test_a_flow_that_another_runs_on_its_page_comes_into_the_chat_with_it() -> None:
    chat = member()
    chat.opens("store_referral", clerk_code="7K3M9QX2TB")
    chat.comes_back("clerk", "valid")
    assert chat.says("手機綁定")[-1] == ASKED_PHONE
    assert [instance.on_page for instance in chat.contact.flows] == [False, False]
    assert quick(chat.messages)[-1]["uri"].endswith("/store_referral")
    assert chat.sees("store_referral").kind == "in_chat"
    assert chat.opens("store_referral", clerk_code="7K3M9QX2TB").state == "ask_phone"


# -- paused


def paused(chat: Member, status: str = "paused", flow: str = BINDING) -> None:
    chat.edited(with_flow(with_liff(), flow, status=status))


@pytest.mark.parametrize("status", ["paused", "closed", "stopped"])
def test_s19_who_says_the_word_of_a_flow_that_takes_nobody_is_told_what_its_page_says(status: str) -> None:
    chat = member()
    paused(chat, status)
    assert chat.says("手機綁定") == [CLOSED]
    assert chat.opens().kind == "closed"
    assert chat.told("tag_added") == []


def test_a_word_that_has_another_answer_gets_that() -> None:
    text = MANY.replace("PAGE", "true").replace("    page", "    status: closed\n    page")
    both = text.replace("start: f}]", "do: [{start: f}, {reply: 活動結束了}]}]")
    assert chat_of(text).says("f") == [NOT_OPEN]
    assert chat_of(both).says("f") == ["活動結束了"]


def test_a_tap_that_begins_it_and_a_card_that_leads_only_there() -> None:
    text = MANY.replace("PAGE", "true").replace("    page", "    status: paused\n    page")
    text += """  - {when: {text: 卡}, reply: lead}
  - {when: {text: 點}, reply: begin}
cards:
  lead: {buttons: {text: 來, taps: [{label: 開始, page: f}]}}
  begin: {buttons: {text: 來, taps: [{label: 開始, start: f}]}}
""".replace("  - ", "  - ")
    text = text.replace("rules: [{when: {text: f}, start: f}]", "rules:\n  - {when: {text: f}, start: f}")
    chat = chat_of(text)
    assert chat.says("卡") == [NOT_OPEN]
    chat.says("點")
    (tap,) = chat.messages[0]["template"]["actions"]
    assert chat.taps(tap["data"]) == [NOT_OPEN]


def test_s19_paused_in_the_middle_every_step_is_answered_with_the_sentence() -> None:
    chat = member()
    chat.says("手機綁定")
    paused(chat)
    assert chat.says("0912345678") == [CLOSED]
    assert chat.says("手機綁定") == [CLOSED]
    assert chat.says("營業時間") != [CLOSED]
    assert "小幫手看不懂" in chat.says("你好嗎")[0]
    chat.edited(with_liff())
    chat.says("0912345678")
    chat.comes_back("code", "sent")
    paused(chat)
    assert chat.says("重新傳送驗證碼") == [CLOSED]
    assert chat.says("123456") == [CLOSED]
    assert chat.asked[-1].__class__.__name__ == "SendCode"


def test_a_flow_that_cannot_run_its_part_says_so_too() -> None:
    chat = member()
    paused(chat)
    assert chat.says("聯絡專員 7K3M9QX2TB") == []
    assert chat.comes_back("clerk", "valid") == [CLOSED]


RUNS = """
channels:
  main: {id: a, channel_id: "1", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-a}}
rules: [{when: {text: f}, start: outer}]
flows:
  outer: {status: paused, page: true, states: {a: {run: inner, next: z}, z: {end: true}}}
  inner:
    page: true
    states:
      a: {ask: 好？, answer: [好], give_up_after: {1d: z}, next: b}
      b:
        do: [DO]
        next: z
      z: {end: true}
"""


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ("{bind_member: {keep_tags: true}}", CLOSED),
        ("{result: {trigger: 好了, do: [{bind_member: {keep_tags: true}}]}}", CLOSED),
        ("{add_tags: 嗨}", NOT_OPEN),
    ],
)
def test_s19_the_sentence_of_the_binding_is_said_of_a_flow_that_binds(do: str, says: str) -> None:
    """B8: it would be false of any other. What a flow runs is part of it, in the chat and on the page."""
    chat = Member(compiled(RUNS.replace("DO", do)))
    assert chat.says("f") == [says]
    assert chat.opens("outer").kind == "closed"
    assert chat.sees("outer").binds is (says == CLOSED)


def test_s19_a_flow_that_asks_in_the_chat_alone_does_not_leave_anybody_without_an_answer() -> None:
    """Who says its word, or answers it, while it is paused; of one that only pushes nothing is expected."""
    text = (
        MANY.replace("PAGE", "false")
        + "  - {when: {text: g}, start: g}\n  - {when: anything_else, reply: 看不懂}\n"
    )
    text = text.replace("rules: [{when: {text: f}, start: f}]", "rules:\n  - {when: {text: f}, start: f}")
    text = text.replace("  f:\n", "  g: {status: paused, states: {a: {push: 嗨, end: true}}}\n  f:\n")
    live, halted = compiled(text), compiled(text.replace("  f:\n", "  f:\n    status: paused\n"))
    chat = Chat(live)
    assert chat.says("f") == ["幾？"]
    chat.edited(halted)
    assert (chat.says("二"), chat.says("f"), chat.says("嗨")) == ([NOT_OPEN], [NOT_OPEN], ["看不懂"])
    assert chat.says("g") == []
    chat.edited(live)
    assert chat.says("二") != [NOT_OPEN]
    assert Chat(halted).says("f") == [NOT_OPEN]


def test_per_channel() -> None:
    """B8 as it is written: `paused: [phone_binding]` of one channel."""
    chat = member()
    rules = chat.playbook.channels
    place = with_liff().flows[BINDING].place
    here = replace(rules["main"], paused={BINDING: place})
    chat.edited(replace(with_liff(), channels={**rules, "main": here}, version="main"))
    assert chat.says("綁定手機") == [CLOSED]


# -- a page whose link lacks what it has to bring (R11, D3)


def test_a_page_without_its_inputs_says_so_and_begins_once_they_are_there() -> None:
    chat = member()
    shown = chat.opens("store_referral")
    assert (shown.kind, chat.contact.flows) == ("incomplete", ())
    assert chat.opens("store_referral", clerk_code="7K3M9QX2TB").kind == "busy"
    chat.comes_back("clerk", "valid")
    again = chat.opens("store_referral")  # who is in it needs no code once more
    assert (again.kind, again.state) == ("question", "ask_phone")


def test_a_page_without_its_inputs_that_is_closed_is_closed() -> None:
    chat = member()
    paused(chat, flow="store_referral")
    assert chat.opens("store_referral").kind == "closed"


def test_s09_what_a_page_asks_for_is_answered_in_chat_with_the_way_there() -> None:
    """A code is typed where the SMS was read; it is no answer, but it is not met by "I do not understand"."""
    chat = member()
    chat.opens()
    said = "這一步正在網頁上進行，請回到網頁填寫。"
    assert chat.says("0912345678") == [said]
    assert chat.choices == ["回到網頁繼續"]
    assert "小幫手看不懂" in chat.says("123456")[0]
    chat.answers("0912345678")
    chat.comes_back("code", "sent")
    assert chat.says("123456") == [said]
    assert chat.sees().state == "ask_code"
    assert chat.says("優惠") != [said]


def test_s09_a_quick_reply_that_is_tapped_once_the_page_has_it_again_leads_there() -> None:
    """It stands in the chat that we have sent: not met by "I do not understand" either."""
    chat = member()
    chat.opens()
    chat.answers("0912345678")
    chat.comes_back("code", "sent")
    assert chat.says("手機綁定") == [ASKED_CODE]
    assert "重新傳送驗證碼" in chat.choices
    assert chat.opens().kind == "question"
    for link in ("重新傳送驗證碼", "更換手機號碼"):
        assert chat.says(link) == ["這一步正在網頁上進行，請回到網頁填寫。"]
        assert chat.choices == ["回到網頁繼續"]
    assert chat.sees().state == "ask_code"


def test_the_sentence_takes_no_token_that_an_answer_of_the_world_is_to_have() -> None:
    """Else the outcome would cost a push."""
    text = MANY.replace("PAGE", "true").replace("    page", "    status: paused\n    page")
    text = text.replace("start: f}]", "do: [{start: f}, {start: asks}]}]").replace(
        "flows:\n",
        """hooks: {h: {url: "https://erp.example/h"}}
flows:
  asks:
    states:
      問: {do: [{call: h}], rules: [{when: {hook: h}, push: 好, to: 完}], give_up_after: {1m: 完}}
      完: {end: true}
""",
    )
    chat = chat_of(text)
    assert chat.says("f") == []
    assert chat.comes_back("hook", "ok", subject="h") == ["好"]
    assert chat.costs == 0

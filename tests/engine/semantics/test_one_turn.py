"""Semantics 1–8: what one turn is (docs/semantics.md)."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.decision import DecisionInputs, Push, Reply
from bot.model.effects import CallHook
from bot.model.event import Facts, TextMessage
from tests.depth import examples
from tests.engine.chat import NOON, Chat, chat_of, on_both, somebody
from tests.playbooks import compiled

QUIZ = """
flows:
  quiz:
    states:
      問:
        ask: 幾分？
        answer: number
        otherwise: 請輸入數字
        give_up_after: {30m: 走}
        next: 好
      好: {reply: 謝謝, end: true}
      走: {end: true}
rules:
  - {when: {text: 開始}, start: quiz}
  - {when: {text: 31}, reply: 三十一}
"""


def test_s01_one_now_for_the_whole_turn() -> None:
    chat = chat_of(
        "attributes: {a: date_time, b: date_time}\nrules: [{when: {text: 嗨}, set: {a: now, b: now}}]"
    )
    chat.says("嗨")
    assert chat.attributes == {"a": NOON, "b": NOON}


def test_s02_a_time_out_of_thirty_minutes_beats_the_message_of_minute_31() -> None:
    chat = chat_of(QUIZ)
    chat.says("開始")
    chat.now += timedelta(minutes=31)  # the poller was late: nothing has fired yet
    assert chat.says("31") == ["三十一"]
    assert chat.ended("quiz") == "走"


def test_s03_facts_are_set_before_any_condition_is_read() -> None:
    chat = chat_of(
        "attributes: {points: number}\nrules: [{when: {shop: order_paid}, if: {attribute: {points: {at_least: 5}}},"
        " add_tags: [多點]}]"
    )
    chat.told("shop", "order_paid", Facts({"n.points": 7}))
    assert chat.tags == {"多點"}


def test_s04_a_change_is_visible_at_once_and_its_news_is_handled_afterwards() -> None:
    chat = chat_of("""
rules:
  - when: {text: 嗨}
    do: [{add_tags: [甲]}, {add_tags: [乙]}, {push: 一}]
  - {when: {tag_added: 甲}, if: {tag: 乙}, push: 二}
  - {when: {tag_added: 乙}, push: 三}
""")
    assert chat.says("嗨") == ["一", "二", "三"]


def test_s04_what_does_not_change_is_no_news() -> None:
    chat = chat_of("rules: [{when: {text: 嗨}, add_tags: [甲]}, {when: {tag_added: 甲}, push: 新}]")
    assert chat.says("嗨") == ["新"]
    assert chat.says("嗨") == []


def test_s05_transient_states_come_to_rest_before_the_queue_goes_on() -> None:
    chat = chat_of("""
flows:
  f:
    states:
      一: {add_tags: [甲], next: 二}
      二: {push: 二, next: 三}
      三: {end: true}
rules:
  - {when: {text: 嗨}, start: f}
  - {when: {tag_added: 甲}, push: 後}
  - {when: {flow_ended: f}, push: 完}
""")
    assert chat.says("嗨") == ["二", "後", "完"]


def test_s06_effects_are_data_and_the_arguments_stay_as_they_are() -> None:
    playbook = compiled(
        "hooks: {crm: {url: 'https://a.example', secret: s, body: {}}}\nrules: [{when: {text: 嗨}, call: crm}]"
    )
    chat = Chat(playbook)
    before = chat.contact
    chat.says("嗨")
    assert chat.actions(CallHook) == [CallHook("crm", {}, None)]
    assert before == somebody()


def test_s07_a_chain_is_cut_without_an_exception_and_without_undoing() -> None:
    chat = chat_of("""
rules:
  - {when: {text: 嗨}, add_tags: [甲]}
  - {when: {tag_added: 甲}, do: [{remove_tags: [甲]}, {add_tags: [乙]}]}
  - {when: {tag_added: 乙}, if: {not: {tag: 丙}}, do: [{remove_tags: [乙]}, {add_tags: [甲]}]}
tags: {丙: }
""")
    chat.says("嗨")
    assert len(chat.because("chain-cut")) == 1
    assert chat.tags & {"甲", "乙"}


def test_s08_all_replies_go_out_as_one_and_pushes_ride_aboard() -> None:
    chat = chat_of("rules: [{when: {text: 嗨}, do: [{push: 三}, {reply: [一, 二]}]}]")
    assert chat.says("嗨") == ["一", "二", "三"]
    assert [type(action) for action in chat.last.actions] == [Reply]
    assert chat.costs == 0


def quick_replies(chat: Chat) -> list[list[str]]:
    """Those below each message of the last turn, call after call."""
    items = [message.get("quickReply", {}).get("items", ()) for message in chat.messages]
    return [[item["action"]["label"] for item in some] for some in items]


def test_s08_quick_replies_stand_below_the_last_message_that_follows_the_reply() -> None:
    """LINE hides them as soon as another message comes. Should the push fail, those of the reply are there."""
    chat = chat_of("""
cards: {menu: {text: 選一個, quick_replies: [甲, 乙]}}
rules:
  - {when: {text: 六}, do: [{reply: [一, 二, 三, 四, menu]}, {push: 六}]}
  - {when: {text: 都}, do: [{reply: [menu, 二, 三, 四, 五]}, {push: {text: 六, quick_replies: [丙]}}]}
  - {when: {text: 一則}, do: [{reply: menu}, {push: 二}]}
""")
    assert chat.says("六") == ["一", "二", "三", "四", "選一個", "六"]
    assert quick_replies(chat) == [[], [], [], [], ["甲", "乙"], ["甲", "乙"]]
    chat.says("都")
    assert quick_replies(chat) == [[], [], [], [], ["甲", "乙"], ["甲", "乙", "丙"]]
    chat.says("一則")
    assert quick_replies(chat) == [[], ["甲", "乙"]]


@given(st.lists(st.tuples(st.sampled_from(["reply", "push"]), st.integers(0, 5)), min_size=1, max_size=14))
@settings(max_examples=examples(60))
def test_s08_in_every_turn_the_last_message_has_the_quick_replies_of_all(said: list[tuple[str, int]]) -> None:
    """None is lost, but those over 13, and those of a sixth reply: both are in the trace."""
    rules = []
    for at, (verb, taps) in enumerate(said):
        quick = [f"{at}-{number}" for number in range(taps)]
        says = {"text": f"{at}", "quick_replies": quick} if taps else f"{at}"
        rules.append({"when": {"text": "嗨"}, "also": True, verb: says})
    chat = chat_of(f"rules: {json.dumps(rules, ensure_ascii=False)}")
    sent = [int(text) for text in chat.says("嗨")]
    due = [f"{at}-{number}" for at in sent for number in range(said[at][1])]
    assert chat.choices == due[:13]
    noted = {(what, result) for what, result, _ in chat.noted()}
    assert (("quick replies", "left out") in noted) is (len(due) > 13)
    assert (("reply", "lost") in noted) is (len(sent) < len(said))
    for messages in [call.messages for call in chat.last.actions if isinstance(call, Reply | Push)]:
        assert not any("quickReply" in message for message in messages[:-1])


def test_s08_of_several_pushes_the_last_has_the_quick_replies_also_on_another_account() -> None:
    playbook = """
cards: {menu: {text: 選一個, quick_replies: [甲, 乙]}}
flows:
  f:
    states:
      問:
        ask: 哪一種？
        answer: [紅, 綠]
        give_up_after: {1d: 走}
        next: 走
        rules: [{when: {tag_added: 新}, do: [{push: [menu, 二, 三, 四, 五]}, {push: 六}]}]
      走: {end: true}
rules:
  - {when: {text: 開始}, start: f}
  - {when: {text: 加}, do: {add_tags: [新]}}
"""
    chat = on_both(playbook)
    chat.says("開始")
    chat.channel = "second"
    assert chat.says("加") == ["選一個", "二", "三", "四", "五", "六"]
    below = ["紅", "綠", "甲", "乙"]
    assert quick_replies(chat) == [[], [], [], [], below, below]
    assert [call.channel for call in chat.actions(Push)] == ["main", "main"]


def test_s08_quick_replies_beyond_thirteen_are_in_the_trace() -> None:
    taps = ", ".join(f"第{number}" for number in range(8))
    chat = chat_of(f"""
cards: {{menu: {{text: 選一個, quick_replies: [{taps}]}}}}
rules: [{{when: {{text: 六}}, do: [{{reply: [一, 二, 三, 四, menu]}}, {{push: menu}}]}}]
""")
    chat.says("六")
    assert [len(some) for some in quick_replies(chat)] == [0, 0, 0, 0, 8, 13]
    assert ("quick replies", "left out", "3 over 13") in chat.noted()


def test_s08_a_reply_that_may_push_costs_where_there_is_no_token() -> None:
    chat = chat_of("rules: [{when: {text: 嗨}, reply: {message: 好, or_push: true}}]")
    assert chat.hears(TextMessage("嗨"), token=False) == ["好"]
    assert chat.costs == 1


def test_s08_the_outcome_of_a_turns_own_effect_inherits_its_unused_token() -> None:
    chat = chat_of("""
hooks: {crm: {url: 'https://a.example', secret: s, body: {}, returns: {status: text}}}
flows:
  f:
    states:
      查:
        call: crm
        rules:
          - {when: {hook: crm, result: ok}, push: "{{ event.status or 無 }}", to: 完}
          - {when: {hook: crm, result: failed}, to: 完}
        give_up_after: {1m: 完}
      完: {end: true}
rules: [{when: {text: 查}, start: f}]
""")
    chat.says("查")
    assert chat.comes_back("hook", "ok", subject="crm", fields={"status": "到了"}) == ["到了"]
    assert chat.costs == 0
    chat.says("查")
    chat.now += timedelta(seconds=51)
    assert chat.comes_back("hook", "ok", subject="crm", fields={"status": "晚了"}) == ["晚了"]
    assert chat.costs == 1


def test_s08_a_question_speaks_by_the_token_else_by_push() -> None:
    text = QUIZ + "  - {when: {signal: go}, start: quiz}\nsignals: {go: }\n"
    chat = chat_of(text)
    assert chat.told("signal", "go") == ["幾分？"]
    assert chat.costs == 1


def test_s01_world_is_one_value_for_the_turn() -> None:
    chat = chat_of(
        "rules: [{when: {text: 嗨}, if: {sms_credit: none}, reply: 沒有}, {when: {text: 嗨}, reply: 有}]",
        world=DecisionInputs(sms_credit="none"),
    )
    assert chat.says("嗨") == ["沒有"]

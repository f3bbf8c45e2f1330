"""Semantics 1–8: what one turn is (docs/semantics.md)."""

from __future__ import annotations

from datetime import timedelta

from bot.model.decision import DecisionInputs, Reply
from bot.model.effects import CallHook
from bot.model.event import Facts, TextMessage
from tests.engine.chat import NOON, Chat, chat_of, somebody
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

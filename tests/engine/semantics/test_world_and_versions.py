"""Semantics 26–32: outcomes, staff, versions and the trace.

What only the shell does of 27 and 28 is tested in tests/runtime and tests/faults.
"""

from __future__ import annotations

from datetime import timedelta

from bot.model.event import Facts, Outcome, TextMessage
from tests.engine.chat import chat_of
from tests.playbooks import compiled

ORDER = """
hooks: {erp: {url: 'https://a.example', secret: s, body: {}, returns: {status: text}}}
flows:
  f:
    states:
      查:
        call: erp
        rules:
          - {when: {hook: erp, result: ok}, push: 到了, to: 完}
          - {when: {hook: erp, result: failed}, push: 壞了, to: 完}
          - {when: {text: 算了}, to: 別}
        give_up_after: {1m: 完}
      別: {wait: 1d, next: 完}
      完: {end: true}
rules: [{when: {text: f}, start: f}]
"""


def test_s26_a_late_outcome_applies_its_facts_and_is_heard_by_no_rule() -> None:
    chat = chat_of(ORDER)
    chat.says("f")
    chat.says("算了")
    assert chat.comes_back("hook", "ok", subject="erp") == []
    assert chat.because("late-outcome")
    assert chat.state("f") == "別"


def test_s26_a_double_outcome_counts_once() -> None:
    chat = chat_of(ORDER)
    chat.says("f")
    assert chat.comes_back("hook", "ok", subject="erp") == ["到了"]
    assert chat.comes_back("hook", "ok", subject="erp") == []


def test_s26_a_failed_effect_undoes_nothing() -> None:
    chat = chat_of(ORDER.replace("call: erp", "do: [{add_tags: [問過]}, {call: erp}]"))
    chat.says("f")
    assert chat.comes_back("hook", "failed", subject="erp") == ["壞了"]
    assert chat.tags == {"問過"}


def test_s26_nobody_waits_for_a_call_outside_flows_but_its_facts_are_kept() -> None:
    text = ORDER[: ORDER.index("flows:")] + "attributes: {city: text}\nrules: [{when: {text: g}, call: erp}]"
    chat = chat_of(text)
    chat.says("g")
    assert (
        chat.hears(Outcome("hook", "failed", None, "erp", facts=Facts({"t.city": "台北"})), token=False) == []
    )
    assert chat.because("failed")
    assert chat.attributes == {"city": "台北"}


def test_s28_what_only_data_breaks_fails_that_message_and_the_move_stands() -> None:
    chat = chat_of("""
attributes: {t: text}
flows: {f: {states: {一: {do: [{push: ["{{ attribute.t }}", 好]}, {add_tags: [到]}], end: true}}}}
rules:
  - {when: {text: f}, start: f}
  - {when: {text_pattern: "記 {t:rest}"}, set: {t: "{{ event.t }}"}}
  - {when: {text: 倍}, set: {t: "{{ attribute.t }}{{ attribute.t }}"}}
""")
    chat.says("記 " + "長" * 3000)
    chat.says("倍")
    assert chat.says("f") == ["長" * 4_999 + "…", "好"]
    assert chat.because("cut")
    assert chat.tags == {"到"}


def test_s28_a_message_that_its_data_makes_empty_is_lost_and_the_move_stands() -> None:
    chat = chat_of("""
attributes: {t: text}
flows: {f: {states: {一: {do: [{push: ["{{ attribute.t }}", 好]}, {add_tags: [到]}], end: true}}}}
rules: [{when: {text: f}, start: f}]
""")
    assert chat.says("f") == ["好"]
    assert chat.because("not-sent")
    assert chat.tags == {"到"}


STAFF = """
rules:
  - {when: {text: 客服}, do: [{reply: 請稍候}, {hand_over: 請看}]}
  - {when: {text: 急}, with_staff: true, reply: 收到}
  - {when: {text: 嗨}, reply: 嗨嗨}
  - {when: {tag_added: 甲}, push: 聽到}
  - {when: {signal: go}, add_tags: [甲]}
  - {when: anything_else, reply: 看不懂}
signals: {go: }
"""


def test_s29_with_staff_only_with_staff_rules_are_heard_and_news_is_told() -> None:
    chat = chat_of(STAFF)
    chat.says("客服")
    assert chat.says("嗨") == []
    assert chat.says("啊") == []
    assert chat.says("急") == ["收到"]
    assert chat.told("signal", "go") == ["聽到"]


def test_s29_until_so_long_after_the_customers_last_message() -> None:
    chat = chat_of(STAFF)
    chat.says("客服")
    chat.waits(hours=11)
    assert chat.says("嗨") == []
    chat.waits(hours=11, minutes=59)
    assert chat.says("嗨") == []
    chat.waits(hours=12)
    assert chat.says("嗨") == ["嗨嗨"]


def test_s29_standby_is_staff_too_and_its_replies_are_dropped() -> None:
    chat = chat_of(STAFF)
    assert chat.hears(TextMessage("急"), standby=True) == []
    assert chat.because("dropped")
    assert chat.says("嗨") == []
    chat.staff(takes_over=False)
    assert chat.says("嗨") == ["嗨嗨"]


def test_s29_a_mode_that_is_not_known_silences_its_own_event_only() -> None:
    """A9: whoever wrote is answered the next time; who wants no marketing is heard all the same."""
    chat = chat_of(STAFF)
    assert chat.hears(TextMessage("嗨"), unknown_mode=True) == []
    assert [step.what for step in chat.because("silent")] == ["mode"]
    assert not chat.contact.identity("main").staff
    assert chat.says("嗨") == ["嗨嗨"]
    assert chat.hears(TextMessage("停止推播"), unknown_mode=True) == []
    assert chat.contact.marketing is False


BEFORE = """
flows:
  f:
    states:
      一: {push: 一, wait: 2d, next: 二}
      二: {push: 二, end: true}
rules: [{when: {text: f}, start: f}]
"""


def test_s30_a_state_that_is_gone_goes_through_moved_without_entry_actions() -> None:
    after = """
flows:
  f:
    states:
      新: {push: 新, wait: 3d, next: 二}
      二: {push: 二, end: true}
    moved: {一: 舊, 舊: 新}
rules: [{when: {text: f}, start: f}, {when: {text: 嗨}, reply: 嗨嗨}]
"""
    chat = chat_of(BEFORE)
    chat.says("f")
    entered = chat.instance("f").entered
    chat.waits(days=1)
    chat.edited(compiled(after))
    assert chat.says("嗨") == ["嗨嗨"]
    assert chat.state("f") == "新"
    assert [t.due for t in chat.contact.timers] == [entered + timedelta(days=3)]
    assert chat.waits(days=2) == ["二"]


def test_s30_moved_to_exit_leaves_the_flow() -> None:
    chat = chat_of(BEFORE)
    chat.says("f")
    chat.edited(
        compiled(
            BEFORE.replace("一: {push", "新: {push").replace("rules: [", "    moved: {一: exit}\nrules: [")
        )
    )
    chat.says("嗨")
    assert chat.contact.flows == ()
    assert chat.ended("f") == "exit"


def test_s30_a_changed_wait_counts_from_the_entry_and_is_due_in_a_minute_at_the_earliest() -> None:
    chat = chat_of(BEFORE)
    chat.says("f")
    chat.waits(days=1)
    chat.edited(compiled(BEFORE.replace("2d", "1h")))
    chat.says("嗨")
    assert [t.due for t in chat.contact.timers] == [chat.now + timedelta(minutes=1)]


def test_s30_what_has_fired_does_not_fire_again() -> None:
    text = BEFORE.replace(
        "wait: 2d, next: 二", "rules: [{when: {after: 1h}, push: 提醒}], give_up_after: {2d: 二}"
    )
    chat = chat_of(text)
    chat.says("f")
    assert chat.waits(hours=2) == ["提醒"]
    chat.edited(compiled(text.replace("push: 二", "push: 三")))
    chat.says("嗨")
    assert chat.waits(hours=2) == []


def test_s30_tags_and_attributes_that_were_renamed_keep_their_people() -> None:
    before = "attributes: {old: text}\nrules: [{when: {text: 嗨}, do: [{add_tags: [舊]}, {set: {old: x}}]}]"
    after = (
        "attributes: {new: {type: text, moved_from: old}}\ntags: {新: {moved_from: 舊}}\n"
        "rules: [{when: {text: 看}, if: {tag: 新}, reply: '{{ attribute.new or 無 }}'}]"
    )
    chat = chat_of(before)
    chat.says("嗨")
    chat.edited(compiled(after))
    assert chat.says("看") == ["x"]


def test_s31_a_flow_goes_by_being_stopped_first() -> None:
    chat = chat_of(BEFORE)
    chat.says("f")
    chat.edited(compiled(BEFORE.replace("  f:\n", "  f:\n    status: stopped\n")))
    chat.says("嗨")
    assert chat.ended("f") == "stopped"


def test_s31_an_answer_whose_type_has_changed_is_unknown() -> None:
    text = """
flows:
  f:
    states:
      問: {ask: 幾？, answer: number, otherwise: 數字, give_up_after: {9d: 完}, next: 等}
      等:
        rules: [{when: {text: 看}, push: "{{ answer.問 or 不知道 }}"}]
        give_up_after: {9d: 完}
      完: {end: true}
rules: [{when: {text: f}, start: f}]
"""
    chat = chat_of(text)
    chat.says("f")
    chat.says("5")
    assert chat.says("看") == ["5"]
    chat.edited(compiled(text.replace("answer: number", "answer: date")))
    assert chat.says("看") == ["不知道"]


def test_s32_each_step_says_where_what_came_out_and_why() -> None:
    chat = chat_of(
        "tags: {VIP: }\nrules:\n  - {when: {text: 嗨}, if: {tag: VIP}, reply: 貴賓}\n  - {when: {text: 嗨}, reply: 您好}\n"
    )
    chat.says("嗨")
    failed, matched, reply = chat.last.trace
    assert (failed.what, failed.result) == ("if", "not met")
    assert failed.place is not None
    assert failed.place.path == "rules[0].if.tag"
    assert "VIP" in failed.because
    assert matched.place is not None
    assert (matched.result, matched.place.path) == ("matched", "rules[1]")
    assert (reply.what, reply.result) == ("reply", "1 message")

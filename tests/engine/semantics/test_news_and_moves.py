"""Semantics 13–19: who hears news, and how people move in flows."""

from __future__ import annotations

from datetime import timedelta

from bot.model.counts import LEFT
from bot.model.decision import Push
from tests.engine.chat import NOON, chat_of, on_both


def test_s13_everybody_hears_news_flows_then_journeys_then_one_rule() -> None:
    chat = chat_of("""
flows:
  waiting:
    states:
      等:
        rules: [{when: {tag_added: 甲}, push: 一, to: 完}]
        give_up_after: {1d: 完}
      完: {end: true}
  journey:
    when: {tag_added: 甲}
    once_per: always
    states:
      起: {push: 二, end: true}
rules:
  - {when: {text: w}, start: waiting}
  - {when: {text: 甲}, add_tags: [甲]}
  - {when: {tag_added: 甲}, push: 三}
  - {when: {tag_added: 甲}, push: 四}
""")
    chat.says("w")
    assert chat.says("甲") == ["一", "二", "三"]


def test_s13_each_instance_makes_at_most_one_move_for_one_piece_of_news() -> None:
    chat = chat_of("""
flows:
  f:
    rules: [{when: {signal: go}, to: 二}]
    states:
      一: {wait: 1d, next: 完}
      二: {push: 二, wait: 1d, next: 完}
      完: {end: true}
signals: {go: }
rules: [{when: {text: f}, start: f}]
""")
    chat.says("f")
    assert chat.told("signal", "go") == ["二"]
    assert chat.state("f") == "二"


def test_s13_a_flow_on_another_channel_hears_it_too_and_speaks_there() -> None:
    chat = on_both(
        """
flows:
  f:
    states:
      等:
        rules: [{when: {tag_added: 甲}, push: 恭喜, to: 完}]
        give_up_after: {1d: 完}
      完: {end: true}
rules: [{when: {text: f}, start: f}, {when: {text: 甲}, do: [{add_tags: [甲]}, {reply: 好}]}]
""",
        channel="second",
    )
    chat.says("f")
    chat.channel = "main"
    chat.says("甲")
    assert [(p.channel, p.messages[0]["text"]) for p in chat.actions(Push)] == [("second", "恭喜")]
    assert chat.contact.identity("second").pushed == chat.now
    assert chat.contact.identity("main").pushed is None


def test_s13_outcomes_reach_only_the_instance_that_asked() -> None:
    chat = chat_of("""
hooks: {crm: {url: 'https://a.example', secret: s, body: {}}}
flows:
  a: {states: {等: {call: crm, rules: [{when: {hook: crm}, push: 甲, to: 完}], give_up_after: {1m: 完}}, 完: {end: true}}}
  b: {states: {等: {call: crm, rules: [{when: {hook: crm}, push: 乙, to: 完}], give_up_after: {1m: 完}}, 完: {end: true}}}
rules: [{when: {text: a}, start: a}, {when: {text: b}, start: b}]
""")
    chat.says("a")
    chat.says("b")
    assert chat.comes_back("hook", "ok", subject="crm") == ["乙"]
    assert chat.state("a") == "等"


def test_s14_an_instance_does_not_hear_what_started_it() -> None:
    chat = chat_of("""
flows:
  f:
    when: {tag_added: 甲}
    once_per: always
    rules: [{when: {tag_added: 甲}, push: 聽到, to: 完}]
    states:
      等: {wait: 1d, next: 完}
      完: {end: true}
rules: [{when: {text: 甲}, add_tags: [甲]}]
""")
    assert chat.says("甲") == []
    assert chat.state("f") == "等"


MOVES = """
flows:
  f:
    states:
      一:
        rules:
          - {when: {text: 留}, push: 留下}
          - {when: {text: 重}, push: 規則, to: 一}
          - {when: {text: 走}, push: 規則, to: 二}
        do: [{push: 進一}]
        give_up_after: {30m: 完}
      二: {push: 進二, wait: 1h, next: 完}
      完: {push: 結束, end: true}
rules: [{when: {text: f}, start: f}]
"""


def test_s15_rule_then_leave_then_enter_then_timers_from_now() -> None:
    chat = chat_of(MOVES)
    chat.says("f")
    visit = chat.instance("f").visit
    chat.now += timedelta(minutes=5)
    assert chat.says("走") == ["規則", "進二"]
    assert chat.instance("f").visit == visit + 1
    assert [(t.timer, t.due) for t in chat.contact.timers] == [("1h", NOON + timedelta(minutes=65))]


def test_s15_without_to_only_the_actions_and_with_the_same_state_it_is_entered_anew() -> None:
    chat = chat_of(MOVES)
    chat.says("f")
    visit, timers = chat.instance("f").visit, chat.contact.timers
    chat.now += timedelta(minutes=5)
    assert chat.says("留") == ["留下"]
    assert (chat.instance("f").visit, chat.contact.timers) == (visit, timers)
    assert chat.says("重") == ["規則", "進一"]
    assert chat.instance("f").visit == visit + 1
    assert chat.contact.timers[0].due == NOON + timedelta(minutes=35)


def test_s16_transient_states_are_left_in_the_same_turn_by_the_first_branch_that_holds() -> None:
    chat = chat_of("""
tags: {VIP: }
flows:
  f:
    states:
      分: {branch: [{if: {tag: VIP}, to: 貴}, {to: 常}]}
      貴: {push: 貴賓, end: true}
      常: {push: 您好, end: true}
rules: [{when: {text: f}, start: f}, {when: {text: V}, add_tags: [VIP]}]
""")
    assert chat.says("f") == ["您好"]
    chat.says("V")
    assert chat.says("f") == ["貴賓"]


def test_s16_a_valid_answer_is_kept_typed_and_saved_and_an_invalid_one_stops_no_timer() -> None:
    chat = chat_of("""
attributes: {age: number}
flows:
  f:
    states:
      問: {ask: 幾歲？, answer: number, save: age, otherwise: 數字, give_up_after: {30m: 完}, next: 二}
      二: {ask: 再, answer: number, give_up_after: {30m: 完}, next: 完}
      完: {end: true}
rules: [{when: {text: f}, start: f}]
""")
    chat.says("f")
    timers = chat.contact.timers
    chat.says("不")
    assert chat.contact.timers == timers
    chat.says("３０")
    assert chat.instance("f").answers["問"].value == 30
    assert chat.attributes == {"age": 30}


def test_s17_an_end_does_its_actions_drops_the_instance_and_tells() -> None:
    text = MOVES.replace("start: f}]", "start: f}, {when: {flow_ended: f, at: 完}, push: 聽到}]")
    chat = chat_of(text)
    chat.says("f")
    chat.says("走")
    assert chat.waits(hours=1) == ["結束", "聽到"]
    assert chat.state("f") is None
    assert chat.ended("f") == "完"


SUB = """
flows:
  parent:
    states:
      一:
        run: child
        rules:
          - {when: {ended: [好]}, push: 孩子好了, to: 完}
          - {when: {text: 放棄}, to: 完}
          - {when: {text: 問}, push: 父母答}
        next: 別
      別: {push: 別的, end: true}
      完: {end: true}
  child:
    states:
      問: {ask: 幾？, answer: number, otherwise: 數字, rules: [{when: {text: 壞}, to: 壞}], give_up_after: {1d: 壞}, next: 好}
      好: {end: true}
      壞: {end: true}
rules: [{when: {text: p}, start: parent}, {when: {text: 離}, exit: child}, {when: {text: 全}, exit: everything}, {when: {text: c}, start: child}]
"""


def test_s18_run_puts_a_flow_on_top_and_the_parent_goes_on_at_its_end() -> None:
    chat = chat_of(SUB)
    assert chat.says("p") == ["幾？"]
    assert (chat.state("parent"), chat.state("child")) == ("一", "問")
    assert chat.says("問") == ["父母答"]
    assert chat.says("5") == ["孩子好了"]
    assert chat.ended("parent") == "完"


def test_s18_where_no_rule_is_for_that_end_next_is_taken() -> None:
    chat = chat_of(SUB)
    chat.says("p")
    assert chat.says("壞") == ["別的"]


def test_s18_the_child_goes_with_its_parent_and_leaving_the_child_leaves_all() -> None:
    chat = chat_of(SUB)
    chat.says("p")
    chat.says("放棄")
    assert chat.contact.flows == ()
    chat.says("p")
    chat.says("離")
    assert chat.contact.flows == ()
    assert chat.contact.timers == ()


def test_s18_who_leaves_everything_leaves_each_flow_once() -> None:
    """H7: a child that has gone with its parent is not counted as left a second time."""
    chat = chat_of(SUB)
    chat.says("p")
    chat.says("全")
    assert chat.contact.flows == ()
    assert [mark.flow for mark in chat.last.marks if mark.what == LEFT] == ["parent", "child"]


def test_s19_start_comes_after_its_list_and_who_is_in_it_stays() -> None:
    chat = chat_of("""
flows:
  f: {states: {問: {ask: 幾？, answer: number, otherwise: 數字, give_up_after: {1d: 完}, next: 完}, 完: {end: true}}}
rules: [{when: {text: f}, do: [{start: f}, {push: 後}]}]
""")
    assert chat.says("f") == ["幾？", "後"]
    visit = chat.instance("f").visit
    assert chat.says("f") == ["幾？", "後"]
    assert chat.instance("f").visit == visit


def test_s19_who_wants_to_begin_what_has_begun_is_asked_once_more() -> None:
    chat = chat_of(SUB)
    assert chat.says("c") == ["幾？"]
    assert chat.says("c") == ["幾？"]
    assert chat.state("child") == "問"


def test_s19_a_flow_that_another_runs_asks_for_both() -> None:
    chat = chat_of(SUB)
    chat.says("p")
    assert chat.says("p") == ["幾？"]
    assert (chat.state("parent"), chat.state("child")) == ("一", "問")


def test_s19_a_journey_starts_only_if_everything_fits() -> None:
    chat = chat_of("""
tags: {VIP: }
flows:
  f:
    when: {signal: go}
    if: {tag: VIP}
    once_per: 2d
    states:
      一: {push: 一, wait: 1h, next: 完}
      完: {end: true}
signals: {go: }
rules: [{when: {text: V}, add_tags: [VIP]}]
""")
    assert chat.told("signal", "go") == []
    chat.says("V")
    assert chat.told("signal", "go") == ["一"]
    assert chat.told("signal", "go") == []  # in it
    chat.waits(hours=2)
    assert chat.told("signal", "go") == []  # once in two days, counted from the entry
    chat.waits(days=2)
    assert chat.told("signal", "go") == ["一"]


def test_s19_closed_and_paused_flows_take_nobody() -> None:
    for status in ("closed", "paused", "stopped"):
        text = f"""
flows:
  f: {{status: {status}, states: {{一: {{push: 一, end: true}}}}}}
rules: [{{when: {{text: f}}, start: f}}]
"""
        assert chat_of(text).says("f") == []

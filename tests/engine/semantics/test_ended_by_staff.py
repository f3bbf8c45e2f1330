"""Semantics 40: staff take somebody out of a flow, or have it begin anew (G2, J1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.counts import LEFT
from bot.model.staff_order import StaffActs, StaffEnds
from tests.depth import examples
from tests.engine.chat import Chat, chat_of
from tests.playbooks import compiled

FLOWS = """
tags: {甲: , 乙: }
flows:
  series:
    when: {tag_added: 甲}
    once_per: person
    states:
      一: {push: 第一則, wait: 1d, next: 二}
      二: {push: 第二則, wait: 1d, next: 完}
      完: {end: true}
  quiz:
    inputs: {city: text}
    states:
      問: {ask: 你好嗎, answer: text, give_up_after: {1d: 完}, next: 看}
      看: {run: inner, next: 完}
      完: {end: true}
  inner:
    states:
      問: {ask: 幾歲, answer: number, give_up_after: {1d: 完}, next: 再問}
      再問: {ask: 幾個, answer: number, give_up_after: {1d: 完}, next: 完}
      完: {end: true}
rules:
  - {when: {text: 測}, start: {flow: quiz, with: {city: 台北}}}
  - {when: {text: 入會}, add_tags: 甲}
  - {when: {flow_ended: series}, add_tags: 乙}
"""


def order(chat: Chat, flow: str, *, restarts: bool = False, later: timedelta = timedelta(0)) -> StaffEnds:
    """What staff who look at the page order: of the run that is there, or of another one."""
    run = chat.contact.instance(flow, "main")
    began = chat.now if run is None else run.began
    return StaffEnds(flow, began + later, restarts)


def ends(chat: Chat, flow: str) -> list[str]:
    return chat.hears(order(chat, flow), token=False)


def restarts(chat: Chat, flow: str) -> list[str]:
    return chat.hears(order(chat, flow, restarts=True), token=False)


def test_s40_out_of_a_flow_its_timers_go_and_nothing_is_news() -> None:
    chat = chat_of(FLOWS)
    assert chat.says("入會") == ["第一則"]
    assert ends(chat, "series") == []
    assert (chat.contact.flows, chat.contact.timers, chat.tags) == ((), (), {"甲"})
    assert [step.note.kind.code for step in chat.decisions[-1].trace] == ["staff_out"]
    assert [(one.what, one.about[-1]) for one in chat.decisions[-1].marks if one.what == LEFT] == [
        (LEFT, "staff")
    ]
    chat.waits(days=3)
    assert chat.said == []


def test_s40_who_was_taken_out_does_not_come_again_where_once_per_is_used_up() -> None:
    chat = chat_of(FLOWS)
    chat.says("入會")
    ends(chat, "series")
    chat.contact.tags = ()
    chat.says("入會")
    assert chat.contact.instance("series", "main") is None


def test_s40_anew_is_from_the_first_state_with_its_inputs_and_once_per_is_not_asked() -> None:
    chat = chat_of(FLOWS)
    chat.says("入會")
    chat.waits(days=1)
    assert chat.state("series") == "二"
    assert restarts(chat, "series") == ["第一則"]
    assert chat.state("series") == "一"
    assert len(chat.contact.timers) == 1
    chat.waits(hours=23)
    assert chat.state("series") == "一"
    chat.waits(hours=1)
    assert chat.state("series") == "二"


def test_s40_answers_go_and_inputs_stay() -> None:
    chat = chat_of(FLOWS)
    chat.says("測")
    chat.says("好")
    assert len(chat.instance("quiz").answers) == 2
    assert restarts(chat, "quiz") == ["你好嗎"]
    assert list(chat.instance("quiz").answers) == ["city"]
    assert (chat.state("quiz"), chat.contact.instance("inner", "main")) == ("問", None)


def test_s40_out_of_what_another_runs_is_out_of_both() -> None:
    chat = chat_of(FLOWS)
    chat.says("測")
    chat.says("好")
    ends(chat, "inner")
    assert chat.contact.flows == ()


def test_s40_what_another_runs_begins_anew_and_that_one_rests_on() -> None:
    chat = chat_of(FLOWS)
    chat.says("測")
    chat.says("好")
    chat.says("30")
    assert chat.state("inner") == "再問"
    assert restarts(chat, "inner") == ["幾歲"]
    assert (chat.state("inner"), chat.state("quiz")) == ("問", "看")
    chat.says("30")
    chat.says("2")
    assert chat.contact.flows == ()


def test_s40_another_run_than_staff_have_seen_stays() -> None:
    """Ordered twice, of a page that is out of date: nobody begins twice, and nothing new is lost."""
    chat = chat_of(FLOWS)
    chat.says("入會")
    chat.waits(hours=1)
    seen = order(chat, "series", restarts=True)
    assert chat.hears(seen, token=False) == ["第一則"]
    assert chat.hears(seen, token=False) == []
    assert any(step.note.kind.code == "staff_not_in" for step in chat.decisions[-1].trace)
    assert chat.hears(order(chat, "series", later=timedelta(seconds=-5)), token=False) == []
    assert chat.state("series") == "一"
    assert chat.hears(order(chat, "gone"), token=False) == []


def test_s40_a_flow_that_takes_nobody_does_not_begin_anew_and_stays_as_it_is() -> None:
    chat = chat_of(FLOWS)
    chat.says("入會")
    chat.waits(days=1)
    seen = order(chat, "series", restarts=True)
    chat.playbook = compiled(FLOWS.replace("  series:\n", "  series:\n    status: closed\n"))
    assert chat.hears(seen, token=False) == []
    assert chat.state("series") == "二"
    assert any(step.note.kind.code == "flow_not_started" for step in chat.decisions[-1].trace)


def test_s40_out_of_a_flow_that_the_playbook_has_no_more() -> None:
    chat = chat_of(FLOWS)
    chat.says("入會")
    seen, anew = order(chat, "series"), order(chat, "series", restarts=True)
    chat.playbook = compiled("rules: [{when: {text: 嗨}, reply: 嗨}]")
    chat.hears(anew, token=False)
    assert [one.flow for one in chat.contact.flows] == ["series"]
    chat.hears(seen, token=False)
    assert chat.contact.flows == ()


def test_s40_staff_keep_the_conversation() -> None:
    """A journey waits at its door meanwhile; a question is asked, its time-outs begin as the bot has it again."""
    chat = chat_of(FLOWS)
    chat.says("入會")
    chat.says("測")
    chat.hears(StaffActs(takes_over=True), token=False)
    assert restarts(chat, "series") == []
    assert chat.door("series")[0] == "staff"
    assert restarts(chat, "quiz") == ["你好嗎"]
    assert chat.contact.identity("main").staff
    assert chat.hears(StaffActs(takes_over=False), token=False) == ["第一則"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("says"), st.sampled_from(("入會", "測", "好", "3"))),
        st.tuples(st.just("waits"), st.integers(0, 40)),
        st.tuples(st.just("ends"), st.sampled_from(("series", "quiz", "inner")), st.booleans()),
    ),
    max_size=12,
)


@settings(max_examples=examples(200))
@given(STEPS)
def test_s40_whatever_came_before_nothing_is_left_of_what_staff_end(steps: Sequence[tuple[Any, ...]]) -> None:
    """No timer without its run, no child without who runs it, never two runs of one flow."""
    chat = chat_of(FLOWS)
    for step in steps:
        match step:
            case ("says", str(text)):
                chat.says(text)
            case ("waits", int(hours)):
                chat.waits(hours=hours)
            case (_, str(flow), bool(anew)):
                there = chat.contact.instance(flow, "main")
                chat.hears(order(chat, flow, restarts=anew), token=False)
                run = chat.contact.instance(flow, "main")
                assert (run is not None) == (anew and there is not None)
                assert run is None or run.state in ("一", "問")
            case _:
                raise AssertionError(step)
        names = [one.flow for one in chat.contact.flows]
        assert len(names) == len(set(names))
        assert all(chat.contact.instance(timer.flow, "main") for timer in chat.contact.timers)
        assert ("inner" in names) <= ("quiz" in names)

"""H6, G3: what staff have closed or paused counts as if the playbook said so; what it says itself stays."""

from __future__ import annotations

import pytest

from bot.engine.compiled.by_staff import with_restrictions
from bot.engine.compiled.form import flow_of_form
from bot.engine.flows.starting import state_of, why_not
from bot.model.brake import FlowLimit, FlowRestriction, MenuPause
from tests.conftest import NOW
from tests.engine.chat import Chat
from tests.playbooks import compiled

BOOK = compiled(
    """\
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  b2b: {id: trade, channel_id: "2", channel_secret: x, settings: {quiz: {tone: 你好}}}
flows:
  quiz:
    settings: {tone: 您好}
    states: {ask: {ask: {setting: tone}, answer: any, next: done}, done: {end: true}}
  over:
    status: stopped
    states: {ask: {ask: 好嗎, answer: any, next: done}, done: {end: true}}
rules:
  - {when: {text: 測驗}, start: quiz}
  - {when: {text: 結束}, start: over}
"""
)


def restricted(flow: str, limit: FlowLimit) -> FlowRestriction:
    return FlowRestriction(flow, limit, "console:mei", NOW)


@pytest.mark.parametrize("limit", ["closed", "paused"])
def test_a_flow_takes_nobody_on_any_channel(limit: FlowLimit) -> None:
    book = with_restrictions(BOOK, [restricted("quiz", limit)], [])
    assert ("b2b", "quiz") in book.variants, "with settings of its own there"
    for channel in BOOK.channels:
        flow = book.flow("quiz", channel)
        assert flow is not None
        assert why_not(book, flow, channel, NOW) == limit
        assert state_of(book, flow, channel, NOW).state == limit
    assert book.halting == (limit == "paused")
    assert not BOOK.halting, "the playbook itself is as it was"


def test_s35_what_the_playbook_restricts_more_stays_so() -> None:
    book = with_restrictions(BOOK, [restricted("over", "closed"), restricted("over", "paused")], [])
    assert state_of(book, book.flows["over"], "main", NOW).state == "stopped"


def test_what_it_does_not_have_changes_nothing() -> None:
    gone = [restricted("gone", "closed"), restricted("gone", "paused")]
    assert with_restrictions(BOOK, gone, [MenuPause("gone", "console:mei", NOW)]) is BOOK


JOURNEY = compiled(
    """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
flows:
  tea:
    title: 茶
    if_late: send
    states:
      steep: {push: 泡茶中, wait: 2d, next: done}
      done: {push: 好了, end: true}
rules: [{when: {text: 泡茶}, start: tea}]
"""
)


def test_s35_whoever_is_in_a_flow_that_staff_pause_waits_and_goes_on_within_an_hour() -> None:
    chat = Chat(JOURNEY)
    chat.says("泡茶")
    chat.edited(with_restrictions(JOURNEY, [restricted("tea", "paused")], []))
    assert "好了" not in chat.waits(days=3)
    assert chat.state("tea") == "steep"
    chat.edited(JOURNEY)
    assert chat.waits(hours=1) == ["好了"]


def test_s35_whoever_is_in_a_flow_that_staff_close_goes_on_and_nobody_comes_in() -> None:
    inside, outside = Chat(JOURNEY), Chat(JOURNEY)
    inside.says("泡茶")
    for chat in (inside, outside):
        chat.edited(with_restrictions(JOURNEY, [restricted("tea", "closed")], []))
    assert inside.waits(days=2) == ["好了"]
    outside.says("泡茶")
    assert outside.state("tea") is None


def test_a_form_that_staff_have_paused_is_closed_and_stays_so_where_the_playbook_says_so() -> None:
    book = compiled(
        """\
channels: {main: {id: f, channel_id: "1", channel_secret: x, liff: {login_channel_id: "1", liff_id: 1-a}}}
attributes: {size: text}
forms:
  survey: {fields: [{ask: 尺寸, answer: [S, M], save: size}], done: {reply: 謝謝}}
  old: {status: closed, fields: [{ask: 尺寸, answer: [S, M], save: size}], done: {reply: 謝謝}}
"""
    )
    restrictions = [
        FlowRestriction(flow_of_form(one), "paused", "console:mei", NOW) for one in ("survey", "x")
    ]
    off = with_restrictions(book, restrictions, ())
    assert {name: form.open for name, form in off.forms.items()} == {"survey": False, "old": False}
    assert off.form_flows[flow_of_form("survey")].status == "paused"
    assert with_restrictions(book, restrictions[1:], ()) is book

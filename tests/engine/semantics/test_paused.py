"""Semantics 20–22 in a flow that is paused for a while: what came due meanwhile is late. H4, H6"""

from __future__ import annotations

import pytest

from bot.engine.flows.push_gate import held_by
from tests.engine.chat import Chat, chat_of
from tests.playbooks import QUIET_JOURNEY, compiled

JOURNEY = (
    QUIET_JOURNEY
    + """\
    states:
      等: {wait: 1d, next: 推}
      推: {push: 推, wait: 1d, next: 二}
      二: {push: 二, wait: 1d, next: 完}
      完: {end: true}
"""
)


def journey(late: str) -> Chat:
    chat = chat_of(JOURNEY.replace("LATE", late))
    chat.told("signal", "go")
    return chat


def becomes(chat: Chat, late: str, status: str) -> None:
    """The marketer writes another `status` into the file."""
    chat.edited(compiled(JOURNEY.replace("LATE", f"{late}\n    status: {status}")))


@pytest.mark.parametrize(
    ("late", "said", "state"),
    [
        ("send", ["推"], "推"),
        ("skip", [], "推"),
        ("exit", [], None),
    ],
)
def test_s22_what_came_due_in_a_pause_is_late_when_it_is_over(
    late: str, said: list[str], state: str | None
) -> None:
    chat = journey(late)
    becomes(chat, late, "paused")
    assert chat.waits(days=10) == []
    assert chat.state("j") == "等"
    becomes(chat, late, "live")
    assert chat.waits(hours=2) == said
    assert chat.state("j") == state


def test_s22_the_next_morning_after_a_pause() -> None:
    chat = journey("next_morning")
    becomes(chat, "next_morning", "paused")
    chat.waits(days=10)
    becomes(chat, "next_morning", "live")
    assert chat.waits(hours=2) == []
    assert chat.door("j")[0] == "late"
    assert chat.waits(days=1) == ["推"]


def test_s22_after_a_pause_that_ended_before_it_was_due_nothing_is_late() -> None:
    chat = journey("exit")
    becomes(chat, "exit", "paused")
    chat.waits(hours=10)
    becomes(chat, "exit", "live")
    assert chat.waits(hours=14, minutes=1) == ["推"]


@pytest.mark.parametrize(("late", "state"), [("exit", None), ("send", "推")])
def test_s22_a_door_that_would_have_opened_in_a_pause_opens_late(late: str, state: str | None) -> None:
    chat = chat_of(JOURNEY.replace("LATE", late).replace("等: {wait: 1d", "等: {wait: 10h"))
    chat.told("signal", "go")
    assert chat.waits(hours=11) == []
    assert chat.door("j")[0] == "quiet"
    becomes(chat, late, "paused")
    chat.waits(days=6)
    becomes(chat, late, "live")
    chat.waits(hours=2)
    assert chat.state("j") == state


def test_s30_who_is_moved_into_a_state_whose_time_is_long_over_is_late() -> None:
    """Otherwise a renamed state with a shorter wait would flood everybody who rests in it."""
    chat = journey("skip")
    text = JOURNEY.replace("LATE", "skip\n    moved: {等: 新}").replace("等: {wait: 1d", "新: {wait: 1h")
    chat.waits(hours=20)
    chat.edited(compiled(text))
    assert chat.waits(hours=4, minutes=2) == []
    assert chat.state("j") == "推"


GONE = "rules: [{when: {text: 別的}, reply: 好的}]\n"
OTHER_STATES = JOURNEY.replace("等", "候").replace("LATE", "skip")


@pytest.mark.parametrize("meanwhile", [GONE, OTHER_STATES], ids=["flow gone", "state gone"])
@pytest.mark.parametrize(
    ("late", "said", "state"),
    [("send", ["推"], "推"), ("skip", [], "推"), ("exit", [], None)],
)
def test_s31_whoever_was_left_in_what_was_gone_goes_on_late_when_it_is_back(
    late: str, said: list[str], state: str | None, meanwhile: str
) -> None:
    """A rollback leaves people where they are; the version that has their state again must not flood them
    with all that is overdue, elsewhere reported of campaigns that were published again (mautic 3340). H4"""
    chat = journey(late)
    chat.edited(compiled(meanwhile))
    assert chat.waits(days=5) == []
    chat.says("嗨")
    assert chat.waits(days=5) == []
    chat.edited(compiled(JOURNEY.replace("LATE", late)))
    assert chat.waits(hours=2) == said
    assert chat.state("j") == state


@pytest.mark.parametrize(("late", "said"), [("exit", []), ("skip", []), ("send", ["推"])])
def test_s22_whom_staff_hand_back_in_a_pause_is_late_when_it_is_over(late: str, said: list[str]) -> None:
    chat = chat_of(JOURNEY.replace("LATE", late).replace("等: {wait: 1d", "等: {wait: 6h"))
    chat.told("signal", "go")
    chat.staff(takes_over=True)
    chat.waits(hours=7)
    assert held_by(chat.playbook, chat.contact, chat.instance("j")) == "staff"
    becomes(chat, late, "paused")
    chat.staff(takes_over=False)
    assert chat.waits(days=10) == []
    becomes(chat, late, "live")
    assert chat.waits(hours=2) == said
    assert (chat.ended("j") == "late") is (late == "exit")


def test_s30_who_is_held_at_a_door_when_its_state_gets_another_name_goes_in_by_that() -> None:
    """They have not been in it: what it does on entry is still to be done."""
    chat = chat_of(JOURNEY.replace("LATE", "send").replace("等: {wait: 1d", "等: {wait: 10h"))
    chat.told("signal", "go")
    assert chat.waits(hours=11) == []
    renamed = JOURNEY.replace("LATE", "send\n    moved: {推: 推甲}").replace("next: 推}", "next: 推甲}")
    chat.edited(compiled(renamed.replace("      推: {push: 推,", "      推甲: {push: 推,")))
    chat.says("嗨")
    assert (chat.door("j")[0], chat.state("j")) == ("quiet", "推甲")
    assert chat.waits(hours=12) == ["推"]


def test_s21_who_waits_in_a_pause_is_shown_as_held_by_it() -> None:
    chat = journey("send")
    assert held_by(chat.playbook, chat.contact, chat.instance("j")) is None
    becomes(chat, "send", "paused")
    assert held_by(chat.playbook, chat.contact, chat.instance("j")) == "paused"

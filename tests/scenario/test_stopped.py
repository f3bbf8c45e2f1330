"""K5: scenarios in which pushes are stopped: all, of a channel, of a flow; before the first step, too."""

from __future__ import annotations

import pytest

from bot.playbook.report import render
from tests.scenario.playing import FILE, fails, holds, result

PLAYBOOK = """
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  outlet: {id: outlet, channel_id: "2", channel_secret: x}
tags: {買過: {added_by: staff}}
flows:
  care:
    when: {tag_added: 買過}
    once_per: always
    if_late: send
    states: {等: {wait: 1d, next: 說}, 說: {push: 還好嗎, end: true}}
  pushes:
    when: {tag_added: 買過}
    once_per: always
    if_late: send
    states: {等: {wait: 1d, next: 說}, 說: {push: 新品, end: true}}
"""
BOTH = "{now: 2026-09-01 14:00, people: {甲: {flow: {care: 等}}, 乙: {channel: outlet, flow: {care: 等}}}}"


def given(stopped: str = "[]") -> str:
    stops = "" if stopped == "[]" else f", stopped: {stopped}"
    return f"{{now: 2026-09-01 14:00, contact: {{flow: {{care: 等, pushes: 等}}}}{stops}}}"


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        ("pushes", "bot: nothing"),
        ("care", "bot: 新品"),
        ("{flow: care}", "bot: 新品"),
        ("{flow: pushes}", "bot: 還好嗎"),
        ("{channel: main}", "bot: nothing"),
        ("{channel: main, flow: care}", "bot: 新品"),
        ("{channel: outlet}", "bot: [還好嗎, 新品]"),
        ("{channel: outlet, flow: care}", "bot: [還好嗎, 新品]"),
    ],
)
def test_what_is_stopped_waits_and_nothing_else(stop: str, said: str) -> None:
    """As a step, and as what was so before the first one."""
    holds(PLAYBOOK, f"stop: {stop}", "wait: 2d", said, given=given())
    holds(PLAYBOOK, "wait: 2d", said, given=given(stop))


def test_another_channel_goes_on() -> None:
    steps = ("stop: {channel: outlet}", "wait: 2d", "bot: 還好嗎", "as: 乙", "bot: nothing")
    holds(PLAYBOOK, *steps, "resume: {channel: outlet}", "bot: 還好嗎", given=BOTH)


def test_several_stops_stand_beside_each_other_and_each_ends_by_its_own_words() -> None:
    waits = ("wait: 2d", "bot: nothing", "flow: {care: 等, held: brake}")
    ends = ("resume: care", "bot: 還好嗎", "resume: {flow: pushes}", "bot: 新品")
    holds(PLAYBOOK, *waits, *ends, given=given("[care, {flow: pushes}]"))
    found = fails(PLAYBOOK, "resume: pushes", "bot: nothing", given=given("care"))
    assert found == "1: that is not stopped by itself; what is: flow care"
    assert fails(PLAYBOOK, "resume: pushes", "bot: nothing").startswith("1: nothing is stopped")
    twice = ("stop: care", "stop: care", "resume: care")
    holds(PLAYBOOK, *twice, "wait: 2d", "bot: [還好嗎, 新品]", given=given())


@pytest.mark.parametrize(
    ("stop", "told"),
    [
        ("carre", 'no flow is called "carre"'),
        ("everything", "all of them are  pushes"),
        ("{channel: mian}", 'no channel is called "mian"'),
        ("{channel: mian, flow: carre}", "mian"),
        ("{flows: care}", "flows"),
        ("{}", '"stop'),
    ],
)
def test_what_is_not_there_is_told(stop: str, told: str) -> None:
    texts = [
        f"scenario: 試\nsteps: [{{stop: {stop}}}, {{bot: nothing}}]\n",
        f"scenario: 試\ngiven: {{stopped: {stop}}}\nsteps: [{{bot: nothing}}]\n",
    ]
    for text in texts:
        found = result(PLAYBOOK, text)
        assert told in render(found.problems, {FILE: text})

"""K5: scenarios in which pushes are stopped: all, of a channel, of a flow; before the first step, too."""

from __future__ import annotations

import pytest

from bot.model.brake import OFF, Brake, PushStop
from bot.model.staff_order import StaffTags
from bot.playbook.report import render
from bot.scenario.recorded import recorded
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.scenario.playing import FILE, fails, holds, result
from tests.scenario.recording import Played

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


ALL = PushStop(None, None, "command:amy", NOW)
CARE = PushStop(None, "care", "command:amy", NOW)
BOTH_SAID = ["- bot:", "- 還好嗎", "- 新品"]
HERE = PushStop("main", "pushes", "command:amy", NOW)


def buys(*stops: PushStop) -> Played:
    """Somebody begins both flows, while this is stopped."""
    play = Played(compiled(PLAYBOOK))
    play.stops(*stops)
    play.hears(StaffTags("amy", ("買過",), ()))
    return play


def steps_of(play: Played, stopped: Brake = OFF) -> list[str]:
    """The recorded steps that are about pushes; the recording holds."""
    text = recorded("玩過的", play.happenings, play.playbook, stopped=stopped).text
    failed = result(PLAYBOOK, text).failure
    assert failed is None, f"{text}\n{failed}"
    about = ("- stop", "- resume", "- bot", "- 還好嗎", "- 新品", "stopped")
    return [line.strip() for line in text.splitlines() if line.strip().startswith(about)]


def test_what_was_stopped_while_somebody_played_is_recorded() -> None:
    play = buys()
    play.stops(ALL)
    play.passes(days=3)
    play.stops()
    play.passes(days=1)
    assert steps_of(play) == ["- stop: pushes", "- resume: pushes", *BOTH_SAID]


def test_one_stop_is_followed_by_another() -> None:
    play = buys()
    play.stops(CARE)
    play.passes(days=2)
    play.stops(HERE, ALL)
    play.stops(HERE)
    play.stops()
    told = ["- stop: care", "- bot: 新品", "- resume: care", "- stop: {channel: main, flow: pushes}"]
    told = [*told, "- stop: pushes", "- resume: pushes", "- bot: 還好嗎"]
    assert steps_of(play)[:3] == told[:3]
    assert sorted(steps_of(play)) == sorted([*told, "- resume: {channel: main, flow: pushes}"])


def test_what_was_stopped_before_it_began_is_given() -> None:
    play = buys(ALL, HERE)
    play.passes(days=2)
    play.stops(ALL)
    play.stops()
    assert steps_of(play, Brake((ALL, HERE))) == [
        "stopped: [pushes, {channel: main, flow: pushes}]",
        "- resume: {channel: main, flow: pushes}",
        "- resume: pushes",
        *BOTH_SAID,
    ]


def test_a_stop_of_what_is_no_more_is_left_out() -> None:
    play = buys()
    play.stops(PushStop(None, "gone", "command:amy", NOW), PushStop("gone", None, "command:amy", NOW))
    play.passes(days=2)
    assert steps_of(play) == BOTH_SAID

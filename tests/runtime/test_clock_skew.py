"""F8: machines whose clocks are minutes apart judge a reply token's age by one clock, the database's."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import pytest

from bot.engine.decide import decide
from bot.model.clock import SystemClock
from bot.model.contact import Contact
from bot.model.decision import DecisionInputs
from bot.model.inbox import Received
from bot.runtime.cluster.clock_skew import LONGEST_QUESTION, ClockSkew
from bot.store.database.mongo import Database
from bot.store.events.pulse import Pulse
from tests.conftest import NOW, ManualClock
from tests.playbooks import SMALLEST
from tests.runtime.harness import event

BEHIND, AHEAD = timedelta(minutes=-2), timedelta(minutes=2)


class WrongClock(SystemClock):
    """The clock of a machine that is wrong by so much; it can be corrected like any other."""

    def __init__(self, wrong: timedelta) -> None:
        super().__init__()
        self._wrong = wrong

    def now(self) -> datetime:
        return super().now() + self._wrong


def welcome(clock: SystemClock) -> Received:
    """A follow as a process with this clock stamps it when it comes."""
    stamp = ManualClock(clock.now())
    return event({"type": "follow", "follow": {"isUnblocked": False}}, "U1", stamp)


def becomes(received: Received, judge: SystemClock) -> list[str]:
    """What a process with this clock makes of it."""
    contact = Contact("main:U1", seed=1)
    decision = decide(SMALLEST, contact, received.event, judge.now(), DecisionInputs())
    return [type(action).__name__ for action in decision.actions]


@pytest.mark.parametrize("wrong", [BEHIND, AHEAD], ids=["behind", "ahead"])
async def test_two_machines_two_minutes_apart_answer_each_others_events(
    wrong: timedelta, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    right, machine = SystemClock(), WrongClock(wrong)
    stamped, judged = (machine, right) if wrong < timedelta() else (right, machine)
    assert becomes(welcome(stamped), judged) == ["LateReply"], "so a quarter of the answers was lost"
    await database.collection("playbooks").insert_one({"_id": 1})
    pulse, skew = Pulse(database), ClockSkew(machine, WrongClock(wrong))
    pulse.on_time = skew.measure
    await pulse.read()
    assert skew.seconds == pytest.approx(wrong.total_seconds(), abs=LONGEST_QUESTION)
    assert abs(machine.now() - right.now()) < timedelta(seconds=LONGEST_QUESTION)
    assert becomes(welcome(stamped), judged) == ["Reply"]
    [line] = [one.getMessage() for one in caplog.records if one.name == "oaflow.clock"]
    assert skew.trouble is not None
    assert line.startswith(str(skew.trouble))
    assert ("behind" if wrong < timedelta() else "ahead of") in str(skew.trouble)


class RecordedShifts(SystemClock):
    """Notes in seconds how it is shifted."""

    def __init__(self) -> None:
        super().__init__()
        self.shifts: list[float] = []

    def shift(self, offset: timedelta) -> None:
        self.shifts.append(offset.total_seconds())


class Measured:
    """A machine's clock beside a database's, both standing still."""

    def __init__(self) -> None:
        self.machine = ManualClock()
        self.clock = RecordedShifts()
        self.shifts = self.clock.shifts
        self.skew = ClockSkew(self.clock, self.machine)

    def at(self, ahead: float, took: float = 0.0) -> None:
        self.skew.measure(NOW - timedelta(seconds=ahead + took / 2), took)


def test_a_clock_near_enough_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "oaflow")
    measured = Measured()
    for ahead in (0.0, 0.99, -0.99, 0.4):
        measured.at(ahead)
    assert (measured.shifts, measured.skew.trouble) == ([], None)
    assert measured.skew.seconds == pytest.approx(0.4)
    assert caplog.records == []


def test_it_is_corrected_once_and_told_once_until_it_changes(caplog: pytest.LogCaptureFixture) -> None:
    measured = Measured()
    for ahead in (7.0, 7.1, 6.9, 7.3):
        measured.at(ahead)
    assert measured.shifts == [-7.0]
    measured.at(9.0)
    measured.at(0.7)  # it comes near, and goes by itself again only where that is sure
    measured.at(0.1)
    measured.at(0.2)
    assert measured.shifts == [-7.0, -9.0, -0.7, 0.0]
    assert measured.skew.trouble is None
    assert [one.getMessage() for one in caplog.records] == [
        *(
            f"this machine's clock is {ahead} s ahead of the database's:"
            " oaflow goes by the database's; set the clocks of both by NTP"
            for ahead in (7.0, 9.0, 0.7)
        ),
        "this machine's clock and the database's are the same again",
    ]


def test_a_process_that_was_frozen_while_it_asked_measures_nothing() -> None:
    measured = Measured()
    measured.at(60.0, took=LONGEST_QUESTION + 0.1)
    assert measured.shifts == []
    measured.at(2.0, took=LONGEST_QUESTION)
    assert measured.shifts == [-2.0]

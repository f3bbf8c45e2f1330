"""Which events were surely never heard: by LINE's word, by our memory, by how long a part is ours (A2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from bot.model.inbox import Received
from bot.runtime.intake import receive
from bot.runtime.intake.receive import MARGIN, SurelyNew
from tests.conftest import ManualClock
from tests.runtime.harness import said


def came(clock: ManualClock, name: str = "E", ahead: float = 0.0, user: str = "U1") -> Received:
    """An event that comes into being now, by LINE's clock, which is ahead of ours by so many seconds."""
    sent = int((clock.now() + timedelta(seconds=ahead)).timestamp() * 1000)
    return said("hi", user, clock, webhookEventId=name, timestamp=sent)


class Memory:
    """What one process knows of what is new, of parts that are its own since it began."""

    def __init__(self, clock: ManualClock) -> None:
        since = clock.now()
        self.ours: datetime | None = since
        self.new = SurelyNew(clock, lambda part: self.ours)

    def hears(self, *received: Received) -> bool:
        """As the receiver: asked first, then remembered."""
        new = self.new.are(received)
        self.new.hear([one.entry.id for one in received])
        return new


def after_a_while(clock: ManualClock) -> Memory:
    memory = Memory(clock)
    clock.advance(MARGIN / 1000 + 1)
    return memory


def test_what_comes_into_being_after_a_while_is_new_once(clock: ManualClock) -> None:
    memory = after_a_while(clock)
    one = came(clock)
    assert memory.hears(one)
    assert not memory.hears(one)
    assert not memory.hears(one, came(clock, "other"))
    assert memory.hears(came(clock, "a third"))


def test_what_line_brings_again_is_not(clock: ManualClock) -> None:
    memory = after_a_while(clock)
    one = came(clock)
    assert not memory.hears(replace(one, event=replace(one.event, redelivered=True)))


def test_a_stamp_of_the_future_is_not_and_says_nothing_of_the_clock(clock: ManualClock) -> None:
    memory = after_a_while(clock)
    assert not memory.hears(came(clock, "far", ahead=86_400))
    assert memory.hears(came(clock, "now"))
    clock.advance(86_401)
    assert not memory.hears(came(clock, "with one", ahead=86_400), came(clock, "other"))


def test_of_a_part_that_is_not_ours_nothing_is(clock: ManualClock) -> None:
    memory = after_a_while(clock)
    memory.ours = None
    assert not memory.hears(came(clock))


@pytest.mark.parametrize("seconds", [-1.0, 0.0, MARGIN / 1000])
def test_what_came_into_being_about_when_the_part_became_ours_is_not(
    clock: ManualClock, seconds: float
) -> None:
    memory = Memory(clock)
    one = came(clock, ahead=seconds)
    clock.advance(60)
    assert not memory.hears(one)


def test_without_a_time_nothing_is(clock: ManualClock) -> None:
    memory = after_a_while(clock)
    assert not memory.hears(said("hi", "U1", clock, timestamp=None))


def test_what_is_forgotten_may_come_again(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "KEPT", 2)
    memory = after_a_while(clock)
    first = came(clock, "1")
    assert memory.hears(first)
    for name in ("2", "3"):
        clock.advance(1)
        memory.hears(came(clock, name))
    assert not memory.hears(first)
    assert not memory.hears(came(clock, "4")), "it may have come when the first one did"
    clock.advance(MARGIN / 1000 + 1)
    assert memory.hears(came(clock, "5"))


def test_a_clock_that_is_behind_is_noticed(clock: ManualClock) -> None:
    """By events of a time to come; then only what is as much younger is surely new."""
    memory = after_a_while(clock)
    assert memory.hears(came(clock, "1", ahead=500))
    assert not memory.hears(came(clock, "2"))
    assert not memory.hears(came(clock, "3", ahead=480))
    clock.advance(500)
    assert memory.hears(came(clock, "4", ahead=500))


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_new_twice(clock: ManualClock, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """The law, with a small memory, a clock that is wrong by anything, and LINE that never says `again`."""
    monkeypatch.setattr(receive, "KEPT", 5)
    dice = Random(seed)
    ahead = dice.choice([-7200, -30, 0, 0, 5, 300, 86_400])
    memory, brought = after_a_while(clock), list[Received]()
    heard, new = set[str](), list[str]()
    for number in range(200):
        clock.advance(dice.choice([0, 0.01, 1, 8, 30]))
        if brought and dice.random() < 0.4:
            one = dice.choice(brought)
        else:
            one = came(clock, f"E{number}", ahead)
            brought.append(one)
        if memory.hears(one):
            new.append(one.entry.id)
            assert one.entry.id not in heard
        heard.add(one.entry.id)
    assert len(new) == len(set(new))

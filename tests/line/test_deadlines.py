"""What takes too long is told of in time, with one timer for all (F1)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.line.wire import Deadlines
from tests.eventually import PATIENCE

LONG = 3600.0


async def test_who_is_late_is_told_of_once_and_first_come_first() -> None:
    late: list[str] = []
    over = asyncio.Event()

    def is_late(name: str) -> None:
        late.append(name)
        if name == "c":
            over.set()

    deadlines = Deadlines[str](0.01, is_late)
    for name in "abc":
        deadlines.begin(name)
    deadlines.end("b")
    async with asyncio.timeout(PATIENCE):
        await over.wait()
    assert late == ["a", "c"]
    assert deadlines.take_first() is None


async def test_who_begins_later_has_the_same_time() -> None:
    """Also where the one before has ended when its timer comes, and where one begins as another is late."""
    began: dict[str, float] = {}
    took: dict[str, float] = {}
    over = asyncio.Event()
    loop = asyncio.get_running_loop()

    def begin(name: str) -> None:
        began[name] = loop.time()
        deadlines.begin(name)

    def is_late(name: str) -> None:
        took[name] = loop.time() - began[name]
        if name == "b":
            begin("c")
        else:
            over.set()

    deadlines = Deadlines[str](0.05, is_late)
    begin("a")
    await asyncio.sleep(0)
    deadlines.end("a")
    begin("b")
    async with asyncio.timeout(PATIENCE):
        await over.wait()
    assert list(took) == ["b", "c"]
    assert min(took.values()) >= 0.049


async def test_what_has_begun_first_comes_first() -> None:
    deadlines = Deadlines[int](LONG, lambda number: None)
    for number in range(5):
        deadlines.begin(number)
    deadlines.end(0)
    deadlines.end(3)
    assert deadlines.take_first() == 1


async def test_whoever_begins_as_another_is_late_keeps_nobody_else_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = Loop()
    monkeypatch.setattr("bot.line.wire.asyncio.get_running_loop", lambda: loop)
    late: list[str] = []

    def is_late(name: str) -> None:
        late.append(name)
        if name == "a":
            deadlines.begin("c")

    deadlines = Deadlines[str](1.0, is_late)
    deadlines.begin("a")
    loop.now = 0.5
    deadlines.begin("b")
    loop.now = 1.0
    loop.calls.pop()()
    assert loop.at == [1.0, 1.5]  # b's moment, not c's
    loop.now = 1.5
    loop.calls.pop()()
    assert late == ["a", "b"]


class Loop:
    """A loop whose time stands still, and what it was asked to call."""

    def __init__(self) -> None:
        self.now = 0.0
        self.at: list[float] = []
        self.calls: list[Callable[[], None]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[[], None]) -> object:
        self.at.append(when)
        self.calls.append(call)
        return call

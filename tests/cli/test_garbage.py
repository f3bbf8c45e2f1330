"""Nobody waits while garbage is looked for, and it is let go all the same. D1."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import ClassVar

import pytest

from bot.cli.run import garbage
from bot.cli.run.garbage import look_seldom_for_garbage


class Knot:
    """One that holds itself: nobody but the collector lets it go."""

    alive: ClassVar[int] = 0

    def __init__(self) -> None:
        self.itself = self
        Knot.alive += 1

    def __del__(self) -> None:
        Knot.alive -= 1


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What is set for a process that serves ends with the test; all is set aside, as the tests have it."""
    usual = gc.get_threshold()
    gc.collect(0)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.collect(1)
        gc.freeze()


@pytest.fixture
def sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes minutes of a rush comes after some thousand objects."""
    for name, number in (("YOUNG", 1_000), ("AGAIN", 4), ("ALL", 5)):
        monkeypatch.setattr(garbage, name, number)
    gc.freeze()
    gc.collect()  # nothing: whether all is looked through depends on how much there was the last time


@pytest.mark.ring("all", "a command from beginning to end")
def test_garbage_by_the_thousand_does_not_fill_the_memory() -> None:
    """Three times as many in a row as one look finds: no more are there than that, or twice."""
    look_seldom_for_garbage()
    most = 0
    for _ in range(3 * garbage.YOUNG):
        Knot()
        most = max(most, Knot.alive)
    assert 0 < most <= 2 * garbage.YOUNG


def test_a_million_that_are_kept_are_not_looked_through_at_once(looked: list[int]) -> None:
    """People who come by the thousand are kept in memory: of each some forty objects."""
    look_seldom_for_garbage()
    kept = [[number] for number in range(1_000_000)]
    assert set(looked) == {0}
    assert len(looked) >= 1_000_000 // garbage.YOUNG - 1
    assert len(kept) == 1_000_000


@pytest.mark.usefixtures("sooner")
def test_what_was_in_use_while_it_was_young_is_let_go_later() -> None:
    look_seldom_for_garbage()
    held = [Knot() for _ in range(2_000)]
    held.clear()
    kept = [[number] for number in range(10_000)]
    assert Knot.alive < 1_000
    assert kept


@pytest.mark.usefixtures("sooner")
def test_in_the_end_all_is(looked: list[int]) -> None:
    """What has grown old and is a circle is let go as well."""
    look_seldom_for_garbage()
    held = [Knot() for _ in range(18_000)]
    assert looked.count(1) >= 2, "some of them have grown old"
    held.clear()
    kept = [[number] for number in range(40_000)]
    assert looked.count(2) == 1
    assert Knot.alive < 1_000
    assert kept

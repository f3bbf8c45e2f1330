"""Values that are made for each event: equal, hashed and copied as frozen ones, and frozen for mypy."""

from __future__ import annotations

from dataclasses import replace

from bot.model.fast_dataclass import fast_dataclass


@fast_dataclass(frozen=True, slots=True)
class Pair:
    left: int
    right: int = 0


def test_equal_values_are_one_key() -> None:
    assert {Pair(1): "a"}[replace(Pair(2), left=1)] == "a"
    assert Pair(1) != Pair(1, 1)


def test_the_type_checker_lets_nobody_change_one() -> None:
    pair = Pair(1)
    pair.left = 2  # type: ignore[misc]  # mypy reports an ignore that it does not need: so it says no here
    assert pair.left == 2  # and at runtime nothing looks: that is what it costs less by

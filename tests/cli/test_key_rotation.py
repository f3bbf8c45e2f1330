"""`oaflow keys rotate` names the processes that a step waits for, once it has waited for long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from bot.cli.keys.rotation import PATIENT_LOOKS, Stragglers


def named(stragglers: Stragglers, step: str, looks: int, *places: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The looks at which places are named, from 1, and which."""
    for look in range(1, looks + 1):
        if overdue := stragglers.overdue(step, places):
            yield look, overdue


@pytest.mark.parametrize("places", [("till:/shop",), ("till:/shop", "shed:/shop"), tuple("abcd")])
def test_places_are_named_after_so_many_looks_however_many_they_are(places: tuple[str, ...]) -> None:
    found = [*named(Stragglers(), "announced", 3 * PATIENT_LOOKS, *places)]
    assert found == [(PATIENT_LOOKS, places)]


def test_looks_at_which_nobody_is_waited_for_count_for_none() -> None:
    stragglers = Stragglers()
    assert not [*named(stragglers, "used", PATIENT_LOOKS - 1, "till:/shop")]
    assert not [*named(stragglers, "used", 2 * PATIENT_LOOKS)]
    assert [*named(stragglers, "used", PATIENT_LOOKS, "shed:/shop")] == [(1, ("shed:/shop",))]


def test_each_step_is_waited_for_anew() -> None:
    stragglers = Stragglers()
    assert not [*named(stragglers, "announced", PATIENT_LOOKS - 1, "till:/shop")]
    assert [*named(stragglers, "used", PATIENT_LOOKS, "till:/shop")] == [(PATIENT_LOOKS, ("till:/shop",))]


def test_two_processes_of_one_place_are_named_once() -> None:
    found = [*named(Stragglers(), "named", PATIENT_LOOKS, "till:/shop", "till:/shop")]
    assert found == [(PATIENT_LOOKS, ("till:/shop",))]

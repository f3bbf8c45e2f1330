"""How many examples a property is tried with: the same quarter each time, in ring `soak` double, random."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from _pytest.mark import ParameterSet
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from tests.rings import SOAK

# a busy machine is no mistake
ANY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

QUICK = "quick"
# nobody's change fails for a seed: what is tried changes with the test only
settings.register_profile(QUICK, ANY, max_examples=25, derandomize=True, database=None)
settings.register_profile(SOAK, ANY, max_examples=200)


def load_depth(ring: str) -> None:
    """Before tests are collected, which read it by `examples`."""
    settings.load_profile(SOAK if ring == SOAK else QUICK)


def what_is_tried_is_the_tests() -> None:
    """But in ring `soak`: no constants of the bot's source among the examples.

    Each edit of the bot would change what every property is tried with, and each process that runs tests
    parses all of it first (5 s of CPU in a fresh clone, 1 s later).
    """
    if settings().max_examples == settings.get_profile(QUICK).max_examples:
        vars(providers)["_get_local_constants"] = Constants


def one_of(every: int, cases: Iterable[tuple[object, ...]], rest: str = SOAK) -> list[ParameterSet]:
    """All of these cases for `parametrize`: one of so many, spread over them; the others in ring `rest`."""
    outer = pytest.mark.ring(rest, "more of the same")
    return [pytest.param(*case, marks=[outer] if number % every else []) for number, case in enumerate(cases)]


def examples(number: int) -> int:
    """So many examples, where hypothesis would try 100, in the depth of this run."""
    return max(1, number * settings().max_examples // 100)

"""The pace of leases: what others count on holds for any that a process may have."""

from __future__ import annotations

import pytest

from bot.model.processes import PRODUCTION, SETTLED, Pace, pace_of


def test_in_production() -> None:
    """As docs/operations/several-machines.md and docs/decisions tell it."""
    assert Pace(lease=10, renew=3, margin=2, grace=8) == PRODUCTION
    assert SETTLED == 15


def test_it_is_written_in_one_word() -> None:
    assert pace_of("2.5/0.3/0.5/2") == Pace(lease=2.5, renew=0.3, margin=0.5, grace=2)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("11/3/2/8", "a lease lasts 10 s at most: others count on it"),
        ("10/3/0.9/8", "the margin is less than a tenth of the lease"),
        ("10/4.1/2/8", "a renewal that fails must leave time for another"),
        ("10/3/2/8.1", "the grace of a stop is longer than the lease is sure"),
        ("10/0/2/8", "each of them is more than nothing, and ends"),
        ("10/nan/2/8", "each of them is more than nothing, and ends"),
        ("10/3/2", "not enough values to unpack"),
        ("quick", "could not convert string to float"),
    ],
)
def test_one_that_is_not_safe_is_refused(words: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        pace_of(words)

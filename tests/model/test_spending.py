"""N6: what groups have spent per person; a difference is told only where it is more than chance."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from statistics import mean, variance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.spending import FEWEST_BUYERS, GroupSpending, spending_differences, spending_of
from tests.depth import examples

money = st.integers(0, 99_999).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=examples(200))
@given(st.lists(money, min_size=2, max_size=60))
def test_the_figures_are_those_of_the_people(sums: list[Decimal]) -> None:
    found = spending_of(sums)
    assert (found.people, found.buyers) == (len(sums), sum(one > 0 for one in sums))
    assert found.mean == pytest.approx(float(mean(sums)))
    assert found.variance == pytest.approx(float(variance(sums)), abs=1e-6)


def shop(random: Random, people: int, share: float, basket: float) -> GroupSpending:
    """A group of whom so many buy, for so much in the middle, a few for far more."""
    spent = (
        Decimal(round(random.lognormvariate(0, 1) * basket, 2)) if random.random() < share else Decimal(0)
        for _ in range(people)
    )
    return spending_of(spent)


def test_of_groups_that_do_not_differ_one_is_hardly_ever_seen() -> None:
    """95 % sure: in 400 shops whose groups behave alike, a difference is found in about twenty."""
    random = Random(20261128)
    seen = 0
    for _ in range(400):
        groups = [("甲", shop(random, 900, 0.06, 800)), ("不發", shop(random, 400, 0.06, 800))]
        [found] = spending_differences(groups)
        seen += found.is_seen
    assert seen <= 32, "twenty expected; as many by chance once in a hundred runs"


def test_what_is_three_times_as_much_is_seen() -> None:
    random = Random(7)
    [found] = spending_differences(
        [("甲", shop(random, 5_000, 0.12, 900)), ("不發", shop(random, 2_000, 0.04, 900))]
    )
    assert found.is_seen
    assert found.between is not None
    assert found.between.holds(found.by)


def test_of_few_buyers_nothing_is_said() -> None:
    few = GroupSpending(1_000, FEWEST_BUYERS - 1, Decimal(9_000), Decimal(9_000_000))
    many = GroupSpending(1_000, 400, Decimal(900_000), Decimal(9_000_000_000))
    [found] = spending_differences([("甲", many), ("不發", few)])
    assert (found.between, found.is_seen) == (None, False)
    assert found.by == pytest.approx(891)


def test_three_groups_are_sure_together() -> None:
    """The more comparisons, the wider each."""
    a, b = (GroupSpending(1_000, 100, Decimal(money), Decimal(10**8)) for money in (90_000, 80_000))
    [two] = spending_differences([("a", a), ("b", b)])
    three = spending_differences([("a", a), ("b", b), ("c", b)])[0]
    assert two.between is not None
    assert three.between is not None
    assert three.between.low < two.between.low < two.between.high < three.between.high

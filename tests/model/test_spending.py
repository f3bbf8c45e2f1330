"""N6: what groups have spent per person; a difference is told only where it is more than chance."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from statistics import mean, pvariance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.spending import FEWEST_BUYERS, GroupSpending, spending_differences
from tests.depth import examples

money = st.integers(1, 99_999).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=examples(200))
@given(st.lists(money, max_size=60), st.integers(1, 60))
def test_the_figures_are_those_of_the_people(bought: list[Decimal], others: int) -> None:
    people = len(bought) + others
    everybody = [float(one) for one in bought] + [0.0] * others
    found = GroupSpending.of(people, bought)
    assert (found.people, found.buyers, found.money) == (people, len(bought), sum(bought))
    assert found.mean == pytest.approx(mean(everybody))
    assert found.variance == pytest.approx(pvariance(everybody), abs=1e-6)
    assert found.skew == pytest.approx(mean((one - found.mean) ** 3 for one in everybody), abs=1e-3)


def shop(random: Random, people: int, share: float, basket: float) -> GroupSpending:
    """A group of whom so many buy, for so much in the middle, a few for far more."""
    buyers = round(random.gauss(people * share, (people * share * (1 - share)) ** 0.5))
    return GroupSpending.of(people, [Decimal(random.lognormvariate(0, 1) * basket) for _ in range(buyers)])


@pytest.mark.ring("all", "many random or generated cases")
@pytest.mark.parametrize("held_out", [1_000, 9_000])
def test_of_groups_that_do_not_differ_one_is_hardly_ever_seen(held_out: int) -> None:
    """95 % sure: in 200 shops whose groups behave alike, a difference is found in about ten."""
    random = Random(20261128)
    seen = 0
    for _ in range(200):
        groups = [("甲", shop(random, 9_000, 0.15, 800)), ("不發", shop(random, held_out, 0.15, 800))]
        [found] = spending_differences(groups)
        seen += found.is_seen
    assert 1 <= seen <= 18, "more by chance less than once in a hundred runs"


def test_what_is_three_times_as_much_is_seen() -> None:
    random = Random(7)
    [found] = spending_differences(
        [("甲", shop(random, 5_000, 0.12, 900)), ("不發", shop(random, 3_000, 0.04, 900))]
    )
    assert found.is_seen
    assert found.between is not None
    assert found.between.holds(found.by)


def test_of_few_buyers_nothing_is_said() -> None:
    random = Random(7)
    many = shop(random, 5_000, 0.12, 900)
    few = GroupSpending.of(5_000, [Decimal(10)] * (FEWEST_BUYERS - 1))
    [found] = spending_differences([("甲", many), ("不發", few)])
    assert (found.between, found.is_seen) == (None, False)
    assert found.by > 0


def test_three_groups_are_sure_together() -> None:
    """The more comparisons, the wider each."""
    random = Random(7)
    a, b = shop(random, 5_000, 0.12, 900), shop(random, 5_000, 0.1, 900)
    [two] = spending_differences([("a", a), ("b", b)])
    three = spending_differences([("a", a), ("b", b), ("c", b)])[0]
    assert two.between is not None
    assert three.between is not None
    assert three.between.low < two.between.low < two.between.high < three.between.high

"""What is said of a rate, and of the difference of two, is what the papers say, and what it says is so."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.proportions import Proportion, difference, interval, sure_of_each
from tests.depth import examples


@st.composite
def proportions(draw: st.DrawFn, least: int = 0, most: int = 5_000) -> Proportion:
    people = draw(st.integers(least, most))
    return Proportion(draw(st.integers(0, people)), people)


@pytest.mark.parametrize(
    ("number", "people", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(number: int, people: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17, 857–872, table I, method 3."""
    found = interval(Proportion(number, people))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_as_published(one: tuple[int, int], other: tuple[int, int], low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17, 873–890, table II, method 10."""
    found = difference(Proportion(*one), Proportion(*other))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@settings(max_examples=examples(400))
@given(proportions())
def test_an_interval_holds_its_rate_and_lies_between_nobody_and_everybody(rate: Proportion) -> None:
    found = interval(rate)
    assert 0 <= found.low <= rate.share <= found.high <= 1
    turned = interval(Proportion(rate.people - rate.number, rate.people))
    assert (turned.low, turned.high) == pytest.approx((1 - found.high, 1 - found.low))
    wider = interval(rate, 0.999)
    assert wider.low <= found.low
    assert found.high <= wider.high


@settings(max_examples=examples(400))
@given(proportions(), proportions())
def test_a_difference_turned_round_is_its_negative(one: Proportion, other: Proportion) -> None:
    found, turned = difference(one, other), difference(other, one)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))
    assert -1 <= found.low <= one.share - other.share <= found.high <= 1
    assert difference(one, one).holds(0)


@settings(max_examples=examples(200))
@given(proportions(least=1, most=500))
def test_twice_as_many_of_the_same_are_surer(rate: Proportion) -> None:
    one, two = interval(rate), interval(Proportion(2 * rate.number, 2 * rate.people))
    assert two.high - two.low < one.high - one.low


@settings(max_examples=examples(200))
@given(proportions(least=1), st.integers(0, 100_000))
def test_the_more_of_everybody_were_looked_at_the_surer(rate: Proportion, others: int) -> None:
    """All of them: nothing is left to be guessed. Very few of them: as of a crowd without end."""
    everybody = rate.people + others
    found, endless = interval(rate, everybody=everybody), interval(rate)
    assert endless.low - 1e-12 <= found.low <= found.high <= endless.high + 1e-12
    assert found.holds(rate.share)
    exact = interval(rate, everybody=rate.people)
    assert exact.low == exact.high == rate.share


@pytest.mark.parametrize(("people", "true"), [(50, 0.02), (50, 0.3), (200, 0.01), (200, 0.1), (1_000, 0.005)])
def test_nineteen_of_twenty_times_the_truth_lies_in_it(people: int, true: float) -> None:
    """Reckoned over all that may come, not drawn: how likely it is that the interval holds the truth."""
    likely = sum(
        comb(people, number) * true**number * (1 - true) ** (people - number)
        for number in range(people + 1)
        if interval(Proportion(number, people)).holds(true)
    )
    assert likely > 0.92


@pytest.mark.parametrize(("many", "true"), [(60, 0.1), (60, 0.5)])
def test_no_difference_is_seldom_taken_for_one(many: int, true: float) -> None:
    """Two groups who do the same: in one of twenty cases at most it is said that they differ."""
    chance = [comb(many, n) * true**n * (1 - true) ** (many - n) for n in range(many + 1)]
    wrong = sum(
        chance[one] * chance[other]
        for one in range(many + 1)
        for other in range(many + 1)
        if not difference(Proportion(one, many), Proportion(other, many)).holds(0)
    )
    assert wrong < 0.055


def test_nobody_tells_nothing() -> None:
    nobody = Proportion(0, 0)
    assert (interval(nobody).low, interval(nobody).high) == (0, 1)
    assert difference(nobody, Proportion(50, 100)).holds(0)
    assert nobody.share == 0


def test_several_statements_are_sure_together() -> None:
    """Bonferroni: three at 98.33 % each are 95 % sure together, whatever they have to do with each other."""
    assert sure_of_each(1) == sure_of_each(0) == 0.95
    assert 1 - sure_of_each(3) == pytest.approx(0.05 / 3)

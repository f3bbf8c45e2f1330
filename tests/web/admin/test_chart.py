"""K2: charts from zero, with lines that say what they mean, points that say what they are."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.admin.chart import APART, BESIDE, HIGH, OVER, Series, chart

GROUND = OVER + HIGH


@pytest.mark.parametrize(
    ("highest", "says"),
    [
        (1, ["0", "1"]),
        (4, ["0", "1", "2", "3", "4"]),
        (5, ["0", "2", "4", "6"]),
        (99, ["0", "50", "100"]),
        (12_345, ["0", "5,000", "10,000", "15,000"]),
        (0.5, ["0", "1"]),
    ],
)
def test_lines_say_round_numbers_from_zero_to_above_the_highest(highest: float, says: list[str]) -> None:
    drawn = chart("line", ["a", "b"], [Series("x", [0, highest])])
    assert [text for _, text in drawn.grid] == says
    assert drawn.grid[0][0] == GROUND


def test_nothing_at_all_is_empty_and_drawn_all_the_same() -> None:
    for labels in ([], ["a"]):
        drawn = chart("line", labels, [Series("x", [0] * len(labels)), Series("y", [None] * len(labels))])
        assert drawn.is_empty
        assert drawn.ends == labels


def test_where_nothing_is_known_the_line_is_broken() -> None:
    [one] = chart("line", list("abcd"), [Series("x", [1, None, 2, 3])]).series
    assert len(one.lines) == 1
    assert len(one.dots) == 3


def test_points_say_all_their_values() -> None:
    drawn = chart("bar", ["11-26", "11-27"], [Series("新好友", [1_200, 3]), Series("上週", [None, 7])])
    assert [point.says for point in drawn.points] == [
        "11-26 · 新好友 1,200 · 上週 –",
        "11-27 · 新好友 3 · 上週 7",
    ]
    assert [point.anchor for point in drawn.points] == ["start", "end"]


def test_each_series_has_a_value_for_each_label() -> None:
    with pytest.raises(ValueError, match="each label"):
        chart("line", ["a"], [Series("x", [1, 2])])


@pytest.mark.ring("test", "a law")
@given(st.lists(st.lists(st.integers(0, 10**9), min_size=30, max_size=30), min_size=1, max_size=3))
def test_all_stays_within_the_drawing_and_names_apart(values: list[list[int]]) -> None:
    for kind in ("line", "bar"):
        drawn = chart(kind, list(map(str, range(30))), [Series(str(n), one) for n, one in enumerate(values)])
        heights = [y for one in drawn.series for _, y in one.dots]
        heights += [y for one in drawn.series for _, _, y, _ in one.bars]
        assert all(OVER <= y <= GROUND for y in heights)
        assert all(point.left >= 0 and point.left + point.width <= 100 for point in drawn.points)
        labels = [one.label for one in drawn.series if one.label is not None]
        for one, other in combinations(labels, 2):
            assert abs(one.y - other.y) >= APART or abs(one.x - other.x) >= BESIDE


def test_the_name_of_a_line_stands_at_its_end() -> None:
    """K2: today's line ends at this hour, and so does its name: at the right edge it was another line's."""
    hours = [str(hour) for hour in range(24)]
    today = [5, 6, 7, *[None] * 21]
    drawn = chart("line", hours, [Series("today", today), Series("a week ago", [9] * 24)])
    [(early, dot), (late, last)] = [(one.label, one.dots[-1]) for one in drawn.series]
    assert early is not None
    assert late is not None
    assert (early.x, early.anchor) == (dot[0], "start")
    assert (late.x, late.anchor) == (last[0], "end")
    assert early.y < dot[1]

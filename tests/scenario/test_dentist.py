"""The dentist's bot of the marketers' guide, played to the end: issue 13, "What people could not say"."""

from __future__ import annotations

import re
from functools import partial

import pytest

from tests.scenario import playing

GUIDE = (playing.ROOT / "docs" / "language.zh-TW.md").read_text("utf-8")
(DENTIST,) = [yaml for yaml in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if "半年洗牙提醒" in yaml]
REFUSED = "bot: {contains: 這天沒辦法預約}"
ASKED = "bot: {contains: 想約哪一天呢}"

holds = partial(playing.holds, DENTIST, given="{now: 2026-11-21 15:00}")
fails = partial(playing.fails, DENTIST, given="{now: 2026-11-21 15:00}")


@pytest.mark.parametrize(
    "said",
    [
        *("12/1", "12-1", "12月1日", "十二月一日", "１２／１", "2026/12/1", "20261201", "115/12/1"),
        *("民國115年12月1日", "12/1(二)", "下下週二"),
    ],
)
def test_what_the_guide_says_is_understood(said: str) -> None:
    holds("user: 預約", ASKED, f"user: {said}", "bot: 幫您約好 12/1（週二）了。")


def test_sundays_and_holidays_are_refused_and_half_a_year_later_comes_the_recall() -> None:
    holds(
        "user: 預約",
        ASKED,
        *(line for said in ("明天", "12/25", "2/30", "今天", "3/1") for line in (f"user: {said}", REFUSED)),
        "user: {taps: 選日期, picks: 2026-12-25}",
        REFUSED,
        "user: {taps: 選日期, picks: 2026-11-30}",
        "bot: 幫您約好 11/30（週一）了。",
        "wait: until 2027-05-30 09:59",
        "wait: 1m",
        "bot: {contains: 半年了}",
    )


def test_a_picker_gives_nothing_outside_of_what_it_offers() -> None:
    """As at LINE, whose picker shows no other days."""
    assert (
        fails("user: 預約", ASKED, "user: {taps: 選日期, picks: 2026-11-21}")
        == '3: "2026-11-21" cannot be picked here'
    )
    assert fails("user: 預約", ASKED, "user: {taps: 選日期, picks: 2027-01-21}").startswith('3: "2027-01-21"')


@pytest.mark.parametrize(
    ("picks", "notes"),
    [
        ("12/1", []),
        ("2026-12-01 10:00", []),
        ("2026-02-30", []),
        ("2026/12/1", ["write  picks: 2026-12-01"]),
    ],
)
def test_a_pick_that_is_no_date_says_how_one_is_written(picks: str, notes: list[str]) -> None:
    found = playing.steps(
        DENTIST,
        "user: 預約",
        ASKED,
        f"user: {{taps: 選日期, picks: {picks}}}",
        given="{now: 2026-11-21 15:00}",
    )
    assert found.failure is not None
    assert str(found.failure.message) == f'"{picks}" is not what this picker gives, such as 2026-12-01'
    assert [str(note) for note in found.failure.notes] == notes

"""Days and times of day as people in Taiwan write them: each form is read back, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.times.time_texts import parse_spoken_date, parse_spoken_moment, parse_spoken_time
from tests.engine.anything import texts
from tests.engine.test_typed import wide

SATURDAY = date(2026, 11, 21)
TENS = ("", "十", "二十", "三十")
DIGITS = ("", *"一二三四五六七八九")
WEEK = "一二三四五六日"


def always(_: object) -> bool:
    return True


def in_words(number: int) -> str:
    return f"{TENS[number // 10]}{DIGITS[number % 10]}"


WITH_YEAR: dict[str, Callable[[date], str]] = {
    "2026/12/1": lambda d: f"{d.year}/{d.month}/{d.day}",
    "2026-12-01": lambda d: f"{d}",
    "2026.12.1": lambda d: f"{d.year}.{d.month}.{d.day}",
    "2026年12月1日": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "西元2026年12月1號": lambda d: f"西元 {d.year} 年 {d.month} 月 {d.day} 號",
    "20261201": lambda d: f"{d:%Y%m%d}",
    "115/12/1": lambda d: f"{d.year - 1911}/{d.month}/{d.day}",
    "民國115年12月1日": lambda d: f"民國{d.year - 1911}年{d.month}月{d.day}日",
    "中華民國115年12月1日": lambda d: f"中華民國{d.year - 1911}年{d.month}月{d.day}日",
    "2026/12/1(二)": lambda d: f"{d.year}/{d.month}/{d.day}({WEEK[d.weekday()]})",
    "2026年12月1日 星期二": lambda d: f"{d.year}年{d.month}月{d.day}日 星期{WEEK[d.weekday()]}",
}
WITHOUT_YEAR: dict[str, Callable[[date], str]] = {
    "12/1": lambda d: f"{d.month}/{d.day}",
    "12-1": lambda d: f"{d.month}-{d.day}",
    "12.01": lambda d: f"{d.month}.{d.day:02}",
    "12月1日": lambda d: f"{d.month}月{d.day}日",
    "12月1號": lambda d: f"{d.month}月{d.day}號",
    "十二月一日": lambda d: f"{in_words(d.month)}月{in_words(d.day)}日",
    "12/1（二）": lambda d: f"{d.month}/{d.day}（{WEEK[d.weekday()]}）",
    "12/1 週二": lambda d: f"{d.month}/{d.day} 週{WEEK[d.weekday()]}",
}
days = st.dates(date(2011, 1, 1), date(2900, 12, 31))


@pytest.mark.parametrize("form", WITH_YEAR)
@given(day=days, today=days, full_width=st.booleans())
def test_s16_a_date_with_its_year_is_read_back(form: str, day: date, today: date, full_width: bool) -> None:
    written = WITH_YEAR[form](day)
    assert parse_spoken_date(wide(written) if full_width else written, today, always) == day


@pytest.mark.parametrize("form", WITHOUT_YEAR)
@given(today=days, ahead=st.integers(0, 364), full_width=st.booleans())
def test_s16_a_date_without_its_year_is_the_next_one(
    form: str, today: date, ahead: int, full_width: bool
) -> None:
    day = today + timedelta(days=ahead)
    written = WITHOUT_YEAR[form](day)
    assert parse_spoken_date(wide(written) if full_width else written, today, always) == day


@given(today=days, ago=st.integers(1, 364))
def test_without_a_year_a_past_day_is_meant_where_the_bounds_take_that_one_only(
    today: date, ago: int
) -> None:
    day, first = today - timedelta(days=ago), today - timedelta(days=364)
    assert parse_spoken_date(f"{day.month}/{day.day}", today, lambda d: first <= d <= today) == day


def test_s16_nobodys_year_of_birth_is_guessed() -> None:
    """3/15 of a birthday has no year: before today lie many, and the next one is not taken."""
    assert parse_spoken_date("3/15", SATURDAY, lambda day: day <= SATURDAY) is None
    assert parse_spoken_date("75/3/15", SATURDAY, always) is None  # 1975, or 1986?
    assert parse_spoken_date("民國75年3月15日", SATURDAY, always) == date(1986, 3, 15)


def test_a_day_that_the_bounds_do_not_take_is_not_the_one_in_a_year_that_they_would_take_too() -> None:
    """Two such days lie in two years: the next is not taken, and which other is meant is not known."""
    first, last = date(2026, 12, 21), date(2029, 12, 31)
    assert parse_spoken_date("12/1", SATURDAY, lambda day: first <= day <= last) is None


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("今天", SATURDAY),
        ("明天", date(2026, 11, 22)),
        ("後天", date(2026, 11, 23)),
        ("大後天", date(2026, 11, 24)),
        ("昨天", date(2026, 11, 20)),
        ("Tomorrow", date(2026, 11, 22)),
        ("下週三", date(2026, 11, 25)),
        ("下星期三", date(2026, 11, 25)),
        ("下禮拜三", date(2026, 11, 25)),
        ("下個禮拜天", date(2026, 11, 29)),
        ("下周日", date(2026, 11, 29)),
        ("下下週一", date(2026, 11, 30)),
        ("這週五", date(2026, 11, 20)),
        ("本週日", date(2026, 11, 22)),
        ("週五", date(2026, 11, 27)),
        ("星期六", SATURDAY),
        ("上週一", date(2026, 11, 9)),
        ("next Wednesday", date(2026, 11, 25)),
        ("wed", date(2026, 11, 25)),
        ("2/29", date(2028, 2, 29)),
        ("廿一日", None),
        ("十二月廿一日", date(2026, 12, 21)),
        ("十月卅一號", date(2027, 10, 31)),
    ],
)
def test_what_is_said_on_a_saturday(said: str, day: date | None) -> None:
    """A week begins on Monday: on Saturday, 下週三 comes in four days and 這週五 was yesterday."""
    assert parse_spoken_date(said, SATURDAY, always) == day


@given(today=days, weekday=st.integers(0, 6))
def test_s16_next_week_is_the_one_that_begins_next_monday(today: date, weekday: int) -> None:
    day = parse_spoken_date(f"下週{WEEK[weekday]}", today, always)
    monday = today + timedelta(days=7 - today.weekday())
    assert day == monday + timedelta(days=weekday)


@pytest.mark.parametrize(
    "said",
    [
        *("2/30", "13/1", "12/0", "2026/2/29", "一二月一日", "十十月一日", "12/1(三)", "12", "0/0", "٣/٣"),
        *("", "週", "下週", "next", "我想約12/1", "12/1左右"),
        *("next 12/1", "12/1/2026", "26/12/1", "9999999/1/1"),
    ],
)
def test_what_is_no_day(said: str) -> None:
    assert parse_spoken_date(said, SATURDAY, always) is None


@given(text=texts, today=st.dates())
def test_no_text_and_no_day_makes_it_fall(text: str, today: date) -> None:
    parse_spoken_date(text, today, always)
    parse_spoken_date(text, today, lambda _: False)
    parse_spoken_moment(text, today, always, lambda *_: False)
    parse_spoken_time(text, lambda _: False)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("15:00", time(15)),
        ("１５：００", time(15)),
        ("15點30分", time(15, 30)),
        ("15時", time(15)),
        ("下午3點", time(15)),
        ("下午三點半", time(15, 30)),
        ("晚上7:30", time(19, 30)),
        ("上午 10 點", time(10)),
        ("早上九點", time(9)),
        ("中午12點半", time(12, 30)),
        ("中午1點", time(13)),
        ("凌晨12點", time(0)),
        ("下午15點", time(15)),
        ("3:30 pm", time(15, 30)),
        ("3:30 P.M.", time(15, 30)),
        ("12am", time(0)),
        ("3pm", time(15)),
        ("三點整", time(3)),
        ("晚上12點", None),
        ("晚上3點", None),
        ("上午15點", None),
        ("24:00", None),
        ("15", None),
        ("3:75", None),
        ("下午3點pm", None),
        ("", None),
    ],
)
def test_times_of_day(said: str, at: time | None) -> None:
    assert parse_spoken_time(said) == at


@given(at=st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_a_time_that_is_written_whole_is_read_back_whatever_the_bounds_take(at: time) -> None:
    assert parse_spoken_time(f"{at:%H:%M}", lambda _: False) == at


def test_three_oclock_is_in_the_afternoon_where_the_bounds_take_no_other() -> None:
    assert parse_spoken_time("3點", lambda at: at >= time(9)) == time(15)
    assert parse_spoken_time("3:30", lambda at: at >= time(9)) == time(15, 30)
    assert parse_spoken_time("9點", lambda at: at >= time(9)) == time(9)
    assert parse_spoken_time("3點", lambda at: at <= time(2)) == time(3)  # which is refused


@pytest.mark.parametrize(
    ("said", "day", "at"),
    [
        ("12/1 15:00", date(2026, 12, 1), time(15)),
        ("明天下午3點", date(2026, 11, 22), time(15)),
        ("2026-12-01T15:00", date(2026, 12, 1), time(15)),
        ("下週三 上午10:30", date(2026, 11, 25), time(10, 30)),
        ("12月1日15點", date(2026, 12, 1), time(15)),
    ],
)
def test_a_day_and_a_time(said: str, day: date, at: time) -> None:
    assert parse_spoken_moment(said, SATURDAY, always, lambda *_: True) == (day, at)


def test_no_number_is_cut_in_two() -> None:
    assert parse_spoken_moment("12/115:00", SATURDAY, always, lambda *_: True) is None
    assert parse_spoken_moment("12/1", SATURDAY, always, lambda *_: True) is None

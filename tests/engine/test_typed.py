"""From what people in Taiwan write to values: numbers, dates, times, phones, mail, codes, yes and no."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from math import isfinite
from typing import Literal, get_args
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.compiled.playbook import TAIPEI
from bot.engine.texts.typed import typed
from bot.engine.types.table import TYPES
from bot.model.value import Type, Value
from tests.depth import examples
from tests.engine.anything import texts

Wanted = Type | Literal["phone", "email", "code"]
ALL: tuple[Wanted, ...] = (*get_args(Type), "phone", "email", "code")


def wide(text: str) -> str:
    """The same in full-width characters."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("5", 5),
        (" 5\n", 5),
        ("０", 0),
        ("１２３", 123),
        ("007", 7),
        ("-3", -3),
        ("＋3", 3),
        ("1.50", 1.5),
        ("１．５", 1.5),
        ("1,500", 1500),
        ("１，５００", 1500),
        ("1,234,567.5", 1_234_567.5),
        ("999999999999999", 999_999_999_999_999),
        ("9999999999999999", None),
        ("一千", None),
        ("5 個", None),
        ("1,50", None),
        ("1,5000", None),
        ("1500,", None),
        ("1e5", None),
        ("٣", None),
        ("½", None),
        ("1 500", None),
        ("NaN", None),
        ("inf", None),
        ("--5", None),
        (".5", None),
        ("", None),
    ],
)
def test_numbers(said: str, value: Value | None) -> None:
    found = typed(said, "number")
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("2026-09-01", "2026-09-01"),
        ("2026/9/1", "2026-09-01"),
        ("2026.09.01", "2026-09-01"),
        ("２０２６／９／１", "2026-09-01"),
        ("2026年9月1日", "2026-09-01"),
        ("2026 年 9 月 1 日", "2026-09-01"),
        ("2026年9月1", "2026-09-01"),
        ("2024-02-29", "2024-02-29"),
        ("2026-02-29", None),
        ("2026-13-01", None),
        ("2026-00-10", None),
        ("0000-01-01", None),
        ("20260901", None),
        ("9/1", None),
        ("1/9/2026", None),
        ("明天", None),
        ("2026-09-01 10:00", None),
        ("12026-09-01", None),
    ],
)
def test_dates(said: str, value: str | None) -> None:
    assert typed(said, "date") == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("09:30", "09:30"),
        ("9:30", "09:30"),
        ("９：３０", "09:30"),
        ("9點30分", "09:30"),
        ("21時05", "21:05"),
        ("00:00", "00:00"),
        ("24:00", None),
        ("12:60", None),
        ("9:5", None),
        ("0930", None),
        ("下午三點", None),
        ("", None),
    ],
)
def test_times(said: str, value: str | None) -> None:
    assert typed(said, "time") == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("2026-09-01 10:00", datetime(2026, 9, 1, 2, tzinfo=UTC)),
        ("2026-09-01T10:00", datetime(2026, 9, 1, 2, tzinfo=UTC)),
        ("2026/9/1　９：００", datetime(2026, 9, 1, 1, tzinfo=UTC)),
        ("2026年9月1日 10點00分", datetime(2026, 9, 1, 2, tzinfo=UTC)),
        ("2026-09-01", None),
        ("10:00", None),
        ("2026-09-31 10:00", None),
    ],
)
def test_moments_are_read_in_the_playbooks_zone(said: str, value: datetime | None) -> None:
    assert typed(said, "date_time", TAIPEI) == value


def test_a_moment_without_a_zone_is_none() -> None:
    assert typed("2026-09-01 10:00", "date_time") is None


def test_a_moment_that_does_not_exist_is_the_next_that_does() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert typed("2026-03-29 02:30", "date_time", berlin) == datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        "091234567",  # one digit is missing
        "09123456789",
        "02-2345-6789",  # a line at home takes no SMS
        "0800-080-080",
        "110",
        "0912ABCDEF",
        "0912 abc def",
        "0912345678 ext 5",
        "0912345678#123",
        "0912345678;isub=1",
        "0912345678 或 0987654321",
        "0912345678 0987654321",
        "零九一二三四五六七八",
        "O912345678",
        "++886912345678",
        "+",
        "(",
        "",
        "0" * 41,
    ],
)
def test_what_is_no_mobile_number(said: str) -> None:
    assert typed(said, "phone") is None


@pytest.mark.parametrize(
    ("said", "phone"), [("+81 90-1234-5678", "+819012345678"), ("+1 202 555 0123", "+12025550123")]
)
def test_mobile_numbers_of_other_countries_carry_their_code(said: str, phone: str) -> None:
    assert typed(said, "phone") == phone


@pytest.mark.parametrize(
    ("said", "mail"),
    [
        ("a@b.tw", "a@b.tw"),
        (" Anna.Lin+vip@mail.example.com ", "Anna.Lin+vip@mail.example.com"),
        ("ａ＠ｂ．ｔｗ", "a@b.tw"),
        ("a@b", None),
        ("a@b.c", None),
        ("a@@b.tw", None),
        ("a b@c.tw", None),
        ("<a@b.tw>", None),
        ("a@b.tw, c@d.tw", None),
        ("a" * 250 + "@b.tw", None),
        ("@b.tw", None),
    ],
)
def test_mail(said: str, mail: str | None) -> None:
    assert typed(said, "email") == mail


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("123456", "123456"),
        ("012345", "012345"),
        ("１２３４５６", "123456"),
        ("123 456", "123456"),
        ("123-456", "123456"),
        ("12345", None),
        ("1234567", None),
        ("12345a", None),
        ("٠١٢٣٤٥", None),
        ("驗證碼123456", None),
    ],
)
def test_codes(said: str, code: str | None) -> None:
    assert typed(said, "code") == code


@pytest.mark.parametrize("said", ["是", " 好的 ", "對", "要", "可以", "同意", "Yes", "ＯＫ", "y", "TRUE"])
def test_words_for_yes(said: str) -> None:
    assert typed(said, "yes_no") is True


@pytest.mark.parametrize("said", ["否", "不", "不要", "不用", "不好", "不同意", "No", "Ｎ", "false"])
def test_words_for_no(said: str) -> None:
    assert typed(said, "yes_no") is False


@pytest.mark.parametrize("said", ["", "也許", "好嗎", "不是不要", "1", "0"])
def test_what_is_neither_yes_nor_no(said: str) -> None:
    assert typed(said, "yes_no") is None


def test_a_text_stays_as_it_was_said() -> None:
    assert typed(" Ａ \n", "text") == " Ａ \n"


NEAR = st.text(st.sampled_from("0123456789０９٣²+-,./:：年月日時點分 　@aT()#;"), max_size=24)


@settings(max_examples=examples(500))
@given(texts | NEAR | st.text(max_size=60), st.sampled_from(ALL))
def test_any_text_is_a_value_of_the_type_or_none(said: str, wanted: Wanted) -> None:
    value = typed(said, wanted, TAIPEI)
    if value is None:
        return
    type_: Type = "text" if wanted in ("phone", "email", "code") else wanted  # type: ignore[assignment]
    assert TYPES[type_].fits(value)
    match wanted:
        case "date":
            assert date.fromisoformat(str(value)).isoformat() == value
        case "time":
            assert time.fromisoformat(str(value)).isoformat("minutes") == value
        case "number":
            assert isinstance(value, int | float)
            assert isfinite(value)
        case "phone" | "code":
            assert str(value).removeprefix("+").isdecimal()
            assert str(value).isascii()
        case _:
            pass


@given(texts | NEAR, st.sampled_from(ALL))
def test_width_and_white_space_around_never_matter(said: str, wanted: Wanted) -> None:
    if wanted != "text":
        expected = typed(said, wanted, TAIPEI)
        assert typed(f"　{normalize('NFKC', said)}\n", wanted, TAIPEI) == expected
        assert typed(wide(said), wanted, TAIPEI) == expected


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_number_is_read_as_it_is_shown(number: int) -> None:
    for shown in (str(number), f"{number:,}", wide(f"{number:,}")):
        assert typed(shown, "number") == number


@given(st.dates())
def test_every_date_is_read_as_it_is_written(day: date) -> None:
    for written in (
        day.isoformat(),
        f"{day.year:04}/{day.month}/{day.day}",
        f"{day.year:04}年{day.month}月{day.day}日",
    ):
        assert typed(written, "date") == day.isoformat()

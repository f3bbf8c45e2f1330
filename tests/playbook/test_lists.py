"""Lists of people from CSV (F6, I1): what spreadsheets and shops save, and which of its lines are refused."""

from __future__ import annotations

import random
from contextlib import suppress
from io import BytesIO

import phonenumbers
import pytest

from bot.connectors.shops.mobile import e164
from bot.engine.conditions.people import ListColumn
from bot.engine.texts.typed import phone, typed
from bot.model.translatable import Translatable
from bot.playbook import people_list
from bot.playbook.csv_table import SHIFTED, NoTable, lines_of
from bot.playbook.people_list import CALLED, PeopleList, people_of, read_cell
from bot.playbook.report import render
from bot.translations.chinese import CHINESE
from tests.playbooks import codes, compiled, loaded

ONE = "+886912345678"
TWO = "+886922000111"
USER = "U" + "0123456789abcdef" * 2


def phones(text: str) -> frozenset[str]:
    return people_of(text.encode(), "phone").entries


@pytest.mark.parametrize(
    "cell",
    [
        "0912345678",
        "0912-345-678",
        " 0912 345 678 ",
        "+886912345678",
        "+886 912 345 678",
        "+886-0912-345-678",
        "886 912 345 678",
        "886912345678",
        "00886912345678",
        "912345678",
        "912345678.0",
        "886912345678.00",
        "(0912)345678",
        "0912.345.678",
        "0912–345–678",
        "+886-912-345-678",
        "+886 (0)912 345 678",
        "０９１２３４５６７８",
        "０９１２－３４５－６７８",
        "＋８８６９１２３４５６７８",
        "'0912345678",
        '="0912345678"',
        "0912\u2011345\u2011678",
        "0912\u00a0345\u00a0678",
        "\u202d0912345678\u202c",
        "\u200e+886 912-345-678\u200f",
        "0912345678\u200b",
        "\ufeff0912\u200b345\u2060678",
    ],
)
def test_a_phone_in_any_format_is_the_same_phone(cell: str) -> None:
    """By whatever way it comes in: a list, a chat, a page, the record of a shop (C7)."""
    assert read_cell("phone", cell) == ONE
    if not cell.endswith((".0", ".00")) and not cell.startswith(("'", "=")):  # which spreadsheets make of it
        assert typed(cell, "phone") == e164(cell) == ONE


def test_the_quick_way_finds_what_the_library_finds() -> None:
    """All prefixes: what is known by its look is what `phonenumbers` says as well."""
    drawn = random.Random(1)
    for prefix in range(100):
        number = f"09{prefix:02}{drawn.randrange(10**6):06}"
        parsed = phonenumbers.parse(number, "TW")
        is_mobile = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
        assert (phone(number) is not None) == is_mobile, number


def test_phones_of_other_countries_are_on_lists_too() -> None:
    assert read_cell("phone", "+81 90 1234 5678") == "+819012345678"


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("phone", "", "nothing stands there"),
        ("phone", "02-2345-6789", "it is a landline: only mobile numbers are bound"),
        ("phone", "+886 2 2345 6789#12", "it is a landline: only mobile numbers are bound"),
        (
            "phone",
            "8.86912E+11",
            "the spreadsheet has rounded it (as 8.86E+11): give the column the format text",
        ),
        (
            "phone",
            "9,12E+08",
            "the spreadsheet has rounded it (as 8.86E+11): give the column the format text",
        ),
        ("phone", '=HYPERLINK("http://evil.example","0912345678")', "it is a formula"),
        ("phone", "=0912345678+0", "it is a formula"),
        ("phone", "@SUM(1)", "it is a formula"),
        ("phone", "＝1＋1", "it is a formula"),
        ("phone", "091234567", "it is no mobile number"),
        ("phone", "09123456789", "it is no mobile number"),
        ("phone", "王小明", "it is no mobile number"),
        ("phone", "0912345678 / 0922000111", "it is no mobile number"),
        ("phone", "9" * 100_000, "it is no mobile number"),
        ("line_id", "@forest", "it is a formula"),
        ("line_id", "U123", "it is no LINE user id: U and 32 of 0-9 and a-f"),
        ("line_id", "C" + USER[1:], "it is no LINE user id: U and 32 of 0-9 and a-f"),
        (
            "member_no",
            "1.2E+12",
            "the spreadsheet has rounded it (as 8.86E+11): give the column the format text",
        ),
        ("member_no", "M1\n2", "it is no member number"),
        ("member_no", "M" * 101, "it is no member number"),
    ],
)
def test_what_is_nobody_is_refused_with_the_reason_and_without_the_value(
    column: ListColumn, cell: str, why: str
) -> None:
    found = read_cell(column, cell)
    assert isinstance(found, Translatable)
    assert str(found) == why
    assert not found.values


def test_ids_and_numbers_as_they_are_written() -> None:
    assert read_cell("line_id", f" U{USER[1:].upper()} ") == USER
    assert read_cell("member_no", " M-001 ") == "M-001"
    assert read_cell("member_no", "００１２３") == "00123"
    assert read_cell("member_no", "12345.0") == "12345"


@pytest.mark.parametrize("head", ["phone", "Mobile Phone", "手機號碼", "PHONE ", "ｐｈｏｎｅ", "展場名單"])
def test_the_first_line_names_the_column_or_is_alone(head: str) -> None:
    assert phones(f"{head}\n0912345678\n") == {ONE}


@pytest.mark.parametrize("column", CALLED)
def test_each_column_has_a_name_of_its_own_in_the_language(column: ListColumn) -> None:
    assert CALLED[column][0] == column
    others = {name for one, names in CALLED.items() if one != column for name in names}
    assert others.isdisjoint(CALLED[column])


def test_one_column_needs_no_first_line() -> None:
    assert phones("0912345678\n0922000111") == {ONE, TWO}
    found = people_of(b"02-2345-6789\n0922000111", "phone")
    assert (set(found.entries), found.refusals) == ({TWO}, 1)
    assert people_of(f"{USER}\n".encode(), "line_id").entries == {USER}
    assert people_of(b"M1\nM2\n", "member_no").entries == {"M1", "M2"}
    assert people_of("編號\nM2\n".encode(), "member_no").entries == {"M2"}


def test_the_name_of_the_language_is_meant_first() -> None:
    assert phones("電話,phone\n02-2345-6789,0912345678\n") == {ONE}
    assert phones("電話,手機\n02-2345-6789,0912345678\n") == {ONE}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            ["0912345678", "0922000111", "+886 912 345 678"],
            "somebody stands on this list twice, again in line 4",
        ),
        (["0912345678"] * 3, "somebody stands on this list twice, again in line 3, 4"),
        (
            ["0912345678"] * 1_201,
            "1,200 lines of this list say again who stands there already, the first are 3, 4, 5",
        ),
        (["0912345678", "0922000111"], ""),
    ],
)
def test_who_stands_there_twice_is_told_by_line(lines: list[str], told: str) -> None:
    """No mistake: by `--info`, the first of many lines, and nothing of what stands in them."""
    found = loaded(AUDIENCE, rules__expo_csv="\n".join(["手機", *lines]))
    notes = [note for note in found.information if note.code == "list-line-twice"]
    assert "".join(str(note.message) for note in notes) == told
    assert found.problems == ()


def test_who_stands_there_twice_is_on_it_once() -> None:
    found = people_of(b"phone\n0912345678\n+886912345678\n0922000111\n912345678\n", "phone")
    assert (set(found.entries), found.twice, found.refusals) == ({ONE, TWO}, 2, 0)


def wrong(raw: bytes, column: ListColumn = "phone") -> str:
    with pytest.raises(NoTable) as refused:
        people_of(raw, column)
    assert "0912345678" not in f"{refused.value} {refused.value.hint}"
    return str(refused.value)


def test_what_is_no_list_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wrong(b"") == wrong(b"\xef\xbb\xbf\r\n\r\n , ,") == "nothing stands in it"
    assert wrong("林小晴,0912345678\n王,0922000111".encode()) == "its first line names no column phone"
    assert wrong(b"name,email\nA,0912345678\n") == "its first line names no column phone"
    assert wrong(b"PK\x03\x04 0912345678") == "this is a workbook of Excel, not a CSV"
    assert wrong(b"phone\n\xff\xff0912345678") == "cannot be read as UTF-8"
    assert wrong("phone\n0912345678".encode("utf-16-le")).startswith("there is a NUL byte in it")
    assert wrong(b'phone\n"' + b"0" * 200_000 + b'"\n') == "this line is longer than a line of a table"
    monkeypatch.setattr(people_list, "LARGEST", 10)
    assert wrong(b"phone\n0912345678") == "it is larger than 0 MB"


def test_a_quotation_mark_without_its_other_end_is_told_with_its_line() -> None:
    """Also where a stray one further on would close it: whoever stands between is not lost silently (F6)."""
    for text in ('"0912345678\n0922000111\n0933000222', '"0912345678\n0922000111\n0933000222"'):
        with pytest.raises(NoTable) as refused:
            people_of(f"phone\n{text}\n".encode(), "phone")
        assert str(refused.value) == "a quotation mark is opened in this line and not closed"
        assert refused.value.line == 2


def test_a_line_with_more_cells_than_columns_is_nobody() -> None:
    """F6: the cell below the column is another column's then. Behind a column alone notes may stand."""
    found = people_of("姓名,會員編號\n王,小明,M1\n李,M2,,\n".encode(), "member_no")
    assert found.entries == {"M2"}
    assert [(one.line, str(one.why)) for one in found.refused] == [(2, str(SHIFTED))]
    assert people_of("會員編號\nM1,備註\n".encode(), "member_no").entries == {"M1"}


def test_more_lines_than_a_process_keeps_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_list, "MOST", 3)
    assert wrong(b"phone\n0912345678\n0912345678\nx\nx\n") == "it has more than 3 lines"


@pytest.mark.parametrize("seed", range(8))
def test_whatever_a_file_holds_is_read_or_refused(seed: int) -> None:
    drawn = random.Random(seed)
    pieces = [
        b"phone",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r\n",
        b'"',
        b"0912345678",
        b"\xa4\xa4",
        b"\x00",
        b"\xef\xbb\xbf",
    ]
    for _ in range(300):
        raw = b"".join(drawn.choices([*pieces, bytes([drawn.randrange(256)])], k=drawn.randrange(14)))
        with suppress(NoTable):
            assert all(line.fault or any(line.cells) for line in lines_of(BytesIO(raw)))
        for column in CALLED:
            with suppress(NoTable):
                assert isinstance(people_of(raw, column), PeopleList)


AUDIENCE = """
audiences: {展場名單: {csv: rules/expo.csv, column: phone}}
rules: [{when: {text: 嗨}, if: {audience: 展場名單}, reply: 您好}]
"""


def told(csv: str) -> str:
    found = loaded(AUDIENCE, rules__expo_csv=csv)
    text = render(found.problems, found.sources)
    assert "912" not in text + render(found.problems, found.sources, CHINESE)
    return text


def test_refused_lines_are_told_by_file_and_line() -> None:
    text = told("phone,name\n0912345678,林\n02-2912-6789,陳\n")
    assert "rules/expo.csv:3:1: warning: this line of the list is left out: it is a landline" in text
    assert text.count("list-line-refused") == 1


def test_many_refused_lines_are_a_few_and_a_number() -> None:
    text = told("phone\n" + "0912345678\n" + "0912\n" * 1_000)
    assert [line for line in text.splitlines() if "list-line-refused" in line] == [
        "bot.yaml:4:25: warning: 1,000 lines of this list are left out; the first 3 are told one by one "
        "[list-line-refused]",
        *(
            f"rules/expo.csv:{line}:1: warning: this line of the list is left out: it is no mobile number "
            "[list-line-refused]"
            for line in (3, 4, 5)
        ),
    ]


def test_nobody_on_it_is_told_and_is_no_error() -> None:
    assert codes(AUDIENCE, rules__expo_csv="phone\n") == ["list-empty"]
    assert compiled(AUDIENCE, rules__expo_csv="phone\n").lists[0].entries == frozenset()


def test_an_unreadable_one_is_an_error() -> None:
    text = told("name,tel no\n林,0912345678\n")
    assert 'bot.yaml:4:25: error: the list "rules/expo.csv" cannot be read' in text
    assert "= note: seen at rules/expo.csv:1" in text


def test_another_list_is_another_version() -> None:
    one, two = (compiled(AUDIENCE, rules__expo_csv=f"phone\n{tel}\n") for tel in ("0912345678", "0922000111"))
    again = compiled(f"# another comment\n{AUDIENCE}", rules__expo_csv="phone\n0912345678\n")
    assert one.version == again.version != two.version
    assert "912345678" not in repr(one)


def test_a_list_may_have_a_condition_beside_it() -> None:
    both = AUDIENCE.replace("column: phone", "column: phone, if: {tag: VIP}") + "tags: {VIP: }\n"
    condition = compiled(both, rules__expo_csv="phone\n0912345678\n").audiences["展場名單"].condition
    assert condition is not None
    assert condition.in_short == "audience 展場名單 and tag VIP"

"""C7, D2, F6: tables as spreadsheets save them, and files that are none; however large, in little memory."""

from __future__ import annotations

import codecs
import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playbook import csv_table
from bot.playbook.csv_table import (
    LINE_MOST,
    NoTable,
    TableLine,
    cell_text,
    column_name,
    csv_line,
    lines_of,
    table_encoding,
)

TEXT = "員工編號,姓名\r\nA01,小安\r\n"


def read(content: bytes) -> list[TableLine]:
    return list(lines_of(BytesIO(content)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "big5", "cp950", "utf-16"])
@pytest.mark.parametrize("parted_by", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_as_it_was_saved(encoding: str, parted_by: str, end: str) -> None:
    text = TEXT.replace(",", parted_by).replace("\r\n", end)
    for saved in (text, text.rstrip()):
        lines = read(saved.encode(encoding))
        assert [(line.number, *line.cells) for line in lines] == [(1, "員工編號", "姓名"), (2, "A01", "小安")]


def test_utf_16_of_the_other_order() -> None:
    assert read(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be")) == read(TEXT.encode())


def test_the_encoding_is_that_of_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """However late its first sign comes that is no ASCII, and though one of them is broken."""
    monkeypatch.setattr(csv_table, "AT_ONCE", 16)
    content = b"number,name\n" * 9 + "A01,小安\n".encode("cp950") + b"A02,\xff\n"
    assert [tuple(line.cells) or line.fault for line in read(content)[9:]] == [("A01", "小安"), "Big5"]


JAPANESE = (
    "ID,表示名,LINE登録名,流入経路,友だち追加日時\n"
    "1,田中太郎,たろう,チラシ,2026-01-01\n2,ﾀﾅｶ ﾊﾅｺ,髙橋花子,店頭,2026-02-01\n"
)
"""As L Step saves it; 髙 is Windows' own."""
TAIWAN = "手機,姓名,備註\n0912345678,王小美,喜歡深烘焙\n0912345679,陳大文,淼\n"


@pytest.mark.parametrize(
    "text", [JAPANESE, "姓名\n田中一郎\n鈴木次郎\n佐藤健\n", "フリガナ\nﾀﾅｶ ﾀﾛｳ\nｻﾄｳ ｹﾝ\n", JAPANESE * 200]
)
def test_shift_jis_is_known_by_its_bytes(text: str) -> None:
    """M2: names of Japanese customers are no Chinese; a line that is damaged says so, and costs no other."""
    content = text.encode("cp932")
    assert read(content) == read(text.encode())
    damaged = read(content + b"9,\x81\n" + "8,佐藤\n".encode("cp932"))
    assert [line.fault for line in damaged[-2:]] == ["Shift-JIS", None]
    assert table_encoding(BytesIO(content)) == "shift-jis"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TAIWAN.encode("cp950"), "big5"),
        ((TAIWAN * 200).encode("cp950") + b"1,\xff\n", "big5"),
        (f"{TAIWAN}1,嘅嘢,冇\n".encode("big5hkscs"), "big5"),
        ("姓名\n王\n".encode("cp950"), "big5"),
        (TAIWAN.encode(), "utf-8"),
        ((TAIWAN * 200).encode() + b"1,\xff\xe5\n", "utf-8"),
        (b"1,\xff\n" + JAPANESE.encode(), "utf-8"),
        (TAIWAN.encode("utf-16"), "utf-8"),
        (b"name\n\x93Anna\x94 said \x85\n", "big5"),
        (b"", "utf-8"),
    ],
)
def test_what_is_not_shift_jis_is_read_as_before(content: bytes, encoding: str) -> None:
    """M2: Big5 stays Big5, whatever of it could be read as half-width kana."""
    assert table_encoding(BytesIO(content)) == encoding


def test_an_encoding_that_is_chosen_is_taken() -> None:
    [_, line] = lines_of(BytesIO("フリガナ\nｱｲｳ\n".encode("cp932")), "shift-jis")
    assert line.cells == ["ｱｲｳ"]
    assert [line.fault for line in lines_of(BytesIO(JAPANESE.encode("cp932")), "utf-8")] == ["UTF-8"] * 3


@pytest.mark.ring("test", "a law")
@given(st.text(st.characters(codec="cp950", exclude_characters=',;\t"\r\n\x1a\0¢£¥•‾∼☉♁､'), min_size=1))
def test_all_that_big5_can_say_is_big5(text: str) -> None:
    """M2: never taken for Japanese."""
    assert table_encoding(BytesIO(f"name\n{text}\n".encode("cp950"))) in ("big5", "utf-8")


def test_quoted_cells_have_signs_marks_and_lines() -> None:
    """Lines are numbered as an editor does."""
    lines = read('"name; ""nick""; x",phone\r\n"林\r\n小晴","1,2"\r\n,\r\n\r\n王,3\r\n'.encode())
    assert [(line.number, *line.cells) for line in lines] == [
        (1, 'name; "nick"; x', "phone"),
        (2, "林\r\n小晴", "1,2"),
        (6, "王", "3"),
    ]


def test_excel_says_which_sign_parts_its_columns() -> None:
    lines = read("sep=;\r\nname;phone\r\n王,大;壞".encode())
    assert [(line.number, *line.cells) for line in lines] == [(2, "name", "phone"), (3, "王,大", "壞")]


def test_what_is_written_for_the_spreadsheet_alone() -> None:
    assert [cell_text(text) for text in (' ="0912" ', '= "0912"', "'0912", " a ")] == [*["0912"] * 3, "a"]
    assert column_name(" ＯＬＤ  code ") == column_name("old_code") == "old_code"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 0912345678", "this is a workbook of Excel, not a CSV"),
        (TEXT.encode("utf-16") + b"x", "it is neither UTF-8 nor Big5 nor Shift-JIS"),
    ],
)
def test_what_is_no_table_is_refused_at_once(content: bytes, said: str) -> None:
    with pytest.raises(NoTable) as refused:
        next(lines_of(BytesIO(content)))
    assert str(refused.value) == said


def test_a_line_that_cannot_be_read_costs_no_other() -> None:
    content = (
        "number,name\nA01,小\nA02,?\nA03,小\nA04,".encode() + b"x" * (3 * LINE_MOST) + b"\nA05,\0\nA06,y\n"
    )
    lines = read(content.replace(b"?", b"\xff\xfe"))
    assert {line.number: line.fault for line in lines if line.fault} == {3: "UTF-8", 5: "length", 6: "NUL"}
    assert [line.cells[0] for line in lines if not line.fault] == ["number", "A01", "A03", "A06"]


@pytest.mark.ring("all", "a large input")
def test_a_quotation_mark_that_is_never_closed_costs_its_own_line_alone() -> None:
    """C7: every other line is read, whatever quotation marks it has itself."""
    for rest in ('A02,"b"\n', "A02,b\n", 'A02,""\n', 'A02,"b\nc"\n', 'A02,"b ""c"""\n'):
        lines = read(f'number,name\nA01,"never\n{rest * 3_000}'.encode())
        assert lines[1] == TableLine(2, (), "open quotation"), rest
        assert len(lines) == 3_002, rest
        assert {line.cells[0] for line in lines[2:]} == {"A02"}, rest
    assert read(b'number,name\nA01,"never')[1:] == [TableLine(2, (), "open quotation")]
    lines = read(b'number,name\nA01,"never\n' + b"A02,b\n" * 40_000)
    assert (len(lines), lines[1].fault, lines[-1].number) == (40_002, "open quotation", 40_002)


def test_two_stray_quotation_marks_hide_no_records_between_them() -> None:
    """A cell of several lines is one cell; lines with the phone in the same column are no part of one."""
    lines = read('phone,name\n0913000001,"王\n0913000002,林\n0913000003,陳"\n'.encode())
    assert [(line.number, line.fault) for line in lines[1:]] == [(2, "open quotation"), (3, None), (4, None)]
    for key in ("M1", "M2", "M3"), ("a@x.tw", "b@x.tw", "c@x.tw"), ("7", "8", "9"):
        text = 'key,name\n{},"王\n{},林\n{},陳"\n'.format(*key)
        assert [line.fault for line in read(text.encode())[1:]] == ["open quotation", None, None], key
    address = 'phone,address\n0913000001,"台北市\n信義路 100 號 3 樓, 王先生收"\n0913000002,高雄市\n'
    assert [line.number for line in read(address.encode()) if not line.fault] == [1, 2, 4]


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 9_999), st.sampled_from(["a", 'b"', '"c', "d\ne", 'f""', ""])), max_size=8
    ),
    as_written=st.lists(st.booleans(), min_size=8, max_size=8),
)
def test_every_line_is_read_or_has_a_fault(rows: list[tuple[int, str]], as_written: list[bool]) -> None:
    """C7: whatever quotation marks there are, each record begins where the one before has ended."""
    text = "number,name\n" + "".join(
        f"A{number:04},{name if plain else csv_line([name]).rstrip()}\n"
        for (number, name), plain in zip(rows, as_written, strict=False)
    )
    ends = [line.number + _line_count(line) for line in read(text.encode())]
    begins = [line.number for line in read(text.encode())]
    assert begins == [1, *ends][:-1] or not text.strip()
    assert ends[-1] == text.count("\n") + 1


def _line_count(line: TableLine) -> int:
    return 1 + sum(cell.count("\n") for cell in line.cells)


def test_a_quotation_mark_inside_of_a_quoted_cell_is_another_fault() -> None:
    assert read(b'number,name\nA01,"a "nick" b"\nA02,b\n')[1:] == [
        TableLine(2, (), "quotation"),
        TableLine(3, ["A02", "b"]),
    ]


def test_ctrl_z_ends_a_file_and_nothing_else() -> None:
    """As programs of DOS save it: no line of its own, no part of the last cell."""
    for end in ("\x1a", "\r\n\x1a", "\r\n\x1a\r\n", "\x1a\x1a\x1a"):
        assert [line.cells for line in read(f"number,name\r\nA01,a{end}".encode())] == [
            ["number", "name"],
            ["A01", "a"],
        ]


@pytest.mark.ring("all", "many random or generated cases")
def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    """Two gigabytes would be the same: nothing is kept of a line that was read."""
    large = tmp_path / "large.csv"
    with large.open("w") as file:
        file.write("number,name\n")
        for begin in range(0, 60_000, 1000):
            file.writelines(f"A{number},某某某某某某某某某某\n" for number in range(begin, begin + 1000))
        file.write("x" * 5_000_000)
    tracemalloc.start()
    try:
        with large.open("rb") as written:
            count = sum(1 for _ in lines_of(written))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 60_002
    assert peak < 8_000_000


def test_what_is_written_is_run_by_no_spreadsheet() -> None:
    assert csv_line(("=1+1", "+x", "-1", "@sum", 7, None)) == "'=1+1,'+x,'-1,'@sum,7,\r\n"
    assert csv_line(('a"b', "c,d", "e\nf", "", "小安", "\tx")) == '"a""b","c,d","e\nf",,小安,\'\tx\r\n'
    assert csv_line(("0912345678", "00123", "+886912345678", "123456789012", "12e5", "0", 7, "1234")) == (
        '"=""0912345678""","=""00123""","=""+886912345678""","=""123456789012""","=""12e5""",0,7,1234\r\n'
    ), "a spreadsheet shows these as they are, and saves them so"
    assert (
        csv_line(("+1+1", "0912-345-678", "00=1", "0１", "1e5e5")) == "'+1+1,0912-345-678,00=1,0１,1e5e5\r\n"
    )
    assert csv_line(("＝1+1", "＋x", "－1", "＠sum")) == "'＝1+1,'＋x,'－1,'＠sum\r\n"
    assert csv_line(("\n=1+1", " =1+1", "\u3000@sum")) == "\"'\n=1+1\",' =1+1,'\u3000@sum\r\n"


def test_no_control_character_reaches_a_file() -> None:
    """Shown in a terminal it would move the cursor, or set the window's title."""
    assert csv_line(("a\x1b[2Jb", "\x9b31m小安\x7f", "\x00=1+1", "多\n行\t字")) == (
        'a[2Jb,31m小安,\'=1+1,"多\n行\t字"\r\n'
    )


def test_nothing_invisible_reaches_a_file_nor_hides_a_formula() -> None:
    """Nothing but the joiner inside of an emoji."""
    assert csv_line(("\u202egnp.exe", "\u200b=1+1", "小\u2066安\u2069", "👨\u200d👩")) == (
        "gnp.exe,'=1+1,小安,👨\u200d👩\r\n"
    )


def test_what_a_spreadsheet_would_change_is_read_back_as_it_was() -> None:
    """M5: phones and numbers of members, from a table of ours, also once a spreadsheet has saved it."""
    numbers = ("0912345678", "00123", "+886912345678", "0000000000000001", "12e5")
    [line] = lines_of(BytesIO(csv_line(numbers).encode()))
    assert tuple(map(cell_text, line.cells)) == numbers

"""C7, D2: tables as spreadsheets save them, and files that are none; however large, in little memory."""

from __future__ import annotations

import codecs
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.operations.csv_table import LINE_MOST, TableColumn, TableLine, TableWrong, csv_text, lines_of

COLUMNS = (TableColumn("number", ("員工編號",), needed=True), TableColumn("name", ("姓名",), needed=True))
TEXT = "員工編號,姓名\r\nA01,小安\r\n"


def read(path: Path, content: bytes) -> list[TableLine]:
    path.write_bytes(content)
    return list(lines_of(path, COLUMNS))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clerks.csv"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("cp950"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.rstrip().encode(),
        " 姓名 ,員工編號,備註\n小安,A01,x\n".encode(),
        'number,"Name"\nA01,"小安"\n'.encode(),
        'ＮＵＭＢＥＲ,姓名\n\n,,\n="A01",小安\n'.encode(),
    ],
)
def test_a_table_is_read_as_it_was_saved(file: Path, content: bytes) -> None:
    [line] = read(file, content)
    assert line.cells == {"number": "A01", "name": "小安"}
    assert line.wrong is None


def test_lines_are_numbered_as_an_editor_does(file: Path) -> None:
    lines = read(file, 'number,name\nA01,"小\n安"\n\nA02,小寧\n'.encode())
    assert [(line.number, line.cells["name"]) for line in lines] == [(2, "小\n安"), (5, "小寧")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it says nothing"),
        (
            "代號,姓名\nA01,小安\n".encode(),
            'it lacks number; it says "代號", "姓名"; write  number,name',
        ),
        (b"number,number,name\n", "names the column number twice"),
        (b"%PDF-1.7\n\x00\x01\x02", "it lacks number, name"),
        (b"\x00" * 5000, "it lacks number, name"),
        (("x" * 200_000).encode(), "it lacks number, name"),
    ],
)
def test_what_is_no_such_table_is_refused_at_once(file: Path, content: bytes, said: str) -> None:
    with pytest.raises(TableWrong) as refused:
        read(file, content)
    assert said in str(refused.value)


def test_a_file_that_is_not_there(file: Path) -> None:
    with pytest.raises(TableWrong, match="cannot be read: No such file"):
        list(lines_of(file, COLUMNS))
    with pytest.raises(TableWrong, match="cannot be read"):
        list(lines_of(file.parent, COLUMNS))


def test_a_line_that_cannot_be_read_costs_no_other(file: Path) -> None:
    content = (
        b"number,name\nA01,ok\nA02,\xff\xfe\nA03,ok\n" + b"A04," + b"x" * (3 * LINE_MOST) + b"\nA05,ok\n"
    )
    file.write_bytes(content.replace(b"ok", "小".encode()))
    lines = list(lines_of(file, COLUMNS))
    wrong = {line.number: str(line.wrong) for line in lines if line.wrong is not None}
    assert wrong == {3: "cannot be read as UTF-8", 5: "is longer than a line of a table"}
    assert [line.cells["number"] for line in lines if line.wrong is None] == ["A01", "A03", "A05"]


def test_a_quotation_mark_that_is_never_closed_ends_somewhere(file: Path) -> None:
    lines = read(file, b'number,name\nA01,"never\n' + b"A02,b\n" * 40_000)
    assert any(line.wrong is not None for line in lines)
    assert lines[-1].cells.get("number") == "A02"


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    """Two gigabytes would be the same: nothing is kept of a line that was read."""
    large = tmp_path / "large.csv"
    with large.open("w") as file:
        file.write("number,name\n")
        for begin in range(0, 400_000, 1000):
            file.writelines(f"A{number},某某某某某某某某某某\n" for number in range(begin, begin + 1000))
        file.write("x" * 5_000_000)
    tracemalloc.start()
    try:
        count = sum(1 for _ in lines_of(large, COLUMNS))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 400_001
    assert peak < 8_000_000


def test_what_is_written_is_run_by_no_spreadsheet() -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        yield "=1+1", "+x", "-1", "@sum", 7, None
        yield 'a"b', "c,d", "e\nf", "", "小安", "\tx"

    assert "".join(csv_text(("a", "b"), rows())) == (
        '\ufeffa,b\r\n\'=1+1,\'+x,\'-1,\'@sum,7,\r\n"a""b","c,d","e\nf",,小安,\'\tx\r\n'
    )

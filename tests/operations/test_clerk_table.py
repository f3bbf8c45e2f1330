"""D2: a table of clerks by the names of its columns, and files that are none."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from bot.operations.clerk_file import clerk_table
from bot.operations.table_lines import TableRow, TableWrong
from bot.playbook.csv_table import SHIFTED
from bot.translations.chinese import CHINESE


def read(file: Path, content: bytes) -> list[TableRow]:
    return list(clerk_table(BytesIO(content), file.name).lines)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clerks.csv"


@pytest.mark.parametrize(
    "text",
    [
        "員工編號,姓名,門市\r\nA01,小安,信義\r\n",
        " 姓名 ,員工編號,備註,門市\n小安,A01,x,信義\n",
        'number,"Name",store\nA01,"小安",信義\n',
        'ＮＵＭＢＥＲ,姓名,門市\n\n,,\n="A01",小安,信義,\n',
    ],
)
def test_columns_are_meant_by_their_names(file: Path, text: str) -> None:
    [line] = read(file, text.encode())
    assert line.cells == {"number": "A01", "name": "小安", "store": "信義"}
    assert line.wrong is None


def test_lines_that_cannot_be_read_are_told(file: Path) -> None:
    content = b"number,name,store\nA02,\xff\xfe\nA04," + b"x" * 500_000 + b'\nA05,a,b\nA07,a,b,c\n"A06'
    assert [(line.number, line.wrong and str(line.wrong)) for line in read(file, content)] == [
        (2, "cannot be read as UTF-8"),
        (3, "this line is longer than a line of a table"),
        (4, None),
        (5, str(SHIFTED)),
        (6, "a quotation mark is opened in this line and not closed"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it says nothing"),
        (
            "代號,姓名\nA01,小安\n".encode(),
            'it lacks number, store; it says "代號", "姓名"; write  number,name,store,role,',
        ),
        (b"number,number,name\n", "names the column number twice"),
        (b"%PDF-1.7\n\x00\x01\x02", "it lacks number, name"),
        (b"\x00" * 5000, "cannot be read: line 1: there is a NUL byte in it"),
        (("x" * 600_000).encode(), "cannot be read: line 1: this line is longer than a line of a table"),
        (b'number,"name,store\nA01,x,y\n', "line 1: a quotation mark is opened in this line and not closed"),
        (b'number,"name,store\nA0123,x,y"\n', "line 1: a quotation mark is opened in this line"),
        (b"PK\x03\x04", "cannot be read: this is a workbook of Excel, not a CSV"),
    ],
)
def test_what_is_no_such_table_is_refused_at_once(file: Path, content: bytes, said: str) -> None:
    with pytest.raises(TableWrong) as refused:
        read(file, content)
    assert said in str(refused.value)


def test_what_is_said_in_chinese_names_columns_as_the_table_does(file: Path) -> None:
    """And what it says to write is a table that is taken: the words of one language in both places."""
    with pytest.raises(TableWrong) as refused:
        read(file, "員工編號,姓名\n".encode())
    told = CHINESE.text(refused.value.message)
    assert "少了 門市" in told
    header = told.rpartition("要寫  ")[2]
    assert read(file, f"{header}\nA01,小安,信義店,店長,,,,\n".encode())[0].cells["role"] == "店長"

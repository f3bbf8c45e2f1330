"""C7, M2: whatever another system's file has in it costs its own line alone, and little memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import pytest

from bot.operations.member_import import MemberFile, import_members
from bot.operations.member_table import MemberColumns
from bot.operations.repeated_lines import repeated_lines
from bot.playbook.csv_table import csv_line
from bot.store.stores import Stores
from tests.operations.member_lists import OTHER, PHONE, PLAYBOOK, USER, everybody, figures, taken, written


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("912345678", PHONE),
        ("8.86912345678E+11", PHONE),
        ("9.12345678E+08", PHONE),
        ("9.12E+11", None),
        ("8.86912E+11", None),
        ("9.12E+08", None),
        ("=1+1", None),
        ("民國115年3月1日", None),
    ],
)
async def test_phones_as_spreadsheets_leave_them(stores: Stores, cell: str, phone: str | None) -> None:
    """Only what is certain: a rounded one is nobody's, and the line is taken by its number."""
    done = await taken(stores, f"會員編號,手機\nM1,{cell}\n")
    assert (figures(done), len(done.notes)) == ((1, 0, 0, 0), int(phone is None))
    assert (await everybody(stores))["M1"].contact.phone == phone


@pytest.mark.parametrize(
    "cell", ["@shop", "1234567890123456", "C" + USER[1:], "R" + USER[1:], "PSID:77", "U123", f"={USER}"]
)
async def test_ids_of_other_systems_are_no_accounts(stores: Stores, cell: str) -> None:
    """LINE's own of another provider look like ours, so only `friends import` can tell, which asks LINE."""
    text = f"UID,手機\n{cell},0912345678\n{cell},\n"
    done = await taken(stores, text, channel="main")
    assert figures(done) == (1, 0, 0, 1)
    assert [one.line for one in (*done.notes, *done.refused_lines)] == [2, 3]
    people = await everybody(stores)
    assert [one.contact.accounts for one in people.values()] == [frozenset()]


async def test_formulas_are_text_and_stay_harmless_in_reports(stores: Stores) -> None:
    """Nothing runs them here; what is written for a spreadsheet has a sign before them."""
    formula = "=HYPERLINK(0)"
    heard: list[str] = []
    with written(f"手機,姓名,標籤,行銷同意\n0912345678,{formula},{formula},{formula}\n") as file:
        done = await import_members(
            *(stores, PLAYBOOK, MemberFile(file), "command:test"),
            record=lambda number, became, why: heard.append(csv_line((number, "; ".join(map(str, why))))),
        )
    assert (figures(done), len(done.notes)) == ((1, 0, 0, 0), 2)
    [one] = (await everybody(stores)).values()
    assert (one.contact.name, one.contact.tags, one.contact.marketing) == (formula, (), None)
    assert not heard[0].partition(",")[2].lstrip('"').startswith("=")


async def test_a_line_of_10_mb_costs_itself_alone(stores: Stores) -> None:
    """Quoted or not; in little memory, and the lines behind it have their numbers."""
    for long in (b"0933000001," + b"x" * 10_000_000, b'0933000001,"' + b"x" * 10_000_000 + b'"'):
        content = b"phone,name\n0912345678,Amy\n" + long + b"\n0922333444,Bo\n"
        tracemalloc.start()
        done = await taken(stores, content)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert [(one.line, str(one.why)) for one in done.refused_lines] == [
            (3, "this line is longer than a line of a table")
        ]
        assert peak < 2 * len(long), "what is read at a time, not what there is"
    assert set(await everybody(stores)) == {PHONE, OTHER}


@pytest.mark.ring("all", "a crowd")
async def test_of_a_file_of_many_lines_only_keys_are_in_memory(tmp_path: Path) -> None:
    """Twelve bytes a place of the table, however long the lines are."""
    peaks = list[int]()
    for lines, width in ((2_000, 1_000), (6_000, 1_000), (6_000, 4_000)):
        file = tmp_path / "members.csv"
        with file.open("w", encoding="utf-8") as out:
            out.write("member_no,name\n")
            out.writelines(f"M{n},{'x' * width}\n" for n in range(lines))
        tracemalloc.start()
        assert repeated_lines(file, MemberColumns(PLAYBOOK, None)).group == {}
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 6_000 * 12 * 5, "the table doubles, old beside new"
    assert peaks[2] - peaks[1] < 2**18, "of longer lines nothing more"


@pytest.mark.ring("soak", "a file of 2 GB")
async def test_a_file_of_2_gb_is_read_to_its_end(stores: Stores, tmp_path: Path) -> None:
    """Most of it one line without an end; a member stands before it, one behind."""
    file = tmp_path / "members.csv"
    with file.open("wb") as out:
        out.write(b"phone,name\n0912345678,Amy\n0933000001,")
        out.seek(2 << 30)
        out.write(b"\n0922333444,Bo\n")
    before = getrusage(RUSAGE_SELF).ru_maxrss
    done = await import_members(stores, PLAYBOOK, MemberFile(file), "command:test")
    assert (figures(done), [one.line for one in done.refused_lines]) == ((2, 0, 0, 1), [3])
    assert getrusage(RUSAGE_SELF).ru_maxrss - before < 64 << 10, "KB"

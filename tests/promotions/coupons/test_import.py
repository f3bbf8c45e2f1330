"""N1: codes of a spreadsheet: taken as they are written, once; what is refused is said by line."""

from __future__ import annotations

from io import BytesIO

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.operations.find_contacts import NotFound
from bot.operations.import_report import ImportReport
from bot.operations.table_lines import TableWrong
from bot.promotions.coupons.model import CouponCounts
from bot.promotions.coupons.operations.code_import import code_lines, import_codes, sent_lines
from bot.promotions.coupons.store.grants import Coupons
from bot.store.stores import Stores
from tests.promotions.coupons.examples import asks, coupon
from tests.promotions.coupons.test_operations import live

PACK = coupon(source="imported", stock=None)
LIVE = live(PACK, coupon(name="夏天", source="fixed", fixed="SUMMER100"), coupon(name="我們的"))


async def brought(
    stores: Stores, text: str | bytes, name: str = PACK.name, playbook: Playbook = LIVE
) -> ImportReport:
    file = BytesIO(text if isinstance(text, bytes) else text.encode())
    return await import_codes(stores, playbook, name, code_lines(file, "pack.csv"), "console:mei")


async def test_codes_are_taken_as_they_are_written_and_twice_is_once(stores: Stores) -> None:
    text = '優惠碼,備註\nSave-10,a\n"=""00123""",b\n\'0456,c\n'
    done = await brought(stores, text)
    assert (done.new, done.same, done.refused) == (3, 0, 0)
    again = await brought(stores, text.encode("cp950"))
    assert (again.new, again.same, again.refused) == (0, 3, 0)
    answers = await stores.of(Coupons).give(PACK, [asks(f"main:U{n}") for n in range(4)])
    assert [one.grant.code for one in answers if one.grant] == ["Save-10", "00123", "0456"]
    entries = await stores.audit.entries(["coupon_codes_imported"], 9)
    assert [(one.by, one.about, one.state) for one in entries] == [("console:mei", PACK.name, "done")] * 2
    assert "Save-10" not in str(entries)


async def test_what_is_refused_is_said_by_its_line(stores: Stores) -> None:
    lines = ["code", "A1", "", "8.86E+11", "=A1+1", "SUMMER100", "a-1", "x" * 65, "8E12"]
    done = await brought(stores, "\n".join(lines))
    assert (done.new, done.same) == (1, 0)
    assert [(one.line, str(one.why)) for one in done.refused_lines] == [
        (4, "the spreadsheet has rounded it (as 8.86E+11): give the column the format text"),
        (5, "it is a formula"),
        (6, "a coupon of the playbook has this code for everybody"),
        (7, "this code reads like that of line 2"),
        (8, "this is no code of 1 to 64 characters"),
        (9, "the spreadsheet has rounded it (as 8.86E+11): give the column the format text"),
    ]


@pytest.mark.ring("all", "a case for each of many")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        *((one, "for everybody") for one in ("summer100", "SUMMER-1OO", "SUMMERl00", "ＳＵＭＭＥＲ１００")),
        *((one, "rounded") for one in ("8.86E+11", "9E+11", "1.23E12", "1,23e+5", "８.８６Ｅ＋１１")),
        *((one, "formula") for one in ("=A1+1", "@SUM(1)", "＝A1")),
        *((one, "cannot be seen") for one in ("A\x1b1", "A\x001", "A\t1", "A\n1", "A\u202e1")),
    ],
)
async def test_what_is_no_code_comes_in_on_no_way(stores: Stores, text: str, why: str) -> None:
    done = await import_codes(stores, LIVE, PACK.name, sent_lines([text, "A1"]), "token:shop")
    assert (done.new, [one.line for one in done.refused_lines]) == (1, [1])
    assert why in str(done.refused_lines[0].why)
    if text.isprintable():
        done = await brought(stores, f'code\n"{text}"\n')
        assert [(one.line, why in str(one.why)) for one in done.refused_lines] == [(2, True)]


async def test_a_large_pack_goes_in_parts_and_a_look_alike_across_them_is_found(stores: Stores) -> None:
    codes = [f"P{n:04}" for n in range(2_400)]
    done = await brought(stores, "\n".join(["序號", *codes, "p0001", "PO002"]))
    assert (done.new, done.refused) == (2_400, 2)
    assert {one.line for one in done.refused_lines} == {2_402, 2_403}
    assert (await stores.of(Coupons).left([PACK.name]))[PACK.name] == CouponCounts(0, 2_400)


async def test_of_a_file_that_is_too_long_the_rest_is_refused_line_by_line(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.promotions.coupons.operations.code_import.MOST", 5)
    monkeypatch.setattr("bot.promotions.coupons.operations.code_import.TOGETHER", 3)
    done = await brought(stores, "\n".join(["code", "A1", "=A", *(f"B{n}" for n in range(6))]))
    assert (done.new, done.refused) == (4, 4)
    said = [(one.line, str(one.why)) for one in done.refused_lines]
    why = "a file has at most 5 codes: put the others into another file"
    assert said == [(3, "it is a formula"), (7, why), (8, why), (9, why)]
    [deed] = await stores.audit.entries(["coupon_codes_imported"], 9)
    assert deed.state == "done"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("我們的", "are not imported"),
        ("雙11折10", "雙11折百"),
        ("nothing like it", "declared in the playbook"),
    ],
)
async def test_other_coupons_take_no_codes(stores: Stores, name: str, says: str) -> None:
    with pytest.raises(NotFound) as refused:
        await brought(stores, "code\nA1\n", name)
    assert says in str(refused.value)


@pytest.mark.parametrize("text", ["A1\nB2\n", "code,code\nA1,B2\n", b"PK\x03\x04", ""])
async def test_a_file_that_is_no_such_table_changes_nothing(stores: Stores, text: str | bytes) -> None:
    with pytest.raises(TableWrong):
        await brought(stores, text)
    assert await stores.audit.entries(["coupon_codes_imported"], 9) == []

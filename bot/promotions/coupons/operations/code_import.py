"""Codes of an online shop for a coupon, from a spreadsheet's file: each line taken, or why not (N1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry
from bot.model.plain_text import cleaned, visible
from bot.model.short_code import code_key
from bot.model.translatable import Translatable, row, tr
from bot.operations.audit_trail import audited
from bot.operations.find_contacts import NotFound, not_called
from bot.operations.import_report import ImportReport
from bot.operations.simulated_time import now_among
from bot.operations.table_lines import TableRow, TableWrong, heads, named_lines_in
from bot.playbook.csv_table import column_name
from bot.playbook.similar import hint_for, quoted
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.store.codes import CouponCodes
from bot.store.stores import Stores

TOGETHER = 1_000
"""Lines that are looked at together."""
MOST = 1_000_000
"""Codes of one file; of a longer one the lines beyond are refused, and those before them are taken."""
COLUMNS = (
    "code",
    "coupon_code",
    "coupon",
    "代碼",
    "優惠代碼",
    "優惠碼",
    "優惠券代碼",
    "折扣碼",
    "券號",
    "序號",
)
"""What the column of codes may be called, as `column_name` has it; the first of them that is there is it."""
_CODE = "code"
_ROUNDED = re.compile(r"\d([.,]\d+)?E\+?\d{1,3}", re.IGNORECASE | re.ASCII)
_FORMULA = ("=", "@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def code_lines(file: BinaryIO, called: str) -> Iterator[TableRow]:
    """The lines of a file with codes, by the name that its sender gave it. Raises `TableWrong`, before the
    first one.
    """
    return named_lines_in(file, called, _named)


def sent_lines(codes: Sequence[str]) -> Iterator[TableRow]:
    """The same of codes that a program sends, numbered from 1."""
    return (TableRow(number, {_CODE: code.strip(" ")}) for number, code in enumerate(codes, 1))


async def import_codes(
    stores: Stores, playbook: Playbook, coupon: str, lines: Iterator[TableRow], actor: str
) -> ImportReport:
    """Make the codes of these lines free to be given, as they are written; those that are there stay so.

    It may be repeated after an interruption. Raises `NotFound` for a coupon whose codes are not imported,
    `TableWrong`, and `DatabaseUnavailable`.
    """
    _check_imported(playbook, coupon)
    fixed = _fixed(playbook)
    done, first = ImportReport(), next(lines, None)  # a file that is no table changes nothing
    entry = AuditEntry("coupon_codes_imported", actor, await now_among(stores), coupon)
    async with audited(stores, entry):
        waiting = [] if first is None else [first]
        while some := [*waiting, *islice(lines, TOGETHER - len(waiting))]:
            waiting = []
            room = max(MOST - done.done, 0)
            await _import(stores, coupon, some[:room], done, fixed)
            for line in some[room:]:
                done.refuse(line.number, _too_many())
    return done


def readable_codes(playbook: Playbook, coupon: str, lines: Iterator[TableRow]) -> ImportReport:
    """What a file holds, before anything is changed: as `new` the lines with a code, and the refused ones.

    Which of the codes are there already is not looked up. Raises `NotFound` and `TableWrong`.
    """
    _check_imported(playbook, coupon)
    found, fixed = ImportReport(), _fixed(playbook)
    for line in lines:
        why = line.wrong or _why_none(line.cells.get(_CODE, ""), fixed)
        if why is not None:
            found.refuse(line.number, why)
        else:
            found.new += 1
    return found


def _check_imported(playbook: Playbook, coupon: str) -> None:
    known = COUPONS.of(playbook).get(coupon)
    if known is None:
        near = hint_for(coupon, COUPONS.of(playbook)) or tr("coupons are declared in the playbook")
        raise NotFound(not_called(tr("coupon"), coupon, near))
    if known.source != "imported":
        raise NotFound(
            tr("the codes of {coupon} are not imported: write  codes: imported  there", coupon=quoted(coupon))
        )


def _fixed(playbook: Playbook) -> set[str]:
    return {code_key(one.fixed) for one in COUPONS.of(playbook).values() if one.fixed}


async def _import(
    stores: Stores, coupon: str, lines: Sequence[TableRow], done: ImportReport, fixed: set[str]
) -> None:
    codes: list[tuple[int, str]] = []
    for line in lines:
        text = line.cells.get(_CODE, "")
        why = line.wrong or _why_none(text, fixed)
        if why is None:
            codes.append((line.number, text))
        else:
            done.refuse(line.number, why)
    added = await stores.of(CouponCodes).add(coupon, [text for _, text in codes], [line for line, _ in codes])
    done.new += added.new
    done.same += added.known
    for refused in added.refused:
        done.refuse(refused.line, refused.why)


def _too_many() -> Translatable:
    return tr("a file has at most {most} codes: put the others into another file", most=f"{MOST:,}")


def _why_none(text: str, fixed: set[str]) -> Translatable | None:
    if not text:
        return tr("nothing stands there")
    if _CONTROL.search(text) or visible(text) != text:
        return tr("it has signs that cannot be seen")
    plain = cleaned(text)
    if plain.startswith(_FORMULA):
        return tr("it is a formula")
    if _ROUNDED.fullmatch(plain):
        return tr("the spreadsheet has rounded it (as 8.86E+11): give the column the format text")
    if code_key(text) in fixed:
        return tr("a coupon of the playbook has this code for everybody")
    return None


def _named(cells: Sequence[str]) -> Sequence[str]:
    names = [column_name(cell) for cell in cells]
    found = next((name for name in COLUMNS if name in names), None)
    if found is None:
        raise TableWrong(
            tr(
                "the first line names no column of codes: call it  code  (or {others}); there stands {found}",
                others=row(COLUMNS[3:]),
                found=heads(cells),
            )
        )
    if names.count(found) > 1:
        raise TableWrong(tr("the first line names the column {name} twice", name=found))
    return [_CODE if name == found else "" for name in names]

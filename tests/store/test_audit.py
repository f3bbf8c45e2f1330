"""The audit log: each line once, in the order in which they were written, sealed where it is private. K1"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.audit import AuditFilter, AuditRow
from bot.store.database.mongo import Database
from bot.store.events.audit import AuditLog
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from tests.conftest import NOW

LINE = AuditRow("unbound:E1", NOW, "command:amy", "unbound", "main:U1", details=("phone", "its tags stay"))


async def test_what_is_written_is_read_by_either_contact(database: Database, seal: Seal) -> None:
    log = AuditLog(database, seal)
    both = AuditRow("merged:1", NOW, "member", "merged", "main:U1", "outlet:V1")
    await log.add(LINE)
    await log.add(both)
    assert await log.of("main:U1") == [both, LINE]
    assert await log.of("outlet:V1") == [both]
    assert await log.of("main:U2") == []


async def test_the_order_is_that_of_writing_whatever_a_clock_says(database: Database, seal: Seal) -> None:
    log = AuditLog(database, seal)
    ids = [f"bound:{number}" for number in range(5)]
    for number, name in enumerate(ids):
        early = NOW - timedelta(minutes=number)
        await log.add(AuditRow(name, early, "member", "bound", "main:U1"))
    assert [line.id for line in await log.of("main:U1")] == ids[::-1]


async def test_a_line_that_is_there_stays_as_it_is(database: Database, seal: Seal) -> None:
    """As after a crash; and who asked for an unbinding has said so before the turn does it."""
    log = AuditLog(database, seal)
    await log.add(LINE)
    await log.add(replace(LINE, actor="member", details=()))
    assert await log.of("main:U1") == [LINE]


async def test_details_are_sealed(database: Database, seal: Seal, caplog: pytest.LogCaptureFixture) -> None:
    await AuditLog(database, seal).add(LINE)
    assert "tags" not in repr(await database.collection("audit").find_one({}))
    other = AuditLog(database, Seal(parse(generate())))
    assert await other.of("main:U1") == [replace(LINE, details=())]
    assert "do not open" in caplog.text


async def test_looks_within_an_hour_are_one(database: Database, seal: Seal) -> None:
    """However often a page is renewed, several at once; another account's and a later one are others."""
    log = AuditLog(database, seal)
    minute = timedelta(minutes=1)
    looks = [log.record_look("main:U1", "console:amy", NOW, "conversation_read") for _ in range(5)]
    await asyncio.gather(*looks)
    for number in range(60):
        await log.record_look("main:U1", "console:amy", NOW + number * minute, "conversation_read")
    await log.record_look("main:U1", "console:ben", NOW, "conversation_read")
    lines = await log.lines(AuditFilter(), 10)
    assert sorted((one.entry.by, one.entry.times) for one in lines) == [
        ("console:amy", 1),
        ("console:ben", 1),
    ]
    await log.record_look("main:U1", "console:amy", NOW + 60 * minute, "conversation_read")
    by_amy = [one.at for one in await log.of("main:U1") if one.actor == "console:amy"]
    assert by_amy == [NOW + 60 * minute, NOW]
    first = await database.collection("audit").find_one({"who": "console:amy", "at": NOW})
    assert first is not None
    assert first["last"] == NOW + 59 * minute, "an incident asks until when somebody looked"


def test_only_merges_and_moves_can_be_undone_and_once() -> None:
    assert not LINE.can_be_undone
    merged = replace(LINE, what="merged")
    assert merged.can_be_undone
    assert not replace(merged, undone_by="parted:1").can_be_undone

"""LINE has 1,000 names of units a month for a channel: they suffice. I5."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from bot.line.outcome import LineError
from bot.model.broadcast import OWN_MOST, Sending, own_unit, shared_unit
from bot.runtime.broadcasts.batch_calls import SendingUnits
from bot.store.counters.quotas import UnitNames
from bot.store.database.mongo import Database
from tests.conftest import NOW, ManualClock

UNIT = re.compile(r"[A-Za-z0-9_]{1,30}")


@pytest.fixture
def names(database: Database) -> UnitNames:
    return UnitNames(database)


def test_a_name_is_one_of_lines_whatever_the_broadcast_is_called() -> None:
    for name in ("雙11", "a" * 200, "", "x y/{z}"):
        for unit in (own_unit(name, name, NOW), shared_unit(name, name)):
            assert UNIT.fullmatch(unit)
    assert own_unit("a", "bc", NOW) != own_unit("ab", "c", NOW)
    assert own_unit("a", "b", NOW) == own_unit("a", "b", NOW + timedelta(hours=1))


async def begun(database: Database, used: int) -> None:
    """So many names are used in March."""
    document = {"_id": "main", "month": "2026-03", "names": [f"own{number}" for number in range(used)]}
    await database.collection("aggregation_units").insert_one(document)


async def test_s38_each_has_its_own_then_one_is_shared_then_there_is_none(
    names: UnitNames, database: Database
) -> None:
    await begun(database, OWN_MOST - 1)
    assert await names.take("main", "2026-03", "last", "shared") == "last"
    assert await names.take("main", "2026-03", "own5", "shared") == "own5"  # again, after a crash
    for number in range(100):
        assert await names.take("main", "2026-03", "one more", f"shared{number}") == f"shared{number}"
    assert await names.take("main", "2026-03", "one more", "another") is None
    assert await names.take("main", "2026-03", "one more", "shared7") == "shared7"
    assert await names.take("other", "2026-03", "one more", "another") == "one more"
    assert await names.take("main", "2026-04", "one more", "another") == "one more"


async def test_several_at_the_last_moment_never_use_one_too_many(
    names: UnitNames, database: Database
) -> None:
    """The first month of a channel begins at once in all of them, too."""
    await begun(database, OWN_MOST - 3)
    taken = await asyncio.gather(*(names.take("main", "2026-03", f"new{n}", "shared") for n in range(12)))
    assert taken.count("shared") == 9
    april = await asyncio.gather(*(names.take("main", "2026-04", f"new{n}", "shared") for n in range(12)))
    assert len(set(april)) == 12


async def test_what_others_use_at_line_is_counted(names: UnitNames) -> None:
    assert await names.take("main", "2026-03", "own", "shared", at_line=OWN_MOST) == "shared"
    assert await names.take("main", "2026-03", "own", "shared2", at_line=1_001) is None


class Insight:
    """LINE, which counts so many names."""

    used: int | None = 0

    async def units_used(self) -> int:
        if self.used is None:
            raise LineError(500, "no")
        return self.used


async def test_a_sending_keeps_its_name_over_a_crash(
    names: UnitNames, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    insight = Insight()
    units = SendingUnits(names, {"main": insight}.get, clock)
    first = Sending("日報@1", "日報", "main", NOW, NOW, began=NOW)
    second = Sending("日報@2", "日報", "main", NOW, NOW, began=NOW)
    taken = await units.unit_of(first, "甲")
    assert taken == await units.unit_of(first, "甲") != await units.unit_of(first, "乙")
    assert await units.unit_of(second, "甲") != taken
    insight.used = None  # LINE does not tell: ours alone are counted
    assert await units.unit_of(first, "甲") == taken
    insight.used = 1_500
    third = Sending("日報@3", "日報", "main", NOW, NOW, began=NOW)
    assert await units.unit_of(third, "甲") is None
    assert caplog.messages == ["LINE counts no opens of 日報: this month's 1,000 names are used"]

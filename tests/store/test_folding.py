"""H7: each row is counted exactly once, whoever dies over it, and however many do it at once."""

from __future__ import annotations

import pytest

from bot.model.counts import ENTERED, Counted, Mark
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.store.counters.counts import FOLDED, Counts, Folding
from bot.store.database.mongo import Database
from bot.store.events.journal import Journal
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW

DAY = "2026-11-23"


async def happened(database: Database, seal: Seal, many: int, first: int = 0) -> None:
    """So many people enter a flow."""
    mark = Mark("main", "welcome", ENTERED)
    rows = [
        TimelineRow(
            f"e{n}",
            f"main:U{n}",
            part_of(f"main:U{n}"),
            NOW,
            "text",
            (),
            None,
            Counted(f"e{n}", DAY, (mark,)),
        )
        for n in range(first, first + many)
    ]
    await Journal(database, seal).timeline(rows)


async def entered(database: Database) -> int:
    return sum(one.number for one in await Counts(database).since(DAY, "welcome"))


async def left(database: Database) -> int:
    return await database.collection("timeline").count_documents({"u": True})


async def test_all_are_counted_some_at_a_time(database: Database, seal: Seal) -> None:
    await happened(database, seal, 2 * FOLDED + 1)
    await Counts(database).fold_all()
    assert (await entered(database), await left(database)) == (2 * FOLDED + 1, 0)
    await happened(database, seal, 3, 1_000)
    await Counts(database).fold_all()
    assert (await entered(database), await left(database)) == (2 * FOLDED + 4, 0)


async def test_who_dies_before_the_rows_know_is_gone_on_with(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are added, and nothing says so of them yet."""
    await happened(database, seal, 3)
    dying = Folding(database)
    honest, calls = Folding._end_what_was_begun, list[str]()

    async def dies(self: Folding) -> int:
        calls.append("")
        if len(calls) == 2:
            raise DatabaseUnavailable("away")
        return await honest(self)

    with monkeypatch.context() as patched:
        patched.setattr(Folding, "_end_what_was_begun", dies)
        with pytest.raises(DatabaseUnavailable):
            await dying.all()
    assert (await entered(database), await left(database)) == (3, 3)
    await happened(database, seal, 1, 10)
    await Counts(database).fold_all()
    assert (await entered(database), await left(database)) == (4, 0)


async def test_who_has_read_what_another_adds_meanwhile_adds_nothing(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frozen between reading and adding: by then it is added, and said of the rows."""
    await happened(database, seal, 3)
    add, frozen = Folding._add, list[bool]()

    async def late(self: Folding, number: int, rows: list[dict[str, object]]) -> bool:
        if not frozen:
            frozen.append(True)
            await Counts(database).fold_all()
            frozen.append(await add(self, number, rows))
            return frozen[1]
        return await add(self, number, rows)

    monkeypatch.setattr(Folding, "_add", late)
    await Folding(database).all()
    assert frozen == [True, False]
    assert (await entered(database), await left(database)) == (3, 0)

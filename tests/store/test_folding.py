"""H7: each row is counted exactly once, whoever dies over it, and however many do it at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random

import pytest

from bot.model.counts import ENTERED, PROMOTIONS, Counted
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.promotions.coupons.model import OF_COUPONS, REDEEMED
from bot.promotions.draws.model import OF_DRAWS, WON
from bot.store.counters.counts import Counts
from bot.store.counters.folding import FOLDED, Folding
from bot.store.database.mongo import Database
from bot.store.events.journal import Journal
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW
from tests.counted import count_on

DAY = "2026-11-23"


async def happened(database: Database, seal: Seal, many: int, first: int = 0) -> None:
    """So many people enter a flow."""
    mark = Mark("main", "welcome", ENTERED)
    rows = [
        TimelineRow(f"e{n}", who, part_of(who), NOW, "text", counted=Counted(f"e{n}", DAY, (mark,)))
        for n in range(first, first + many)
        for who in [f"main:U{n}"]
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


async def sums(database: Database) -> Counter[tuple[str, str, str, str]]:
    found = {kind: await Counts(database).of_promotions(kind) for kind in PROMOTIONS}
    return Counter({(kind, *one[:3]): one.number for kind, each in found.items() for one in each})


async def added_up(database: Database) -> Counter[tuple[str, str, str, str]]:
    """The same, of the days."""
    found = Counter[tuple[str, str, str, str]]()
    for kind in PROMOTIONS:
        for one in await Counts(database).since("", kind):
            name, part = one.mark.about
            found[kind, one.mark.what, name, part] += one.number
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_n1_the_sums_of_promotions_are_those_of_their_days(
    database: Database, stores: Stores, seed: int
) -> None:
    """Whoever adds them, and several at once."""
    dice = Random(seed)
    for _ in range(6):
        for _ in range(dice.randrange(1, 30)):
            about = (dice.choice("甲乙"), dice.choice(("", "s1")))
            kind = dice.choice(((OF_COUPONS, REDEEMED), (OF_DRAWS, WON)))
            mark = Mark(dice.choice(("main", "outlet")), *kind, about)
            await count_on(stores, f"2026-11-{dice.randrange(10, 14)}", mark)
        await asyncio.gather(*(Counts(database).fold_all() for _ in range(dice.randrange(1, 3))))
        assert await sums(database) == await added_up(database)
    assert sum((await sums(database)).values()) > 10


async def test_n1_a_coupons_days_are_its_own(stores: Stores) -> None:
    one, other = (Mark("main", OF_COUPONS, REDEEMED, (name, "")) for name in "甲乙")
    for day, marks in ((DAY, (one, one, other)), ("2026-11-22", (one,)), ("2026-11-01", (one,))):
        await count_on(stores, day, *marks)
    await stores.counts.fold_all()
    found = await stores.counts.days_of_promotion(OF_COUPONS, "甲", "2026-11-22")
    assert sorted(found) == [("2026-11-22", REDEEMED, 1), (DAY, REDEEMED, 2)]
    assert [*await stores.counts.of_promotions(OF_COUPONS, "甲")] == [(REDEEMED, "甲", "", 4)]

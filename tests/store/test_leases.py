"""The lease document: changed by compare-and-set, on a real server, by processes at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.model.processes import PARTS, PRODUCTION, Pace, ShareMove, Shares, fair_move
from bot.store.cluster.leases import Leases
from bot.store.database.mongo import Database
from tests.eventually import PATIENCE

NOBODY: frozenset[str] = frozenset()


@pytest.fixture
async def others(prepared: str) -> AsyncIterator[list[Database]]:
    """Connections of other processes."""
    databases = [Database(prepared) for _ in range(4)]
    yield databases
    for database in databases:
        database.close()


async def joined(database: Database, name: str) -> tuple[Leases, Shares]:
    leases = Leases(database, name)
    return leases, await leases.register()


async def look(leases: Leases) -> Shares:
    shares = await leases.look()
    assert shares is not None
    return shares


def take(*parts: int) -> ShareMove:
    return ShareMove(NOBODY, parts, ())


async def run_out(database: Database, name: str) -> None:
    """Let the lease of a process end."""
    shares = await look(Leases(database, "nobody"))
    over = shares.now - timedelta(seconds=1)
    await database.collection("leases").update_one({"_id": "parts"}, {"$set": {f"processes.{name}": over}})


async def test_the_first_to_register_makes_the_document(database: Database) -> None:
    assert await Leases(database, "a").look() is None
    _, shares = await joined(database, "a")
    assert shares.owners == ("",) * PARTS
    assert shares.fences == (0,) * PARTS
    assert shares.until["a"] - shares.now == timedelta(seconds=PRODUCTION.lease)


async def test_a_lease_lasts_as_long_as_its_pace_says(database: Database) -> None:
    """To the millisecond; and processes of different paces live side by side."""
    await joined(database, "a")
    quick = await Leases(database, "b", Pace(lease=2.5, renew=0.3, margin=0.5, grace=2)).register()
    assert quick.until["b"] - quick.now == timedelta(seconds=2.5)
    assert "a" in quick.until


async def test_many_register_at_the_same_moment(database: Database, others: list[Database]) -> None:
    await asyncio.gather(*(joined(db, f"p{n}") for n, db in enumerate([database, *others])))
    shares = await look(Leases(database, "x"))
    assert set(shares.until) == {"p0", "p1", "p2", "p3", "p4"}


async def test_a_renewal_moves_the_end(database: Database) -> None:
    leases, before = await joined(database, "a")
    renewed = await leases.renew()
    assert renewed is not None
    assert renewed.until["a"] >= before.until["a"]
    assert (renewed.revision, renewed.owners) == (before.revision, before.owners)


async def test_a_taken_part_gets_the_next_fence(database: Database) -> None:
    leases, shares = await joined(database, "a")
    assert await leases.apply(shares, take(3, 9))
    shares = await look(leases)
    assert shares.owned("a") == {3: 1, 9: 1}
    assert await leases.give(shares, [3])
    shares = await look(leases)
    assert shares.owned("a") == {9: 1}
    assert await leases.apply(shares, take(3))
    assert (await look(leases)).owned("a") == {3: 2, 9: 1}


async def test_what_was_seen_must_still_be_so(database: Database) -> None:
    leases, shares = await joined(database, "a")
    assert await leases.apply(shares, take(1))
    assert not await leases.apply(shares, take(2))
    assert not await leases.give(shares, [1])
    assert (await look(leases)).owned("a") == {1: 1}


async def test_of_processes_that_race_for_the_same_parts_one_wins(
    database: Database, others: list[Database]
) -> None:
    """Real concurrency: each has its own connections, and all ask at once."""
    racers = [await joined(db, f"p{n}") for n, db in enumerate(others)]
    for fence in range(1, 16):
        seen = await look(racers[0][0])
        won = await asyncio.gather(*(leases.apply(seen, take(*range(PARTS))) for leases, _ in racers))
        assert sum(won) == 1
        shares = await look(racers[0][0])
        winner = f"p{won.index(True)}"
        assert shares.owned(winner) == dict.fromkeys(range(PARTS), fence)
        assert await racers[won.index(True)][0].give(shares, range(PARTS))


async def test_processes_that_follow_the_plan_end_up_with_fair_shares(
    database: Database, others: list[Database]
) -> None:
    """All at once, each seeing only what it reads: never two owners, and in the end everybody's share."""

    names = {Leases(db, f"p{n}"): f"p{n}" for n, db in enumerate(others)}

    async def process(leases: Leases) -> None:
        shares: Shares | None = await leases.register()
        while shares is not None and any(len(shares.owned(name)) != 64 for name in names.values()):
            move = fair_move(shares, names[leases])
            if move.give:
                await leases.give(shares, move.give)
            elif move.take:
                await leases.apply(shares, move)
            shares = await leases.renew()

    async with asyncio.timeout(PATIENCE):  # each renews on the way, so nobody is buried
        await asyncio.gather(*map(process, names))
    shares = await look(next(iter(names)))
    assert [len(shares.owned(name)) for name in names.values()] == [64] * 4


async def test_whether_somebody_runs_is_told_by_the_servers_clock(database: Database) -> None:
    """Whoever asks from elsewhere, with a clock that is wrong, is told so, too."""
    leases = Leases(database, "nobody")
    assert not await leases.is_running()
    for name in ("a", "b"):
        await joined(database, name)
    assert await leases.is_running()
    await run_out(database, "a")
    assert await leases.is_running()
    await run_out(database, "b")
    assert not await leases.is_running()


async def test_the_dead_are_buried_with_all_they_had(database: Database, others: list[Database]) -> None:
    dead, shares = await joined(others[0], "dead")
    assert await dead.apply(shares, take(*range(10)))
    await run_out(database, "dead")
    leases, shares = await joined(database, "a")
    assert shares.dead() == {"dead"}
    assert await leases.apply(shares, ShareMove(frozenset({"dead"}), (1, 2), ()))
    shares = await look(leases)
    assert shares.owned("a") == {1: 2, 2: 2}
    assert set(shares.until) == {"a"}
    assert shares.owners.count("") == PARTS - 2
    assert await dead.renew() is None  # it learns of it
    assert "dead" not in (await look(leases)).until  # and does not come back by renewing


async def test_a_late_renewal_beats_a_burial(database: Database, others: list[Database]) -> None:
    late, shares = await joined(others[0], "late")
    assert await late.apply(shares, take(5))
    await run_out(database, "late")
    leases, seen = await joined(database, "a")
    assert seen.dead() == {"late"}
    assert await late.renew() is not None
    assert not await leases.apply(seen, ShareMove(frozenset({"late"}), (5,), ()))
    assert (await look(leases)).owned("late") == {5: 1}


async def test_a_burial_beats_a_later_renewal(database: Database, others: list[Database]) -> None:
    """At the very same moment: one of both, never both."""
    for number in range(15):
        name = f"late{number}"
        late, shares = await joined(others[0], name)
        assert await late.apply(shares, take(5))
        await run_out(database, name)
        leases, seen = await joined(database, f"a{number}")
        buried, renewed = await asyncio.gather(
            leases.apply(seen, ShareMove(frozenset({name}), (5,), ())), late.renew()
        )
        assert buried is (renewed is None)
        await late.withdraw()
        await leases.withdraw()


async def test_who_withdraws_frees_its_parts_at_once(database: Database, others: list[Database]) -> None:
    leaving, shares = await joined(database, "a")
    assert await leaving.apply(shares, take(1, 2))
    staying, shares = await joined(others[0], "b")
    assert await staying.apply(shares, take(3))
    before = await look(staying)
    for _ in range(2):  # the second time harms nobody
        await leaving.withdraw()
    after = await look(staying)
    assert (after.owned("a"), after.owned("b"), set(after.until)) == ({}, {3: 1}, {"b"})
    assert after.fences == before.fences
    assert not await staying.apply(before, take(9))  # what was planned before must be planned anew
    assert await leaving.renew() is None

"""Rows are removed once their time by `privacy.keep` is over, and it is told how many (J2, J4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.retention import DayOfRetention
from bot.model.translatable import tr
from bot.runtime.sweeps.erased_menus import LineUser
from bot.runtime.sweeps.left_contacts import LeftContacts, PeopleStores
from bot.runtime.sweeps.retention import RetentionStores, RetentionSweep
from bot.store.database.mongo import Database
from bot.store.events.expired_rows import AT_ONCE
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.playbooks import compiled

SHOP = 'channels: {main: {id: shop, channel_id: "1", channel_secret: x}}\n'
ALL = "conversations: 30d, timeline: 60d, traces: 2d, dead_letters: 90d"
COLLECTIONS = ("conversations", "conversation_files", "timeline", "trace", "deadletters", "inbox")


def bounded(keep: str) -> Playbook:
    return compiled(f"{SHOP}privacy: {{keep: {{{keep}}}}}\nrules: [{{when: {{text: 嗨}}, reply: 您好}}]\n")


def sweep(stores: Stores, clock: ManualClock, *playbooks: Playbook, owns: bool = True) -> RetentionSweep:
    """One of a process whose playbook is each of these in turn, and the last one from then on."""
    left: Iterator[Playbook] = iter(playbooks[:-1])
    stored = RetentionStores(stores.expired_rows, stores.retention, stores.conversations, stores.audit)
    people = PeopleStores(stores.left_people, stores.retention, stores.eraser, stores.erasures)

    async def menus(users: Mapping[str, Sequence[LineUser]]) -> set[str]:
        return set()

    left_contacts = LeftContacts(people, menus, lambda: owns)
    return RetentionSweep(lambda: next(left, playbooks[-1]), stored, left_contacts, lambda part: owns, clock)


async def put(database: Database, name: str, days: float, more: Mapping[str, Any] | None = None) -> None:
    """A row that was written so many days ago."""
    rows = database.collection(name)
    number = await rows.count_documents({})
    moment = NOW - timedelta(days=days)
    await rows.insert_one({"_id": f"{name}{number}", "at": moment, "chat": "main:U1", **(more or {})})


async def left(database: Database, name: str) -> list[datetime]:
    return [row["at"] async for row in database.collection(name).find().sort("at", 1)]


async def removed(stores: Stores) -> list[DayOfRetention]:
    return await stores.retention.days(NOW - timedelta(days=400))


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_each_kind_has_its_own_bound(stores: Stores, database: Database, clock: ManualClock) -> None:
    for name in COLLECTIONS:
        aside = {"state": "aside"} if name == "inbox" else {}
        for days in (1, 3, 31, 61, 91):
            await put(database, name, days, aside)
    await put(database, "inbox", 200, {"state": "open"})
    await sweep(stores, clock, bounded(ALL)).look()
    ages = {name: [(NOW - at).days for at in await left(database, name)] for name in COLLECTIONS}
    assert ages == {
        "conversations": [3, 1],
        "conversation_files": [3, 1],
        "timeline": [31, 3, 1],
        "trace": [1],
        "deadletters": [61, 31, 3, 1],
        "inbox": [200, 61, 31, 3, 1],
    }
    [day] = await removed(stores)
    assert day.removed == {"conversations": 6, "timeline": 2, "traces": 4, "dead_letters": 2}


async def test_what_the_playbook_does_not_bound_stays(
    stores: Stores, database: Database, clock: ManualClock
) -> None:
    for name in COLLECTIONS:
        await put(database, name, 179)
    await sweep(stores, clock, bounded("conversations: 180d")).look()
    assert [len(await left(database, name)) for name in COLLECTIONS] == [1] * len(COLLECTIONS)
    assert await removed(stores) == []


async def test_what_is_to_be_counted_is_removed_once_it_is(
    stores: Stores, database: Database, clock: ManualClock
) -> None:
    await put(database, "timeline", 100, {"u": True})
    watching = sweep(stores, clock, bounded("timeline: 60d"))
    await watching.look()
    assert len(await left(database, "timeline")) == 1
    await database.collection("timeline").update_many({}, {"$unset": {"u": ""}})
    clock.advance(3_601)
    await watching.look()
    assert await left(database, "timeline") == []


async def test_a_smaller_bound_takes_effect_at_the_next_look(
    stores: Stores, database: Database, clock: ManualClock
) -> None:
    await put(database, "timeline", 100)
    before, after = bounded("timeline: 200d"), bounded("timeline: 60d")
    watching = sweep(stores, clock, before, before, after)
    await watching.look()
    await put(database, "timeline", 300)
    await watching.look()
    assert len(await left(database, "timeline")) == 2, "nothing has changed, and no hour is over"
    await watching.look()
    assert await left(database, "timeline") == []


async def test_only_the_owner_of_part_0_removes(
    stores: Stores, database: Database, clock: ManualClock
) -> None:
    await put(database, "timeline", 100)
    await sweep(stores, clock, bounded("timeline: 60d"), owns=False).look()
    assert len(await left(database, "timeline")) == 1


async def test_many_go_some_at_a_time_and_two_at_once_count_each_once(
    stores: Stores, database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off anywhere, what was removed is counted, and the rest goes at the next look."""
    rows = [{"_id": f"t{n}", "at": NOW - timedelta(days=100)} for n in range(2 * AT_ONCE + 7)]
    await database.collection("timeline").insert_many(rows)
    remove = stores.expired_rows.remove

    async def dies(*args: Any) -> AsyncIterator[int]:
        async for number in remove(*args):
            yield number
            raise DatabaseUnavailable(tr("killed"))

    with monkeypatch.context() as patch:
        patch.setattr(type(stores.expired_rows), "remove", lambda _, *args: dies(*args))
        with pytest.raises(DatabaseUnavailable):
            await sweep(stores, clock, bounded("timeline: 60d")).look()
    [day] = await removed(stores)
    assert day.removed == {"timeline": AT_ONCE}
    one, other = (sweep(stores, clock, bounded("timeline: 60d")) for _ in range(2))
    await one.look()
    await other.look()
    [day] = await removed(stores)
    assert day.removed == {"timeline": len(rows)}


async def test_a_day_that_is_over_is_a_line_of_the_audit_log(
    stores: Stores, database: Database, clock: ManualClock
) -> None:
    await put(database, "timeline", 100)
    await put(database, "trace", 3)
    watching = sweep(stores, clock, bounded(ALL))
    await watching.look()
    assert await stores.audit.entries(["data_expired"], 10) == []
    clock.advance(24 * 3_600)
    await watching.look()
    await sweep(stores, clock, bounded(ALL)).look()
    [line] = await stores.audit.entries(["data_expired"], 10)
    assert (line.by, line.after) == ("playbook:keep", "timeline 1, traces 1")

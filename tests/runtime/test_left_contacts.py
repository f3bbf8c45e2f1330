"""Who left is erased once their time by `privacy.keep` is over, and nobody else is (J2, J4)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.model.contact import Binding, Clerk, Consent, Contact, Identity
from bot.model.erasure import KnownBy
from bot.model.instance import Hold, Instance, Timer
from bot.model.processes import part_of
from bot.model.retention import FEW
from bot.model.translatable import tr
from bot.runtime.sweeps.erased_menus import LineUser, MenuRemoval
from bot.runtime.sweeps.erasures import ErasureWork
from bot.runtime.sweeps.left_contacts import LeftContacts, PeopleStores
from bot.store.database.mongo import Database
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.people import come

BLOCKED = NOW - timedelta(days=400)
LATELY = NOW - timedelta(days=3)
AMY = Contact(
    "main:U1",
    name="王小美",
    identities=(Identity("main", "U1", friend=False, since=NOW - timedelta(days=900), seen=BLOCKED),),
    consents=(Consent("2026-08", BLOCKED, "main", on_page=True),),
    phone="+886912345678",
    turned=NOW,
)
"""She has left, and a date of hers had a turn since."""
HERSELF = AMY.identities[0]
DOING = Instance("f", "main", "s", 1, BLOCKED, BLOCKED)
STAYS: Mapping[str, Contact] = {
    "a friend": replace(AMY, identities=(replace(HERSELF, friend=True),)),
    "of whom nobody knows": replace(AMY, identities=(replace(HERSELF, friend=None),)),
    "a friend elsewhere": replace(AMY, identities=(HERSELF, Identity("outlet", "U9", friend=True))),
    "who left lately": replace(AMY, identities=(replace(HERSELF, seen=LATELY),)),
    "who left one of two lately": replace(
        AMY, identities=(HERSELF, Identity("outlet", "U9", friend=False, seen=LATELY))
    ),
    "who staff talked to lately": replace(AMY, identities=(replace(HERSELF, staffed=LATELY),)),
    "who is bound by phone": replace(AMY, bindings={"phone": Binding(BLOCKED)}),
    "who is bound at the shop": replace(AMY, bindings={"shop": Binding(BLOCKED)}),
    "a clerk's": replace(AMY, clerk=Clerk("A01", "林", "taipei", BLOCKED, "A01")),
    "a member": replace(AMY, member_no="M1001"),
    "whose journey goes on": replace(
        AMY, flows=(DOING,), timers=(Timer("f", "main", 1, "1d", NOW + timedelta(days=9)),)
    ),
    "whose journey is held": replace(AMY, flows=(replace(DOING, held=Hold("paused")),)),
    "without LINE": replace(AMY, id="M:abc", identities=()),
    "never seen": replace(AMY, identities=(Identity("main", "U1", friend=False),), turned=None),
}
GOES: Mapping[str, Contact] = {
    "who left": AMY,
    "who left both": replace(AMY, identities=(HERSELF, Identity("outlet", "U9", friend=False, seen=BLOCKED))),
    "who was asked": replace(AMY, flows=(DOING,)),
    "who was bound once": replace(AMY, bound_before=BLOCKED),
    "with a timer of no journey": replace(AMY, timers=(Timer("", "main", 0, "tag", NOW),)),
    "of whom only turns tell": replace(
        AMY, identities=(Identity("main", "U1", friend=False),), turned=BLOCKED
    ),
}


class World:
    """One process that looks, on these stores."""

    def __init__(self, stores: Stores, clock: ManualClock) -> None:
        self.stores, self.clock = stores, clock
        self.unlinked: list[LineUser] = []
        people = PeopleStores(stores.left_people, stores.retention, stores.eraser, stores.erasures)
        self.work = ErasureWork(stores.eraser, stores.erasures, stores.sendings, clock, self._menus)
        self.sweep = LeftContacts(people, self.work.remove_menus, lambda: True)

    async def _menus(self, users: Sequence[LineUser]) -> MenuRemoval:
        self.unlinked += users
        return MenuRemoval(frozenset(users))

    async def put(self, *people: Contact) -> None:
        await come(self.stores.contacts, *people)

    async def look(self, days: int | None = 365) -> int:
        return await self.sweep.look(days, "2026-11-20", self.clock.now)

    async def is_there(self, contact: str) -> bool:
        return await self.stores.contacts.person(contact) is not None


@pytest.fixture
def world(stores: Stores, clock: ManualClock) -> World:
    return World(stores, clock)


def others(number: int, left: datetime | None = None) -> list[Contact]:
    """So many friends, or people who left."""
    return [
        Contact(f"main:V{n}", identities=(Identity("main", f"V{n}", friend=left is None, seen=left or NOW),))
        for n in range(number)
    ]


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("who", STAYS)
async def test_who_stays(world: World, who: str) -> None:
    await world.put(STAYS[who])
    assert await world.look() == 0
    assert await world.is_there(STAYS[who].id)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("who", GOES)
async def test_who_goes(world: World, who: str) -> None:
    await world.put(GOES[who])
    assert await world.look() == 1
    assert not await world.is_there(AMY.id)


@pytest.mark.parametrize("name", ["out", "open", "waiting", "carried"])
async def test_of_whom_something_is_under_way_stays(world: World, database: Database, name: str) -> None:
    await world.put(AMY)
    await database.collection("contacts").update_one({}, {"$set": {name: ["e1"]}})
    assert await world.look() == 0


async def test_without_a_bound_nobody_goes(world: World) -> None:
    await world.put(AMY)
    assert await world.look(None) == 0
    assert await world.is_there(AMY.id)


async def test_all_of_hers_goes_and_the_erasure_is_seen_through(world: World, database: Database) -> None:
    """With the contacts that were merged into her; her own menu at LINE, too."""
    await world.put(replace(AMY, identities=(replace(HERSELF, menu="members"),)))
    stub = {"_id": "main:U7", "part": part_of("main:U7"), "rev": 4, "fence": 1, "to": AMY.id}
    await database.collection("contacts").insert_one(stub)
    await database.collection("timeline").insert_one(
        {"_id": "e1", "contact": "main:U7", "part": part_of("main:U7"), "at": BLOCKED}
    )
    await database.collection("trace").insert_one({"_id": "e9", "contact": AMY.id, "at": BLOCKED})
    assert await world.look() == 1
    assert world.unlinked == [("main", "U1")]
    world.clock.advance(61)
    assert await world.work.see_through() == 0
    for name in ("contacts", "timeline", "trace"):
        assert await database.collection(name).count_documents({}) == 0, name
    row = await database.collection("erasures").find_one({})
    assert row is not None
    done = await world.stores.erasures.one(row["_id"])
    assert done is not None
    assert (done.state, done.by, done.menu) == ("done", "playbook:keep", "removed")
    assert done.counts == {"contacts": 2, "timeline": 1, "trace": 1}
    assert [one.version for one in done.consents] == ["2026-08"]
    [day] = await world.stores.retention.days(NOW - timedelta(days=1))
    assert day.removed == {"people_who_left": 1}


async def test_lists_know_her_by_her_line_id_alone(world: World) -> None:
    """What a shop has of its member has a time of its own."""
    await world.put(replace(AMY, email="amy@forest.example"))
    await world.look()
    by_line = KnownBy(["main:U1"])
    by_shop = KnownBy(phones=[AMY.phone or ""], emails=["amy@forest.example"])
    assert await world.stores.erasures.erased({1: by_line, 2: by_shop}) == {1}


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_comes_back_at_that_moment_stays_whole(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and removing: nothing of theirs is gone, and no erasure has begun."""
    await world.put(AMY, *others(30))
    await database.collection("timeline").insert_one(
        {"_id": "e1", "contact": AMY.id, "part": part_of(AMY.id), "at": BLOCKED}
    )
    read = world.stores.eraser.read

    async def overtaken(_: object, people: Any) -> Any:
        found = await read(people)
        await database.collection("contacts").update_one({"_id": AMY.id}, {"$inc": {"rev": 1}})
        return found

    with monkeypatch.context() as patch:
        patch.setattr(type(world.stores.eraser), "read", overtaken)
        assert await world.look() == 0
    assert await world.is_there(AMY.id)
    assert await database.collection("timeline").count_documents({}) == 1
    assert await database.collection("erasures").count_documents({}) == 0
    assert await world.stores.retention.days(NOW - timedelta(days=1)) == []


@pytest.mark.parametrize("step", ["add", "erase"])
async def test_after_a_crash_it_is_seen_through(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The contact is gone with the beginning of its erasure: what is left of it goes with the last look."""
    await world.put(AMY)
    await database.collection("trace").insert_one({"_id": "e9", "contact": AMY.id, "at": BLOCKED})

    async def dies(*_: object, **__: object) -> None:
        raise DatabaseUnavailable(tr("killed"))

    of = world.stores.erasures if step == "add" else world.stores.eraser
    with monkeypatch.context() as patch:
        patch.setattr(type(of), step, dies)
        with pytest.raises(DatabaseUnavailable):
            await world.look()
    assert not await world.is_there(AMY.id)
    world.clock.advance(61)
    assert await world.work.see_through() == 0
    assert await database.collection("trace").count_documents({}) == 0
    [day] = await world.stores.retention.days(NOW - timedelta(days=1))
    assert day.removed == {"people_who_left": 1}


async def test_many_go_only_once_it_is_confirmed(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A new bound, or a shorter one; longer ones need nothing."""
    await world.put(*others(FEW + 1, BLOCKED))
    with caplog.at_level(logging.WARNING):
        assert await world.look() == 0
        assert await world.look() == 0
    assert [record.args for record in caplog.records] == [(FEW + 1,)], "it is said once an hour"
    assert world.sweep.wait
    await world.stores.retention.confirm(365)
    assert await world.look(500) == 0, "nobody is due; but from now on 365 days are another bound"
    assert await world.look(365) == 0
    await world.stores.retention.confirm(365)
    assert await world.look(365) == FEW + 1
    assert not world.sweep.wait


async def test_a_bound_that_concerns_few_is_confirmed_by_itself_and_many_may_go_from_then_on(
    world: World,
) -> None:
    assert await world.look() == 0
    await world.put(*others(FEW + 1, BLOCKED))
    assert await world.look() == FEW + 1, "they left day by day"
    assert await world.look(None) == 0
    await world.put(*others(FEW + 1, BLOCKED))
    assert await world.look() == 0, "without a bound in between it is a new one"

"""What an account whose password leaked has seen, and could see, on the staff's pages (J4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.admin import AdminRole
from bot.model.audit import MEMBER, AuditEntry, AuditRow
from bot.model.contact import Contact
from bot.operations.admins.accounts import RoleRequest
from bot.operations.admins.sign_in import Browser
from bot.operations.clerks import suspend
from bot.operations.concerned_person import ConcernedPerson
from bot.operations.incident import Incident, IncidentPeriod
from bot.operations.read_incident import UnknownActor, concerned, read_incident
from bot.store.people_collections import TIMELINE_LIFE
from tests.conftest import NOW
from tests.operations.test_store_people import PLAYBOOK
from tests.store.test_people import store
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff
from tests.web.admin.store_world import StoreWorld, store_world

HOUR = timedelta(hours=1)
HERE = Browser("192.0.2.1", "192.0.2.0/24", "Chrome · Windows")


@pytest.fixture
async def world(worlds: StaffWorlds) -> StoreWorld:
    return await store_world(worlds)


async def signed_in(world: StoreWorld, number: str) -> Staff:
    """A browser of this clerk's account, whose sign-in stands in the audit log."""
    browser = await world.signed_in(number)
    await world.staff.sign_in.record_sign_in(number.lower(), HERE)
    return browser


async def incident(
    world: StoreWorld, by: str | None, *, since: timedelta = -HOUR, until: timedelta = HOUR
) -> tuple[Incident, dict[str, ConcernedPerson]]:
    """What is told of the hours around now, and the people by their number, or certificate."""
    stores, period = world.staff.stores, IncidentPeriod(NOW + since, NOW + until, by)
    found = await read_incident(stores, PLAYBOOK, period, NOW + until)
    people = [one async for some in concerned(stores, PLAYBOOK, found) for one in some]
    assert len(people) == found.figures.people, "both readings name the same people"
    return found, {one.contact.removeprefix("main:U") or one.certificate or "": one for one in people}


async def test_who_was_looked_at_is_sure_and_who_could_be_seen_perhaps(world: StoreWorld) -> None:
    """J4: the manager of a store opens one person, twice, and searches; of other stores nobody is named."""
    browser = await signed_in(world, "A02")
    for _ in range(2):
        assert (await browser.get(f"/admin/people/{world.part('a02', 'person', 'main:U1')}"))[0] == 200
    await browser.get("/admin/people")
    _, to = await browser.post("/admin/people", who="person-")
    await browser.get(to)
    found, people = await incident(world, "a02")
    assert {number: (one.touches, one.certain) for number, one in people.items()} == {
        "1": (["looked_at", "visible"], True),
        "2": (["visible"], False),
        "5": (["visible"], False),
    }
    assert people["1"].first == NOW
    assert people["2"].kinds == ["line", "masked", "profile"]
    assert (found.figures.sure, found.figures.possible, found.sign_ins) == (1, 2, 1)
    assert {(one.kind, one.about) for one in found.entries if one.kind == "people_searched"} == {
        ("people_searched", "list"),
        ("people_searched", "name"),
    }
    [look] = [one for one in await world.staff.stores.audit.of("main:U1") if one.what == "looked_at"]
    assert look.actor == "console:a02"


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("role", ["agent", "supervisor", "admin"])
async def test_the_team_sees_everybody(world: StoreWorld, role: AdminRole) -> None:
    """J4: on the page of customers, with a clerk or without."""
    await world.staff.account(role, "ann")
    await world.staff.sign_in.record_sign_in("ann", HERE)
    await store(world.database, world.seal, Contact("M:9"))
    found, people = await incident(world, "ann")
    assert set(people) == {"1", "2", "3", "4", "5", "M:9"}
    assert found.figures.possible == len(people)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_suspended_by_now_it_counts_with_the_roles_that_it_had(
    world: StoreWorld, worlds: StaffWorlds
) -> None:
    """J4: the first thing that one does is to suspend the account: it saw whom it saw."""
    stores = world.staff.stores
    await signed_in(world, "B01")
    assert await suspend(stores, ["B01"], "command:test") == ["B01"]
    assert set((await incident(world, "b01"))[1]) == {"3"}
    await world.staff.account("group", "lin")
    await world.staff.sign_in.record_sign_in("lin", HERE)
    worlds.clock.advance(600)
    moved = RoleRequest("store_manager", store="zuoying")
    await worlds.accounts.set_role(PLAYBOOK, "lin", moved, "command:test")
    await worlds.accounts.suspend(["lin"], "command:test")
    assert set((await incident(world, "lin"))[1]) == {"1", "2", "3", "4", "5"}


async def test_who_was_not_signed_in_has_seen_nobody(world: StoreWorld) -> None:
    """J4: a session lasts a week: an account that was not signed in for longer could not look."""
    await world.signed_in("A02")
    assert (await incident(world, "a02"))[1] == {}
    await world.staff.stores.audit.record(
        AuditEntry("admin_signed_in", "console:a02", NOW - timedelta(days=8))
    )
    assert (await incident(world, "console:A02"))[1] == {}
    await world.staff.stores.audit.record(
        AuditEntry("admin_signed_in", "console:a02", NOW - timedelta(days=6))
    )
    assert set((await incident(world, "a02"))[1]) == {"1", "2", "5"}
    with pytest.raises(UnknownActor):
        await incident(world, "nobody")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_exports_concern_everybody_or_who_is_in_the_audience(world: StoreWorld) -> None:
    """J4: of everybody it is sure; who was in an audience then is not recorded."""
    audit = world.staff.stores.audit
    await audit.record(AuditEntry("data_exported", "command:amy (mei)", NOW, "", after="5 12"))
    found, people = await incident(world, "mei")
    assert {one.touches[0] for one in people.values()} == {"exported"}
    assert set(people) == {"1", "2", "3", "4", "5"}
    assert all({"phone", "profile"} <= set(one.kinds) for one in people.values())
    assert [(one.audience, one.number) for one in found.exits] == [("", "5")]
    await audit.record(AuditEntry("audience_listed", "command:bob", NOW, "everyone"))
    found, people = await incident(world, "bob")
    assert {(one.certain, tuple(one.kinds)) for one in people.values()} == {(False, ("line", "masked"))}
    assert any("exports of everyone" in str(one) for one in found.unknown)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_merged_person_is_named_once(world: StoreWorld) -> None:
    """J4: as they are now, along the whole chain; a group is counted and not named."""
    contacts = world.database.collection("contacts")
    rows = world.database.collection("timeline")
    group = "main:C" + "0" * 32
    await rows.insert_many(
        {"_id": f"row{n}", "contact": one, "part": 1, "at": NOW, "what": "text", "more": []}
        for n, one in enumerate(("main:V1", "main:V2", "main:U3", group))
    )
    await contacts.insert_many(
        [
            {"_id": "main:V1", "part": 1, "rev": 1, "to": "main:V2"},
            {"_id": "main:V2", "part": 1, "rev": 1, "to": "main:U3"},
        ]
    )
    own = AuditRow("bound:1", NOW, MEMBER, "bound", "main:U4")
    await world.staff.stores.audit.add(own)
    found, people = await incident(world, None)
    assert set(people) == {"3", "4"}
    assert people["4"].touches == ["processed"], "what customers do themselves is no deed of staff"
    assert "conversation" in people["3"].kinds
    assert found.figures.crowds == 1
    old = await incident(world, None, since=-TIMELINE_LIFE.after - HOUR)
    assert any("400 days" in str(one) for one in old[0].unknown)

"""All members of a shop, read once: who is met, who is somebody new, what is told. C3, C11, C12"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from bot.connectors.shops.members import ListedMembers
from bot.model.settings import MappedField, ShopSettings
from bot.model.shop import WRONG_ACCOUNT, SyncKind, SyncRun, UnreadField, UnreadReason
from bot.runtime.shops import syncing
from bot.runtime.shops.syncing import mapping_of
from bot.simulator.shop.members import FIRST
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.depth import one_of
from tests.runtime.shop_members import (
    PLAYBOOK,
    SHOP,
    UNLINKED,
    ShopWorld,
    account,
    member,
    shop_world,
    stop_of,
)


@pytest.fixture
async def world(database: Database, seal: Seal) -> AsyncIterator[ShopWorld]:
    async with shop_world(database, seal) as world:
        yield world


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_everybody_is_somebody_without_line(world: ShopWorld) -> None:
    world.fill(many=130)
    run = await world.run_all()
    assert (run.state, run.total, run.figures.read) == ("done", 130, 130)
    assert (run.figures.new, run.figures.refused) == (130, {})
    assert await world.numbers() == sorted(world.shop.members)
    one = await world.of_number(str(FIRST + 2))
    assert (one.name, one.phone, one.member_shop) == ("黃怡君", "+886970000002", "forest")
    assert (one.attributes["t.tier"].value, one.attributes["n.orders"].value) == ("金卡", 2)
    assert not one.has_line
    assert (one.marketing_shop, one.tags) == (False, ())
    again = (await world.run_all()).figures
    assert (again.new, again.changed, again.same) == (0, 0, 130)


async def test_what_it_takes_is_known_before_anything_is_read(world: ShopWorld) -> None:
    """With VIP levels by the page: two calls for 50 members, at five a second."""
    world.fill(many=130)
    await world.order("look")
    look = await world.run("look")
    assert (look.state, look.total, look.calls) == ("done", 130, 6)
    assert look.seconds == pytest.approx(6 / 5)
    assert await world.numbers() == []
    assert (await world.stores.shop_syncs.one("forest")).all is None


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_member_without_phone_and_two_with_one(world: ShopWorld) -> None:
    """Each is a contact by number. A phone that two have leads to neither, and does no harm."""
    same = {"phone": "0911222333"}
    world.fill(member("1", phone=None), member("2", **same), member("3", **same))
    run = await world.run_all()
    assert run.figures.new == 3
    assert [(await world.of_number(one)).phone for one in "123"] == [None, "+886911222333", "+886911222333"]


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_phone_that_changed_hands_at_the_shop(world: ShopWorld) -> None:
    world.fill(member("1", phone="0911222333"), member("2", phone=None))
    await world.synced()
    world.shop.put(member("1", phone="0955666777"))
    world.shop.put(member("2", phone="0911222333"))
    await world.synced()
    assert [(await world.of_number(one)).phone for one in "12"] == ["+886955666777", "+886911222333"]


async def test_what_cannot_be_read_is_counted_by_field(world: ShopWorld) -> None:
    """C1: what failed to convert, and why; never what it held."""
    world.fill(*(member(str(n), more={"orders_count": "很多"}) for n in range(1, 4)), many=2)
    run = await world.run_all()
    assert run.figures.unread == {UnreadField("orders", "orders_count", UnreadReason.WRONG_TYPE, "number"): 3}
    assert run.figures.new == 5


async def test_names_are_what_a_person_may_be_called(world: ShopWorld) -> None:
    """A shop's customers write their names themselves."""
    world.fill(
        member("1", name="<script>alert(1)</script>"),
        member("2", name="甲\u202e乙"),
        member("3", name="x" * 101),
    )
    await world.synced()
    names = [(await world.of_number(one)).name for one in "123"]
    assert names == ["<script>alert(1)</script>", "甲乙", None], "markup is text, and shown as such"


# -- whose LINE accounts (C11, C12)


async def test_none_of_many_line_accounts_is_known_so_nothing_is_written(world: ShopWorld) -> None:
    """After the channel is mended it is ordered anew; one account that LINE knows is enough."""
    world.fill(*(member(str(n), line=f"U{n}") for n in range(1, 31)))
    stop = stop_of(await world.run_all())
    assert (stop.why, stop.message) == (WRONG_ACCOUNT, "main")
    assert stop.again is None, "somebody has to mend it"
    assert await world.numbers() == []
    assert len(world.asked_at_line) == 20
    world.at_line = {"U7"}
    run = await world.run_all()
    assert (run.state, run.line, len(await world.numbers())) == ("done", True, 30)
    one = await world.of_number("7")
    assert (one.id, "shop" in one.bindings) == (account("U7"), True)


@pytest.mark.parametrize("kind", ["all", "look"])
@pytest.mark.parametrize("seconds_ago", [0, 30, 119])
async def test_a_shop_that_was_imported_just_now_does_not_slip_through(
    world: ShopWorld, seconds_ago: int, kind: Literal["all", "look"]
) -> None:
    """C11, issue 41: nobody was changed before the moment up to which a listing asks."""
    for number in range(1, 31):
        world.shop.put(member(str(number), line=f"U{number}"))  # changed now
    world.web.clock.moment += timedelta(seconds=seconds_ago)
    await world.order(kind)
    assert stop_of(await world.run(kind)).why == WRONG_ACCOUNT
    assert await world.numbers() == []


async def test_a_shop_of_this_account_that_was_imported_just_now_is_read(world: ShopWorld) -> None:
    world.at_line = {"U7"}
    for number in range(1, 31):
        world.shop.put(member(str(number), line=f"U{number}"))
    run = await world.run_all()
    assert (run.state, run.line, run.total) == ("done", True, 30)
    assert (await world.of_number("7")).id == account("U7")


async def test_of_few_accounts_nothing_is_concluded_and_none_is_used(world: ShopWorld) -> None:
    world.fill(*(member(str(n), line=f"U{n}") for n in range(1, 9)))
    run = await world.run_all()
    assert (run.state, run.line) == ("done", None)
    assert (await world.of_number("7")).id.startswith("M:")


# -- it stops, and goes on


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_token_that_is_revoked_in_the_middle(world: ShopWorld) -> None:
    """It stops with its words; once it is mended it goes on where it was."""
    world.fill(many=210)
    await world.order()
    first = asyncio.Event()
    revoked_after(world, pages=2, happened=first)
    run = await world.run()
    assert first.is_set()
    assert stop_of(run).why == "CredentialsRefused"
    assert stop_of(run).again == world.web.clock.now() + timedelta(hours=1)
    read = run.figures.read
    assert 0 < read < 210
    mended = replace(SHOP, credentials={"token": "another"})
    world.shop.settings = mended
    world.settings = replace(world.settings, shops={"forest": mended})
    run = await world.run()
    assert (run.state, run.stop, run.figures.read) == ("done", None, 210)
    assert await world.numbers() == sorted(world.shop.members)


def revoked_after(world: ShopWorld, pages: int, happened: asyncio.Event) -> None:
    """The shop knows the token for so many pages of the list, then no more."""
    asked = world.web.simulator.shops
    before, seen = asked.on_call, 0

    def called(shop: str, what: str, status: int) -> None:
        nonlocal seen
        seen += what.endswith("/v2/customers")
        if seen == pages and not happened.is_set():
            happened.set()
            world.shop.settings = replace(SHOP, credentials={"token": "revoked"})
        before(shop, what, status)

    asked.on_call = called


async def test_a_shop_that_is_away_is_tried_again_more_and_more_seldom(world: ShopWorld) -> None:
    world.fill(many=60)
    await world.order()
    await world.web.put("forest/faults", {"answer": "500"})
    pauses = []
    for _ in range(3):
        stop = stop_of(await world.run())
        assert stop.again is not None
        assert stop.why == "ShopAway"
        pauses.append((stop.again - world.web.clock.now()).total_seconds())
    assert pauses == [15, 30, 60]
    await world.web.put("forest/faults", {})
    run = await world.run()
    assert (run.state, run.figures.read) == ("done", 60)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(
    ("after", "kind"),
    one_of(2, [("taken", "all"), ("taken", "poll"), ("noted", "poll"), ("noted", "all")]),
)
async def test_who_dies_in_the_middle_twice_is_followed_by_another(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch, after: str, kind: SyncKind
) -> None:
    """C3. Between the page and its note, or just behind it; the claim of the dead is free at once."""
    world.fill(many=330)
    await world.order()
    if kind == "poll":
        await world.read()
        world.later(24 * 60)
        for one in list(world.shop.members.values()):
            world.shop.put(replace(one, tier="鑽石"))
        world.later(60)
    for me in ("first", "second"):
        dies_after(monkeypatch, 2, after)
        world.alive = (me,)
        with pytest.raises(_Died):
            await world.read(kind, me)
        monkeypatch.undo()
    world.alive = ("third",)
    run = await world.run(kind, "third")
    assert (run.state, run.figures.read) == ("done", 330)
    assert await world.numbers() == sorted(world.shop.members)
    if kind == "poll":
        for number in (FIRST, FIRST + 329):
            assert (await world.of_number(str(number))).attributes["t.tier"].value == "鑽石"


class _Died(Exception):
    pass


def dies_after(monkeypatch: pytest.MonkeyPatch, pages: int, after: str) -> None:
    """The process ends there: nothing of what would follow is done, not even giving its claim back."""
    seen, take, note = 0, syncing.MemberReading._take, syncing.MemberReading._note

    async def dying_note(self: syncing.MemberReading, run: SyncRun) -> None:
        nonlocal seen
        seen += 1
        if after == "taken" and seen == pages + 2:
            raise _Died
        await note(self, run)

    async def dying_take(self: syncing.MemberReading, page: ListedMembers, settings: ShopSettings) -> None:
        await take(self, page, settings)
        if after == "noted" and seen == pages + 2:
            raise _Died

    async def no_release(self: object, sync: object) -> None:
        return None

    monkeypatch.setattr(syncing.MemberReading, "_note", dying_note)
    monkeypatch.setattr(syncing.MemberReading, "_take", dying_take)
    monkeypatch.setattr("bot.store.shops.syncs.ShopSyncs.release", no_release)


async def test_one_process_at_a_time(world: ShopWorld) -> None:
    world.fill(many=60)
    await world.order()
    assert await world.stores.shop_syncs.claim("forest", 600, "other", ("me", "other")) is not None
    run = await world.run()
    assert (run.state, await world.numbers()) == ("ordered", [])


async def test_who_was_frozen_and_comes_back_notes_nothing(world: ShopWorld) -> None:
    world.fill(many=60)
    await world.order()
    old = await world.stores.shop_syncs.claim("forest", 600, "frozen", ())
    assert old is not None
    await world.read()
    assert not await world.stores.shop_syncs.note(old, "all", 600)
    assert (await world.stores.shop_syncs.one("forest")).all != old.all


async def test_who_loses_part_0_leaves_it_to_the_next(world: ShopWorld) -> None:
    world.fill(many=160)
    await world.order()
    world.lost = True
    run = await world.run()
    assert run.is_under_way
    world.lost = False
    run = await world.run(me="other")
    assert (run.state, len(await world.numbers())) == ("done", 160)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_shop_that_is_unlinked_meanwhile_is_read_no_further(world: ShopWorld) -> None:
    world.fill(many=330)
    await world.order()

    async def unlinked() -> None:
        await world.stores.shop_syncs.forget("forest")

    world.meanwhile(unlinked)
    sync = await world.read()
    assert sync.all is None
    assert len(await world.numbers()) <= 50


async def test_a_page_that_was_read_before_the_shop_was_unlinked_is_not_taken(world: ShopWorld) -> None:
    """C9: the next page is there already when the link ends; nobody is written from then on."""
    world.fill(many=330)
    await world.order()

    async def unlinked() -> None:
        await world.stores.shop_links.put(UNLINKED, None)

    world.meanwhile(unlinked)
    assert stop_of(await world.run()).why == "NotLinked"
    assert await world.numbers() == []


def test_another_shop_of_the_same_name_is_read_from_its_beginning() -> None:
    """Whose user name stands in the playbook is edited while the old one's members are half read."""
    first, second = (replace(SHOP, credentials={"username": one}) for one in ("forest", "sea"))
    assert mapping_of(first, PLAYBOOK) != mapping_of(second, PLAYBOOK)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_mapping_that_is_edited_meanwhile_has_all_read_anew(world: ShopWorld) -> None:
    world.fill(many=230)
    await world.order()

    async def edited() -> None:
        attributes = {"tier": MappedField("name"), "orders": MappedField("orders_count")}
        world.settings = replace(world.settings, shops={"forest": replace(SHOP, attributes=attributes)})

    world.meanwhile(edited)
    run = await world.run()
    assert (run.state, run.figures.read) == ("done", 230)
    for number in (FIRST, FIRST + 229):
        one = await world.of_number(str(number))
        assert one.attributes["t.tier"].value == one.name


async def test_who_was_changed_while_it_was_read_is_read_at_the_end(world: ShopWorld) -> None:
    world.fill(many=160)
    await world.order()

    async def changed() -> None:
        one = world.shop.members[str(FIRST + 159)]  # on the page that was read first
        world.shop.put(replace(one, tier="鑽石"))
        world.shop.put(member("7", tier="金卡"))

    world.meanwhile(changed)
    await world.read()
    assert (await world.of_number(str(FIRST + 159))).attributes["t.tier"].value == "鑽石"
    assert (await world.of_number("7")).attributes["t.tier"].value == "金卡"

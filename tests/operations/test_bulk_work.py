"""J2, J3: a tag on many people at once, taken back, broken off and gone on with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.admin import AdminAccount
from bot.model.bulk_run import BulkFigures, BulkRun, SoughtPeople
from bot.model.contact import Contact, Identity, Tag
from bot.model.processes import Serving
from bot.operations import bulk_work
from bot.operations.audiences import AudienceCount
from bot.operations.bulk_runs import (
    BulkRefused,
    begin,
    new_run,
    number_sought,
    search_terms,
    stop,
    tag_run,
    undoing,
)
from bot.operations.bulk_work import BulkWork
from bot.operations.find_contacts import NotFound
from bot.operations.simulated_time import now_among
from bot.store.contacts.bulk_runs import HELD_FOR
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.eventually import eventually
from tests.people import come
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot

BOOK = compiled("""
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
tags: {VIP: {added_by: staff}, 咖啡: {added_by: staff}, 迎: , 走: }
rules:
  - {when: {tag_added: VIP}, add_tags: 迎}
  - {when: {tag_removed: VIP}, add_tags: 走}
""")
MEI = "console:mei"
EVERYBODY = SoughtPeople()


def on_line(number: int, *tags: str) -> Contact:
    there = Identity("main", f"U{number:03}", friend=True, since=NOW)
    return Contact(
        f"main:U{number:03}",
        name=f"客人{number}",
        identities=(there,),
        tags=tuple(Tag(t, NOW, "x") for t in tags),
    )


def listed(number: int, *tags: str) -> Contact:
    return Contact(f"M:{number:03}", name=f"名單{number}", tags=tuple(Tag(t, NOW, "x") for t in tags))


class World:
    """A bot that serves, and who works for many people beside it."""

    def __init__(self, bot: Bot, stores: Stores, together: int = bulk_work.TOGETHER) -> None:
        self.together = together
        self.database, self.clock, self.playbook = stores.database, bot.clock, BOOK
        self.bot = bot
        self.stores = stores
        self.work = self.process()

    def process(self) -> BulkWork:
        """Another process that does such work."""
        return BulkWork(
            *(self.stores, lambda: self.playbook, lambda: None, self.clock),
            every=0.01,
            together=self.together,
            patience=0.1,  # the turns are taken as the test settles
        )

    def takes(self, together: int) -> None:
        """So many at a time from now on, whoever does it."""
        self.together = self.work.together = together

    async def add(self, *people: Contact) -> None:
        await come(self.stores.contacts, *people)

    async def ordered(self, run: BulkRun) -> BulkRun:
        """The same, begun, and this process's."""
        await begin(self.stores, run, self.work.holder, self.clock.now())
        return run

    def tag(self, sought: SoughtPeople = EVERYBODY, *, off: bool = False) -> BulkRun:
        return tag_run(BOOK, "untag" if off else "tag", "VIP", sought, None, MEI, self.clock.now())

    async def done(self, run: BulkRun) -> BulkRun:
        """What came of it, once all turns are taken."""
        over = await self.work.carry_on(await self.ordered(run))
        await self.bot.settle()
        return over

    async def over(self, run: BulkRun) -> BulkRun:
        """What came of it, once it is over."""
        return await eventually(lambda: self.now(run), lambda one: one.is_over)

    async def now(self, run: BulkRun) -> BulkRun:
        """The same, as it is stored."""
        one = await self.stores.bulk_runs.one(run.id)
        assert one is not None
        return one

    async def claimed(self, by: BulkWork) -> BulkRun:
        """What another goes on with, once nobody holds it any more."""
        self.clock.advance((HELD_FOR + timedelta(seconds=1)).total_seconds())
        found = await self.stores.bulk_runs.claim(by.holder, self.clock.now())
        assert found is not None
        return found

    async def with_tag(self, name: str) -> set[str]:
        found = self.database.collection("contacts").find({"tags.n": name})
        return {one["_id"] async for one in found}


@pytest.fixture
async def world(bots: Bots, stores: Stores) -> World:
    return World(await bots(BOOK), stores)


async def test_all_who_are_found_get_it_once_and_what_follows(world: World) -> None:
    await world.add(*map(on_line, range(5)), on_line(5, "VIP"), listed(1), listed(2, "VIP"))
    over = await world.done(world.tag())
    assert (over.state, over.figures, over.place, over.sought) == (
        "done",
        BulkFigures(done=6, same=2),
        "",
        None,
    )
    assert len(await world.with_tag("VIP")) == 8
    assert await world.with_tag("迎") == {f"main:U{n:03}" for n in range(5)}, "a turn: the rule follows"
    her = await world.bot.stored("U001")
    [tag] = [tag for tag in her.contact.tags if tag.name == "VIP"]
    assert (tag.by, tag.again) == (over.mark, 0)
    assert (await world.bot.stored("U005")).contact.tags[0].again == 0, "not renewed"
    [deed] = await world.stores.audit.entries(["many_tagged"], 10)
    assert (deed.by, deed.about, deed.after, deed.state) == (MEI, "VIP", "6", "done")


@pytest.mark.ring("all", "several processes of a bot")
async def test_its_end_is_by_the_people_s_clock_like_its_beginning(world: World) -> None:
    """A simulator's clock was moved three days ahead: what ends does not stand before what began."""
    moved = Serving("simulator", "here", "a" * 64, None, ahead=timedelta(days=3).total_seconds())
    await world.stores.processes.heartbeat(moved)
    began = await now_among(world.stores)
    over = await world.done(tag_run(BOOK, "tag", "VIP", EVERYBODY, None, MEI, began))
    assert over.ended is not None
    assert began <= over.ended < began + timedelta(minutes=5)


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize(
    ("sought", "number"),
    [
        (SoughtPeople(tag="咖啡"), 2),
        (SoughtPeople(text="客人1"), 1),
        (SoughtPeople(text="nobody"), 0),
        (SoughtPeople(channel="main"), 4),
    ],
)
async def test_whom_a_search_finds_and_nobody_else(world: World, sought: SoughtPeople, number: int) -> None:
    await world.add(on_line(1), on_line(2, "咖啡"), on_line(3), on_line(4), listed(1, "咖啡"))
    terms = search_terms(sought, None)
    assert await number_sought(world.stores, BOOK, terms) == AudienceCount(number, about=False)
    assert (await world.done(world.tag(sought))).figures == BulkFigures(done=number)
    assert len(await world.with_tag("VIP")) == number


@pytest.mark.ring("all", "several processes of a bot")
async def test_it_is_taken_back_from_exactly_those_who_have_it_from_this(world: World) -> None:
    """Who had it before, and who has lost it and got it again by somebody else, keep it."""
    await world.add(on_line(1), on_line(2), on_line(3, "VIP"), listed(1), listed(2, "VIP"))
    first = await world.done(world.tag())
    contacts = world.database.collection("contacts")
    await contacts.update_one({"_id": "main:U002", "tags.n": "VIP"}, {"$set": {"tags.$.by": "rules[0]"}})
    world.bot.runtime.turns.recent.drop("main:U002")
    back = await world.done(undoing(first, "console:ben", world.clock.now()))
    assert (back.state, back.figures) == ("done", BulkFigures(done=2, same=3))
    assert await world.with_tag("VIP") == {"main:U002", "main:U003", "M:002"}
    assert await world.with_tag("走") == {"main:U001"}
    undone = await world.now(first)
    assert (undone.undone, undone.can_be_undone) == (back.id, False)
    with pytest.raises(BulkRefused):
        undoing(undone, MEI, world.clock.now())
    with pytest.raises(BulkRefused):
        await begin(world.stores, replace(back, id="again"), "x", world.clock.now())


async def test_it_is_taken_off_all_whatever_put_it_on(world: World) -> None:
    await world.add(on_line(1, "VIP"), on_line(2), listed(1, "VIP"))
    over = await world.done(world.tag(off=True))
    assert (over.figures, over.can_be_undone) == (BulkFigures(done=2, same=1), False)
    assert await world.with_tag("VIP") == set()


class KilledError(Exception):
    """The process is gone."""


def kill(monkeypatch: pytest.MonkeyPatch, part: object, name: str) -> None:
    """After the first call of this method the process is gone; who calls it later finds it whole."""
    whole: Callable[..., Awaitable[object]] = getattr(type(part), name)
    calls: list[object] = []

    async def once(self: object, *values: object, **more: object) -> object:
        done = await whole(self, *values, **more)
        calls.append(done)
        if len(calls) == 1:
            raise KilledError
        return done

    monkeypatch.setattr(type(part), name, once)


@pytest.mark.ring("all", "several processes of a bot")
async def test_who_is_slow_loses_it_to_another_and_writes_nothing_more(world: World) -> None:
    await world.add(*map(on_line, range(3)))
    run = await world.ordered(world.tag())
    world.clock.advance(HELD_FOR.total_seconds() + 1)
    assert await world.stores.bulk_runs.claim("other", world.clock.now()) is not None
    left = await world.work.carry_on(run)
    assert (left.state, left.figures) == ("runs", BulkFigures())
    await world.work.over(replace(run, state="done", figures=BulkFigures(done=3)))
    [deed] = await world.stores.audit.entries(["many_tagged"], 10)
    assert (deed.state, deed.after) == ("began", ""), "it is not this process's to say"


@pytest.mark.ring("all", "several processes of a bot")
async def test_it_stops_where_it_is_when_asked(world: World) -> None:
    world.takes(10)
    await world.add(*map(on_line, range(40)))
    run = await world.ordered(world.tag())

    async def asked() -> None:
        assert await stop(world.stores, run.id, "console:ben", world.clock.now())

    stopping: list[asyncio.Task[None]] = []
    over = await world.work.carry_on(run, lambda so_far: stopping.append(asyncio.create_task(asked())))
    await world.bot.settle()
    assert over.state == "stopped"
    assert 0 < over.figures.done < 40
    assert len(await world.with_tag("VIP")) == over.figures.done
    assert not await stop(world.stores, run.id, MEI, world.clock.now()), "it is over"
    rest = await world.done(world.tag())
    assert (rest.figures.done, rest.figures.same) == (40 - over.figures.done, over.figures.done)


async def test_one_of_a_kind_at_a_time(world: World) -> None:
    await world.ordered(world.tag())
    with pytest.raises(BulkRefused):
        await begin(world.stores, world.tag(), "x", world.clock.now())
    await world.ordered(world.tag(off=True))
    assert {one.kind for one in await world.stores.bulk_runs.last(10)} == {"tag", "untag"}


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_is_ordered_or_left_is_done_by_whoever_serves(world: World) -> None:
    await world.add(*map(on_line, range(3)))
    left = await world.ordered(world.tag(off=True))  # of a process that is gone
    serving = asyncio.create_task(world.work.run())
    try:
        await world.work.order(run := world.tag())
        one = await world.over(run)
        world.clock.advance(HELD_FOR.total_seconds() + 1)
        await world.over(left)
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
    await world.bot.settle()
    assert one.figures == BulkFigures(done=3)


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_the_playbook_has_no_more(world: World) -> None:
    await world.add(on_line(1))
    with pytest.raises(NotFound):
        tag_run(BOOK, "tag", "gone", SoughtPeople(), None, MEI, NOW)
    lost = new_run("tag", "VIP", SoughtPeople(tag="gone"), None, MEI, NOW)
    over = await world.done(lost)
    assert (over.state, over.trouble) == ("failed", "names")
    wrong = await world.done(new_run("tag", "VIP", SoughtPeople(condition="tag: VIP"), None, MEI, NOW))
    assert (wrong.state, wrong.trouble) == ("failed", "condition"), "no files are at hand"
    assert await world.with_tag("VIP") == set()


async def test_a_bug_ends_it_and_the_next_is_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.add(on_line(1))
    kill(monkeypatch, world.stores.inbox_commit, "store_bulk")
    serving = asyncio.create_task(world.work.run())
    try:
        await world.work.order(first := world.tag())
        one = await world.over(first)
        assert (one.state, one.trouble) == ("failed", "broken")
        await world.work.order(second := world.tag())
        one = await world.over(second)
        assert one.state == "done"
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def test_it_stops_where_who_has_ordered_it_may_do_so_no_more(world: World) -> None:
    await world.add(listed(1))
    admins = world.stores.admins
    assert await admins.add(AdminAccount("mei", "supervisor", world.clock.now(), "e"))
    assert (await world.done(world.tag())).figures.done == 1
    run = await world.ordered(world.tag(off=True))
    account = await admins.of("mei")
    assert account is not None
    assert await admins.change(replace(account, role="agent"))
    over = await world.work.carry_on(run)
    assert (over.state, over.figures.done) == ("stopped", 0)
    assert await world.with_tag("VIP") == {"M:001"}


async def test_an_audience_that_is_gone_meanwhile_is_said(world: World) -> None:
    await world.add(listed(1))
    run = await world.ordered(world.tag(SoughtPeople(audience="gone")))
    over = await world.work.carry_on(run)
    assert (over.state, over.trouble) == ("failed", "names")

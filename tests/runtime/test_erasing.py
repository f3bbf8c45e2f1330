"""Erasing beside a process that serves: turns, timers, calls and crashes (J2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest

from bot.model.contact import Clerk, Contact
from bot.model.erasure import Erasure
from bot.model.event import (
    OF_KNOWN_CONTACT,
    BroadcastTags,
    Event,
    Listed,
    News,
    Outcome,
    PageOpened,
    Rewritten,
    Source,
    What,
)
from bot.model.inbox import Received
from bot.model.instance import ReservedMember
from bot.model.processes import part_of
from bot.model.promotions import kinds
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.staff_order import (
    StaffActs,
    StaffBinds,
    StaffDraws,
    StaffEnds,
    StaffFollowsUp,
    StaffHandsOver,
    StaffSets,
    StaffStops,
    StaffTags,
    StaffUnbinds,
)
from bot.model.stored import Stored
from bot.model.translatable import tr
from bot.promotions.appointments.model import AppointmentAct
from bot.promotions.coupons.model import CouponAct, CouponGift, Grant
from bot.promotions.referrals.model import ReferralAct
from bot.promotions.stamps.model import StampAct
from bot.runtime.effects.staff_changes import StaffChanges
from bot.runtime.sweeps.erased_menus import LineUser, MenuRemoval
from bot.runtime.sweeps.erasures import ErasureOvertaken, ErasureSweep, ErasureWork
from bot.services.own_events import own_event
from bot.services.rewrites import RewriteRefused
from bot.store.collection_spec import PersonKeys
from bot.store.contacts.erasures import Erasures
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.playbooks import compiled
from tests.runtime.answers import time_passes
from tests.runtime.harness import Bot, ScriptedLine, event, followed, said
from tests.runtime.held_calls import held_before
from tests.runtime.shop import Shop, someone_of

HER = "main:U1"
PLAYBOOK = compiled("""
channels: {main: {id: shop, channel_id: "1", channel_secret: x}}
tags: {VIP: {added_by: staff}}
rules:
  - {when: {text: 加入}, do: [{add_tags: VIP}, {start: series}]}
  - {when: {text: 我是誰}, if: {tag: VIP}, reply: 貴客}
  - {when: {text: 我是誰}, reply: 您好}
  - {when: {text: 推}, push: 一}
flows:
  series:
    states:
      first: {wait: 1h, next: second}
      second: {push: 想您了, next: over}
      over: {end: true}
""")


class World:
    """A process that serves, and who erases beside it."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self.line, self.clock, self.database = ScriptedLine(), clock, database
        self.bot = Bot(database, seal, clock, self.line, PLAYBOOK)
        stores = self.stores = self.bot.stores
        self.unlinked: list[Sequence[LineUser]] = []
        self.removal = MenuRemoval()
        self.work = ErasureWork(stores.eraser, stores.erasures, stores.sendings, clock, self.remove_menus)
        runtime = self.bot.runtime

        def forget(contact: str, gone: datetime) -> None:
            runtime.turns.recent.drop(contact)
            runtime.sender.forget(contact, gone)

        self.sweep = ErasureSweep(self.work, stores.erasures, lambda part: True, forget, clock)

    async def remove_menus(self, users: Sequence[LineUser]) -> MenuRemoval:
        self.unlinked.append(users)
        return self.removal

    async def erasure(self, number: str = "N") -> Erasure:
        found = await self.stores.erasures.one(number)
        assert found is not None
        return found

    async def say(self, text: str) -> None:
        await self.bot.hears(self.says(text))

    def says(self, text: str, sent: datetime | None = None) -> Received:
        """Said at that moment by LINE's clock, and heard now."""
        stamp = int((sent or self.clock.now()).timestamp() * 1000)
        return said(text, clock=self.clock, timestamp=stamp)

    async def erase(self) -> None:
        people = await self.stores.eraser.read({"N": PersonKeys([HER])})
        await self.work.begin(people, "command:test")
        await self.work.carry_out(people)

    async def contact(self) -> Contact | None:
        stored = await self.stores.contacts.person(HER)
        return None if stored is None else stored.contact

    async def rows(self, collection: str) -> list[dict[str, Any]]:
        return await self.database.collection(collection).find({"contact": HER}).to_list(None)


@pytest.fixture
async def world(database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[World]:
    world = World(database, seal, clock)
    await world.bot.start()
    await world.bot.hear(followed(clock=clock))
    await world.say("加入")
    yield world
    await world.bot.runtime.stop()


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_writes_again_is_a_stranger_also_to_who_remembers_them(world: World) -> None:
    await world.say("我是誰")
    assert world.line.texts()[-1] == "貴客"
    world.clock.advance(1)
    await world.erase()
    world.clock.advance(1)
    await world.say("我是誰")  # the process has the contact in memory still
    assert world.line.texts()[-1] == "您好"
    found = await world.contact()
    assert found is not None
    assert (found.tags, found.flows, found.timers) == ((), (), ())
    world.clock.advance(61)
    assert await world.work.see_through() == 0
    assert await world.contact() is not None, "what is new stays"
    assert [row["what"] for row in await world.rows("timeline")] == ["text"]
    assert len(await world.rows("inbox")) == 1


@pytest.mark.parametrize("remembered", [True, False])
async def test_what_was_said_before_brings_nobody_back(world: World, remembered: bool) -> None:
    """Delivered again, or late and for the first time: by LINE's stamp. Who writes later is a stranger."""
    before = world.clock.now()
    world.clock.advance(60)
    await world.erase()
    if not remembered:
        await world.sweep.look()
    world.clock.advance(60)
    await world.bot.hears(world.says("加入", before))
    assert await world.contact() is None
    assert [await world.rows(name) for name in ("timeline", "trace", "inbox")] == [[], [], []]
    assert world.bot.runtime.metrics.erased.counts[()] == 1
    late = (world.says("加入", before) for _ in range(3))
    await world.bot.hears(next(late), world.says("我是誰"), next(late))
    assert world.line.texts() == ["您好"]
    found = await world.contact()
    assert found is not None
    assert (found.tags, found.flows) == ((), ())
    assert len(await world.rows("inbox")) == 1
    assert world.bot.runtime.metrics.erased.counts[()] == 3


@pytest.mark.parametrize(("later", "is_heard"), [(-0.3, False), (0.2, False), (0.3, True)])
async def test_clocks_may_differ_by_a_quarter_of_a_second(world: World, later: float, is_heard: bool) -> None:
    """It errs by not hearing: who wrote just then writes again, who was erased would be back for good."""
    gone = world.clock.now()
    await world.erase()
    world.clock.advance(5)
    await world.bot.hears(world.says("我是誰", gone + timedelta(seconds=later)))
    assert (await world.contact() is not None) is is_heard


async def test_the_last_erasure_counts_and_a_block_makes_no_stranger(world: World) -> None:
    await world.erase()
    world.clock.advance(60)
    await world.say("我是誰")
    between = world.clock.now()
    world.clock.advance(60)
    people = await world.stores.eraser.read({"M": PersonKeys([HER])})
    await world.work.begin(people, "command:test")
    await world.work.carry_out(people)
    world.clock.advance(60)
    stamp = int(world.clock.now().timestamp() * 1000)
    unfollowed = event({"type": "unfollow"}, clock=world.clock, timestamp=stamp)
    await world.bot.hears(world.says("我是誰", between), unfollowed)
    assert await world.contact() is None
    assert await world.rows("inbox") == []


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize("held_at", ["load", "save_now", "store"])
@pytest.mark.parametrize("knows_her", [True, False])
async def test_two_processes_race_with_the_erasure(
    database: Database, seal: Seal, clock: ManualClock, held_at: str, knows_her: bool
) -> None:
    """The owner is held over her message, or another process stores it when she is gone; then both get it
    again. Nobody comes of it; what she writes later is a stranger's."""
    shop = Shop(database, seal, clock)
    owner, other = await shop.two(PLAYBOOK)
    user = someone_of(owner)

    def says() -> Received:
        return said("我是誰", user, clock, timestamp=int(clock.now().timestamp() * 1000))

    await owner.hears(says())
    if not knows_her:
        owner.runtime.turns.recent.drop(f"main:{user}")
    clock.advance(1)
    message = says()
    held = held_before(other.stores.inbox_commit if held_at == "store" else owner.contacts, held_at)
    hearing = [asyncio.create_task((other if held_at == "store" else owner).hear(message))]
    if not (held_at == "load" and knows_her):
        await shop.until(held.reached.is_set)
    eraser, erasures = other.stores.eraser, other.stores.erasures
    work = ErasureWork(eraser, erasures, other.stores.sendings, clock, _no_menus)
    people = await eraser.read({"N": PersonKeys([f"main:{user}"])})
    clock.advance(1)
    await work.begin(people, "command:test")
    await work.carry_out(people)
    held.go_on.set()
    await asyncio.gather(*hearing)
    await shop.quiet()
    for bot in (owner, other):
        await bot.hear(message)
    await shop.quiet()
    assert await work.see_through(timedelta()) == 0  # a turn from before may have been written down since
    for name in ("contacts", "inbox", "timeline", "trace"):
        assert await database.collection(name).count_documents({}) == 0, name
    clock.advance(1)
    await other.hear(says())
    await shop.quiet()
    assert (await owner.stored(user)).revision == 1


async def _no_menus(users: Sequence[LineUser]) -> MenuRemoval:
    return MenuRemoval()


async def test_a_page_that_was_stored_before_is_opened_by_nobody(world: World) -> None:
    """Events of ours have no stamp of LINE's: the moment of storing counts."""
    opened = Event("main:p1", "main", Source("user", "U1"), world.clock.now(), PageOpened("x"))
    await world.erase()
    world.clock.advance(60)
    await world.bot.hears(own_event(HER, opened))
    assert await world.contact() is None


async def test_a_timer_in_memory_wakes_nobody(world: World) -> None:
    await world.erase()
    world.clock.advance(3_601)
    await world.bot.settle()
    await world.say("我是誰")  # whatever was due before is over
    assert world.line.texts() == ["您好"]


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_is_decided_before_is_not_written_after(world: World) -> None:
    """A turn that was decided on what a contact was, and is written when they are gone."""
    held = held_before(world.stores.contacts, "save_now")
    hearing = asyncio.create_task(world.bot.hears(world.says("我是誰")))
    await held.reached.wait()
    world.clock.advance(1)
    await world.erase()
    held.go_on.set()
    await hearing
    assert world.line.texts() == [], "it was asked before, and nobody is there to be answered"
    assert await world.contact() is None
    world.clock.advance(61)
    assert await world.work.see_through() == 0
    assert [await world.rows(name) for name in ("timeline", "trace", "inbox")] == [[], [], []]


async def test_a_push_that_waits_in_memory_is_not_made(world: World) -> None:
    world.line.hold = asyncio.Event()
    await world.bot.hear(world.says("推"), world.says("推"))
    await world.line.called.wait()
    while world.bot.runtime.sender.unsettled_calls < 2:
        await time_passes(world.clock, world.database, 0.02)
    world.clock.advance(1)
    await world.erase()
    await world.sweep.look()
    world.line.hold.set()
    await world.bot.settle()
    assert world.line.texts() == ["一"], "the first was under way"


@pytest.mark.parametrize("looks", [0, 1])
async def test_calls_of_one_who_is_there_again_are_theirs(world: World, looks: int) -> None:
    """Whether this process has heard of the erasure before, or is a new one; what waits from before goes."""
    await world.bot.hears(world.says("推"))
    world.line.hold = asyncio.Event()
    await world.bot.hear(world.says("推"), world.says("推"))
    await world.line.called.wait()
    world.clock.advance(1)
    await world.erase()
    for _ in range(looks):
        await world.sweep.look()
    world.clock.advance(1)
    again = world.clock.now()
    await world.bot.hear(world.says("推"))
    while not any(at >= again for line in world.bot.runtime.sender.lines for at in line.unsettled.values()):
        await time_passes(world.clock, world.database, 0.02)
    await world.sweep.look()
    world.line.hold.set()
    await world.bot.settle()
    assert world.line.texts() == ["一", "一", "一"], "the first, one that was under way, and the stranger's"


async def test_nobody_is_read_where_nothing_is_to_be_seen_through(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has begun is opened once by each process, and again when its minute is over."""
    opened: list[Any] = []
    pending = Erasures.pending

    async def counted(self: Erasures, numbers: Any) -> Any:
        opened.append(numbers)
        return await pending(self, numbers)

    monkeypatch.setattr(Erasures, "pending", counted)
    await world.sweep.look()
    assert opened == []
    await world.erase()
    for _ in range(3):
        await world.sweep.look()
    assert opened == [["N"]]
    world.clock.advance(61)
    await world.sweep.look()
    await world.sweep.look()
    assert opened == [["N"], ["N"]]


async def _with_menu(world: World) -> None:
    """She has a rich menu of her own, and is erased by somebody who dies before LINE is asked."""
    contacts = world.database.collection("contacts")
    await contacts.update_one({"_id": HER}, {"$set": {"ids.0.menu": "members"}, "$inc": {"rev": 1}})
    await world.erase()


async def test_her_menu_is_taken_off_after_a_crash_and_tried_again_until_line_has_done_it(
    world: World,
) -> None:
    """What is ours is looked through once, however long LINE takes; who it was is stored till then."""
    await _with_menu(world)
    looks = 0
    last_look = world.stores.eraser.last_look

    async def counted(people: Any) -> Any:
        nonlocal looks
        looks += 1
        return await last_look(people)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.stores.eraser, "last_look", counted)
        for _ in range(3):
            world.clock.advance(301)
            await world.sweep.look()
        assert world.unlinked == [[("main", "U1")]] * 3
        done = await world.erasure()
        assert (done.state, done.menu, looks) == ("began", "failed", 1)
        world.removal = MenuRemoval(removed=frozenset([("main", "U1")]))
        world.clock.advance(301)
        await world.sweep.look()
    done = await world.erasure()
    assert (done.state, done.menu, looks) == ("done", "removed", 1)


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize("hopeless", [False, True])
async def test_nobody_is_stored_for_a_menu_for_ever(world: World, hopeless: bool) -> None:
    """The channel is gone, or LINE does not answer for a week."""
    await _with_menu(world)
    if hopeless:
        world.removal = MenuRemoval(hopeless=frozenset([("main", "U1")]))
    world.clock.advance(61 if hopeless else 7 * 86_400)
    await world.sweep.look()
    done = await world.erasure()
    assert (done.state, done.menu) == ("done", "failed")


async def test_the_menu_of_who_has_come_since_stays(world: World) -> None:
    await _with_menu(world)
    contacts = world.database.collection("contacts")
    her = {"_id": HER, "part": part_of(HER), "rev": 1, "ids": [{"ch": "main", "uid": "U1", "menu": "new"}]}
    await contacts.insert_one(her)
    world.clock.advance(61)
    await world.sweep.look()
    assert world.unlinked in ([], [[]])
    assert (await world.erasure()).state == "done"


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("writes_again", [False, True])
@pytest.mark.parametrize("step", range(7))
async def test_after_a_crash_at_each_step_it_is_seen_through(
    world: World, step: int, writes_again: bool
) -> None:
    """Each question to the database may be the last of who erases; who writes then may be somebody new."""
    eraser, erasures = world.stores.eraser, world.stores.erasures
    left = [step]

    def dies(method: Any) -> Any:
        async def once(*args: Any, **more: Any) -> Any:
            if left[0] == 0:
                raise DatabaseUnavailable(tr("killed"))
            left[0] -= 1
            return await method(*args, **more)

        return once

    with pytest.MonkeyPatch.context() as patch:
        for of, name in [
            (eraser, "erase"),
            (eraser, "remove_contacts"),
            (erasures, "add"),
            (erasures, "begin"),
        ]:
            patch.setattr(of, name, dies(getattr(of, name)))
        with suppress(DatabaseUnavailable):
            await world.erase()
    is_gone = await world.contact() is None
    world.clock.advance(1)
    if writes_again:
        await world.say("我是誰")
        assert world.line.texts()[-1] == ("您好" if is_gone else "貴客")
    begun = await erasures.one("N")
    assert (begun is None) == (step == 0)
    for _ in range(2):
        world.clock.advance(61)
        await world.sweep.look()
    if step:
        done = await world.erasure()
        assert done.state == "done"
        assert (await world.contact() is not None) == (is_gone and writes_again)
        assert done.counts["contacts"] == 1
    else:
        assert await world.contact() is not None, "nothing has begun"


async def test_a_second_who_erases_the_same_leaves_who_came_since(world: World) -> None:
    """The sweep beside a slow command: of the newcomer even the revision may be the same."""
    people = await world.stores.eraser.read({"N": PersonKeys([HER])})
    await world.work.begin(people, "command:test")
    first = await world.stores.eraser.remove_contacts(people, world.clock.now)
    world.clock.advance(1)
    contacts = world.database.collection("contacts")
    await contacts.insert_one({"_id": HER, "part": part_of(HER), "rev": people[0].contacts[HER]})
    assert await world.stores.eraser.remove_contacts(people, world.clock.now) == first
    assert await contacts.count_documents({"_id": HER}) == 1


async def test_of_a_person_with_two_contacts_none_goes_where_one_is_changed(world: World) -> None:
    """Half a person would make a stranger of the other account, whom the next try erased."""
    contacts = world.database.collection("contacts")
    await contacts.insert_one({"_id": "outlet:U2", "part": part_of("outlet:U2"), "rev": 1, "to": HER})
    people = await world.stores.eraser.read({"N": PersonKeys([HER])})
    await world.work.begin(people, "command:test")
    await contacts.update_one({"_id": HER}, {"$inc": {"rev": 1}})
    assert await world.stores.eraser.remove_contacts(people, world.clock.now) == {}
    assert await contacts.count_documents({}) == 2
    await world.work.carry_out(people)
    done = await world.erasure()
    assert done.counts["contacts"] == 2


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_is_changed_again_and_again_holds_up_nobody(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a list the others are erased, and whoever of them writes again is somebody new."""
    await world.bot.hears(said("加入", "U2", clock=world.clock))
    remove = world.stores.eraser.remove_contacts

    async def overtaken(_: object, *asked: Any) -> dict[str, datetime]:
        await database.collection("contacts").update_one({"_id": "main:U2"}, {"$inc": {"rev": 1}})
        return await remove(*asked)

    monkeypatch.setattr(type(world.stores.eraser), "remove_contacts", overtaken)
    people = await world.stores.eraser.read({"A": PersonKeys([HER]), "B": PersonKeys(["main:U2"])})
    await world.work.begin(people, "command:test")
    with pytest.raises(ErasureOvertaken):
        await world.work.carry_out(people)
    world.sweep._forget(HER, world.clock.now())
    world.clock.advance(1)
    await world.say("我是誰")
    assert await world.contact() is not None
    world.clock.advance(61)
    with pytest.raises(ErasureOvertaken):
        await world.work.see_through()
    done, changed = await world.erasure("A"), await world.erasure("B")
    assert (done.state, done.counts["contacts"]) == ("done", 1)
    assert (changed.state, changed.gone) == ("began", None)
    assert await world.contact() is not None, "of somebody new"


async def test_what_staff_order_at_that_moment_brings_nobody_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Erased between reading the contact and storing the order: it is refused, and nothing is kept of it."""

    read = world.stores.contacts.person

    async def erased_then(_: object, contact: str) -> Stored | None:
        found = await read(contact)
        await world.erase()
        return found

    monkeypatch.setattr(type(world.stores.contacts), "person", erased_then)
    changes = StaffChanges(world.stores.rewriter, world.stores.contacts, world.clock)
    with pytest.raises(RewriteRefused):
        await changes.add_tag(HER, "VIP", "command:test")
    monkeypatch.undo()
    await world.bot.settle()
    assert await world.contact() is None
    assert await world.rows("inbox") == []
    assert await world.rows("audit") == []


async def test_whatever_needs_somebody_makes_nobody_of_who_was_erased(world: World) -> None:
    """Stored before, and read when nobody is there any more: by a list, a shop, staff or the world."""
    assert {kind for kind in get_args(What) if kind.__name__.startswith("Staff")} < {*OF_KNOWN_CONTACT}
    known: list[What] = [
        *(StaffActs(takes_over=True), StaffUnbinds("phone"), StaffTags("command:x", ("VIP",))),
        *(StaffStops(), StaffBinds(ReservedMember(None)), StaffDraws("s", "g", 1), StaffSets("a")),
        *(StaffHandsOver("A01", Clerk("A01", "甲", "s1", NOW)), Rewritten("merged", "x"), Listed(line=True)),
        *(
            StaffWrites("mei", ({"type": "text", "text": "x"},), may_cost=True),
            StaffNotes("mei", "x"),
            StaffEnds("f", NOW),
            StaffFollowsUp("mei", NOW),
        ),
        CouponGift("c", "console:amy"),
        CouponAct(Grant("g", "c", "t", "C", NOW, None, NOW + timedelta(days=1)), "redeem"),
        StampAct("c", "clerk", 1, "a"),
        AppointmentAct("book", "c", "a"),
        *(ReferralAct("c", "judged", "x"), ReferralAct("c", "friend_came", "x")),
        ReferralAct("c", "friend_done", "x"),
        *(BroadcastTags("b", (), "c"), Outcome("code", "right", None), News("shop", "order")),
    ]
    acts = {act for kind in kinds() for act in kind.acts}
    assert {type(one) for one in known} == {*OF_KNOWN_CONTACT, *acts, News}
    await world.erase()
    await world.sweep.look()
    for number, what in enumerate(known):
        await world.bot.hear(
            own_event(HER, Event(f"main:{number}", "main", Source("none", ""), world.clock.now(), what))
        )
    await world.bot.settle()
    assert await world.contact() is None
    assert await world.rows("timeline") == []

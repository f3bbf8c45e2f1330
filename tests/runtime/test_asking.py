"""What is asked of the world: done at least once, its outcome a turn of the same person that counts once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from pymongo.errors import BulkWriteError

from bot.engine.compiled.playbook import Playbook
from bot.model.asked import REQUESTS
from bot.model.contact import Contact, Identity, Tag
from bot.model.decision import Decision, DecisionInputs, LinkMenu, Note, NotifyStaff, Reply, ShowLoading
from bot.model.effects import (
    CallHook,
    CheckClerk,
    CheckCode,
    ConfirmPhone,
    EffectNotice,
    EffectRequest,
    FindClerk,
    FindMember,
    FreePhone,
    MoveMember,
    RefreshMember,
    RegisterMember,
    SendCode,
    WriteMember,
)
from bot.model.event import Event, Origin, Outcome, TextMessage
from bot.model.inbox import InboxEntry, Received
from bot.model.outgoing import Outgoing
from bot.model.shop_failure import ShopAway
from bot.model.stored import TurnWrite
from bot.promotions.appointments.model import (
    BookAppointment,
    CancelAppointment,
    MoveAppointment,
    WaitForPlace,
)
from bot.promotions.coupons.model import GiveCoupon
from bot.promotions.draws.model import EnterDraw
from bot.runtime.effects.effect_runner import AGAIN, Asker, EffectRouter
from bot.services.caller import Caller
from bot.services.own_events import to_json
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.inbox_commit import InboxCommit
from bot.store.database.mongo import Database
from bot.store.events.inbox import Inbox
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.runtime.bots import Bots
from tests.runtime.decided_by import decided_by
from tests.runtime.harness import Bot, said

HERE = Origin("order_lookup", "main", 1)


@dataclass
class ScriptedWorld:
    """The world as tests script it. A `hold` keeps it from answering."""

    outcomes: list[Outcome | Exception] = field(default_factory=list)
    asked: list[EffectRequest] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)
    told: list[EffectNotice] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)
    hold: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def notify(self, told: EffectNotice, caller: Caller) -> None:
        self.callers.append(caller)
        self.told.append(told)
        if self.refusals:
            raise self.refusals.pop(0)

    async def carry_out(self, asked: EffectRequest, caller: Caller) -> Outcome:
        self.callers.append(caller)
        self.asked.append(asked)
        self.begun.set()
        if self.hold is not None:
            await self.hold.wait()
        outcome = self.outcomes.pop(0) if self.outcomes else shipped()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def shipped() -> Outcome:
    return Outcome("hook", "ok", HERE, "order_status", {"state": "已出貨"})


def scripted(
    playbook: Playbook, contact: Contact, event: Event, now: datetime, world: DecisionInputs
) -> Decision:
    """An engine of few words: it asks the world, and tells what came of it, by the token if it can."""
    actions: list[object] = []
    identity = Identity(event.channel, event.source.id)
    contact = replace(contact, identities=(identity,), turned=now, name="小美")
    match event.what:
        case TextMessage("查訂單"):
            actions += [ShowLoading(7), CallHook("order_status", {"no": "12"}, HERE, event.token)]
        case TextMessage("找客服"):
            actions += [NotifyStaff("請回電 0912"), Note("生氣"), LinkMenu("main", "VIP")]
        case TextMessage("綁定"):
            actions += [FreePhone("+886900000000"), ConfirmPhone("+886912345678", "M1", None)]
        case TextMessage():
            assert event.token is not None
            actions.append(Reply(event.token, ({"type": "text", "text": "嗨"},)))
        case Outcome(result=result, fields=fields):
            tags = (*contact.tags, Tag(f"heard {result}", now, "x"))
            contact = replace(contact, tags=tags)
            if event.token is not None:
                told = f"{result} {fields.get('state', '')}".strip()
                actions.append(Reply(event.token, ({"type": "text", "text": told},)))
        case _:
            raise AssertionError("nobody says anything else here")
    return Decision(contact, tuple(actions))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    decided_by(monkeypatch, scripted)


class FlakyArrivals(InboxCommit):
    away = 0
    """How often storing an event of ours fails; with `after`, when it was stored all the same."""
    after = False
    error: Exception = DatabaseUnavailable("away")

    def __init__(self, database: Database, seal: Seal) -> None:
        super().__init__(database, Inbox(database, seal), Contacts(database, seal))
        self.failed = asyncio.Event()

    async def store(
        self,
        entries: Sequence[InboxEntry],
        foreign: Set[str],
        turns: Sequence[TurnWrite],
        are_young: Callable[[], bool] = lambda: True,
    ) -> tuple[set[str], set[str]]:
        if not self.away or not any(entry.raw.startswith(b"oaflow ") for entry in entries):
            return await super().store(entries, foreign, turns, are_young)
        self.away -= 1
        if self.after:
            await super().store(entries, foreign, turns, are_young)
        self.failed.set()
        raise self.error


@pytest.fixture
def world() -> ScriptedWorld:
    return ScriptedWorld()


@pytest.fixture
def flaky(database: Database, seal: Seal) -> FlakyArrivals:
    return FlakyArrivals(database, seal)


async def tags(bot: Bot) -> list[str]:
    return [tag.name for tag in (await bot.stored("U1")).contact.tags]


async def test_what_came_of_it_is_a_turn_with_the_token_of_who_asked(
    bots: Bots, world: ScriptedWorld
) -> None:
    """Semantics 8, 26: the answer of the hook is the free reply."""
    bot = await bots(effects=world)
    asking = said("查訂單")
    await bot.hears(asking)
    assert world.asked == [CallHook("order_status", {"no": "12"}, HERE, asking.event.token)]
    assert [(call.kind, call.to, call.texts) for call in bots.line.calls] == [
        ("loading 10", "U1", []),
        ("reply", asking.event.token.value if asking.event.token else "", ["ok 已出貨"]),
    ]
    stored = await bot.stored("U1")
    assert (stored.open, stored.outgoing) == (frozenset(), ())
    assert [row.what for row in await bot.timeline("U1")] == ["text", "hook order_status: ok"]


async def test_a_crash_before_it_is_stored_asks_again_and_it_counts_once(
    bots: Bots, world: ScriptedWorld
) -> None:
    """A2: at least once, counted once."""
    world.hold = asyncio.Event()
    first = await bots(effects=world)
    await first.hear(said("查訂單"))
    await world.begun.wait()
    await first.crash()
    world.hold = None
    second = await bots.heir(first, effects=world)
    await second.settle()
    assert len(world.asked) == 2
    [before, again] = world.callers
    assert before == again, "so that whoever carries it out knows it again"
    assert (again.contact, again.channel, again.user) == ("main:U1", "main", "U1")
    assert bots.line.texts() == ["ok 已出貨"]
    assert await tags(second) == ["heard ok"]


async def test_a_crash_after_it_is_stored_counts_it_once(
    bots: Bots, world: ScriptedWorld, flaky: FlakyArrivals
) -> None:
    """It is carried out again, for the process died before it said that it was done; its outcome is known."""
    flaky.away, flaky.after = 10**6, True
    first = await bots(effects=world, inbox_commit=flaky)
    await first.hear(said("查訂單"))
    await asyncio.wait_for(flaky.failed.wait(), PATIENCE)
    await first.crash()
    world.outcomes.append(Outcome("hook", "failed", HERE, "order_status"))
    second = await bots.heir(first, effects=world)
    await second.settle()
    [before, again] = world.callers
    assert before == again
    assert await tags(second) == ["heard ok"]
    assert (await second.stored("U1")).outgoing == ()


@pytest.mark.parametrize(
    "error", [DatabaseUnavailable("away"), BulkWriteError({"writeErrors": [{"code": 8000}]})]
)
async def test_a_database_that_is_away_when_it_is_to_be_stored(
    bots: Bots, world: ScriptedWorld, flaky: FlakyArrivals, clock: ManualClock, error: Exception
) -> None:
    """The world is not asked again: only what came of it is stored, as soon as that works."""
    flaky.away, flaky.error = 3, error
    bot = await bots(effects=world, inbox_commit=flaky)
    await bot.hear(said("查訂單"))
    async with asyncio.timeout(PATIENCE):
        while flaky.away:
            if clock.until_next() <= AGAIN:  # else the reply token grows old meanwhile
                clock.advance(AGAIN)
            await asyncio.sleep(0)
    await bot.settle()
    assert len(world.asked) == 1
    assert bots.line.texts() == ["ok 已出貨"]


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("is_there", [True, False], ids=["a bug of an adapter", "nobody is there to ask"])
async def test_what_raises_or_has_nobody_has_failed(bots: Bots, world: ScriptedWorld, is_there: bool) -> None:
    world.outcomes.append(ZeroDivisionError("a bug of an adapter"))
    bot = await bots(effects=world if is_there else None)
    await bot.hears(said("查訂單"))
    assert bots.line.texts() == ["failed"]


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_is_told_to_staff_lies_in_the_timeline_sealed(bots: Bots, database: Database) -> None:
    """Language, 6."""
    bot = await bots()
    await bot.hears(said("找客服"))
    rows = await bot.timeline("U1")
    assert sorted((row.what, row.text) for row in rows if row.text) == [
        ("note", "生氣"),
        ("notify_staff", "請回電 0912"),
    ]
    kept = await database.collection("timeline").find({}).to_list(None)
    assert "請回電" not in repr(kept)
    assert (await bot.stored("U1")).outgoing == ()


async def test_what_is_told_is_told_until_it_is_heard(bots: Bots, world: ScriptedWorld) -> None:
    """A binding is told to whoever keeps whose phone it is, and nobody answers."""
    bot = await bots(effects=world)
    await bot.hears(said("綁定"))
    assert world.told == [FreePhone("+886900000000"), ConfirmPhone("+886912345678", "M1", None)]
    assert {caller.contact for caller in world.callers} == {"main:U1"}
    stored = await bot.stored("U1")
    assert (stored.outgoing, [row.what for row in await bot.timeline("U1")]) == ((), ["text"])


async def test_what_is_told_while_the_database_is_away_is_told_again(
    bots: Bots, world: ScriptedWorld
) -> None:
    world.refusals += [DatabaseUnavailable("away"), DatabaseUnavailable("away")]
    bot = await bots(effects=world)
    await bot.hears(said("綁定"))
    assert len(world.told) == 4
    assert await bot.dead_letters() == []


async def test_what_is_told_is_told_again_after_a_crash(
    bots: Bots, world: ScriptedWorld, clock: ManualClock
) -> None:
    first = await bots(effects=world)
    world.refusals += [DatabaseUnavailable("away")] * 2
    await first.hear(said("綁定"))
    await clock.waited_for()
    await first.crash()
    world.told.clear()
    second = await bots.heir(first, effects=world)
    await second.settle()
    assert {type(told) for told in world.told} == {FreePhone, ConfirmPhone}
    assert (await second.stored("U1")).outgoing == ()


async def test_what_can_be_told_to_nobody_is_listed(bots: Bots) -> None:
    bot = await bots()
    await bot.hears(said("綁定"))
    letters = await bot.dead_letters()
    assert [(letter.reason, letter.detail) for letter in letters] == [
        ("failed", "nobody is there to be told whose phone it is")
    ] * 2


async def test_a_shop_that_could_not_be_told_is_listed_by_name_and_nothing_is_undone(
    bots: Bots, world: ScriptedWorld, caplog: pytest.LogCaptureFixture
) -> None:
    world.refusals += [ShopAway("the shop answers 503")] * 2
    bot = await bots(effects=world)
    await bot.hears(said("綁定"))
    assert len(world.told) == 2, "the errand itself has asked again for as long as it should"
    letters = await bot.dead_letters()
    assert [(letter.reason, letter.detail) for letter in letters] == [("failed", "the shop answers 503")] * 2
    lines = [record for record in caplog.records if record.name == "oaflow.asking"]
    assert [line.getMessage() for line in lines] == [
        "a shop was not told of a binding: ShopAway: the shop answers 503"
    ] * 2
    assert not any(line.exc_info for line in lines), "no fault of ours: no traceback"
    assert (await bot.stored("U1")).outgoing == ()


EVERY: list[tuple[EffectRequest, str, str]] = [
    (CallHook("crm", {}, HERE), "hook", "failed"),
    (SendCode("+886912345678", HERE), "code", "failed"),
    (CheckCode("123456", HERE), "code", "expired"),
    (FindMember("shop", None, HERE), "member", "shop_failed"),
    (MoveMember(None, None, HERE), "member", "shop_failed"),
    (RefreshMember(HERE), "member", "shop_failed"),
    (RegisterMember(None, "王小美", False, HERE), "member", "shop_failed"),
    (WriteMember("shop", "M1", {}, HERE), "member", "shop_failed"),
    (FindClerk("A", False, HERE), "clerk", "unknown"),
    (CheckClerk("A", False, HERE), "clerk", "unknown"),
    (GiveCoupon("新朋友折100", HERE), "coupon", "failed"),
    (EnterDraw("週年慶", HERE), "draw", "failed"),
    (BookAppointment("剪髮", NOW, HERE), "appointment", "failed"),
    (MoveAppointment("剪髮", NOW, HERE), "appointment", "failed"),
    (CancelAppointment("剪髮", HERE), "appointment", "failed"),
    (WaitForPlace("剪髮", "2026-09-05", HERE), "appointment", "failed"),
]


def test_every_effect_is_among_them() -> None:
    assert {type(asked) for asked, _, _ in EVERY} == {*REQUESTS}


@pytest.mark.parametrize(("asked", "trigger", "result"), EVERY, ids=lambda v: type(v).__name__)
async def test_each_effect_that_has_no_desk_has_an_outcome_that_says_it_failed(
    asked: EffectRequest, trigger: str, result: str
) -> None:
    """Out of the closed set of language, 4.2: so a flow that handles every outcome goes on."""
    outcome = await EffectRouter().carry_out(asked, Caller("main:U1", "main", "U1", "call", NOW))
    assert (outcome.asked, outcome.result, outcome.origin) == (trigger, result, HERE)


# -- appointments: in the order in which they were asked


BOOK, CANCEL = BookAppointment("剪髮", NOW, HERE), CancelAppointment("剪髮", HERE)


@dataclass
class SlowToBook:
    """A desk that books for `main:U1` only when it may."""

    may: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[tuple[str, str]] = field(default_factory=list)

    async def carry_out(self, request: EffectRequest, caller: Caller) -> Outcome:
        what = request.question.action.partition("_")[0]
        self.begun.append((caller.contact, what))
        if what == "book" and caller.contact == "main:U1":
            await self.may.wait()
        return Outcome("appointment", "booked" if what == "book" else "cancelled", HERE, "剪髮")

    async def notify(self, notice: EffectNotice, caller: Caller) -> None:
        raise AssertionError("nothing is told here")


async def test_who_books_and_cancels_at_once_has_cancelled() -> None:
    """N5: side by side two bookings both found that there was none, and one cancelled was heard as booked."""
    desk, heard = SlowToBook(), list[str]()

    async def store(events: Sequence[Received], seconds: float) -> None:
        heard.extend(one.entry.id for one in events)

    asker = Asker(desk, store, ManualClock(NOW))

    def asks(number: int, request: EffectRequest, contact: str) -> asyncio.Task[object]:
        call = Outgoing(
            *(f"main:e{number}#0", f"main:e{number}", "main", "ask", "U1", to_json(request)),
            created=NOW,
            received=NOW,
        )
        return asyncio.create_task(asker.see_to(call, contact, lambda: True))

    first, second = asks(1, BOOK, "main:U1"), asks(2, CANCEL, "main:U1")
    await asks(3, CANCEL, "main:U2")
    assert desk.begun == [("main:U1", "book"), ("main:U2", "cancel")], "others wait for nobody"
    assert len(heard) == 1
    desk.may.set()
    await asyncio.gather(first, second)
    assert desk.begun[2:] == [("main:U1", "cancel")]
    assert len(heard) == 3

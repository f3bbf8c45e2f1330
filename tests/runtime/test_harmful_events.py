"""Events that raise, kill their process, or whose write is in doubt: taken once, or set aside (A8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence, Set
from datetime import datetime

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide
from bot.model.contact import Contact
from bot.model.decision import Decision, DecisionInputs
from bot.model.event import Event, TextMessage
from bot.model.inbox import InboxEntry
from bot.model.stored import TurnWrite
from bot.store.database.mongo import Database
from bot.store.unavailable import DatabaseUnavailable
from tests.eventually import PATIENCE
from tests.runtime.decided_by import decided_by
from tests.runtime.held_calls import held_before
from tests.runtime.shop import TICK, Shop, gone, someone_of, token

pytestmark = pytest.mark.both_ways


class Poison:
    """An engine that cannot hear one text: a bug, which the engine must not have."""

    asked = 0

    def decide(
        self, playbook: Playbook, contact: Contact, event: Event, now: datetime, world: DecisionInputs
    ) -> Decision:
        if event.what == TextMessage("毒"):
            self.asked += 1
            raise ZeroDivisionError("poison")
        return decide(playbook, contact, event, now, world)


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Poison:
    poison = Poison()
    decided_by(monkeypatch, poison.decide)
    return poison


async def test_a_poison_event_is_set_aside_and_the_others_go_on(
    shop: Shop, poison: Poison, caplog: pytest.LogCaptureFixture
) -> None:
    """A8: three tries, its traceback kept, a line in the log; not decided again after a restart."""
    first = await shop.opens()
    events = [shop.says("U1"), shop.says("U1", "毒"), shop.says("U1"), shop.says("U2")]
    await first.hear(*events)
    good = [events[0], events[2], events[3]]
    await shop.answered(*good)
    deadly = events[1].entry
    await shop.until(lambda: first.runtime.metrics.set_aside.counts[()] == 1)
    why = await first.inbox.why_aside(deadly.id, deadly.part)
    assert why is not None
    assert why.startswith("Traceback")
    assert "ZeroDivisionError: poison" in why
    lines = [record.getMessage() for record in caplog.records if record.name == "oaflow.store"]
    assert lines == [f"an event is set aside, for it cannot be decided; nobody answers it: {deadly.id}"]
    assert poison.asked == 3
    assert sorted(shop.line.answered) == sorted(map(token, good))
    assert await shop.taken("U1") == [events[0].entry.id, events[2].entry.id]
    assert (await first.stored("U1")).open == frozenset()
    await first.runtime.stop()
    shop.bots.remove(first)
    second = await shop.opens()
    again = shop.says("U1")
    await shop.hears(second, again)
    assert poison.asked == 3


async def test_a_known_persons_poison_harms_nobody_either(shop: Shop, poison: Poison) -> None:
    """A8: decided ahead, while it is being stored."""
    bot = await shop.met()
    events = [shop.says("U1", "毒"), shop.says("U1"), shop.says("U1", "毒"), shop.says("U1")]
    await asyncio.gather(*(bot.hear(event) for event in events))
    await shop.answered(events[1], events[3])
    await shop.until(lambda: bot.runtime.metrics.set_aside.counts[()] == 2)
    assert shop.line.answered[1:] == [token(event) for event in (events[1], events[3])]


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_poison_event_that_another_process_stored_is_set_aside(shop: Shop, poison: Poison) -> None:
    """A8: also of a stranger, who is known by it alone."""
    owner, other = await shop.two()
    user = someone_of(owner)
    deadly, after = shop.says(user, "毒"), shop.says(user)
    await other.hear(deadly)
    await shop.until(lambda: owner.runtime.metrics.set_aside.counts[()] == 1)
    await shop.hears(other, after)
    assert poison.asked == 3


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_write_whose_answer_was_lost_is_not_made_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A8: MongoDB went away after it had written: the turn counts once, and its reply goes once."""
    bot = await shop.opens()
    save = bot.contacts.save
    lost: list[int] = []

    async def unanswered(writes: Sequence[TurnWrite]) -> set[str]:
        losers = await save(writes)
        if not lost:
            lost.append(len(writes))
            raise DatabaseUnavailable("no answer")
        return losers

    monkeypatch.setattr(bot.contacts, "save", unanswered)
    events = [shop.says("U1", "優惠"), shop.says("U1"), shop.says("U2")]
    await shop.hears(bot, *events)
    assert sum(lost) in (1, 2)  # whether the two share a batch is a matter of time
    assert sorted(shop.line.answered) == sorted(map(token, events))
    assert [(await bot.stored(user)).revision for user in ("U1", "U2")] == [1, 1]


async def test_an_arrival_whose_answer_was_lost_is_taken_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1, A8: stored and decided, but LINE got a 503 and delivers again."""
    bot = await shop.met()
    inbox_commit = bot.stores.inbox_commit
    store = inbox_commit.store

    async def unanswered(
        entries: Sequence[InboxEntry],
        foreign: Set[str],
        turns: Sequence[TurnWrite],
        are_young: Callable[[], bool] = lambda: True,
    ) -> tuple[set[str], set[str]]:
        await store(entries, foreign, turns, are_young)
        monkeypatch.setattr(inbox_commit, "store", store)
        raise DatabaseUnavailable("no answer")

    monkeypatch.setattr(inbox_commit, "store", unanswered)
    events = [shop.says("U1", "優惠"), shop.says("U2")]
    with pytest.raises(DatabaseUnavailable):
        await bot.hear(*events)
    await shop.hears(bot, *events)
    assert sorted(shop.line.answered[1:]) == sorted(map(token, events))
    assert (await bot.stored("U1")).revision == 2
    assert len(await shop.taken("U1")) == 2


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_an_event_whose_processes_died_ten_times_is_set_aside(shop: Shop, database: Database) -> None:
    """A8: it may be the one that kills them; the contact's other events go on."""
    first = await shop.opens()
    user = someone_of(first)
    killer, innocent = shop.says(user), shop.says(user)
    async with first.runtime.batches.none():
        await first.hear(killer, innocent)
        await gone(shop, first)
    await database.collection("inbox").update_one({"_id": killer.entry.id}, {"$set": {"tries": 10}})
    second = await shop.heir(first).start()
    await shop.answered(innocent)
    assert shop.line.answered == [token(innocent)]
    why = await second.inbox.why_aside(killer.entry.id, killer.entry.part)
    assert why is not None
    assert "10 processes" in why


@pytest.mark.usefixtures("no_backstop")
async def test_an_own_event_behind_a_suspect_is_not_lost(shop: Shop) -> None:
    """A8: the suspect is decided alone; what waits in memory behind it comes after it."""
    first = await shop.opens()
    user = someone_of(first)
    suspect, own = shop.says(user), shop.says(user)
    async with first.runtime.batches.none():
        await first.hear(suspect)
        await gone(shop, first)
    inbox = shop.database.collection("inbox")
    await inbox.update_one({"_id": suspect.entry.id}, {"$set": {"tries": 3}})
    second = shop.heir(first)
    async with second.runtime.batches.none():
        await second.start()
        await second.hear(own)
    await shop.answered(suspect, own)
    assert shop.line.answered == [token(suspect), token(own)]


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_each_process_that_begins_an_event_is_counted(shop: Shop) -> None:
    """A8: also if it dies before it has decided anything."""
    bot = await shop.opens()
    user = someone_of(bot)
    event, later = shop.says(user), shop.says(user)
    async with bot.runtime.batches.none():
        await bot.hear(event, later)
        await gone(shop, bot)
    entries: list[InboxEntry] = []
    for tries in range(1, 5):
        heir = shop.heir(bot)
        held_before(heir.contacts, "save")
        await heir.start()
        entries = []
        async with asyncio.timeout(PATIENCE):
            while not entries or entries[0].tries < tries:
                shop.clock.advance(TICK)
                entries = await heir.inbox.open_of(event.entry.contact, event.entry.part, 10)
        await gone(shop, heir)
        bot = heir
    assert [entry.tries for entry in entries] == [4, 3]  # a suspect is decided alone
    await shop.heir(bot).start()
    await shop.answered(event, later)
    assert shop.line.answered == [token(event), token(later)]

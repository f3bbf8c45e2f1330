"""A turn that carries its event: one write before LINE hears 200, and the inbox knows of it soon after."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.model.inbox import InboxEntry, Received
from bot.model.stored import Stored, TurnWrite
from bot.runtime.intake import receive
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.inbox_commit import FEW
from bot.store.events.inbox import Inbox
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.runtime.answers import time_passes
from tests.runtime.harness import Bot, event, said
from tests.runtime.shop import Shop, gone, someone_of, token

MARGIN = 11.0
"""Seconds after which what comes into being is surely not older than a lease."""


def fresh(shop: Shop, user: str = "U1", text: str = "營業時間", **more: object) -> Received:
    """Said just now, as LINE's timestamp tells."""
    return said(text, user, shop.clock, timestamp=milliseconds(shop.clock), **more)


def milliseconds(clock: ManualClock) -> int:
    return int(clock.now().timestamp() * 1000)


async def met(shop: Shop, user: str = "U1", bot: Bot | None = None) -> Bot:
    """A bot that remembers a person, and whose parts are its own for a while."""
    bot = await shop.met(user, bot)
    shop.clock.advance(MARGIN)
    return bot


class Writes:
    """What is written of events before their 200, in order: `turn` with them, or `inbox`.

    `marked` are those that were marked done afterwards.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []
        self.marked: list[str] = []
        save, store, done = Contacts.save_now, Inbox.store, Inbox.done

        async def saves(contacts: Contacts, writes: Sequence[TurnWrite], *more: Any) -> set[str]:
            self.made.append("turn with events" if any(write.carried for write in writes) else "turn")
            return await save(contacts, writes, *more)

        async def stores(inbox: Inbox, entries: Sequence[InboxEntry], *more: Any) -> set[str]:
            self.made.append("inbox")
            return await store(inbox, entries, *more)

        async def marks(inbox: Inbox, ids: Sequence[str], parts: Iterable[int]) -> None:
            self.marked += ids
            await done(inbox, ids, parts)

        monkeypatch.setattr(Contacts, "save_now", saves)
        monkeypatch.setattr(Inbox, "done", marks)
        monkeypatch.setattr(Inbox, "store", stores)


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> Writes:
    return Writes(monkeypatch)


def writes_no_rows(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its journal waits, as in the half second before it is written."""

    async def waits() -> None:
        await bot.clock.wait(1e9)

    monkeypatch.setattr(bot.runtime.journal, "flush", waits)


async def next_owner(shop: Shop, bot: Bot) -> Bot:
    """It dies as by kill -9, and another process has all parts."""
    other = await shop.opens()
    await gone(shop, bot, other)
    await shop.until(lambda: len(other.runtime.ownership.parts) == 256, 0.2)
    return other


async def entry_of(shop: Shop, told: Received) -> dict[str, Any] | None:
    found: dict[str, Any] | None = await shop.database.collection("inbox").find_one({"_id": told.entry.id})
    return found


async def on_contact(shop: Shop, told: Received) -> dict[str, Any]:
    found = await shop.database.collection("contacts").find_one({"_id": told.entry.contact})
    return found or {}


def again(told: Received) -> Received:
    """LINE brings it once more, and says so."""
    return replace(told, event=replace(told.event, redelivered=True))


@contextmanager
def unheard() -> Iterator[None]:
    """Turns are written meanwhile, and nobody hears that they were."""
    save = Contacts.save_now

    async def loses_the_answer(contacts: Contacts, writes: Sequence[TurnWrite], *more: Any) -> set[str]:
        await save(contacts, writes, *more)
        raise DatabaseUnavailable("away")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Contacts, "save_now", loses_the_answer)
        yield


async def assert_answered(shop: Shop, bot: Bot, *events: Received) -> None:
    """Each of them comes to be answered; what `assert_written_down` says."""
    await shop.answered(*events)
    await assert_written_down(shop, bot, *events)


async def assert_written_down(shop: Shop, bot: Bot, *events: Received) -> None:
    """Each has been one turn, answered once, and stands in the inbox and everywhere else; nothing is left."""
    for one in events:
        entry = await entry_of(shop, one)
        assert entry is not None
        assert entry["state"] == "done"
        assert (await bot.inbox.entries([one.entry.id], one.entry.part))[one.entry.id].raw == one.entry.raw
    rows = [row.id for row in await bot.rows.timeline_of(events[0].entry.contact, events[0].entry.part)]
    said_of = shop.database.collection("conversations")
    for one in events:
        assert rows.count(one.entry.id) == 1
        assert await said_of.count_documents({"_id": one.entry.id}) == 1
    left = await on_contact(shop, events[0])
    assert not [name for name in ("open", "out", "carried", "counted") if left.get(name)]
    answered = shop.line.answered
    assert len(answered) == len(set(answered))


async def test_an_event_of_somebody_known_is_one_write(shop: Shop, writes: Writes) -> None:
    """A1, A2: what LINE was told 200 for lies on the contact, sealed, until it is in the inbox."""
    bot = await met(shop)
    writes.made.clear()
    told = fresh(shop)
    await bot.hear(told)
    assert told.entry.id not in bot.runtime.lanes.expected  # nobody remembers it as being stored
    assert writes.made == ["turn with events"]
    assert await entry_of(shop, told) is None
    (carried,) = (await on_contact(shop, told))["carried"]
    assert carried["id"] == told.entry.id
    assert "營業時間".encode() not in carried["raw"]
    await assert_answered(shop, bot, told)
    assert "inbox" not in writes.made
    assert told.entry.id not in writes.marked  # it was put in as done


async def test_what_comes_twice_is_answered_once(shop: Shop, writes: Writes) -> None:
    """A2: also where LINE does not say that it brings it again, before and after it is in the inbox."""
    bot = await met(shop)
    told = fresh(shop)
    writes.made.clear()
    await bot.hear(told)
    await bot.hear(told)
    assert writes.made == ["turn with events"]
    await shop.answered(told)
    await bot.hear(told)
    await shop.quiet()
    assert writes.made == ["turn with events", "inbox"]
    await assert_written_down(shop, bot, told)


def brought_again(shop: Shop) -> Received:
    return fresh(shop, deliveryContext={"isRedelivery": True})


def of_before(shop: Shop) -> Received:
    """It came into being before the part was ours, or nearly."""
    return said("營業時間", "U1", shop.clock, timestamp=milliseconds(shop.clock) - int(MARGIN * 1000))


def without_a_time(shop: Shop) -> Received:
    return said("營業時間", "U1", shop.clock, timestamp=None)


def large(shop: Shop) -> Received:
    return fresh(shop, text="長" * receive.CARRIED)


def from_a_stranger(shop: Shop) -> Received:
    return fresh(shop, "U2")


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("made", [brought_again, of_before, without_a_time, large, from_a_stranger])
async def test_what_is_not_surely_new_is_asked_for(
    shop: Shop, writes: Writes, made: Callable[[Shop], Received]
) -> None:
    """It is stored as ever, and is known if it was there."""
    bot = await met(shop)
    told = made(shop)
    writes.made.clear()
    await bot.hear(told)
    await shop.quiet()
    assert writes.made[0] == "inbox"
    assert "turn with events" not in writes.made
    entry = await entry_of(shop, told)
    assert entry is not None
    assert entry["state"] == "done"


async def test_many_at_once_are_stored_first(shop: Shop, writes: Writes) -> None:
    bot = await met(shop)
    told = [fresh(shop) for _ in range(FEW + 1)]
    writes.made.clear()
    await bot.hear(*told)
    assert writes.made[0] == "inbox"
    await assert_answered(shop, bot, *told)


async def test_several_of_several_people_are_carried_together(shop: Shop, writes: Writes) -> None:
    bot = await met(shop, "U2", await met(shop))
    told = [fresh(shop, "U1"), fresh(shop, "U1"), fresh(shop, "U2")]
    writes.made.clear()
    await bot.hear(*told)
    assert writes.made == ["turn with events"]
    await shop.answered(*told)
    await assert_written_down(shop, bot, *told[:2])
    await assert_written_down(shop, bot, told[2])


async def test_who_was_overtaken_stores_it(shop: Shop, writes: Writes) -> None:
    """Somebody else has written the person meanwhile: it is decided on what is there now."""
    bot = await met(shop)
    told = fresh(shop)
    await shop.database.collection("contacts").update_one({"_id": told.entry.contact}, {"$inc": {"rev": 1}})
    writes.made.clear()
    await bot.hear(told)
    assert writes.made[:2] == ["turn with events", "inbox"]
    await assert_answered(shop, bot, told)


async def test_a_turn_that_cannot_be_written_leaves_its_event_in_the_inbox(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = await met(shop)
    save = Contacts.save_now

    async def fails(contacts: Contacts, writes: Sequence[TurnWrite], *more: Any) -> set[str]:
        if any(write.carried for write in writes):
            raise ValueError("a fault of ours")
        return await save(contacts, writes, *more)

    monkeypatch.setattr(Contacts, "save_now", fails)
    told = fresh(shop)
    await bot.hear(told)
    await assert_answered(shop, bot, told)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("comes_again", [True, False])
async def test_where_nobody_knows_whether_it_was_written_it_comes_again_and_counts_once(
    shop: Shop, comes_again: bool
) -> None:
    """A8: LINE hears 503, and brings it again, and says so; or does not bring it, and it counts as well."""
    bot = await met(shop)
    told = fresh(shop)
    with unheard(), pytest.raises(DatabaseUnavailable):
        await bot.hear(told)
    if comes_again:
        await bot.hear(again(told))
    await assert_answered(shop, bot, told)
    assert (await on_contact(shop, told))["rev"] == 2


async def test_what_is_brought_again_and_found_decided_meanwhile_is_not_decided_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A2: its turn was written and nobody was told so; it is stored while the contact is read."""
    bot = await met(shop)
    store, stored = Inbox.store, asyncio.Event()

    async def slowly(inbox: Inbox, entries: Sequence[InboxEntry], *more: Any) -> set[str]:
        known = await store(inbox, entries, *more)
        await stored.wait()
        return known

    told = fresh(shop)
    with unheard(), pytest.raises(DatabaseUnavailable):
        await bot.hear(told)
    revision = (await on_contact(shop, told))["rev"]
    monkeypatch.setattr(Inbox, "store", slowly)
    hearing = asyncio.create_task(bot.hear(again(told)))
    inbox = shop.database.collection("inbox")
    while not await inbox.find_one({"_id": told.entry.id, "state": "done"}):
        await time_passes(shop.clock, shop.database, 0.05)
    stored.set()
    await hearing
    await assert_answered(shop, bot, told)
    assert (await on_contact(shop, told))["rev"] == revision


async def written_late(shop: Shop, bot: Bot) -> Received:
    """An event whose turn is written only after LINE heard 503, and the contact was read once more."""
    told, late = fresh(shop), list[Sequence[TurnWrite]]()

    async def hangs(contacts: Contacts, writes: Sequence[TurnWrite], *more: Any) -> set[str]:
        late.append(writes)
        raise DatabaseUnavailable("away")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Contacts, "save_now", hangs)
        with pytest.raises(DatabaseUnavailable):
            await bot.hear(told)
    await shop.quiet()
    bot.runtime.turns.recent.drop(told.entry.contact)
    assert not await bot.contacts.save_now(late[0])
    return told


async def test_what_was_carried_late_and_comes_again_is_not_decided_again(shop: Shop) -> None:
    """A2: it is stored as new, and its contact, which nobody remembers, says otherwise."""
    bot = await met(shop)
    told = await written_late(shop, bot)
    await bot.hear(again(told))
    await assert_answered(shop, bot, told)
    assert (await on_contact(shop, told))["rev"] == 2


async def test_what_was_carried_late_is_kept_with_the_next_turn(shop: Shop) -> None:
    bot = await met(shop)
    told, then = await written_late(shop, bot), fresh(shop)
    await bot.hear(then)
    await assert_answered(shop, bot, told, then)
    assert (await on_contact(shop, told))["rev"] == 3


async def reads_of_a_former_primary(shop: Shop, bot: Bot, told: Received) -> None:
    """Once it reads what a primary had alone: a contact that carries this event."""
    load = Contacts.load
    lying = InboxEntry(told.entry.id, "main", told.entry.contact, told.entry.part, told.entry.at, b"{}")

    async def of_former(contacts: Contacts, ids: Iterable[str]) -> dict[str, Stored]:
        patched.undo()
        found = await load(contacts, ids)
        return {
            name: replace(one, open={told.entry.id: None}.keys(), carried={told.entry.id: lying})
            for name, one in found.items()
        }

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Contacts, "load", of_former)
        bot.runtime.recovery.reread(told.entry.contact)
        await shop.until(lambda: Contacts.load is load)
    await shop.quiet()


async def test_what_was_read_and_is_taken_back_is_decided_when_it_comes_again(shop: Shop) -> None:
    """A8: a primary had it alone, and was read; the next one has nothing of it, and the inbox neither."""
    bot = await met(shop)
    told = fresh(shop)
    await reads_of_a_former_primary(shop, bot, told)
    assert await entry_of(shop, told) is None
    await bot.hear(told)
    await assert_answered(shop, bot, told)


async def test_what_does_not_open_waits_on_the_contact_for_its_key(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G5: it is not decided again, and nobody else waits."""
    bot = await met(shop)
    writes_no_rows(bot, monkeypatch)
    told = fresh(shop)
    await bot.hear(told)
    contacts = shop.database.collection("contacts")
    (carried,) = (await on_contact(shop, told))["carried"]
    damaged = {"carried.0.raw": carried["raw"][:-1] + b"?"}
    await contacts.update_one({"_id": told.entry.contact}, {"$set": damaged})
    bot = await next_owner(shop, bot)
    then = fresh(shop)
    await bot.hear(then)
    await shop.until(lambda: token(then) in shop.line.answered)
    await bot.hear(again(told))
    await bot.runtime.journal.flush()
    document = await on_contact(shop, told)
    assert (document["open"], document["rev"]) == ([told.entry.id], 3)
    await contacts.update_one({"_id": told.entry.contact}, {"$set": {"carried.0.raw": carried["raw"]}})
    bot = await next_owner(shop, bot)
    await shop.quiet()
    await assert_written_down(shop, bot, told, then)


async def test_who_takes_over_keeps_what_was_carried(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A7: the process dies before its journal is written; said and not answered is kept, too."""
    bot = await met(shop)
    writes_no_rows(bot, monkeypatch)
    told, silent = fresh(shop), fresh(shop, text="嗯嗯")
    await bot.hear(told)
    await shop.until(lambda: bool(shop.line.answered[1:]))
    await bot.hear(silent)
    other = await next_owner(shop, bot)
    await shop.quiet()
    await assert_written_down(shop, other, told, silent)


async def test_another_process_that_gets_it_too_stores_it_and_nobody_answers_twice(
    shop: Shop, writes: Writes
) -> None:
    """A2, A9: LINE says nothing of its being brought again; the other comes after, and before."""
    first, second = await shop.two()
    user = someone_of(first)
    await met(shop, user, first)
    told = fresh(shop, user)
    await first.hear(told)
    await second.hear(told)  # its row is the first in the inbox
    await assert_answered(shop, first, told)
    shop.clock.advance(1)
    then = fresh(shop, user)
    await second.hear(then)
    await shop.hears(first, then)
    await assert_written_down(shop, first, told, then)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("dies", [False, True])
async def test_what_is_taken_back_at_once_is_forgotten(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    """A2, E3: message and `unsend` are written down in one go, also after a crash."""
    bot = await met(shop)
    text = {"type": "text", "id": "M1", "text": "我的電話是 0912345678"}
    at = milliseconds(shop.clock)
    told = event({"type": "message", "message": text}, "U1", shop.clock, timestamp=at)
    back = event({"type": "unsend", "unsend": {"messageId": "M1"}}, "U1", shop.clock, timestamp=at)
    if dies:
        writes_no_rows(bot, monkeypatch)
    await bot.hear(told)
    await bot.hear(back)
    if dies:
        bot = await next_owner(shop, bot)
    await shop.quiet()
    entries = await bot.inbox.entries([told.entry.id, back.entry.id], told.entry.part)
    assert len(entries) == 2
    assert b"0912345678" not in entries[told.entry.id].raw


async def test_what_lies_there_for_long_is_found(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backstop: a process that was paused has written after another had looked, and is gone."""
    bot = await met(shop)
    writes_no_rows(bot, monkeypatch)
    told = fresh(shop, text="嗯嗯")
    await bot.hear(told)
    document = await on_contact(shop, told)
    lies = {name: document[name] for name in ("open", "carried")}
    other = await next_owner(shop, bot)
    await shop.quiet()
    contacts, inbox = shop.database.collection("contacts"), shop.database.collection("inbox")
    await inbox.delete_one({"_id": told.entry.id})
    await contacts.update_one({"_id": told.entry.contact}, {"$set": lies})
    own = other.runtime.ownership.parts
    assert not await other.contacts.carrying(own, told.entry.at)
    assert await other.contacts.carrying(own, shop.clock.now()) == {told.entry.contact: [told.entry.id]}
    async with asyncio.timeout(PATIENCE):
        while not await inbox.find_one({"_id": told.entry.id, "state": "done"}):
            await time_passes(shop.clock, shop.database, 1)
    await shop.quiet()
    await assert_written_down(shop, other, told)

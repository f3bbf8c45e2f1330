"""What its turn has carried, and LINE brings again while somebody takes it off the contact (A2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.engine.members.identity import OfShop
from bot.model.counts import ENTERED, Counted
from bot.model.inbox import InboxEntry, Received
from bot.model.mark import Mark
from bot.model.stored import Stored, TurnWrite
from bot.runtime.effects.merging import Merging
from bot.store.codec.documents import counted_item
from bot.store.database.mongo import Database
from bot.store.events.audit import AuditLog
from bot.store.events.inbox import Inbox
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from bot.store.unavailable import DatabaseUnavailable
from tests.eventually import PATIENCE
from tests.runtime.answers import time_passes
from tests.runtime.harness import Bot
from tests.runtime.held_calls import held_before
from tests.runtime.shop import Shop, gone, someone_of
from tests.runtime.test_carried import (
    again,
    entry_of,
    fresh,
    met,
    on_contact,
    reads_of_a_former_primary,
    unheard,
    writes_no_rows,
)
from tests.runtime.test_merging import TWO_CHANNELS, heard_on


async def turns_of(shop: Shop, told: Received) -> int:
    return int((await on_contact(shop, told))["rev"])


@dataclass
class WrittenLate:
    """What a former owner's turn carries: its connection hung beyond its lease. The owner reads slowly."""

    former: Bot
    owner: Bot
    told: Received
    loading: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)


async def written_late(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> WrittenLate:
    former, owner = await shop.two()
    user = someone_of(former)
    await met(shop, user, former)
    late = WrittenLate(former, owner, fresh(shop, user))
    held = held_before(former.contacts, "save_now")
    load = owner.contacts.load

    async def slowly(ids: Iterable[str]) -> dict[str, Stored]:
        ids = list(ids)
        if late.told.entry.contact in ids:
            late.loading.set()
            await late.goes_on.wait()
        return await load(ids)

    monkeypatch.setattr(owner.contacts, "load", slowly)
    hearing = asyncio.create_task(former.hear(late.told))
    await shop.until(held.reached.is_set)
    next(task for task in former.runtime._tasks if task.get_name() == "leases").cancel()
    owner.dead.add(former.id)
    await shop.until(lambda: all(map(owner.runtime.ownership.since, range(256))), 0.2)
    held.go_on.set()
    await hearing
    assert (await on_contact(shop, late.told))["carried"]
    return late


async def written_down(shop: Shop, late: WrittenLate) -> None:
    """The former owner's journal is written, just now."""
    await late.former.runtime.journal.flush()
    assert not (await on_contact(shop, late.told)).get("carried")


async def come_to_rest(shop: Shop, late: WrittenLate) -> None:
    shop.bots.remove(late.former)
    await time_passes(shop.clock, shop.database, 0.1)
    await shop.quiet()
    await late.former.crash()


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("says_so", [True, False])
async def test_a_former_owner_writes_late_and_goes_on(
    shop: Shop, says_so: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its journal is written after we have stored the event anew, and before we have read the contact."""
    late = await written_late(shop, monkeypatch)
    await late.owner.hear(again(late.told) if says_so else late.told)
    await shop.until(late.loading.is_set)
    await written_down(shop, late)
    late.goes_on.set()
    await come_to_rest(shop, late)
    assert await turns_of(shop, late.told) == 2


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_the_same_while_it_is_still_being_stored(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another event of the person has the contact read; this one is put into the lane afterwards."""
    late, store = await written_late(shop, monkeypatch), Inbox.store
    other = fresh(shop, late.told.entry.contact.partition(":")[2])
    await late.owner.hear(other)
    await shop.until(late.loading.is_set)
    inserted, is_notified = asyncio.Event(), asyncio.Event()

    async def told_late(inbox: Inbox, entries: Sequence[InboxEntry], *more: Any) -> set[str]:
        known = await store(inbox, entries, *more)
        inserted.set()
        await is_notified.wait()
        return known

    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "store", told_late)
        hearing = asyncio.create_task(late.owner.hear(again(late.told)))
        await shop.until(inserted.is_set)
        await written_down(shop, late)
        late.goes_on.set()
        async with asyncio.timeout(PATIENCE):
            while await turns_of(shop, late.told) < 3:
                await time_passes(shop.clock, shop.database, 0.01)
        is_notified.set()
        await hearing
    await come_to_rest(shop, late)
    assert await turns_of(shop, late.told) == 3
    assert len(shop.line.answered) == len(set(shop.line.answered)) == 3


async def test_it_is_brought_again_while_its_part_is_taken_over(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner has died; it is stored after the look for what is carried, and done before a lane begins."""
    bot = await met(shop)
    writes_no_rows(bot, monkeypatch)
    told = fresh(shop)
    await bot.hear(told)
    counts = counted_item(Counted(told.entry.id, "2026-01-01", (Mark("flow", "main", ENTERED),)))
    contacts, inbox = shop.database.collection("contacts"), shop.database.collection("inbox")
    await contacts.update_one({"_id": told.entry.contact}, {"$push": {"counted": counts}})
    other = await shop.opens()
    carrying, unsent = other.contacts.carrying, other.contacts.unsent
    asked, stored, written = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def and_it_comes(parts: Sequence[int], before: Any) -> dict[str, list[str]]:
        found = await carrying(parts, before)
        if told.entry.contact in found and before is None:
            asked.set()
            await stored.wait()
        return found

    async def of_thousands(parts: Sequence[int]) -> AsyncIterator[Stored]:
        async for one in unsent(parts):
            yield one
        await written.wait()

    monkeypatch.setattr(other.contacts, "carrying", and_it_comes)
    monkeypatch.setattr(other.contacts, "unsent", of_thousands)
    await gone(shop, bot, other)
    await shop.until(asked.is_set, 0.2)
    await other.hear(again(told))
    stored.set()
    async with asyncio.timeout(PATIENCE):
        while not await inbox.find_one({"_id": told.entry.id, "state": "done"}):
            await time_passes(shop.clock, shop.database, 0.05)
        while (await on_contact(shop, told)).get("carried"):
            await time_passes(shop.clock, shop.database, 0.05)
    written.set()
    await shop.quiet()
    assert await turns_of(shop, told) == 2


async def test_the_journal_is_written_between_two_looks(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not in the inbox yet, and no longer on the contact: nobody hears 503 for it."""
    bot = await met(shop, "U2", await met(shop))
    told, other = fresh(shop), fresh(shop, "U2")
    await bot.hear(told)
    known, looks = Inbox.known, 0

    async def then_it_is_written(inbox: Inbox, ids: Collection[str]) -> set[str]:
        nonlocal looks
        looks += 1
        found = await known(inbox, ids)
        if looks == 2:
            await bot.runtime.journal.flush()
        return found

    monkeypatch.setattr(Inbox, "known", then_it_is_written)
    await bot.hear(again(told), other)
    assert looks == 3
    await shop.answered(told, other)
    assert await turns_of(shop, told) == 2


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_is_known_and_nowhere_is_no_200(shop: Shop) -> None:
    """A8: a primary alone had it, and was read."""
    bot = await met(shop)
    told = fresh(shop)
    bot.runtime.lanes.remember([told.entry.id])
    with pytest.raises(DatabaseUnavailable):
        await bot.hear(told)


async def test_its_turn_is_taken_back_and_it_was_stored_again(shop: Shop) -> None:
    """A8: that it lies open in the inbox says nothing of a turn that a primary had alone."""
    bot = await met(shop)
    told = fresh(shop)
    await bot.inbox.store([told.entry], frozenset())
    await reads_of_a_former_primary(shop, bot, told)
    assert await turns_of(shop, told) == 2


async def test_with_a_stranger_all_are_stored_first(shop: Shop) -> None:
    """A1: nobody hears 200 for a stranger's event because somebody else's turn carries its own."""
    bot = await met(shop)
    known, stranger = fresh(shop), fresh(shop, "U2")
    await bot.hear(known, stranger)
    assert not (await on_contact(shop, known)).get("carried")
    assert await entry_of(shop, stranger) is not None
    await shop.answered(known, stranger)


async def test_it_is_found_decided_while_storing_it_anew_fails(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A8: nobody heard that its turn was written; LINE brings it twice more before the journal is."""
    bot = await met(shop)
    writes_no_rows(bot, monkeypatch)
    told, known = fresh(shop), bot.runtime.lanes.is_decided

    async def hangs(*anything: Any) -> set[str]:
        await shop.until(lambda: known(told.entry.id))
        raise DatabaseUnavailable("away")

    with unheard(), pytest.raises(DatabaseUnavailable):
        await bot.hear(told)
    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "store", hangs)
        with pytest.raises(DatabaseUnavailable):
            await bot.hear(again(told))
    recent, contact = bot.runtime.turns.recent, told.entry.contact
    await shop.until(lambda: recent.get(contact) is not None and bot.runtime.lanes.is_empty)
    await bot.hear(again(told))
    await shop.until(lambda: len(shop.line.answered) == 2)
    assert await turns_of(shop, told) == 2


async def test_nothing_is_carried_while_the_journal_cannot_be_written(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies on a contact until then would grow with each event."""
    bot = await met(shop)

    async def fails(rows: object) -> None:
        raise DatabaseUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(bot.runtime.journal._store, "timeline", fails)
        first, then = fresh(shop), fresh(shop)
        await bot.hear(first)
        with pytest.raises(DatabaseUnavailable):
            await bot.runtime.journal.flush()
        await bot.hear(then)
    lies = await on_contact(shop, first)
    assert [one["id"] for one in lies["carried"]] == [first.entry.id]
    assert await entry_of(shop, then) is not None
    await shop.answered(first, then)
    third = fresh(shop)
    await bot.hear(third)
    assert await entry_of(shop, third) is None


async def test_it_is_stored_where_its_turn_became_too_old(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database hung: what was decided long ago is decided anew."""
    bot = await met(shop)
    told, store = fresh(shop), bot.stores.inbox_commit.store

    async def late(entries: Any, foreign: Any, turns: Sequence[TurnWrite], are_young: Any) -> Any:
        assert turns[0].carried
        return await store(entries, foreign, turns, lambda: False)

    monkeypatch.setattr(bot.stores.inbox_commit, "store", late)
    await bot.hear(told)
    assert await entry_of(shop, told) is not None
    await shop.answered(told)
    assert await turns_of(shop, told) == 2


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_its_person_is_merged_away(
    shop: Shop, database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C12: it stays with the stub, as all that is under way."""
    bot = await shop.opens(TWO_CHANNELS)
    hers = heard_on("outlet", shop.says("V1", "加"))
    await met(shop, "U1", bot)
    await shop.hears(bot, hers)
    writes_no_rows(bot, monkeypatch)
    told = fresh(shop, text="加")
    await bot.hear(told)
    assert (await on_contact(shop, told))["carried"]
    other = await shop.opens(TWO_CHANNELS)
    rewriter, audit = stores_of(database, seal).rewriter, AuditLog(database, seal)
    merging = Merging(rewriter, bot.contacts, audit, shop.clock, OfShop)
    await gone(shop, bot, other)
    await merging.merge("outlet:V1", "main:U1", "command:test")
    await shop.until(lambda: len(other.runtime.ownership.parts) == 256, 0.2)
    await shop.quiet()
    entry = await entry_of(shop, told)
    assert entry is not None
    assert entry["state"] == "done"
    await other.hear(again(told))
    await shop.quiet()
    person = await other.contacts.person("main:U1")
    assert person is not None
    assert person.contact.attributes["n.said"].value == 1

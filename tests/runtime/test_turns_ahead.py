"""Turns that are decided while their events are being stored, where their write goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from functools import partial

import bson
import pytest
from pymongo.errors import WriteError

from bot.model.event import News
from bot.model.inbox import InboxEntry
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.runtime.intake import receive
from bot.services.own_events import own_news
from bot.store.contacts.inbox_commit import InboxCommit
from bot.store.database import mongo
from bot.store.database.mongo import Database, Document
from bot.store.events.inbox import Inbox
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.runtime.harness import Bot
from tests.runtime.shop import Shop

LARGEST = 16 * 1024 * 1024
CACHE_IS_FULL = 388
"""https://www.mongodb.com/docs/v6.0/reference/error-codes/: TransactionTooLargeForCache"""


async def met(shop: Shop, *users: str) -> Bot:
    """A bot that remembers these people, so that their next turns are decided ahead."""
    bot = await shop.opens()
    for user in users:
        await shop.hears(bot, shop.says(user))
    return bot


def rows_of(bot: Bot) -> InboxCommit:
    inbox_commit = bot.runtime.receiver._inbox_commit
    assert isinstance(inbox_commit, InboxCommit)
    return inbox_commit


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_is_delivered_again_is_answered_only_when_it_lasts(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A2: a lane may have read what the primary alone has, which a failover takes back."""
    bot = await met(shop, "U1")
    event = shop.says("U1")
    await bot.hear(event)
    assert bot.runtime.lanes.knows(event.entry.id)
    real = Inbox.known

    async def nobody_else_has_it(inbox: Inbox, ids: Collection[str]) -> set[str]:
        assert await real(inbox, ids) == {event.entry.id}
        return set()

    monkeypatch.setattr(Inbox, "known", nobody_else_has_it)
    with pytest.raises(DatabaseUnavailable):
        await bot.hear(event)
    monkeypatch.undo()
    await shop.hears(bot, event)
    assert await shop.taken("U1") == [*dict.fromkeys(await shop.taken("U1"))]
    assert len(await shop.taken("U1")) == 2


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_turn_that_is_not_surely_written_is_decided_once(
    shop: Shop, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1: it was, and somebody else has written to them before we looked."""
    bot = await met(shop, "U1", "U2")
    ours = {part_of("main:U1"), part_of("main:U2")}
    other = next(f"U{number}" for number in range(3, 99) if part_of(f"main:U{number}") not in ours)
    owner, lost = bot.runtime.ownership, part_of(f"main:{other}")
    fence, knows = owner.fence, owner.knows
    monkeypatch.setattr(owner, "fence", lambda part: None if part == lost else fence(part))
    monkeypatch.setattr(owner, "knows", lambda part: part != lost and knows(part))
    contacts = rows_of(bot)._contacts
    losers, poke = contacts._losers, bot.contacts.poke
    of_a_list = {"$addToSet": {"lists": "a"}, "$inc": {"rev": 1}}
    rows = database.collection("contacts")
    await rows.update_one({"_id": "main:U2"}, of_a_list)

    async def others_are_faster(writes: Sequence[TurnWrite]) -> set[str]:
        await rows.update_one({"_id": "main:U1"}, of_a_list)
        found = await losers(writes)
        assert found == {"main:U1", "main:U2"}
        return found

    async def slow(events: Sequence[tuple[str, str]]) -> set[str]:
        await shop.until(lambda: "main:U1" not in bot.runtime.lanes._lanes)  # read, without its event
        return await poke(events)

    monkeypatch.setattr(contacts, "_losers", others_are_faster)
    monkeypatch.setattr(bot.contacts, "poke", slow)
    one, two, foreign = shop.says("U1"), shop.says("U2"), shop.says(other)
    await bot.hear(one, two, foreign)
    monkeypatch.undo()
    await shop.answered(one, two)
    found = await rows.find_one({"_id": "main:U1"}) or {}
    assert found["rev"] == 3, "the greeting, the turn, the list"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_cannot_be_written_keeps_nobody_else(shop: Shop, database: Database) -> None:
    """A7: ahead, too: whoever is stored with them hears 200, and their event is set aside."""
    bot = await met(shop, "U1", "U2")
    rows = database.collection("contacts")
    fills = LARGEST - len(bson.encode(await rows.find_one({"_id": "main:U1"}) or {})) - 120
    await _grown(rows, {"$set": {"fills": b"." * fills}})
    set_aside = bot.runtime.metrics.set_aside.counts
    for _ in range(2):
        before = set_aside.get((), 0)
        too_large, other = shop.says("U1"), shop.says("U2")
        await bot.hear(too_large, other)
        await shop.answered(other)
        await shop.until(partial(_more, set_aside, before))


async def _grown(rows: mongo.Collection, change: Document) -> None:
    """Also where the database's small cache is full of what other tests have written."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await rows.update_one({"_id": "main:U1"}, change)
            except WriteError as error:
                if error.code != CACHE_IS_FULL:
                    raise
                rows.driver.database.client.admin.command("fsync")
            else:
                return


def _more(counts: Mapping[tuple[str, ...], float], before: float) -> bool:
    return counts.get((), 0) > before


async def test_what_was_decided_long_ago_is_decided_anew(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database hung while the event was stored: others count on it that nothing old is written."""
    bot = await met(shop, "U1")
    monkeypatch.setattr(receive, "STALE", -1.0)
    real, refused = rows_of(bot).store, list[Set[str]]()

    async def stored(
        entries: Sequence[InboxEntry],
        foreign: Set[str],
        turns: Sequence[TurnWrite],
        are_young: Callable[[], bool],
    ) -> tuple[set[str], set[str]]:
        assert len(turns) == 1
        found = await real(entries, foreign, turns, are_young)
        refused.append(found[1])
        return found

    monkeypatch.setattr(rows_of(bot), "store", stored)
    await shop.hears(bot, shop.says("U1"))
    assert refused == [{"main:U1"}]
    assert len(await shop.taken("U1")) == 2


async def test_nobody_is_born_of_what_a_shop_tells(shop: Shop, clock: ManualClock) -> None:
    """Also of the second news: whoever was erased stays so."""
    bot = await shop.opens()
    for number in range(3):
        await bot.hear(own_news("main:U7", "main", News("shop", "order_paid"), f"c{number}", clock.now()))
        await shop.quiet()
        assert await bot.contacts.load(["main:U7"]) == {}

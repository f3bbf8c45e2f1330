"""`first: N`: no place is lost or given twice, whatever dies, is away or overtakes whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest
from pymongo.client_session import ClientSession

from bot.model.decision import Claim
from bot.model.processes import part_of
from bot.model.stored import Claimed, TurnWrite
from bot.store.unavailable import DatabaseUnavailable
from tests.runtime.places import PLAYBOOK, ROOMY, RULE, answered, met, taken, winners
from tests.runtime.shop import Shop, gone, someone_of


@pytest.mark.parametrize("when", ["before", "after"])
async def test_no_place_is_lost_with_a_process_that_dies_over_it(
    shop: Shop, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Just before the write, or just after it, before anything is sent."""
    first, second = await shop.two(PLAYBOOK)
    user = someone_of(first)
    claim, reached = first.contacts.claim, asyncio.Event()

    async def dying(writes: Sequence[TurnWrite]) -> Claimed:
        if when == "after":
            assert (await claim(writes)).won
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(first.contacts, "claim", dying)
    event = shop.says(user, "搶")
    await first.hear(event)
    await shop.until(reached.is_set)
    await gone(shop, first, second)
    await shop.answered(event)
    assert (shop.line.texts(), await taken(shop)) == (["恭喜"], 1)


@asynccontextmanager
async def transaction_of_the_dead(shop: Shop) -> AsyncIterator[ClientSession]:
    """MongoDB keeps it open, as long as this lasts."""
    client = shop.database.client
    found = client.admin.command("getParameter", 1, transactionLifetimeLimitSeconds=1)
    client.admin.command("setParameter", 1, transactionLifetimeLimitSeconds=600)
    try:
        with client.start_session() as dead:
            dead.start_transaction()
            yield dead
            dead.abort_transaction()
    finally:
        before = found["transactionLifetimeLimitSeconds"]
        client.admin.command("setParameter", 1, transactionLifetimeLimitSeconds=before)


@pytest.mark.ring("all", "a crowd")
async def test_who_died_over_the_count_keeps_nobody_from_anything_else(shop: Shop) -> None:
    """MongoDB keeps a dead process's transaction open for a while: only who wants a place waits for it."""
    bot = await shop.opens(PLAYBOOK)
    places = shop.database.collection("places")
    await places.insert_one({"_id": RULE, "n": 0})
    async with transaction_of_the_dead(shop) as dead:
        await places.update_one({"_id": RULE}, {"$inc": {"n": 1}}, session=dead)
        wants = [shop.says(f"U{number}", "搶") for number in range(7)]
        await asyncio.gather(*map(bot.hear, wants))
        for user in ("U7", "U8"):
            stranger = shop.says(user, "嗨")
            await bot.hear(stranger)
            await shop.until(partial(answered, shop, stranger))
        assert shop.line.texts() == ["嗨嗨", "嗨嗨"]
    await shop.answered(*wants)
    assert (await taken(shop), len(await winners(shop, [f"U{number}" for number in range(7)]))) == (5, 5)


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize("held", [["U3"], [f"U{number}" for number in range(8)]])
async def test_who_died_over_people_keeps_nobody_else_from_a_place(shop: Shop, held: list[str]) -> None:
    """The count is free: whose document is in a dead process's transaction waits, and they alone."""
    bot = await shop.opens(ROOMY)
    users = [f"U{number}" for number in range(10)]
    await met(shop, bot, users)
    contacts = shop.database.collection("contacts")
    async with transaction_of_the_dead(shop) as dead:
        theirs = {"_id": {"$in": [f"main:{user}" for user in held]}}
        done = await contacts.update_many(theirs, {"$set": {"x": 1}}, session=dead)
        assert done.matched_count == len(held)
        says = {user: shop.says(user, "搶") for user in users}
        await bot.hear(*says.values())
        others = [event for user, event in says.items() if user not in held]
        await shop.until(lambda: all(answered(shop, event) for event in others))
        assert not any(answered(shop, says[user]) for user in held)
    await shop.answered(*says.values())
    assert (await winners(shop, users), await taken(shop)) == (set(users), 10)


@pytest.mark.parametrize("written", [False, True])
async def test_a_database_that_was_away_costs_nobody_a_place(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, *, written: bool
) -> None:
    """Whether the write had been made or not, which nobody knows."""
    bot = await shop.opens(PLAYBOOK)
    claim, failed = bot.contacts.claim, asyncio.Event()

    async def away(writes: Sequence[TurnWrite]) -> Claimed:
        if not failed.is_set():
            failed.set()
            if written:
                await claim(writes)
            raise DatabaseUnavailable("no answer")
        return await claim(writes)

    monkeypatch.setattr(bot.contacts, "claim", away)
    await shop.hears(bot, shop.says("U0", "搶"))
    assert (shop.line.texts(), await taken(shop)) == (["恭喜"], 1)


async def test_a_turn_that_is_overtaken_takes_no_place(shop: Shop) -> None:
    """Somebody else has written the contact: neither the turn nor the place is, and both are decided anew."""
    bot = await shop.opens(PLAYBOOK)
    await shop.hears(bot, shop.says("U0", "嗨"))
    stored = await bot.stored("U0")
    part, fence = part_of("main:U0"), bot.runtime.ownership.fence(part_of("main:U0"))
    assert fence is not None
    late = TurnWrite(
        stored.contact, stored.contact, part, 0, fence, ("E",), (), claims=(Claim(RULE, 5),)
    )  # as of a stranger, who he was
    assert await bot.contacts.claim([late]) == Claimed(won=False)
    assert await bot.contacts.claim([replace(late, base=stored.revision + 1)]) == Claimed(won=False)
    assert await taken(shop) == 0
    in_time = replace(late, base=stored.revision)
    assert await bot.contacts.claim([in_time]) == Claimed(won=True, taken={RULE: 1})
    assert await taken(shop) == 1

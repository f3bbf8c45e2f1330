"""`first: N`: the first N people have it, nobody else, whatever dies or overtakes whom (architecture)."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial

import pytest

from bot.model.decision import Claim
from bot.model.inbox import Received
from bot.model.part import part_of
from bot.model.stored import Claimed, TurnWrite
from bot.store.claiming import Places
from bot.store.mongo import Database
from bot.store.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.harness import Bot, followed
from tests.runtime.shop import Shop, gone, someone_of, token

PLAYBOOK = compiled("""
rules:
  - {when: {text: 搶}, first: 5, name: 搶購, reply: 恭喜}
  - {when: {text: 搶}, reply: 額滿}
  - {when: {text: 嗨}, reply: 嗨嗨}
""")
RULE = "搶購"


@pytest.fixture
def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    return Shop(database, seal, clock)


def answered(shop: Shop, event: Received) -> bool:
    return token(event) in shop.line.answered


async def taken(shop: Shop) -> int:
    return (await Places(shop.database).taken([RULE])).get(RULE, 0)


async def winners(shop: Shop, users: list[str]) -> set[str]:
    """Who remembers a place."""
    found = {user: await shop.bots[0].stored(user) for user in users}
    return {user for user, stored in found.items() if f"{{first}} {RULE}" in stored.contact.used}


async def test_of_many_at_once_in_two_processes_the_first_have_it_and_nobody_else(shop: Shop) -> None:
    first, second = await shop.two(PLAYBOOK)
    users = [f"U{number}" for number in range(60)]
    said = [shop.says(user, "搶") for user in users]
    both = [bot.hear(event) for number, event in enumerate(said) for bot in [(first, second)[number % 2]]]
    await asyncio.gather(*both)
    await shop.answered(*said)
    assert Counter(shop.line.texts()) == {"恭喜": 5, "額滿": 55}
    assert (await taken(shop), len(await winners(shop, users))) == (5, 5)


async def test_who_has_a_place_keeps_it_and_takes_no_second(shop: Shop) -> None:
    bot = await shop.opens(PLAYBOOK)
    for user in ["U0", "U0", *(f"U{number}" for number in range(7)), "U0"]:
        event = shop.says(user, "搶")
        await bot.hear(event)
        await shop.answered(event)
    assert shop.line.texts() == [*["恭喜"] * 7, *["額滿"] * 2, "恭喜"]
    assert await taken(shop) == 5


async def test_a_known_person_whose_turn_could_be_taken_ahead_is_counted_as_well(shop: Shop) -> None:
    bot = await shop.opens(PLAYBOOK)
    hello = shop.says("U0", "嗨")
    await bot.hear(hello)
    await shop.answered(hello)
    event = shop.says("U0", "搶")
    await bot.hear(event)
    await shop.answered(event)
    assert (shop.line.texts()[-1], await taken(shop)) == ("恭喜", 1)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_no_place_is_lost_with_a_process_that_dies_over_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Just before the write, or just after it, before anything is sent."""
    first, second = await shop.two(PLAYBOOK)
    user = someone_of(first)
    claim, reached = first.contacts.claim, asyncio.Event()

    async def dying(write: TurnWrite) -> Claimed:
        if when == "after":
            assert (await claim(write)).won
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


async def test_who_died_over_the_count_keeps_nobody_from_anything_else(shop: Shop) -> None:
    """MongoDB keeps a dead process's transaction open for a while: only who wants a place waits for it."""
    bot = await shop.opens(PLAYBOOK)
    places, admin = shop.database.collection("places"), shop.database.client.admin
    await places.insert_one({"_id": RULE, "n": 0})
    found = await admin.command("getParameter", 1, transactionLifetimeLimitSeconds=1)
    await admin.command("setParameter", 1, transactionLifetimeLimitSeconds=600)
    try:
        async with await shop.database.client.start_session() as dead:
            dead.start_transaction()
            await places.update_one({"_id": RULE}, {"$inc": {"n": 1}}, session=dead)
            wants = [shop.says(f"U{number}", "搶") for number in range(7)]
            await asyncio.gather(*map(bot.hear, wants))
            for user in ("U7", "U8"):
                stranger = shop.says(user, "嗨")
                await bot.hear(stranger)
                await shop.until(partial(answered, shop, stranger))
            assert shop.line.texts() == ["嗨嗨", "嗨嗨"]
            await dead.abort_transaction()
    finally:
        before = found["transactionLifetimeLimitSeconds"]
        await admin.command("setParameter", 1, transactionLifetimeLimitSeconds=before)
    await shop.quiet()  # their replies may be too late by now; their places are not
    assert (await taken(shop), len(await winners(shop, [f"U{number}" for number in range(7)]))) == (5, 5)


@pytest.mark.parametrize("written", [False, True])
async def test_a_database_that_was_away_costs_nobody_a_place(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, *, written: bool
) -> None:
    """Whether the write had been made or not, which nobody knows."""
    bot = await shop.opens(PLAYBOOK)
    claim, failed = bot.contacts.claim, asyncio.Event()

    async def away(write: TurnWrite) -> Claimed:
        if not failed.is_set():
            failed.set()
            if written:
                await claim(write)
            raise DatabaseUnavailable("no answer")
        return await claim(write)

    monkeypatch.setattr(bot.contacts, "claim", away)
    event = shop.says("U0", "搶")
    await bot.hear(event)
    await shop.answered(event)
    assert (shop.line.texts(), await taken(shop)) == (["恭喜"], 1)


async def test_a_turn_that_is_overtaken_takes_no_place(shop: Shop) -> None:
    """Somebody else has written the contact: neither the turn nor the place is, and both are decided anew."""
    bot = await shop.opens(PLAYBOOK)
    hello = shop.says("U0", "嗨")
    await bot.hear(hello)
    await shop.answered(hello)
    stored = await bot.stored("U0")
    part, fence = part_of("main:U0"), bot.runtime.ownership.fence(part_of("main:U0"))
    assert fence is not None
    late = TurnWrite(
        stored.contact, stored.contact, part, 0, fence, ("E",), (), claims=(Claim(RULE, 5),)
    )  # as of a stranger, who he was
    assert await bot.contacts.claim(late) == Claimed(won=False)
    late.base = stored.revision + 1
    assert await bot.contacts.claim(late) == Claimed(won=False)
    assert await taken(shop) == 0
    late.base = stored.revision
    assert await bot.contacts.claim(late) == Claimed(won=True)
    assert await taken(shop) == 1


async def test_of_two_rules_in_one_turn_both_places_are_taken_or_neither(shop: Shop) -> None:
    bot = await shop.opens(PLAYBOOK)
    event = shop.says("U0", "嗨")
    await bot.hear(event)
    await shop.answered(event)
    stored = await bot.stored("U0")
    part, fence = part_of("main:U0"), bot.runtime.ownership.fence(part_of("main:U0"))
    assert fence is not None
    await shop.database.collection("places").insert_one({"_id": "滿", "n": 2})
    claims = (Claim(RULE, 5), Claim("滿", 2))
    write = TurnWrite(stored.contact, stored.contact, part, stored.revision, fence, ("E",), (), claims=claims)
    assert await bot.contacts.claim(write) == Claimed(won=False, taken={"滿": 2})
    assert await taken(shop) == 0


async def test_more_places_in_the_next_playbook_are_there_at_once(shop: Shop) -> None:
    bot = await shop.opens(PLAYBOOK)
    for number in range(6):
        event = shop.says(f"U{number}", "搶")
        await bot.hear(event)
        await shop.answered(event)
    assert shop.line.texts()[-1] == "額滿"
    await gone(shop, bot)
    more = compiled(
        "rules: [{when: {text: 搶}, first: 6, name: 搶購, reply: 恭喜}, {when: {text: 搶}, reply: 額滿}]"
    )
    heir = Bot(shop.database, shop.seal, shop.clock, shop.line, more)
    heir.dead.add(bot.id)
    shop.bots.append(await heir.start())
    said = []
    for user in ("U5", "U6"):
        event = shop.says(user, "搶")
        await heir.hear(event)
        await shop.answered(event)
        said.append(shop.line.texts()[-1])
    assert said == ["恭喜", "額滿"]


async def test_who_needs_no_place_pays_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither who says something else, nor who comes when the last place is known to be gone."""
    bot = await shop.opens(PLAYBOOK)
    asked: list[str] = []
    claim = bot.contacts.claim

    async def counted(write: TurnWrite) -> Claimed:
        asked.append(write.after.id)
        return await claim(write)

    monkeypatch.setattr(bot.contacts, "claim", counted)
    for number in range(20):
        for event in (followed(f"U{number}", shop.clock), shop.says(f"U{number}", "嗨")):
            await bot.hear(event)
    await shop.quiet()
    assert asked == []
    for number in range(20):
        event = shop.says(f"U{number}", "搶")
        await bot.hear(event)
        await shop.answered(event)
    assert len(asked) == 6  # the five who have it, and the one who was the first to be told

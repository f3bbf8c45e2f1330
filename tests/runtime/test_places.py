"""`first: N`: the first N people have it, nobody else, whatever dies or overtakes whom (architecture)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest

from bot.engine import turn
from bot.model.decision import Claim, World
from bot.model.inbox import Received
from bot.model.part import part_of
from bot.model.stored import Claimed, TurnWrite
from bot.runtime import retry, saving
from bot.store.claiming import Places
from bot.store.mongo import Database
from bot.store.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.harness import Bot, followed, said
from tests.runtime.shop import Shop, gone, someone_of, token

PLAYBOOK = compiled("""
rules:
  - {when: {text: 搶}, first: 5, name: 搶購, reply: 恭喜}
  - {when: {text: 搶}, reply: 額滿}
  - {when: {text: 嗨}, reply: 嗨嗨}
""")
TWO_RULES = compiled("""
rules:
  - {when: {text: 搶}, first: 5, name: 搶購, reply: 恭喜}
  - {when: {text: 袋子}, first: 5, name: 袋子, reply: 送你}
  - {when: {text: 嗨}, reply: 嗨嗨}
""")
ROOMY = compiled("""
rules:
  - {when: {text: 搶}, first: 50, name: 搶購, reply: 恭喜}
  - {when: {text: 嗨}, reply: 嗨嗨}
""")
LAST_MESSAGE = compiled("""
tags: {走: {}}
rules:
  - {when: {text: 搶}, first: 5, name: 搶購, do: [{push: 恭喜}]}
  - {when: {text: 走}, do: [{add_tags: [走]}]}
flows:
  trip:
    when: {tag_added: 走}
    once_per: always
    if_late: send
    states:
      推: {do: [{push: 旅途愉快}], wait: 1d, next: 完}
      完: {end: true}
""")
RULE = "搶購"


@pytest.fixture
def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    return Shop(database, seal, clock)


@pytest.fixture(autouse=True)
def tokens_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our clock goes on by answers of the database, and on a busy machine a transaction lasts for many."""
    monkeypatch.setattr(retry, "TOKEN_LIFE", timedelta(days=1))
    monkeypatch.setattr(turn, "TOKEN_LIFE", timedelta(days=1))


def answered(shop: Shop, event: Received) -> bool:
    return token(event) in shop.line.answered


async def taken(shop: Shop) -> int:
    return (await Places(shop.database).taken([RULE])).get(RULE, 0)


async def winners(shop: Shop, users: list[str]) -> set[str]:
    """Who remembers a place."""
    found = {user: await shop.bots[0].stored(user) for user in users}
    return {user for user, stored in found.items() if f"{{first}} {RULE}" in stored.contact.used}


def counting(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many turns each transaction was asked to write, from now on."""
    asked: list[int] = []
    claim = bot.contacts.claim

    async def counted(writes: Sequence[TurnWrite]) -> Claimed:
        asked.append(len(writes))
        return await claim(writes)

    monkeypatch.setattr(bot.contacts, "claim", counted)
    return asked


async def met(shop: Shop, bot: Bot, users: list[str]) -> None:
    """These are known: LINE is asked for no name, and what they say together is decided in one batch."""
    hello = [shop.says(user, "嗨") for user in users]
    await bot.hear(*hello)
    await shop.answered(*hello)


async def test_of_many_at_once_in_two_processes_the_first_have_it_and_nobody_else(shop: Shop) -> None:
    first, second = await shop.two(PLAYBOOK)
    users = [f"U{number}" for number in range(60)]
    says = [shop.says(user, "搶") for user in users]
    both = [bot.hear(event) for number, event in enumerate(says) for bot in [(first, second)[number % 2]]]
    await asyncio.gather(*both)
    await shop.answered(*says)
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
    await shop.answered(*wants)
    assert (await taken(shop), len(await winners(shop, [f"U{number}" for number in range(7)]))) == (5, 5)


@pytest.mark.parametrize("held", [["U3"], [f"U{number}" for number in range(8)]])
async def test_who_died_over_people_keeps_nobody_else_from_a_place(shop: Shop, held: list[str]) -> None:
    """The count is free: whose document is in a dead process's transaction waits, and they alone."""
    bot = await shop.opens(ROOMY)
    users = [f"U{number}" for number in range(10)]
    await met(shop, bot, users)
    contacts, admin = shop.database.collection("contacts"), shop.database.client.admin
    found = await admin.command("getParameter", 1, transactionLifetimeLimitSeconds=1)
    await admin.command("setParameter", 1, transactionLifetimeLimitSeconds=600)
    try:
        async with await shop.database.client.start_session() as dead:
            dead.start_transaction()
            theirs = {"_id": {"$in": [f"main:{user}" for user in held]}}
            done = await contacts.update_many(theirs, {"$set": {"x": 1}}, session=dead)
            assert done.matched_count == len(held)
            says = {user: shop.says(user, "搶") for user in users}
            await bot.hear(*says.values())
            others = [event for user, event in says.items() if user not in held]
            await shop.until(lambda: all(answered(shop, event) for event in others))
            assert not any(answered(shop, says[user]) for user in held)
            await dead.abort_transaction()
    finally:
        before = found["transactionLifetimeLimitSeconds"]
        await admin.command("setParameter", 1, transactionLifetimeLimitSeconds=before)
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
    assert await bot.contacts.claim([late]) == Claimed(won=False)
    late.base = stored.revision + 1
    assert await bot.contacts.claim([late]) == Claimed(won=False)
    assert await taken(shop) == 0
    late.base = stored.revision
    assert await bot.contacts.claim([late]) == Claimed(won=True, taken={RULE: 1})
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
    assert await bot.contacts.claim([write]) == Claimed(won=False, taken={"滿": 2})
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
    asked = counting(bot, monkeypatch)
    for number in range(20):
        for event in (followed(f"U{number}", shop.clock), shop.says(f"U{number}", "嗨")):
            await bot.hear(event)
    await shop.quiet()
    assert asked == []
    for number in range(20):
        event = shop.says(f"U{number}", "搶")
        await bot.hear(event)
        await shop.answered(event)
    assert asked == [1] * 5  # who have it; with the last place it is known that none is left


async def test_who_needs_no_place_does_not_wait_for_those_who_do(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor who has a place for who wants one of another rule, all of them in one batch."""
    bot = await shop.opens(TWO_RULES)
    await met(shop, bot, ["U0", "U1", "U2"])
    claim, go_on = bot.contacts.claim, asyncio.Event()

    async def slow(writes: Sequence[TurnWrite]) -> Claimed:
        if writes[0].claims == (Claim("袋子", 5),):
            await go_on.wait()
        return await claim(writes)

    monkeypatch.setattr(bot.contacts, "claim", slow)
    says = [shop.says("U0", "嗨"), shop.says("U1", "搶"), shop.says("U2", "袋子")]
    await bot.hear(*says)
    await shop.until(lambda: len(shop.line.calls) == 3 + 2)
    assert sorted(shop.line.texts()[3:]) == ["嗨嗨", "恭喜"]
    go_on.set()
    await shop.answered(*says)


async def test_a_database_that_goes_away_in_mid_batch_costs_no_trace_of_what_was_written(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = await shop.opens(TWO_RULES)
    await met(shop, bot, ["U0", "U1", "U2"])
    claim, failed = bot.contacts.claim, asyncio.Event()

    async def away(writes: Sequence[TurnWrite]) -> Claimed:
        if writes[0].claims == (Claim("袋子", 5),) and not failed.is_set():
            failed.set()
            raise DatabaseUnavailable("no answer")
        return await claim(writes)

    monkeypatch.setattr(bot.contacts, "claim", away)
    says = [shop.says("U0", "嗨"), shop.says("U1", "搶"), shop.says("U2", "袋子")]
    await bot.hear(*says)
    await shop.answered(*says)
    assert failed.is_set()
    told = [[row.what for row in await bot.timeline(user)] for user in ("U0", "U1", "U2")]
    assert told == [["text", "text"]] * 3
    assert sorted(shop.line.texts()[3:]) == ["嗨嗨", "恭喜", "送你"]


async def test_those_who_want_the_same_place_in_one_batch_are_written_together(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of them the first in it have the places that are left."""
    bot = await shop.opens(PLAYBOOK)
    await shop.database.collection("places").insert_one({"_id": RULE, "n": 2})
    users = [f"U{number}" for number in range(30)]
    await met(shop, bot, users)
    asked = counting(bot, monkeypatch)
    says = [shop.says(user, "搶") for user in users]
    await bot.hear(*says)
    await shop.answered(*says)
    assert asked == [5, 3]  # as many as there are places, and then those for whom there is room
    assert (await winners(shop, users), await taken(shop)) == (set(users[:3]), 5)
    assert Counter(shop.line.texts()[30:]) == {"恭喜": 3, "額滿": 27}


async def test_so_many_are_written_together_that_the_first_do_not_wait_for_all(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = await shop.opens(ROOMY)
    users = [f"U{number}" for number in range(10)]
    await met(shop, bot, users)
    asked = counting(bot, monkeypatch)
    monkeypatch.setattr(saving, "TOGETHER", 4)
    says = [shop.says(user, "搶") for user in users]
    await bot.hear(*says)
    await shop.answered(*says)
    assert (asked, await taken(shop)) == ([4, 4, 2], 10)


async def test_who_was_overtaken_among_others_costs_none_of_them_a_place(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who is known, and one who is not: another process has stored something for them meanwhile."""
    bot = await shop.opens(ROOMY)
    hello = shop.says("U3", "嗨")
    await bot.hear(hello)
    await shop.answered(hello)
    claim, poked = bot.contacts.claim, asyncio.Event()

    async def overtaken(writes: Sequence[TurnWrite]) -> Claimed:
        if not poked.is_set():
            poked.set()
            await bot.contacts.poke([("main:U3", "somewhere else"), ("main:U5", "somewhere else")])
        return await claim(writes)

    monkeypatch.setattr(bot.contacts, "claim", overtaken)
    users = [f"U{number}" for number in range(8)]
    says = [shop.says(user, "搶") for user in users]
    await bot.hear(*says)
    await shop.answered(*says)
    assert shop.line.texts() == ["嗨嗨", *["恭喜"] * 8]
    assert (await winners(shop, users), await taken(shop)) == (set(users), 8)
    assert [row.what for user in users for row in await bot.timeline(user)] == ["text"] * 9


async def test_a_lease_that_lapses_over_a_batch_costs_no_search_for_who_was_overtaken(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are, so they are not tried in halves, one after the other, while everybody waits."""
    bot = await shop.opens(ROOMY)
    users = [f"U{number}" for number in range(8)]
    await met(shop, bot, users)
    claim, ownership, asked = bot.contacts.claim, bot.runtime.ownership, list[int]()

    async def lapsing(writes: Sequence[TurnWrite]) -> Claimed:
        if not asked:
            await bot.contacts.poke([(write.after.id, "somewhere else") for write in writes])
            ownership._until = 0.0
        asked.append(len(writes))
        return await claim(writes)

    monkeypatch.setattr(bot.contacts, "claim", lapsing)
    says = [shop.says(user, "搶") for user in users]
    await bot.hear(*says)
    await shop.answered(*says)
    assert (asked[0], sum(asked)) == (8, 16)  # each once more, with the lease renewed
    assert await taken(shop) == 8


async def test_a_turn_that_cannot_be_written_costs_nobody_else_a_place(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = await shop.opens(ROOMY)
    claim = bot.contacts.claim

    async def refusing(writes: Sequence[TurnWrite]) -> Claimed:
        if any(write.after.id == "main:U2" for write in writes):
            raise ValueError("what pymongo will not encode")
        return await claim(writes)

    monkeypatch.setattr(bot.contacts, "claim", refusing)
    users = [f"U{number}" for number in range(5)]
    await bot.hear(*[shop.says(user, "搶") for user in users])
    await shop.quiet()
    assert shop.line.texts() == ["恭喜"] * 4
    assert (bot.runtime.metrics.set_aside.counts[()], await taken(shop)) == (1, 4)


async def test_what_is_known_of_a_full_rule_a_majority_has(shop: Shop) -> None:
    """Else a failover in that moment could make it untrue."""
    bot = await shop.opens(PLAYBOOK)
    await shop.database.collection("places").insert_one({"_id": RULE, "n": 5})
    found = bot.contacts._places.database
    await found.command("profile", 2)
    try:
        event = shop.says("U0", "搶")
        await bot.hear(event)
        await shop.answered(event)
    finally:
        await found.command("profile", 0)
    asked = await found["system.profile"].find({"command.find": "places"}).to_list(None)
    assert [one["command"]["readConcern"]["level"] for one in asked] == ["majority"]


async def test_what_a_turn_would_have_pushed_that_is_thrown_away_is_left_for_others(shop: Shop) -> None:
    """Decided ahead together, with one message of the month left: who needs a place takes the usual way."""
    bot = Bot(shop.database, shop.seal, shop.clock, shop.line, LAST_MESSAGE, world=one_message_left)
    shop.bots.append(await bot.start())
    for user in ("U0", "U1"):
        await bot.hear(followed(user, shop.clock))
        await shop.quiet()
    await bot.hear(
        *[said(text, user, shop.clock, replyToken="") for user, text in (("U0", "搶"), ("U1", "走"))]
    )
    await shop.quiet()
    assert sorted(shop.line.texts()) == ["恭喜", "旅途愉快"]


def one_message_left(channel: str) -> World:
    return World(quota_left={channel: 1})

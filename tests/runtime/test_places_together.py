"""`first: N`: who wants a place in one batch is written with the others, and nobody else waits for them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from bot.model.decision import Claim, DecisionInputs
from bot.model.outgoing import Outgoing
from bot.model.stored import Claimed, TurnWrite
from bot.runtime.turn_taking import saving
from bot.store.unavailable import DatabaseUnavailable
from tests.playbooks import compiled
from tests.runtime.harness import Bot, followed, said
from tests.runtime.places import PLAYBOOK, ROOMY, RULE, counting, met, taken, winners
from tests.runtime.shop import Shop

TWO_RULES = compiled("""
rules:
  - {when: {text: 搶}, first: 5, name: 搶購, reply: 恭喜}
  - {when: {text: 袋子}, first: 5, name: 袋子, reply: 送你}
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


@pytest.mark.ring("all", "a crowd")
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
        await shop.hears(bot, shop.says(f"U{number}", "搶"))
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


@pytest.mark.ring("all", "a bot of its own, and many turns")
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
    await shop.hears(bot, *says)
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
    await shop.hears(bot, *says)
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
    await shop.hears(bot, *says)
    assert (asked, await taken(shop)) == ([4, 4, 2], 10)


async def test_who_was_overtaken_among_others_costs_none_of_them_a_place(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who is known, and one who is not: another process has stored something for them meanwhile."""
    bot = await shop.opens(ROOMY)
    await shop.hears(bot, shop.says("U3", "嗨"))
    claim, poked = bot.contacts.claim, asyncio.Event()

    async def overtaken(writes: Sequence[TurnWrite]) -> Claimed:
        if not poked.is_set():
            poked.set()
            await bot.contacts.poke([("main:U3", "somewhere else"), ("main:U5", "somewhere else")])
        return await claim(writes)

    monkeypatch.setattr(bot.contacts, "claim", overtaken)
    users = [f"U{number}" for number in range(8)]
    says = [shop.says(user, "搶") for user in users]
    await shop.hears(bot, *says)
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
        asked.append(len(writes))
        if len(asked) > 1:
            return await claim(writes)
        await bot.contacts.poke([(write.after.id, "somewhere else") for write in writes])
        claimed = await claim(writes)
        ownership._until = 0.0  # only now: a renewal may have come meanwhile
        return claimed

    monkeypatch.setattr(bot.contacts, "claim", lapsing)
    says = [shop.says(user, "搶") for user in users]
    await shop.hears(bot, *says)
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


async def test_what_a_turn_would_have_pushed_that_is_thrown_away_is_left_for_others(shop: Shop) -> None:
    """Decided ahead together, with one message of the month left: who needs a place takes the usual way."""
    bot = await with_one_message_left(shop)
    await bot.hear(
        *[said(text, user, shop.clock, replyToken="") for user, text in (("U0", "搶"), ("U1", "走"))]
    )
    await shop.quiet()
    assert sorted(shop.line.texts()) == ["恭喜", "旅途愉快"]


async def test_the_last_message_is_pushed_once_by_those_who_are_decided_ahead_together(shop: Shop) -> None:
    bot = await with_one_message_left(shop)
    await bot.hear(*[said("走", user, shop.clock, replyToken="") for user in ("U0", "U1")])
    await shop.quiet()
    assert shop.line.texts() == ["旅途愉快"]


async def test_what_the_sender_counts_is_counted_by_nobody_else(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the next batch is decided: counted twice, a message would be one too few for its people."""
    bot = await shop.opens(LAST_MESSAGE)
    turns = bot.runtime.turns
    put, untold = turns._calls.put, list[int]()

    def heard(contact: str, calls: Sequence[Outgoing], *, recovered: bool = False) -> None:
        untold.extend([] if recovered else [turns._pushed["main"]])
        put(contact, calls, recovered=recovered)

    async with bot.runtime.batches.none():
        await bot.hear(*[said("走", user, shop.clock, replyToken="") for user in ("U0", "U1", "U2")])
        monkeypatch.setattr(turns._calls, "put", heard)
    await shop.quiet()
    assert shop.line.texts() == ["旅途愉快"] * 3
    assert untold == [2, 1, 0]


async def with_one_message_left(shop: Shop) -> Bot:
    """Of the month; U0 and U1 are known."""

    def world(channel: str) -> DecisionInputs:
        return DecisionInputs(quota_left={channel: 1})

    bot = Bot(shop.database, shop.seal, shop.clock, shop.line, LAST_MESSAGE, world=world)
    shop.bots.append(await bot.start())
    for user in ("U0", "U1"):
        await bot.hear(followed(user, shop.clock))
        await shop.quiet()
    return bot

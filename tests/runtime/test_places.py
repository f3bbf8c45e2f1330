"""`first: N`: the first N people have it, and nobody else (docs/decisions, places-are-taken-by-the-turn)."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.model.decision import Claim
from bot.model.processes import part_of
from bot.model.stored import Claimed, TurnWrite
from tests.playbooks import compiled
from tests.runtime.harness import Bot
from tests.runtime.places import PLAYBOOK, RULE, taken, winners
from tests.runtime.shop import Shop, gone


async def test_of_many_at_once_in_two_processes_the_first_have_it_and_nobody_else(shop: Shop) -> None:
    first, second = await shop.two(PLAYBOOK)
    users = [f"U{number}" for number in range(60)]
    says = [shop.says(user, "搶") for user in users]
    both = [bot.hear(event) for number, event in enumerate(says) for bot in [(first, second)[number % 2]]]
    await asyncio.gather(*both)
    await shop.answered(*says)
    assert Counter(shop.line.texts()) == {"恭喜": 5, "額滿": 55}
    assert (await taken(shop), len(await winners(shop, users))) == (5, 5)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_has_a_place_keeps_it_and_takes_no_second(shop: Shop) -> None:
    bot = await shop.opens(PLAYBOOK)
    for user in ["U0", "U0", *(f"U{number}" for number in range(7)), "U0"]:
        await shop.hears(bot, shop.says(user, "搶"))
    assert shop.line.texts() == [*["恭喜"] * 7, *["額滿"] * 2, "恭喜"]
    assert await taken(shop) == 5


async def test_of_two_rules_in_one_turn_both_places_are_taken_or_neither(shop: Shop) -> None:
    bot = await shop.opens(PLAYBOOK)
    await shop.hears(bot, shop.says("U0", "嗨"))
    stored = await bot.stored("U0")
    part, fence = part_of("main:U0"), bot.runtime.ownership.fence(part_of("main:U0"))
    assert fence is not None
    await shop.database.collection("places").insert_one({"_id": "滿", "n": 2})
    claims = (Claim(RULE, 5), Claim("滿", 2))
    write = TurnWrite(stored.contact, stored.contact, part, stored.revision, fence, ("E",), (), claims=claims)
    assert await bot.contacts.claim([write]) == Claimed(won=False, taken={"滿": 2})
    assert await taken(shop) == 0


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_more_places_in_the_next_playbook_are_there_at_once(shop: Shop) -> None:
    bot = await shop.opens(PLAYBOOK)
    for number in range(6):
        await shop.hears(bot, shop.says(f"U{number}", "搶"))
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
        await shop.hears(heir, shop.says(user, "搶"))
        said.append(shop.line.texts()[-1])
    assert said == ["恭喜", "額滿"]


async def test_what_is_known_of_a_full_rule_a_majority_has(shop: Shop) -> None:
    """Else a failover in that moment could make it untrue."""
    bot = await shop.opens(PLAYBOOK)
    await shop.database.collection("places").insert_one({"_id": RULE, "n": 5})
    found = bot.contacts._places.driver.database
    found.command("profile", 2)
    try:
        await shop.hears(bot, shop.says("U0", "搶"))
    finally:
        found.command("profile", 0)
    asked = found["system.profile"].find({"command.find": "places"}).to_list(None)
    assert [one["command"]["readConcern"]["level"] for one in asked] == ["majority"]

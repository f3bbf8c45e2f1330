"""`kill -9` while two contacts become one: of the bots, and of the command that merges them."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from tests.faults.bot_process import ACCOUNT, PATIENCE, BotProcess
from tests.faults.stored import looking
from tests.faults.test_kill import SEED
from tests.faults.webhooks import HOURS, OFFER, Occurrence, person, says
from tests.faults.world import World, replies
from tests.started import started

OUTLET = ACCOUNT[ACCOUNT.index("  main:") :].replace("main", "outlet").replace("@forest", "@outlet")
PLAYBOOK = (
    ACCOUNT
    + OUTLET
    + """\
rules:
  - {when: {text: 營業時間}, reply: 每天 11:00–21:00}
  - {when: {text_contains: 優惠}, do: [{add_tags: 看過優惠}, {reply: 本週全館 85 折}]}
"""
)
PAIRS = 4
EVENTS_EACH = 10


class Person:
    """One person with an account on either channel; `said` is everything, by channel and in order."""

    def __init__(self) -> None:
        self.kept, self.gone = f"main:{person()}", f"outlet:{person()}"
        self.said: list[list[Occurrence]] = []
        for contact in (self.kept, self.gone):
            channel, _, user = contact.partition(":")
            texts = [HOURS, OFFER] * (EVENTS_EACH // 2)
            self.said.append([replace(says(user, text), channel=channel) for text in texts])


@pytest.mark.ring("soak", "in process it dies at each step: tests/runtime/listed_schedules.py")
async def test_killed_while_contacts_are_merged(started_world: World) -> None:
    """J2: whatever dies when, there is one contact at the end, and each event has one turn and one reply."""
    world = started_world
    (world.folder / "bot.yaml").write_text(PLAYBOOK, "utf-8")
    bots = [await world.bot().start(), await world.bot().start()]
    dice, people = Random(SEED), [Person() for _ in range(PAIRS)]
    first = [said[:1] for one in people for said in one.said]
    for events in first:
        await world.courier.deliver_until_taken(lambda: bots[0].address, events)
    await world.all_done()

    async def talk(said: list[Occurrence]) -> None:
        for event in said[1:]:
            await world.courier.deliver_until_taken(lambda: dice.choice(bots).address, [event])

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        for one in people:
            for said in one.said:
                group.create_task(talk(said))
            group.create_task(merge(world, one, dice))
        for bot in bots:
            group.create_task(kill(bot, world, dice))
    await world.all_done()
    await check(world, people)
    assert not [line for bot in bots for line in bot.complaints()]


async def merge(world: World, one: Person, dice: Random) -> None:
    """Ask for it until it is done; the command is killed while it runs, the first time."""
    words = ("contact", "merge", str(world.folder), one.kept, one.gone, "--yes")
    await world.killed(dice.random(), *words)
    while True:
        command = await started(*words, env=world.environment, apart=False)
        told = (await command.communicate())[0].decode()
        if command.returncode == 0 or "one contact already" in told:
            return
        assert command.returncode == 2, told


async def kill(bot: BotProcess, world: World, dice: Random) -> None:
    await world.courier.has_taken(dice.randint(2 * PAIRS + 1, PAIRS * EVENTS_EACH))
    await bot.kill()
    await bot.start()


async def check(world: World, people: list[Person]) -> None:
    accepted = Counter(taken.key for taken in world.line.taken)
    async with looking(world.data) as stored:
        turns = await stored.turns()
        for one in people:
            now = await stored.contacts.person(one.gone)
            assert now is not None
            assert now.contact.id == one.kept
            assert {i.channel for i in now.contact.identities} == {"main", "outlet"}
            assert [line.what for line in await stored.audit.of(one.gone)] == ["merged"]
            taken = [*turns.get(one.gone, ()), *turns[one.kept]]
            for said in one.said:
                keys = [event.key for event in said]
                assert [key for key in taken if key in keys] == keys, "once each, and in order"
                assert all(accepted[event.token] == 1 for event in said if replies(event))

"""`kill -9` at any moment, of the bot, of mongod, of both: nothing is lost, nothing happens twice.

OAFLOW_KILL_ROUNDS sets the number of rounds (3: each victim once), OAFLOW_KILL_SEED repeats one that failed.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random, SystemRandom

import aiohttp
import pytest

from bot.model.counts import ENTERED, PASSED
from bot.model.mark import Mark
from tests.faults.bot_process import BotProcess
from tests.faults.stored import looking
from tests.faults.webhooks import HOURS, NOTHING, OFFER, Occurrence, person, says, watches
from tests.faults.world import World

ROUNDS = int(os.environ.get("OAFLOW_KILL_ROUNDS", "3"))
SEED = int(os.environ.get("OAFLOW_KILL_SEED") or SystemRandom().randrange(1_000_000))
PEOPLE = 20
EVENTS_EACH = 8
BUSY_EVENTS = 120
"""Events of the one person in each round who says most."""

CHATTED = 60
"""Events of each of those who talk one at a time."""

QUEUED = 2_000
ROUND_SECONDS = 120
VICTIMS = ("bot", "mongod", "both")

JOURNEY = f"""\
flows:
  seen:
    when: [{{tag_added: 看過優惠}}]
    once_per: person
    states:
      shopping:
        rules: [{{when: {{text: {HOURS}}}, name: asked, add_tags: [問過], also: true}}]
        give_up_after: {{30d: gone}}
      gone: {{end: true}}"""
"""Who has heard of the offer is in it, and is counted at each question; the answers stay as they are."""


def conversation(user: str, count: int, dice: Random) -> list[Occurrence]:
    texts = dice.choices((HOURS, f"有{OFFER}嗎", NOTHING), k=count)
    return [says(user, text) for text in texts]


def in_webhooks(events: list[Occurrence], largest: int, dice: Random) -> list[list[Occurrence]]:
    rest = iter(events)
    return list(iter(lambda: list(itertools.islice(rest, dice.randint(1, largest))), []))


@contextmanager
def victim_of(number: int, dice: Random) -> Iterator[str]:
    """Who dies in this round: each once at first. What goes wrong in it says how it is repeated."""
    victim = VICTIMS[number] if number < len(VICTIMS) else dice.choice(VICTIMS)
    try:
        yield victim
    except BaseException as error:
        error.add_note(f"round {number + 1} of {ROUNDS}, {victim} killed; OAFLOW_KILL_SEED={SEED}")
        raise


class Killing:
    """A bot that gets killed while people talk to it."""

    def __init__(self, world: World, bot: BotProcess, dice: Random) -> None:
        self.world = world
        self.bot = bot
        self.dice = dice

    async def talk(self, webhooks: list[list[Occurrence]]) -> None:
        """One person's webhooks, each delivered after the one before was answered 200."""
        for events in webhooks:
            await self.world.courier.deliver_until_taken(lambda: self.bot.address, events)

    async def strike(self, victim: str) -> None:
        """Kill, and bring back what does not come back by itself."""
        if victim != "bot":
            await self.world.has_mongod()
        if victim != "mongod":
            self.bot.send(signal.SIGKILL)
        if victim != "bot":
            self.world.kill_mongod()
        if victim != "mongod":
            await self.bot.ended()
            await self.bot.start()

    async def moment(self, least: int, most: int) -> None:
        """Wait for a moment between two numbers of events stored, and some milliseconds more."""
        await self.world.courier.has_taken(self.dice.randint(least, most))
        await asyncio.sleep(self.dice.random() * 0.05)


async def one_round(killing: Killing, victim: str) -> list[Occurrence]:
    """People talk, the victim is killed at a random moment; returns when all is done."""
    dice, world = killing.dice, killing.world
    talks = [conversation(person(), EVENTS_EACH, dice) for _ in range(PEOPLE)]
    talks.append(conversation(person(), BUSY_EVENTS, dice))
    said = [event for talk in talks for event in talk]
    before = len(world.courier.taken)
    async with asyncio.timeout(ROUND_SECONDS), asyncio.TaskGroup() as group:
        for talk in talks:
            largest = 30 if len(talk) == BUSY_EVENTS else 3
            group.create_task(killing.talk(in_webhooks(talk, largest, dice)))
        await killing.moment(before + 1, before + len(said))
        await killing.strike(victim)
    await world.all_done(seconds=ROUND_SECONDS)
    return said


def expected(said: list[Occurrence]) -> Counter[Mark]:
    """What is counted of the journey: known from what people said, each in their order."""
    inside, counts = set[str](), Counter[Mark]()
    for event in said:
        if event.text == HOURS and event.user in inside:
            counts[Mark("main", "seen", PASSED, ("shopping", "asked", ""))] += 1
        elif event.text is not None and OFFER in event.text and event.user not in inside:
            inside.add(event.user)
            counts[Mark("main", "seen", ENTERED)] += 1
    return counts


@pytest.mark.ring("test", "the kill -9 of this ring")
async def test_killed_in_the_middle_of_a_talk(world: World) -> None:
    """A1, A8: what was answered 200 before has its turn and its reply after it, once, in order."""
    dice = Random(SEED)
    killing = Killing(world, await world.bot().start(), dice)
    talks = [conversation(person(), 10, dice) for _ in range(3)]
    said = [event for talk in talks for event in talk]
    async with asyncio.timeout(ROUND_SECONDS), asyncio.TaskGroup() as group:
        for talk in talks:
            group.create_task(killing.talk(in_webhooks(talk, 3, dice)))
        await world.courier.has_taken(len(said) // 2)
        await killing.strike("bot")
    await world.all_done(seconds=ROUND_SECONDS)
    await world.check(said)


async def test_s27_killed_at_random_moments(world: World) -> None:
    """A1, A8, H7: every event that was answered 200 has one turn and one reply, in order, after any kill -9.

    The counts of the journey agree with a recount of the timeline, and with what people said.
    """
    dice = Random(SEED)
    world.playbook(JOURNEY)
    killing = Killing(world, await world.bot().start(), dice)
    said: list[Occurrence] = []
    for number in range(ROUNDS):
        with victim_of(number, dice) as victim:
            said += await one_round(killing, victim)
            await world.check(said)
    assert {event.key for event in said} <= world.courier.taken
    async with looking(world.data) as stored:
        counts, rows = await stored.counts("seen"), await stored.recounted("seen")
    assert counts == rows == expected(said), f"counts are wrong; OAFLOW_KILL_SEED={SEED}"
    assert not killing.bot.complaints()


@pytest.mark.ring("soak", "in process it dies at each step: tests/runtime/chatty_schedules.py")
async def test_killed_while_turns_carry_what_they_answer(world: World, plain: bool) -> None:
    """A1, A2, A8: three people, each of whom waits for the 200 before they go on; killed as above."""
    dice, carried = Random(SEED), 0.0
    killing = Killing(world, await world.bot(TESTS_CLOCK_IS_OURS="yes").start(), dice)
    said: list[Occurrence] = []
    async with aiohttp.ClientSession() as session:
        for number in range(ROUNDS):
            talks = [conversation(person(), CHATTED, dice) for _ in range(3)]
            before, all_ = len(world.courier.taken), 3 * CHATTED
            async with asyncio.timeout(ROUND_SECONDS), asyncio.TaskGroup() as group:
                for talk in talks:
                    group.create_task(killing.talk(in_webhooks(talk, 1, dice)))
                await killing.moment(before + all_ // 2, before + all_ - 1)
                carried += await killing.bot.figure(session, "oaflow_events_carried_total")
                await killing.strike(VICTIMS[number % len(VICTIMS)])
            await world.all_done(seconds=ROUND_SECONDS)
            said += [event for talk in talks for event in talk]
            await world.check(said)
    assert bool(carried) is not plain, f"carried: {carried}; OAFLOW_KILL_SEED={SEED}"
    assert not killing.bot.complaints()


@pytest.mark.ring("soak", "a larger crowd of events")
@pytest.mark.parametrize("victim", VICTIMS)
async def test_killed_while_thousands_of_events_of_one_person_wait(world: World, victim: str) -> None:
    """A1, A8: LINE is slow, 2,000 events of one person are stored and wait; killed then and once more.

    Few of them are messages: most of so many from one person would not be heard (semantics 39).
    """
    dice = Random(SEED)
    bot = await world.bot().start()
    killing = Killing(world, bot, dice)
    user = person()
    said = [says(user, HOURS) if number % 25 == 0 else watches(user) for number in range(QUEUED)]
    world.line.hold = asyncio.Event()
    await killing.talk([said[start : start + 100] for start in range(0, QUEUED, 100)])
    assert not world.line.taken, "nothing can have been answered yet"
    await killing.strike(victim)
    world.line.hold.set()
    await world.line.has_taken(dice.randint(1, 60))
    await killing.strike(victim)
    await world.all_done(seconds=ROUND_SECONDS)
    await world.check(said)

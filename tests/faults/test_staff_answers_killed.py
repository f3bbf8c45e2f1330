"""`kill -9` while staff answer and customers write: nothing is said twice, nothing is lost, and what was
shown free is never sent for money (E3, A2, A5).

OAFLOW_KILL_ROUNDS sets the number of rounds (3: each victim once), OAFLOW_KILL_SEED repeats one that failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import pytest

from bot.engine.compiled.playbook import TAIPEI
from bot.model.clock import SystemClock
from bot.model.conversation import picture_token
from bot.operations.conversation import conversation
from bot.operations.find_contacts import LocatedContact
from bot.web.admin.chat_view import end_words
from tests.faults.bot_process import comes_to
from tests.faults.staff_browser import StaffBrowser, Team, team_of
from tests.faults.test_kill import ROUND_SECONDS, ROUNDS, SEED, Killing, victim_of
from tests.faults.webhooks import NOTHING, Occurrence, person, says
from tests.faults.world import World
from tests.operations.test_staff_pictures import photo

CUSTOMERS = 6
ANSWERS = 4
"""That each customer gets in a round."""


@dataclass(frozen=True)
class Answer:
    """What somebody of the team has sent: whether it might cost, and what the page was told of it."""

    user: str
    text: str
    may_cost: bool
    told: Mapping[str, Any]


async def answers(
    staff: tuple[StaffBrowser, StaffBrowser], user: str, dice: Random, number: int, begun: list[str]
) -> list[Answer]:
    """One of the two takes the conversation and answers; the other tries to, as well. `begun` grows by each
    answer that is about to be sent.
    """
    mine, other = staff if dice.random() < 0.5 else staff[::-1]
    assert not (await mine.deed(user, "take")).get("error")
    done: list[Answer] = []
    for one in range(ANSWERS):
        by = other if dice.random() < 0.2 else mine
        text, may_cost = f"{user} {number} {one}", dice.random() < 0.5
        begun.append(text)
        told = await by.deed(user, "answer", text=text, may_cost=str(int(may_cost)))
        assert by is mine or told.get("unsent") in ("theirs", "untraced"), told
        done.append(Answer(user, text, may_cost, told))
        await asyncio.sleep(dice.random() * 0.05)
    assert not (await mine.deed(user, "back")).get("error")
    return done


def texts(world: World) -> Iterator[tuple[str, str]]:
    """What LINE has taken: how it was sent, and each text."""
    return ((one.kind, text) for one in world.line.taken for text in one.texts)


async def said_to(team: Team, user: str) -> list[tuple[str, bool]]:
    """The answers in the conversation, and whether each is seen as lost."""
    stored = await team.stores.contacts.person(f"main:{user}")
    assert stored is not None
    found = LocatedContact(stored, team.stores, simulated=False)
    page = await conversation(found, SystemClock().now(), zone=TAIPEI, most=1_000, reveal=True)
    return [
        (call.messages[0]["text"], end_words(end)[1])
        for shown in page.turns
        for call, end in zip(shown.turn.calls, shown.ends, strict=True)
    ]


async def _has_said(team: Team, user: str, number: int) -> bool:
    return len(await said_to(team, user)) >= number


async def check(world: World, team: Team, done: list[Answer]) -> None:
    """Each answer is at LINE once, and once in the conversation; or was not sent, and the page says why.

    What is free is never paid for: a reply that died with its process before LINE had it, and whose token
    lives no more, is seen as not sent, with a button to try again.
    """
    taken: dict[str, list[str]] = {}
    for kind, text in texts(world):
        taken.setdefault(text, []).append(kind)
    for user in {one.user for one in done}:
        ours = [one for one in done if one.user == user]
        wanted = [one.text for one in ours if one.told["unsent"] is None]
        await comes_to(partial(_has_said, team, user, len(wanted)))  # a moment after its turn
        said = await said_to(team, user)
        assert [text for text, _ in said] == wanted
        lost = {text for text, is_lost in said if is_lost}
        for one in ours:
            assert "error" not in one.told, one.told
            unsent, kinds = one.told["unsent"], taken.get(one.text, [])
            assert len(kinds) <= 1, f"{one.text} was said {len(kinds)} times"
            assert one.may_cost or "push" not in kinds, f"{one.text} was free, and was sent for money"
            assert bool(kinds) == (unsent is None and one.text not in lost), (one, kinds, one.text in lost)
            assert not one.may_cost or (one.text not in lost and unsent in (None, "theirs", "untraced")), one


async def one_round(
    killing: Killing, staff: tuple[StaffBrowser, StaffBrowser], victim: str, number: int
) -> tuple[list[Answer], list[Occurrence]]:
    dice, world = killing.dice, killing.world
    users = [person() for _ in range(CUSTOMERS)]
    said = {user: [says(user, NOTHING) for _ in range(ANSWERS)] for user in users}
    begun: list[str] = []
    strike_at = dice.randint(1, CUSTOMERS * (ANSWERS - 1))
    async with asyncio.timeout(ROUND_SECONDS), asyncio.TaskGroup() as group:
        for user in users:  # whom nobody knows, nobody answers
            await world.courier.deliver_until_taken(lambda: killing.bot.address, [said[user][0]])
        await world.all_done(*users)
        answering = [
            group.create_task(answers(staff, user, Random(dice.random()), number, begun)) for user in users
        ]
        for user in users:
            group.create_task(killing.talk([[one] for one in said[user][1:]]))
        await comes_to(lambda: asyncio.sleep(0, len(begun) >= strike_at), ROUND_SECONDS)
        await asyncio.sleep(dice.random() * 0.3)  # an answer is stored, sent and told of in some tenths
        await killing.strike(victim)
    await world.all_done(seconds=ROUND_SECONDS)
    return [one for task in answering for one in task.result()], [
        one for some in said.values() for one in some
    ]


@pytest.mark.ring("soak", "in process it dies at each step: tests/runtime/test_staff_chat.py")
async def test_killed_while_staff_answer(world: World) -> None:
    """E3, A2, A5: whichever of the bot and its database dies, under load."""
    dice = Random(SEED)
    bot = await world.bot().start()
    killing = Killing(world, bot, dice)
    done: list[Answer] = []
    said: list[Occurrence] = []
    async with team_of(world.data) as team:
        amy, ben = [await team.agent(name, world.session, lambda: bot.address) for name in ("amy", "ben")]
        for number in range(ROUNDS):
            with victim_of(number, dice) as victim:
                answered, heard = await one_round(killing, (amy, ben), victim, number)
                done, said = done + answered, said + heard
                await check(world, team, done)
    assert {event.key for event in said} <= world.courier.taken
    assert any(one.told["unsent"] is None for one in done)


async def test_killed_between_a_picture_and_its_answer(world: World) -> None:
    """E3: what was chosen is there after the restart, and goes out once, however often it is sent."""
    bot = await world.bot().start()
    user = person()
    await world.delivered(bot, says(user, NOTHING))
    async with team_of(world.data) as team:
        amy = await team.agent("amy", world.session, lambda: bot.address)
        chosen = await amy.picture(user, photo())
        await bot.kill()
        await bot.start()
        fields = {"text": "您看", "pictures": chosen["token"], "may_cost": "1", "form": "0" * 32}
        world.line.hold = asyncio.Event()
        first = asyncio.create_task(amy.deed(user, "answer", **fields))
        await comes_to(lambda: asyncio.sleep(0, bool(world.line.asked)))
        await bot.kill()  # LINE has it, and nobody has heard so
        world.line.hold.set()
        await bot.start()
        assert (await first)["unsent"] is None
        assert (await amy.deed(user, "answer", **fields))["unsent"] is None
        await world.all_done()
    (sent,) = [one for one in world.line.taken if "您看" in one.texts]
    text, address = sent.texts
    assert (text, picture_token(address)) == ("您看", chosen["token"])
    path = address[address.index("/media/") :]
    async with world.session.get(bot.address + path) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")

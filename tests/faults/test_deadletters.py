"""`oaflow deadletters` after a fault: what LINE did not take is listed, shown, sent once more. A2, K3"""

from __future__ import annotations

import asyncio
import json
import signal
from typing import Any

import pytest

from tests.eventually import PATIENCE
from tests.fakes.fake_line import Answers
from tests.faults.bot_process import BotProcess, comes_to
from tests.faults.line_api import QUOTA
from tests.faults.stored import looking
from tests.faults.webhooks import HOURS, PUSHED, Occurrence, person, says
from tests.faults.world import World
from tests.started import started


async def asked(world: World, *words: str) -> tuple[int, str]:
    """A command as staff give it, beside the bot: its exit code, and what it prints."""
    action, *more = words
    order = ("deadletters", action, str(world.folder), *more, "--language", "en")
    process = await started(*order, env=world.environment)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode is not None
    return process.returncode, out.decode() + err.decode()


async def given_up(world: World) -> list[dict[str, Any]]:
    code, told = await asked(world, "list", "--json")
    assert code == 0, told
    listed: list[dict[str, Any]] = json.loads(told)["unsent"]
    return listed


async def lost(world: World, bot: BotProcess, event: Occurrence, seconds: float = 60) -> dict[str, Any]:
    """It becomes a dead letter."""
    await world.delivered(bot, event)
    async with looking(world.data) as stored:

        async def is_there() -> bool:
            return bool(await stored.dead_letters())

        await comes_to(is_there, seconds)
    (letter,) = await given_up(world)
    return letter


async def test_listed_shown_and_resent_once(started_world: World) -> None:
    """Of three commands at once one sends; two bots run, and the timeline says who."""
    world = started_world
    bots = [await world.bot().start(), await world.bot().start()]
    user = person()
    world.line.script(user, QUOTA)
    letter = await lost(world, bots[0], says(user, PUSHED, tokened=False))
    assert (letter["kind"], letter["reason"], letter["tries"]) == ("push", "quota", 1)
    code, shown = await asked(world, "show", letter["name"])
    assert code == 0
    assert "same retry key" in shown
    assert user not in shown
    done = await asyncio.gather(*(asked(world, "resend", letter["name"]) for _ in range(3)))
    assert sorted(code for code, _ in done) == [0, 1, 1], done
    (said,) = [told for code, told in done if code == 0]
    assert said == f"{letter['name']}  accepted by LINE\n"
    await world.all_done(user)
    assert [taken.texts for taken in world.line.taken] == [("到貨了",)]
    assert await given_up(world) == []
    async with looking(world.data) as stored:
        rows = {row.what: row for row in await stored.timeline(f"main:{user}")}
        assert rows["resent: push"].details[0].startswith("by command:")
        assert rows["resent: push"].ends[0].how == "accepted"


@pytest.mark.ring("soak", "stored while nobody runs: tests/operations/test_dead_letters.py")
async def test_killed_right_after_it_was_asked_for(started_world: World) -> None:
    """The order is in the database before the command says so: who starts next carries it out, once."""
    world = started_world
    bot = await world.bot().start()
    user = person()
    world.line.script(user, QUOTA)
    letter = await lost(world, bot, says(user, PUSHED, tokened=False))
    bot.send(signal.SIGSTOP)  # it hears of nothing
    code, told = await asked(world, "resend", letter["name"])
    assert (code, world.line.taken) == (0, []), told
    await bot.kill()
    await world.bot().start()
    await world.all_done(user)
    assert [taken.texts for taken in world.line.taken] == [("到貨了",)]


@pytest.mark.ring("soak", "waits for a token to die")
async def test_after_500s_until_the_token_is_dead(started_world: World) -> None:
    """A reply that LINE answers by 500 for 50 s: nobody knows, so it is sent only where that is accepted."""
    world = started_world
    bot = await world.bot().start()
    user = person()
    event = says(user, HOURS)
    world.line.script(event.token, *(Answers(500) for _ in range(200)))
    letter = await lost(world, bot, event, 90)
    assert (letter["kind"], letter["reason"]) == ("reply", "unsure")
    assert letter["tries"] > 5
    code, told = await asked(world, "resend", letter["name"])
    assert code == 1
    assert "--second" in told
    code, told = await asked(world, "resend", letter["name"], "--second")
    assert code == 0, told
    await world.all_done(user)
    assert [(taken.kind, taken.texts) for taken in world.line.taken] == [("push", ("每天 11:00–21:00",))]

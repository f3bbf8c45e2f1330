"""Stopping keeps everything, starting finds it again, and what is logged tells nobody anything personal."""

from __future__ import annotations

import asyncio
import signal

import pytest

from tests.faults.bot_process import ACCESS_TOKEN, PATIENCE, BotProcess
from tests.faults.line_api import QUOTA
from tests.faults.stored import reopened
from tests.faults.webhooks import HOURS, NOTHING, OFFER, PATH, PUSHED, SECRET, follows, person, says, sign
from tests.faults.world import World, check_turns

SAID = "我的電話是0912345678"
"""Something personal that people say here."""


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.ring("soak", "more of the same"))],
    ids=lambda number: signal.Signals(number).name,
)
async def test_stopped_with_work_in_hand(world: World, number: signal.Signals) -> None:
    """A8: exit code 0, everything stored; what was not done is done after the next start."""
    bot = await world.bot().start()
    user = person()
    said = [says(user, text) for text in (HOURS, f"有{OFFER}嗎", NOTHING) * 20]
    await world.delivered(bot, *said)
    assert await bot.stop(number) == 0
    assert world.mongod is None
    async with reopened(world.data) as stored:
        assert sum((await stored.events()).values()) == len(said)
        assert await stored.dead_letters() == []
    again = await world.bot().start()
    await world.all_done()
    await world.check(said)
    assert await again.stop(number) == 0
    async with reopened(world.data) as stored:
        await check_turns(stored, said)
        assert [tag.name for tag in (await stored.contact(f"main:{user}")).tags] == ["看過優惠"]
    assert not bot.complaints() + again.complaints()


@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGTERM, marks=pytest.mark.ring("soak", "more of the same")), signal.SIGINT],
    ids=lambda number: signal.Signals(number).name,
)
async def test_stopped_while_webhooks_come(world: World, number: signal.Signals) -> None:
    """A8: whatever was answered 200 before the end is there after it."""
    bot = await world.bot().start()
    said = [says(person(), HOURS) for _ in range(300)]

    async def talk(start: int) -> None:
        for event in said[start::10]:
            if await world.deliver(bot, event) != 200:
                return

    talks = asyncio.gather(*(talk(start) for start in range(10)))
    async with asyncio.timeout(PATIENCE):
        await world.courier.has_taken(60)
    assert await bot.stop(number) == 0
    await talks
    taken = [event for event in said if event.key in world.courier.taken]
    await world.bot().start()
    await world.all_done()
    await world.check(taken)
    assert not bot.complaints()


async def test_a_process_that_is_told_to_stop_before_it_is_ready(world: World) -> None:
    """SIGTERM at the start: no traceback, and no mongod is left behind for nobody."""
    bot = world.bot()
    await bot.spawn()
    await world.has_mongod()
    await bot.stop()
    assert not bot.complaints()


@pytest.mark.ring("soak", "reads the log of a whole life")
async def test_nothing_personal_is_logged(world: World) -> None:
    """K3: no texts, names, LINE ids, tokens or secrets in any line, whatever goes wrong."""
    name = "王大明的暱稱"
    people = [person() for _ in range(6)]
    world.line.names.update(dict.fromkeys(people, name))
    bot = await world.bot().start()
    refused = says(people[0], HOURS)
    world.line.script(refused.token, QUOTA)
    said = [
        follows(people[0]),
        refused,
        *(says(user, text) for user in people for text in (SAID, f"{SAID}{OFFER}", HOURS)),
        says(people[1], PUSHED, tokened=False),
        says(people[2], SAID + "\0\u202e\U0001f600"),
    ]
    await world.delivered(bot, *said)
    await nonsense(world, bot, people[3])
    await world.all_done()
    world.kill_mongod()
    more = [says(user, SAID) for user in people]
    async with asyncio.timeout(PATIENCE):
        await world.courier.deliver_until_taken(lambda: bot.address, more)
    await world.all_done()
    await bot.kill()
    last = await world.bot().start()
    assert await last.stop() == 0
    log = "\n".join(bot.log + last.log)
    assert log.count('"ready"') == 2
    secrets = [SAID, "0912345678", name, SECRET, ACCESS_TOKEN, *people]
    secrets += [text for event in said + more for text in (event.token, event.id)]
    assert [secret for secret in secrets if secret in log] == []
    assert not bot.complaints() + last.complaints()


async def nonsense(world: World, bot: BotProcess, user: str) -> None:
    """Signed and unsigned bodies that are no webhooks, and things that are no HTTP, with this id in them."""
    bodies = [f'{{"events": "{user}"}}', f"[{user}", f'{{"events": [{{"source": "{user}"}}, "{user}", 7]}}']
    statuses = []
    for body in bodies:
        for signature in (sign(body.encode()), SECRET):
            headers = {"X-Line-Signature": signature}
            async with world.session.post(bot.address + PATH, data=body, headers=headers) as answer:
                statuses.append(answer.status)
    assert statuses == [400, 401, 400, 401, 200, 401]
    host, port = bot.address.removeprefix("http://").split(":")
    for words in (f"{user} {SAID}\r\n\r\n", f"POST /webhook/{user} HTTP/1.1\r\nX-{SAID}\r\n\r\n"):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(words.encode())
        await reader.read()
        writer.close()
        await writer.wait_closed()
    async with world.session.get(f"{bot.address}/webhook/{user}") as answer:
        assert answer.status == 405

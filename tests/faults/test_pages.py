"""`kill -9` while a member binds a phone on the page: whoever is left goes on, and everything counts once."""

from __future__ import annotations

import asyncio
import signal

import pytest

from tests.eventually import PATIENCE
from tests.faults.bot_process import BotProcess, comes_to
from tests.faults.members import BINDING, TRIGGER, WELCOME, Member, codes_sent
from tests.faults.stored import looking
from tests.faults.webhooks import says
from tests.faults.world import World

STEPS = (
    pytest.param("signed in", marks=pytest.mark.ring("soak", "more of the same")),
    pytest.param("opened", marks=pytest.mark.ring("soak", "more of the same")),
    "phone",
    pytest.param("code", marks=pytest.mark.ring("soak", "more of the same")),
)
MILLISECONDS = (0, pytest.param(10, marks=pytest.mark.ring("soak", "more of the same")))


@pytest.fixture
def world_of_pages(started_world: World) -> World:
    (started_world.folder / "bot.yaml").write_text(BINDING, "utf-8")
    return started_world


async def again(bot: BotProcess) -> None:
    """Killed, and brought back."""
    await bot.kill()
    await bot.start()


def member_of(world: World, *bots: BotProcess) -> Member:
    return Member(world.session, lambda: [bot.address for bot in bots if bot.runs] or ["http://127.0.0.1:1"])


async def opened(world: World) -> tuple[BotProcess, Member]:
    """A bot, and a member whose page asks for the phone."""
    bot = await world.bot().start()
    member = member_of(world, bot)
    await member.sign_in()
    await member.open()
    return bot, member


async def asked_for_code(world: World) -> tuple[BotProcess, Member, str]:
    """The same when the page asks for the code, which is this."""
    bot, member = await opened(world)
    await member.answer(member.phone)
    (code,) = await codes_sent([bot])
    return bot, member, code


async def is_welcomed_once(world: World, bot: BotProcess, member: Member) -> None:
    """The page says the trigger: one reply, no push, the phone is bound."""
    assert (member.screen["kind"], member.screen["say"]) == ("done", TRIGGER)
    await world.courier.deliver_until_taken(lambda: bot.address, [says(member.user, TRIGGER)])
    await world.all_done(member.user)
    assert [(taken.kind, taken.texts) for taken in world.line.taken] == [("reply", (WELCOME,))]
    async with looking(world.data) as stored:
        contact = await stored.contact(f"main:{member.user}")
    assert list(contact.bindings) == ["phone"]
    assert contact.phone == f"+886{member.phone[1:]}"


@pytest.mark.parametrize("killed", STEPS)
async def test_between_any_two_steps(world_of_pages: World, killed: str) -> None:
    world = world_of_pages
    bot = await world.bot().start()
    member = member_of(world, bot)

    async def step(name: str) -> None:
        if name == killed:
            await again(bot)

    await member.sign_in()
    await step("signed in")
    await member.open()
    await step("opened")
    await member.answer(member.phone)
    assert member.screen["state"] == "ask_code"
    (code,) = await codes_sent([bot])
    await step("phone")
    await member.answer(code)
    await step("code")
    await is_welcomed_once(world, bot, member)
    assert await codes_sent([bot]) == [code], "one SMS"


@pytest.mark.parametrize("milliseconds", MILLISECONDS)
async def test_while_the_code_is_compared(world_of_pages: World, milliseconds: int) -> None:
    bot, member, code = await asked_for_code(world_of_pages)
    answering = asyncio.ensure_future(member.answer(code))
    await asyncio.sleep(milliseconds / 1000)
    await again(bot)
    await answering
    await is_welcomed_once(world_of_pages, bot, member)


@pytest.mark.parametrize("milliseconds", MILLISECONDS)
async def test_while_the_code_is_sent(world_of_pages: World, milliseconds: int) -> None:
    """Perhaps it was sent, perhaps not: never twice, and the member is asked for it and can have another."""
    bot, member = await opened(world_of_pages)
    answering = asyncio.ensure_future(member.answer(member.phone))
    await asyncio.sleep(milliseconds / 1000)
    await again(bot)
    await answering
    assert member.screen["state"] == "ask_code"
    assert len(await codes_sent([bot], least=0)) <= 1


@pytest.mark.ring("soak", "waits for a database to come back")
async def test_the_database_dies_between_two_steps(world: World) -> None:
    (world.folder / "bot.yaml").write_text(BINDING, "utf-8")
    bot, member, code = await asked_for_code(world)
    world.kill_mongod()
    await member.answer(code)
    await is_welcomed_once(world, bot, member)
    assert await codes_sent([bot]) == [code]


async def test_a_process_that_stops_lets_its_pages_go(world_of_pages: World) -> None:
    """SIGTERM: a request that is held gets the present screen at once; nobody waits 25 s for anything."""
    bot, member = await opened(world_of_pages)
    held = asyncio.ensure_future(member.next_screen())

    async def is_held() -> bool:
        return await bot.figure(world_of_pages.session, "oaflow_pages_held") == 1

    await comes_to(is_held)
    bot.send(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        assert await held == member.screen
    assert await bot.ended() == 0
    assert bot.complaints() == []


async def test_two_processes_serve_each_page_and_one_of_them_dies(world_of_pages: World) -> None:
    """Each call goes to the other process. Who dies owns a member or not, after the result or before."""
    world = world_of_pages
    first, second = await world.bot().start(), await world.bot().start()
    members = [member_of(world, first, second) for _ in range(4)]
    for bot in (first, second):
        await world.owns(bot, 128)
    for member in members:
        await member.sign_in()
        await member.open()
        await member.answer(member.phone)
        assert member.screen["state"] == "ask_code"
    codes = await codes_sent([first, second], least=len(members))
    assert len(codes) == len(members)

    async def is_bound(member: Member) -> None:
        for code in codes:  # whose code is whose does not stand in the log, and five tries are enough
            if member.screen["state"] == "ask_code":
                await member.answer(code)
        assert (member.screen["kind"], member.screen["say"]) == ("done", TRIGGER)

    for member in members[:2]:
        await is_bound(member)
    await first.kill()
    for member in members[2:]:
        await is_bound(member)
    for member in members:
        await world.courier.deliver_until_taken(lambda: second.address, [says(member.user, TRIGGER)])
    await world.all_done(*(member.user for member in members))
    assert [(taken.kind, taken.texts) for taken in world.line.taken] == [("reply", (WELCOME,))] * 4

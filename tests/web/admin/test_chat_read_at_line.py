"""E3: a conversation that staff have opened is marked as read at LINE, where its channel says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import orjson
import pytest

from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.model.inbox import InboxEntry
from bot.model.processes import part_of
from tests.conftest import NOW, ManualClock
from tests.fakes.fake_line import Answers, FakeLine
from tests.web.admin.chat_world import AMY, MAIN, ChatWorld, chat_world
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff

MARKED = "/v2/bot/chat/markAsRead"
READS = replace(MAIN, mark_read=True)


@pytest.fixture
async def client(line: FakeLine, clock: ManualClock) -> AsyncIterator[LineClient]:
    async with new_session() as session:
        client = LineClient(READS, line.url, line.url, session, clock)
        yield client
        client.close()


async def writes(world: ChatWorld, token: str | None) -> None:
    """She writes; the event of it is in the inbox, as it came."""
    await world.sent("sticker")
    event = f"main:e{world.said}"
    message = {"type": "sticker"} | ({} if token is None else {"markAsReadToken": token})
    raw = orjson.dumps({"type": "message", "message": message})
    entry = InboxEntry(event, "main", AMY.id, part_of(AMY.id), NOW, raw)
    await world.staff.stores.inbox.store([entry], set())


async def opens(world: ChatWorld, agent: Staff, more: str = "") -> list[str]:
    """Somebody opens the chat; the tokens that LINE was asked with by then."""
    assert (await agent.get(f"{world.chat()}{more}"))[0] == 200
    await world.reads.close()
    return [one.json["markAsReadToken"] for one in world.line.requests if one.path == MARKED]


async def test_up_to_the_newest_message_once(worlds: StaffWorlds, line: FakeLine, client: LineClient) -> None:
    """Also after it was renewed, and by whom of the team; earlier pages mark nothing."""
    world = await chat_world(worlds, line, READS, client)
    await writes(world, "first")
    await writes(world, "second")
    agent, admin = await world.signed_in("agent"), await world.signed_in("admin")
    assert await opens(world, agent, "&before=2026-11-20T04:00:01%2B00:00~9") == []
    assert await opens(world, agent) == ["second"]
    assert await opens(world, agent) == ["second"]
    assert (await admin.get(world.chat("admin")))[0] == 200
    await writes(world, "third")
    assert await opens(world, agent) == ["second", "third"]


@pytest.mark.parametrize("is_told", [True, False])
async def test_only_where_the_channel_says_so(
    worlds: StaffWorlds, line: FakeLine, client: LineClient, is_told: bool
) -> None:
    world = await chat_world(worlds, line, READS if is_told else MAIN, client)
    await writes(world, "first")
    assert await opens(world, await world.signed_in("agent")) == (["first"] if is_told else [])


async def test_without_a_token_or_an_event_nothing_is_asked(
    worlds: StaffWorlds, line: FakeLine, client: LineClient
) -> None:
    """An event that the inbox has no more; one that LINE sent without; a channel that is unlinked."""
    world = await chat_world(worlds, line, READS, client)
    agent = await world.signed_in("agent")
    await world.sent("sticker")
    assert await opens(world, agent) == []
    await writes(world, None)
    assert await opens(world, agent) == []
    unlinked = await chat_world(worlds, line, READS, None)
    assert await opens(unlinked, agent) == []


async def test_what_line_refuses_costs_the_page_nothing(
    worlds: StaffWorlds, line: FakeLine, client: LineClient, caplog: pytest.LogCaptureFixture
) -> None:
    world = await chat_world(worlds, line, READS, client)
    line.always(MARKED, Answers(400, {"message": "Invalid markAsReadToken."}))
    await writes(world, "the-secret-token")
    assert await opens(world, await world.signed_in("agent")) == ["the-secret-token"]
    assert "did not mark a conversation as read" in caplog.text
    assert "the-secret-token" not in caplog.text

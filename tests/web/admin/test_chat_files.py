"""E3: files that customers sent, on the page of chats: whole, in parts, to whom, and what the log has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from yarl import URL

from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.model.contact import Contact, Identity
from bot.operations.incident import IncidentPeriod
from bot.operations.read_incident import concerned, read_incident
from bot.store.sealing.sealed_pieces import PIECE
from bot.web.admin.cookies import proof
from tests.conftest import NOW, ManualClock
from tests.fakes.fake_line import Answers, FakeLine
from tests.pictures import png
from tests.web.admin.chat_world import AMY, MAIN, ChatWorld, chat_world
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import PLAYBOOK, Staff

VOICE = b"\0\0\0\x1cftypM4A " + bytes(range(256)) * (PIECE // 256)


@pytest.fixture
async def world(worlds: StaffWorlds, line: FakeLine) -> ChatWorld:
    return await chat_world(worlds, line)


async def asked(browser: Staff, address: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    async with browser.http.get(browser.url.join(URL(address, encoded=True)), headers=headers) as answer:
        return answer.status, answer.headers, await answer.read()


@pytest.mark.parametrize(
    ("wanted", "status", "start", "stop"),
    [
        (None, 200, 0, len(VOICE)),
        ("bytes=0-1", 206, 0, 2),
        ("bytes=0-", 206, 0, len(VOICE)),
        (f"bytes={PIECE - 2}-{PIECE + 1}", 206, PIECE - 2, PIECE + 2),
        ("bytes=-5", 206, len(VOICE) - 5, len(VOICE)),
        (f"bytes=5-{len(VOICE) * 2}", 206, 5, len(VOICE)),
        ("bytes=9-3", 200, 0, len(VOICE)),
        ("bytes=0-1,5-6", 200, 0, len(VOICE)),
        (f"bytes={len(VOICE)}-", 416, 0, 0),
    ],
)
async def test_a_player_gets_the_part_that_it_asks_for(
    world: ChatWorld, line: FakeLine, wanted: str | None, status: int, start: int, stop: int
) -> None:
    address = await world.sent("audio", VOICE)
    browser = await world.signed_in("agent")
    got, headers, content = await asked(browser, address, **({} if wanted is None else {"Range": wanted}))
    assert (got, content) == (status, VOICE[start:stop])
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Content-Length"] == str(stop - start)
    part = {206: f"bytes {start}-{stop - 1}/{len(VOICE)}", 416: f"bytes */{len(VOICE)}"}.get(got)
    assert headers.get("Content-Range") == part
    if got != 416:
        assert headers["Content-Type"] == "audio/mp4"


async def test_what_a_browser_has_it_does_not_get_again(world: ChatWorld) -> None:
    address = await world.sent("audio", VOICE)
    browser = await world.signed_in("agent")
    _, headers, _ = await asked(browser, address)
    tag = headers["ETag"]
    got, headers, content = await asked(browser, address, **{"If-None-Match": tag})
    assert (got, content, headers["ETag"]) == (304, b"", tag)
    old = await asked(browser, address, **{"Range": "bytes=0-1", "If-Range": '"another"'})
    assert (old[0], len(old[2])) == (200, len(VOICE))


async def test_it_is_one_line_of_the_log_however_often_a_player_asks(world: ChatWorld) -> None:
    address = await world.sent("audio", VOICE)
    browser = await world.signed_in("agent")
    for wanted in ("bytes=0-1", "bytes=0-", f"bytes={PIECE}-"):
        assert (await asked(browser, address, Range=wanted))[0] == 206
    assert [(row.what, row.actor, row.details) for row in await world.log()] == [
        ("revealed", "console:agent", ("m1",))
    ]


async def test_somebody_elses_file_is_no_file_of_this_chat(world: ChatWorld, line: FakeLine) -> None:
    """The address of one chat with a message of another; and a role that has no chats."""
    address = await world.sent("image", b"GIF89a")
    other = Contact("main:U2", name="小明", identities=(Identity("main", "U2"),))
    await world.add(other)
    browser = await world.signed_in("agent")
    theirs = address.replace(world.part("agent", AMY.id), world.part("agent", other.id))
    assert (await asked(browser, theirs))[0] == 409
    assert line.requests == []
    assert await world.log() == []
    clerk = await world.signed_in("store_manager")
    assert (await asked(clerk, address))[0] == 403


async def test_what_line_has_no_more_is_said_in_a_sentence(world: ChatWorld, line: FakeLine) -> None:
    address = await world.sent("image", b"")
    line.always("/v2/bot/message/m1/content", Answers(404, {"message": "not found"}))
    got, _, page = await asked(await world.signed_in("agent"), address)
    assert (got, "does not have message m1 any more" in page.decode()) == (409, True)


async def test_an_incident_names_the_pictures_that_were_seen_with_a_conversation(world: ChatWorld) -> None:
    """J4: no line says which of them: who read the conversation has seen those that were stored with it."""
    address = await world.sent("image", png(60, 40))
    agent = await world.signed_in("agent")
    got, headers, content = await asked(agent, f"{address}&within=1")
    assert (got, content, headers["Cache-Control"]) == (200, png(60, 40), "private, max-age=3600")
    assert [row.what for row in await world.log()] == ["conversation_read"]
    period = IncidentPeriod(NOW - timedelta(hours=1), NOW + timedelta(hours=1), "agent")
    incident = await read_incident(world.staff.stores, PLAYBOOK, period, NOW)
    people = [one async for some in concerned(world.staff.stores, PLAYBOOK, incident) for one in some]
    assert [(one.contact, one.kinds) for one in people if "looked_at" in one.touches] == [
        (AMY.id, ["line", "conversation", "files"])
    ]


@pytest.mark.parametrize(
    ("status", "got", "kept"), [(404, 404, "private, max-age=600"), (429, 503, "no-store")]
)
async def test_a_picture_that_is_not_there_costs_no_page(
    world: ChatWorld, line: FakeLine, status: int, got: int, kept: str
) -> None:
    """And nobody has seen it; LINE is not asked at each renewal for what it has no more."""
    address = await world.sent("image", b"")
    line.always("/v2/bot/message/m1/content", Answers(status, {"message": "no"}))
    found, headers, content = await asked(await world.signed_in("agent"), f"{address}&within=1")
    assert (found, content, headers["Cache-Control"]) == (got, b"", kept)
    assert await world.log() == []


async def test_only_a_picture_is_seen_within(world: ChatWorld) -> None:
    """A voice message that is played is a line of its own, whatever its address says."""
    address = await world.sent("audio", VOICE)
    await asked(await world.signed_in("agent"), f"{address}&within=1")
    assert [row.what for row in await world.log()] == ["revealed"]


async def test_who_signs_out_leaves_no_picture_in_the_browser(world: ChatWorld) -> None:
    agent = await world.signed_in("agent")
    form = {"proof": proof(agent.held)}
    at = agent.url.join(URL("/admin/sign-out"))
    async with agent.http.post(at, data=form, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Clear-Site-Data"]) == (303, '"cache"')


async def test_pictures_are_fetched_with_the_token_that_the_bot_has(
    worlds: StaffWorlds, line: FakeLine, clock: ManualClock
) -> None:
    """A page of pictures issues none for each."""
    short = replace(MAIN, access_token=None)
    async with new_session() as session:
        client = LineClient(short, line.url, line.url, session, clock)
        world = await chat_world(worlds, line, short, client)
        agent = await world.signed_in("agent")
        for _ in range(3):
            address = await world.sent("image", png(60, 40))
            assert (await asked(agent, f"{address}&within=1"))[0] == 200
        client.close()
    assert [one.path for one in line.requests].count("/oauth2/v3/token") == 1

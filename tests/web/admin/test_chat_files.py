"""E3: files that customers sent, on the page of chats: whole, in parts, to whom, and what the log has."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from yarl import URL

from bot.model.contact import Contact, Identity
from bot.store.sealing.sealed_pieces import PIECE
from tests.fakes.fake_line import Answers, FakeLine
from tests.web.admin.chat_world import AMY, ChatWorld, chat_world
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff

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

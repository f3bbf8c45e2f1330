"""What nobody should send, sent by a program, a page or a friend: refused or taken; nothing breaks. L4."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.model.instance import Timer
from bot.simulator.workbench.inside import Inside
from tests.eventually import PATIENCE
from tests.simulator.conftest import World


@pytest.mark.parametrize("text", [5, ["x"] * 100, {str(key): 1 for key in range(100)}])
async def test_what_stands_where_a_text_stands_elsewhere(world: World, friend: str, text: Any) -> None:
    """The events after it are brought, too."""
    last = (await world.get("state"))["last"]
    await world.do(f"friends/{friend}/send", {"type": "sticker", "content": {"text": text}})
    said = await world.do(f"friends/{friend}/say", {"text": "hi"})
    assert (await world.webhook()).event["message"]["text"] == text
    assert (await world.webhook()).event["message"]["text"] == "hi"
    entry = await world.until("happened", last, lambda e: e["id"] == said["event"])
    assert (entry["text"], entry["status"]) == ("hi", 200)
    log = (await world.get("state"))["happened"]
    assert [one["text"] for one in log if one["what"] == "message/sticker"] == [None]


async def test_headers_that_are_no_text(world: World) -> None:
    host, _, port = world.url.removeprefix("http://").partition(":")
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /simulator/line/v2/bot/message/push HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Authorization: Bearer token-of-main\r\nX-Odd: \xff!\r\nContent-Length: 2\r\n\r\n{}"
        )
        assert b" 400 " in await reader.readline()
        writer.close()
        await writer.wait_closed()
    (call,) = [one["id"] for one in (await world.get("state"))["happened"] if one["kind"] == "call"]
    assert (await world.get(f"calls/{call}"))["request"]["headers"]["X-Odd"] == "\ufffd!"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=nonsense", b"grant_type=client_credential"),
        ("application/x-www-form-urlencoded", b"grant_type=\xff&client_id=%ff"),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 1_000_000)),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nodd\r\n\r\nx\r\n--x--"),
    ],
)
async def test_a_broken_request_for_a_token(world: World, kind: str, body: bytes) -> None:
    async def sent() -> Any:
        yield body

    address = world.line + "/oauth2/v3/token"
    async with world.http.post(address, data=sent(), headers={"Content-Type": kind}) as response:
        assert response.status == 400
        assert (await response.json())["error"] in ("invalid_request", "unsupported_grant_type")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
async def test_other_sites_have_no_calls_of_line(world: World, headers: dict[str, str]) -> None:
    """It has a log that they could fill; LINE's Node SDK calls at the root."""
    for path in ("v2/bot/message/push", "oauth2/v3/token"):
        for root in (world.line, world.url):
            async with world.http.post(f"{root}/{path}", data=b"x", headers=headers) as answer:
                assert answer.status == 403, root
    async with world.http.post(f"{world.line}/anything", data=b"x", headers=headers) as answer:
        assert answer.status == 403
    assert (await world.get("state"))["happened"] == []


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 400, "invalid"),
        ({"by": "1h", "next": True}, 400, "invalid"),
        ({"by": "soon"}, 400, "invalid"),
        ({"by": 3}, 400, "invalid"),
        ({"by": "9999w"}, 400, "invalid"),
        ({"to": "yesterday"}, 400, "invalid"),
        ({"to": "2020-01-01T00:00"}, 409, "backwards"),
        ({"to": "2020-01-01T00:00+08:00"}, 409, "backwards"),
        ({"to": "9999-12-31T23:59:59"}, 400, "invalid"),
        ({"to": "9999-12-31T23:59:59-12:00"}, 400, "invalid"),
        ({"to": "0001-01-01T00:00+14:00"}, 400, "invalid"),
        ({"to": "2026-12-24T10:00Zz"}, 400, "invalid"),
        ({"next": True, "friend": "U0"}, 404, "unknown"),
        ({"next": True, "friend": ["U0"]}, 404, "unknown"),
    ],
)
async def test_moves_of_the_clock_that_cannot_be(
    world: World, body: dict[str, Any], status: int, error: str
) -> None:
    assert (await world.do("clock", body, status=status))["error"] == error
    assert (await world.get("clock"))["ahead"] == 0


async def test_a_timer_at_the_end_of_time(world: World, friend: str) -> None:
    far = Timer("quiz", "main", 1, "wait", datetime(9999, 12, 31, tzinfo=UTC))

    async def timers(until: datetime) -> list[tuple[str, Timer]]:
        return [(f"main:{friend}", far)] if far.due <= until else []

    world.simulator.look_into(Inside(timers=timers))
    assert (await world.do("clock", {"next": True}, status=400))["error"] == "invalid"
    assert (await world.get("clock"))["ahead"] == 0

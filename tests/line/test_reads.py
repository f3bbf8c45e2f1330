"""What LINE tells when asked; where it does not, `LineError` says why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from bot.line.account import BotInfo, FollowersPage, Quota, WebhookEndpoint
from bot.line.client import LineClient
from bot.line.outcome import LineError
from bot.model.event import Profile
from tests.conftest import ManualClock
from tests.fakes.fake_line import (
    REQUEST_ID,
    Answers,
    Behaviour,
    FakeLine,
    Garbage,
    Hangs,
    HangsUp,
    nobody_listening,
)
from tests.line.conftest import ACCESS_TOKEN, CHANNEL

USER = "U0000000000000000000000000000000a"
URL = "https://example.com/webhook/main"


async def read_content(client: LineClient, limit: int = 10_000_000) -> bytes:
    async with client.content("325708", limit) as content:
        return b"".join([chunk async for chunk in content.chunks])


READS: dict[str, tuple[str, Callable[[LineClient], Awaitable[Any]]]] = {
    "profile": (f"/v2/bot/profile/{USER}", lambda client: client.profile(USER)),
    "followers": ("/v2/bot/followers/ids", lambda client: client.followers()),
    "bot_info": ("/v2/bot/info", lambda client: client.bot_info()),
    "quota": ("/v2/bot/message/quota", lambda client: client.quota()),
    "consumption": ("/v2/bot/message/quota/consumption", lambda client: client.quota()),
    "webhook_endpoint": ("/v2/bot/channel/webhook/endpoint", lambda client: client.webhook_endpoint()),
    "set_webhook_endpoint": (
        "/v2/bot/channel/webhook/endpoint",
        lambda client: client.set_webhook_endpoint(URL),
    ),
    "content": ("/v2/bot/message/325708/content", read_content),
}
every_read = pytest.mark.parametrize("name", READS)


async def test_profile(line: FakeLine, client: LineClient) -> None:
    assert await client.profile(USER) == Profile("小美", "zh-TW", "https://example.com/p.jpg")
    assert line.requests[0].headers["Authorization"] == f"Bearer {ACCESS_TOKEN}"


async def test_a_profile_may_hold_the_name_only(line: FakeLine, client: LineClient) -> None:
    line.script(READS["profile"][0], Answers(200, {"displayName": "", "language": None, "pictureUrl": 5}))
    assert await client.profile(USER) == Profile("")


async def test_no_profile_is_none(line: FakeLine, client: LineClient) -> None:
    line.script(READS["profile"][0], Answers(404, {"message": "Not found"}))
    assert await client.profile(USER) is None


async def test_followers_page_by_page(line: FakeLine, client: LineClient) -> None:
    """M1: fewer than asked for is no end; `next` is, where it is missing. What is no id is left out."""
    path = READS["followers"][0]
    line.script(path, Answers(200, {"userIds": ["U1", 5], "next": "a b"}), Answers(200, {"userIds": []}))
    assert await client.followers() == FollowersPage(("U1",), "a b")
    assert await client.followers("a b") == FollowersPage((), None)
    assert [asked.query for asked in line.requests] == ["limit=1000", "limit=1000&start=a+b"]


async def test_followers_of_an_account_that_is_not_verified(line: FakeLine, client: LineClient) -> None:
    line.script(READS["followers"][0], Answers(403, {"message": "Access to this API is not available"}))
    with pytest.raises(LineError) as raised:
        await client.followers()
    assert raised.value.status == 403


async def test_bot_info(client: LineClient) -> None:
    assert await client.bot_info() == BotInfo(
        user_id="Ubot",
        basic_id="@216ru001",
        name="森活選品",
        picture="https://example.com/bot.jpg",
        chat_mode="bot",
    )


async def test_quota(line: FakeLine, client: LineClient) -> None:
    assert await client.quota() == Quota(3000, 12)
    line.script(READS["quota"][0], Answers(200, {"type": "none"}))
    assert await client.quota() == Quota(None, 12)


async def test_webhook_endpoint(line: FakeLine, client: LineClient) -> None:
    assert await client.webhook_endpoint() == WebhookEndpoint(URL, active=True)
    line.script(READS["webhook_endpoint"][0], Answers(404, {"message": "Webhook endpoint not found"}))
    assert await client.webhook_endpoint() is None


async def test_set_webhook_endpoint(line: FakeLine, client: LineClient) -> None:
    await client.set_webhook_endpoint(URL)
    assert (line.requests[0].method, line.requests[0].json) == ("PUT", {"endpoint": URL})


async def test_content_is_streamed_from_the_data_api(
    line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    picture = bytes(range(256)) * 1000
    line.script(READS["content"][0], Answers(200, picture, {"Content-Type": "image/jpeg"}))
    with nobody_listening() as api:
        client = LineClient(CHANNEL, api, line.url, session, clock)
        async with client.content("325708", limit=len(picture)) as content:
            assert content.type == "image/jpeg"
            assert b"".join([chunk async for chunk in content.chunks]) == picture


async def test_content_beyond_the_limit_is_not_read(line: FakeLine, client: LineClient) -> None:
    line.script(READS["content"][0], Answers(200, b"x" * 1001))
    with pytest.raises(LineError, match="larger than 1000 bytes"):
        await read_content(client, limit=1000)


async def test_content_that_is_not_ready_is_an_error(line: FakeLine, client: LineClient) -> None:
    line.script(READS["content"][0], Answers(202))
    with pytest.raises(LineError) as caught:
        await read_content(client)
    assert caught.value.status == 202


async def test_content_that_breaks_off_is_an_error(line: FakeLine, client: LineClient) -> None:
    line.script(READS["content"][0], Garbage(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf"))
    with pytest.raises(LineError):
        await read_content(client)


@every_read
@pytest.mark.parametrize("status", [400, 401, 403, 413, 429, 500, 302])
async def test_an_error_tells_status_message_and_request(
    name: str, status: int, line: FakeLine, client: LineClient
) -> None:
    path, read = READS[name]
    line.script(path, Answers(status, {"message": "Not now", "details": [{"property": "endpoint"}]}))
    with pytest.raises(LineError) as caught:
        await read(client)
    error = caught.value
    assert (error.status, error.message, error.request_id) == (status, "Not now (endpoint)", REQUEST_ID)
    assert str(error) == f"{status}: Not now (endpoint)"


@every_read
@pytest.mark.parametrize("behaviour", [Garbage(), HangsUp()], ids=repr)
async def test_no_answer_is_an_error_without_a_status(
    name: str, behaviour: Behaviour, line: FakeLine, client: LineClient
) -> None:
    path, read = READS[name]
    line.script(path, *[behaviour] * 3)
    with pytest.raises(LineError) as caught:
        await read(client)
    assert caught.value.status is None
    assert caught.value.message


@every_read
async def test_a_line_that_hangs_is_left(name: str, line: FakeLine, hurried: LineClient) -> None:
    path, read = READS[name]
    line.script(path, Hangs())
    with pytest.raises(LineError, match="no answer in time"):
        await read(hurried)


@every_read
async def test_nobody_listening_is_an_error(
    name: str, session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    with nobody_listening() as url:
        client = LineClient(CHANNEL, url, url, session, clock)
        with pytest.raises(LineError, match="could not connect"):
            await READS[name][1](client)


@pytest.mark.parametrize("name", ["profile", "bot_info", "quota", "consumption", "webhook_endpoint"])
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b"{}", b'{"displayName":5}', b'{"type":"limited"}']
)
async def test_an_answer_that_is_not_understood_is_an_error(
    name: str, body: bytes, line: FakeLine, client: LineClient
) -> None:
    path, read = READS[name]
    line.script(path, Answers(200, body))
    with pytest.raises(LineError, match="not what LINE documents"):
        await read(client)


async def test_an_error_names_neither_person_nor_token(line: FakeLine, client: LineClient) -> None:
    line.script(READS["profile"][0], Answers(400, {"message": f"{USER} {ACCESS_TOKEN}"}))
    with pytest.raises(LineError) as caught:
        await client.profile(USER)
    assert str(caught.value) == "400: … …"

"""The JSON interface: acting as a friend, reading, listening; and who is not let in. L4."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import aiohttp
import pytest

from bot.simulator.state import chats, feed
from tests.eventually import PATIENCE
from tests.simulator.conftest import World
from tests.simulator.test_liff_routes import USUAL


async def test_following_blocking_and_unblocking(world: World) -> None:
    """F2"""
    added = await world.do("friends", {"channel": "main", "name": " 小美 "})
    friend = added["id"]
    assert added == {
        "id": friend,
        "channel": "main",
        "name": "小美",
        "language": "zh-TW",
        "standing": "stranger",
        "menu": None,
        "liff": USUAL,
    }
    await world.do(f"friends/{friend}/block", {}, status=409)
    await world.do(f"friends/{friend}/follow", {})
    assert (await world.webhook()).event["follow"] == {"isUnblocked": False}
    await world.do(f"friends/{friend}/follow", {}, status=409)
    await world.do(f"friends/{friend}/unblock", {}, status=409)
    await world.do(f"friends/{friend}/block", {})
    unfollow = (await world.webhook()).event
    assert unfollow["type"] == "unfollow"
    assert "replyToken" not in unfollow
    await world.do(f"friends/{friend}/say", {"text": "hi"}, status=409)
    await world.do(f"friends/{friend}/postback", {"data": "a"}, status=409)
    await world.do(f"friends/{friend}/unblock", {})
    follow = (await world.webhook()).event
    assert (follow["type"], follow["follow"]) == ("follow", {"isUnblocked": True})


@pytest.mark.parametrize(
    "text", ["a", " ", "\u0000", "\u202eabc\u202c", "👨‍👩‍👧‍👦", "a\r\nb", "'\"<script>", "😀" * 5000]
)
async def test_a_text_goes_through_byte_for_byte(world: World, friend: str, text: str) -> None:
    await world.do(f"friends/{friend}/say", {"text": text})
    assert (await world.webhook()).event["message"]["text"] == text
    (shown,) = (await world.get(f"friends/{friend}/messages"))["messages"]
    assert shown["content"] == {"type": "text", "text": text}


async def test_a_postback_and_what_it_shows(world: World, friend: str) -> None:
    params = {"date": "2026-08-01"}
    await world.do(f"friends/{friend}/postback", {"data": "a=1", "params": params, "displayText": "訂位"})
    event = (await world.webhook()).event
    assert (event["type"], event["postback"]) == ("postback", {"data": "a=1", "params": params})
    assert event["replyToken"]
    (shown,) = (await world.get(f"friends/{friend}/messages"))["messages"]
    assert shown["content"]["text"] == "訂位"


async def test_talking_in_a_group(world: World, friend: str) -> None:
    """A9"""
    group = (await world.do(f"friends/{friend}/invite", {"name": "家人"}))["group"]
    assert (await world.webhook()).event["type"] == "join"
    await world.do(f"friends/{friend}/say", {"text": "hi", "group": group})
    source = (await world.webhook()).event["source"]
    assert source == {"type": "group", "groupId": group, "userId": friend}
    (shown,) = (await world.get(f"groups/{group}/messages"))["messages"]
    assert shown["author"] == friend
    assert (await world.get(f"friends/{friend}/messages"))["messages"] == []
    await world.do(f"friends/{friend}/say", {"text": "hi", "group": "C" + "0" * 32}, status=404)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("friends", {"channel": "none", "name": "a"}, 404),
        ("friends", {"channel": ["main"], "name": "a"}, 404),
        ("friends", {"channel": "main"}, 400),
        ("friends", {"channel": "main", "name": "  "}, 400),
        ("friends", {"channel": "main", "name": "a" * 21}, 400),
        ("friends/{id}/say", {}, 400),
        ("friends/{id}/say", {"text": ""}, 400),
        ("friends/{id}/say", {"text": "a" * 10_001}, 400),
        ("friends/{id}/send", {"type": "hologram"}, 400),
        ("friends/{id}/send", {"type": ["text"]}, 400),
        ("friends/{id}/send", {"type": "text"}, 400),
        ("friends/{id}/send", {"type": "image", "content": 5}, 400),
        ("friends/{id}/postback", {"data": "a" * 301}, 400),
        ("friends/{id}/postback", {"data": "a", "params": 5}, 400),
        ("friends/{id}/invite", {"kind": "city"}, 400),
        ("friends/{id}/dance", {}, 404),
        ("friends/U0/say", {"text": "hi"}, 404),
        ("nowhere", {}, 404),
    ],
)
async def test_acts_that_cannot_be(
    world: World, friend: str, path: str, body: dict[str, Any], status: int
) -> None:
    answer = await world.do(path.format(id=friend), body, status=status)
    assert set(answer) == {"error", "message"}
    assert world.webhooks.empty()


@pytest.mark.parametrize("value", [-1, 1.5, True, "5"])
async def test_a_quota_that_cannot_be(world: World, value: Any) -> None:
    await world.do("channels/main/quota", {"value": value}, "PUT", status=400)


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff", b'{"text":"\\ud83d"}', b" " * (64 * 1024 + 1)])
async def test_a_body_that_cannot_be_read(world: World, friend: str, raw: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with world.http.post(f"{world.api}/friends/{friend}/say", data=raw, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["error"] == "invalid"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"X-Forwarded-Host": "tunnel.example"}, 403),
        ({"Host": "[::1"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
async def test_other_sites_are_kept_out(world: World, headers: dict[str, str], status: int) -> None:
    body = b'{"channel": "main", "name": "a"}'
    headers = {"Content-Type": "application/json", **headers}
    async with world.http.post(f"{world.api}/friends", data=body, headers=headers) as response:
        assert response.status == status
    assert (await world.get("state"))["friends"] == []


async def test_a_name_that_points_here_reads_nothing(world: World) -> None:
    """DNS rebinding."""
    for path in ("/simulator/", "/simulator/api/state", "/simulator/api/events"):
        async with world.http.get(world.url + path, headers={"Host": "evil.example"}) as response:
            assert response.status == 403


@pytest.mark.parametrize("host", ["localhost", "bot.localhost:8080", "127.0.0.2:1", "[::1]:8080"])
async def test_this_machine_is_let_in_under_its_names(world: World, host: str) -> None:
    headers = {"Host": host, "Origin": f"http://{host}"}
    body = {"channel": "main", "name": "a"}
    async with world.http.post(f"{world.api}/friends", json=body, headers=headers) as response:
        assert response.status == 200


async def test_a_listener_hears_what_it_missed(world: World) -> None:
    last = (await world.get("state"))["last"]
    friend = await world.friend()
    await world.do(f"friends/{friend}/say", {"text": "hi"})
    await world.webhook()
    message = await world.until("message", last, lambda m: m["delivery"] == "delivered")
    assert message["content"]["text"] == "hi"
    entry = await world.until("happened", last, lambda e: e["what"] == "message/text")
    assert (entry["chat"], entry["text"], entry["status"]) == (friend, "hi", 200)


@pytest.mark.parametrize(
    "after", ["otherboot.1", "{boot}.999999", "{boot}." + "9" * 5_000, "{boot}.x", "{boot}.", "nonsense"]
)
async def test_a_listener_from_another_time_begins_anew(world: World, after: str) -> None:
    boot = (await world.get("state"))["last"].partition(".")[0]
    assert await world.until("reset", after.format(boot=boot), lambda change: True) == {}


async def test_a_listener_that_missed_too_much_begins_anew() -> None:
    source = feed.Feed()
    first = source.last
    for number in range(feed.CHANGES_KEPT + 1):
        source.publish("friend", {"number": number})
    heard = source.listen(first, 1)
    assert b"hello" in await anext(heard)
    assert b"reset" in await anext(heard)
    await heard.aclose()


async def test_a_listener_that_does_not_keep_up_is_cut_off() -> None:
    source = feed.Feed()
    heard = source.listen(None, 1)
    assert b"hello" in await anext(heard)
    for number in range(feed.CHANGES_KEPT):
        source.publish("friend", {"number": number})
    assert b'"number":0' in await anext(heard)
    for number in range(2):
        source.publish("friend", {"number": number})
    assert [line async for line in heard] == []


async def test_changes_are_bounded_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    source = feed.Feed()
    monkeypatch.setattr(feed, "BYTES_KEPT", 1_000)
    ids = [source.last]
    for length in (400, 400, 400, 2_000, 1):
        source.publish("message", {"text": "x" * length})
        ids.append(source.last)
    assert [await first_heard(source, after) for after in ids[:5]] == [b"reset"] * 4 + [b"message"]


async def first_heard(source: feed.Feed, after: str) -> bytes:
    """The kind of what a listener hears first."""
    async with aclosing(source.listen(after, PATIENCE)) as heard:
        await anext(heard)  # hello
        return (await anext(heard)).partition(b"event: ")[2].partition(b"\n")[0]


async def test_a_quiet_stream_shows_signs_of_life() -> None:
    source = feed.Feed()
    heard = source.listen(None, 0.001)
    await anext(heard)
    assert (await anext(heard)).startswith(b":")
    source.close()
    assert [line async for line in heard if not line.startswith(b":")] == []


async def test_stopping_ends_the_streams(world: World) -> None:
    async with asyncio.timeout(PATIENCE), world.http.get(f"{world.api}/events") as stream:
        assert (await stream.content.readline()).startswith(b"retry")
        await world.simulator.stop()
        await stream.read()


async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    friend = await world.friend()
    monkeypatch.setattr(chats, "FRIENDS_AT_MOST", 1)
    monkeypatch.setattr(feed, "KEPT", 2)
    for number in range(5):
        await world.do(f"friends/{friend}/say", {"text": str(number)})
        await world.webhook()
    assert len((await world.get("state"))["happened"]) <= 2
    assert (await world.do("friends", {"channel": "main", "name": "a"}, status=409))["error"] == "full"


async def test_the_log_tells_calls_and_what_they_cost(world: World, friend: str) -> None:
    """F8"""
    await world.call(
        "POST", "v2/bot/message/push", {"to": friend, "messages": [{"type": "text", "text": "x"}]}
    )
    await world.call("POST", "v2/bot/message/reply", {"replyToken": "x", "messages": []}, token="wrong")
    calls = [e for e in (await world.get("state"))["happened"] if e["kind"] == "call"]
    assert [(e["what"], e["status"], e["paid"], e["channel"], e["text"]) for e in calls] == [
        ("push", 200, 1, "main", "x"),
        ("reply", 401, 0, None, None),
    ]


async def test_secrets_are_shown_nowhere(world: World) -> None:
    await world.friend()
    async with world.http.get(f"{world.api}/state") as response:
        text = await response.text()
    assert "secret-of-" not in text
    assert "token-of-" not in text


async def test_a_client_that_hangs_up_does_no_harm(world: World) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{world.api}/events") as stream:
        await stream.content.readline()
    await world.friend()
    assert (await world.get("state"))["friends"]


@pytest.mark.parametrize("body", [{}, {"language": ""}, {"language": 1}, {"language": "中文"}, {"name": ""}])
async def test_a_change_that_is_none(world: World, friend: str, body: dict[str, Any]) -> None:
    assert (await world.do(f"friends/{friend}", body, "PATCH", 400))["error"] == "invalid"

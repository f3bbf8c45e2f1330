"""Webhooks on their way to the bot: signed, in order, delivered again when they were not taken. L4."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.simulator.people.courier import Courier
from bot.simulator.simulator import Simulator
from tests.eventually import PATIENCE
from tests.simulator.conftest import MAIN, Delivered, StillClock, Waits, World, answering

REPLY = "v2/bot/message/reply"
HELLO = [{"type": "text", "text": "你好"}]


async def test_a_webhook_is_signed_over_its_bytes(world: World, friend: str) -> None:
    """A1"""
    await world.do(f"friends/{friend}/say", {"text": "營業時間 😀"})
    got = await world.webhook()
    mac = hmac.new(MAIN.channel_secret.encode(), got.raw, hashlib.sha256).digest()
    assert got.headers["x-line-signature"] == base64.b64encode(mac).decode()
    event = got.event
    assert set(got.body) == {"destination", "events"}
    assert (event["type"], event["mode"], event["source"]) == (
        "message",
        "active",
        {"type": "user", "userId": friend},
    )
    assert event["timestamp"] == round(world.clock.now().timestamp() * 1000)
    assert event["deliveryContext"] == {"isRedelivery": False}
    assert len(event["webhookEventId"]) == 26
    assert event["message"]["text"] == "營業時間 😀"
    assert event["message"]["id"].isdecimal()


async def test_a_webhook_that_is_not_taken_comes_again_with_the_same_ids(world: World, friend: str) -> None:
    answers = iter((503, 500, 200))

    async def unwell(got: Delivered) -> int:
        return next(answers)

    world.answer = unwell
    last = (await world.get("state"))["last"]
    ids = await world.do(f"friends/{friend}/say", {"text": "hi"})
    first = await world.webhook()
    assert await world.waits.end_next() == 1
    second = await world.webhook()
    assert await world.waits.end_next() == 5
    third = await world.webhook()
    assert [got.event["deliveryContext"]["isRedelivery"] for got in (first, second, third)] == [
        False,
        True,
        True,
    ]
    for got in (second, third):
        assert got.event | {"deliveryContext": None} == first.event | {"deliveryContext": None}
    done = await world.until("message", last, lambda m: m["delivery"] == "delivered")
    assert done["id"] == ids["message"]
    (entry,) = [e for e in (await world.get("state"))["happened"] if e["id"] == ids["event"]]
    assert (entry["status"], entry["tries"], entry["trouble"], entry["again_in"]) == (200, 3, None, None)


async def test_a_webhook_is_given_up_after_some_tries_and_can_be_sent_by_hand(
    world: World, friend: str
) -> None:
    world.answer = answering(500)
    last = (await world.get("state"))["last"]
    ids = await world.do(f"friends/{friend}/say", {"text": "hi"})
    await world.waits.end_next()
    await world.waits.end_next()
    failed = await world.until("message", last, lambda m: m["delivery"] == "failed")
    assert failed["id"] == ids["message"]
    assert world.webhooks.qsize() == 3
    assert world.waits.asked.empty()
    world.answer = answering(200)
    await world.do(f"webhooks/{ids['event']}/redeliver", {})
    await world.until("message", last, lambda m: m["delivery"] == "delivered")
    await world.do("webhooks/01ARZ3NDEKTSV4RRFFQ69G5FAV/redeliver", {}, status=404)


async def test_a_redelivery_gives_the_token_another_minute_up_to_twenty(world: World, friend: str) -> None:
    """F8"""
    ids = await world.do(f"friends/{friend}/say", {"text": "hi"})
    token = (await world.webhook()).event["replyToken"]
    world.clock.move(minutes=5)
    await world.do(f"webhooks/{ids['event']}/redeliver", {})
    await world.webhook()
    world.clock.move(seconds=59)
    assert (await world.call("POST", REPLY, {"replyToken": token, "messages": HELLO}))[0] == 200
    ids = await world.do(f"friends/{friend}/say", {"text": "hi"})
    token = (await world.webhook()).event["replyToken"]
    world.clock.move(minutes=19, seconds=30)
    await world.do(f"webhooks/{ids['event']}/redeliver", {})
    await world.webhook()
    world.clock.move(seconds=31)
    assert (await world.call("POST", REPLY, {"replyToken": token, "messages": HELLO}))[0] == 400


async def test_what_a_friend_says_arrives_in_order(world: World, friend: str) -> None:
    for number in range(20):
        await world.do(f"friends/{friend}/say", {"text": str(number)})
    texts = [(await world.webhook()).event["message"]["text"] for _ in range(20)]
    assert texts == [str(number) for number in range(20)]


async def test_a_slow_answer_holds_up_that_friend_only(world: World) -> None:
    slow, quick = await world.friend(), await world.friend(name="阿明")
    held, arrived = asyncio.Event(), asyncio.Event()

    async def wait_for_one(got: Delivered) -> int:
        if got.event["source"]["userId"] == slow:
            arrived.set()
            await held.wait()
        return 200

    world.answer = wait_for_one
    await world.do(f"friends/{slow}/say", {"text": "1"})
    await world.do(f"friends/{slow}/say", {"text": "2"})
    await asyncio.wait_for(arrived.wait(), PATIENCE)
    await world.do(f"friends/{quick}/say", {"text": "3"})
    assert (await world.webhook()).event["message"]["text"] == "3"
    held.set()
    assert [(await world.webhook()).event["message"]["text"] for _ in range(2)] == ["1", "2"]


async def test_a_failing_webhook_does_not_hold_up_the_next(world: World, friend: str) -> None:

    async def first_fails(got: Delivered) -> int:
        return 503 if got.event["message"]["text"] == "1" else 200

    world.answer = first_fails
    await world.do(f"friends/{friend}/say", {"text": "1"})
    await world.do(f"friends/{friend}/say", {"text": "2"})
    assert [(await world.webhook()).event["message"]["text"] for _ in range(2)] == ["1", "2"]


@pytest.fixture
async def silent() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A server that takes a webhook and never answers."""
    over = asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        await over.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/webhook/main", hang)
    server = TestServer(app, port=0)
    await server.start_server()
    yield str(server.make_url("")).rstrip("/"), over
    over.set()
    await server.close()


async def _say_to(url: str, answer_within: float) -> dict[str, Any]:
    """What a simulator notes whose webhooks go to `url`."""
    waits = Waits()
    simulator = Simulator([MAIN], StillClock(), again_after=(1,), answer_within=answer_within, wait=waits)
    app = web.Application()
    app.add_routes(simulator.routes())
    server = TestServer(app, port=0)
    await server.start_server()
    await simulator.start(url)
    api = server.make_url("/simulator/api")
    async with ClientSession() as http:
        async with http.post(f"{api}/friends", json={"channel": "main", "name": "小美"}) as response:
            friend = (await response.json())["id"]
        async with http.post(f"{api}/friends/{friend}/follow", json={}):
            await asyncio.wait_for(waits.asked.get(), PATIENCE)
        async with http.get(f"{api}/state") as response:
            (entry,) = (await response.json())["happened"]
    await simulator.stop()
    await server.close()
    return dict(entry)


async def test_no_answer_in_time_is_a_time_out(silent: tuple[str, asyncio.Event]) -> None:
    entry = await _say_to(silent[0], 0.05)
    assert (entry["trouble"], entry["status"], entry["again_in"]) == ("timeout", None, 1)


async def test_nobody_there_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refuses, and nobody else gets the port
        entry = await _say_to(f"http://127.0.0.1:{taken.getsockname()[1]}", PATIENCE)
    assert (entry["trouble"], entry["status"], entry["again_in"]) == ("unreachable", None, 1)


async def test_stopping_ends_what_waits_for_its_next_try(world: World, friend: str) -> None:
    world.answer = answering(500)
    await world.do(f"friends/{friend}/say", {"text": "hi"})
    await asyncio.wait_for(world.waits.asked.get(), PATIENCE)
    before = {task for task in asyncio.all_tasks() if "Courier" in repr(task.get_coro())}
    assert before
    await world.simulator.stop()
    assert all(task.done() for task in before)


async def test_before_its_start_a_courier_reaches_nobody() -> None:
    courier = Courier(lambda attempt: None, lambda parcel: None)
    world = Simulator([MAIN], StillClock())
    account = world._accounts.by_name["main"]
    assert (await courier.post("http://127.0.0.1/", account, [])).trouble == "unreachable"

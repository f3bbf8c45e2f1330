"""What is made to go wrong on LINE's side: slow, refused, twice, late. L4."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.eventually import PATIENCE
from tests.simulator.conftest import World

HELLO = [{"type": "text", "text": "你好"}]
PUSH, REPLY = "v2/bot/message/push", "v2/bot/message/reply"


async def switch(world: World, status: int = 200, channel: str = "main", **on: Any) -> Any:
    return await world.do(f"channels/{channel}/faults", on, "PUT", status)


@pytest.mark.parametrize(
    ("answer", "status", "message"),
    [
        ("500", 500, "Internal Server Error"),
        ("429", 429, "The API rate limit has been exceeded. Try again later."),
        ("quota", 429, "You have reached your monthly limit."),
        ("token", 401, "Authentication failed."),
    ],
)
async def test_calls_are_refused_until_it_is_switched_off(
    world: World, friend: str, answer: str, status: int, message: str
) -> None:
    last = (await world.get("state"))["last"]
    on = {"slow": None, "answer": answer, "deliver": None}
    assert await switch(world, answer=answer) == on
    assert await world.until("faults", last, lambda change: True) == {"channel": "main", **on}
    assert (await world.get("state"))["channels"][0]["faults"] == on
    push = {"to": friend, "messages": HELLO}
    for _ in range(2):
        got, body, headers = await world.call("POST", PUSH, push)
        assert got == status
        assert body["message"].startswith(message)
        assert headers["X-Line-Request-Id"]
    assert (await world.get(f"friends/{friend}/messages"))["messages"] == []
    assert (await world.get("state"))["happened"][-1]["error"].startswith(message)
    await switch(world)
    assert (await world.call("POST", PUSH, push))[0] == 200


async def test_with_the_quota_gone_answers_still_go(world: World, friend: str) -> None:
    await switch(world, answer="quota")
    await world.do(f"friends/{friend}/say", {"text": "hi"})
    token = (await world.webhook()).event["replyToken"]
    assert (await world.call("POST", REPLY, {"replyToken": token, "messages": HELLO}))[0] == 200
    assert (await world.call("POST", "v2/bot/message/broadcast", {"messages": HELLO}))[0] == 429


async def test_a_fault_is_of_one_channel(world: World) -> None:
    """A8"""
    await switch(world, channel="other", answer="500")
    assert (await world.call("GET", "v2/bot/info"))[0] == 200


async def test_slow_does_it_and_answers_late(world: World, friend: str) -> None:
    """As when a call times out and had gone through: the retry key tells."""
    last = (await world.get("state"))["last"]
    await switch(world, slow=2.5)
    push = {"to": friend, "messages": HELLO}
    call = asyncio.create_task(world.call("POST", PUSH, push))
    await world.until("message", last, lambda change: change["author"] == "bot")
    assert not call.done()
    assert await world.waits.end_next() == 2.5
    assert (await asyncio.wait_for(call, PATIENCE))[0] == 200


async def test_each_webhook_twice(world: World, friend: str) -> None:
    await switch(world, deliver="twice")
    await world.do(f"friends/{friend}/say", {"text": "hi"})
    first, second = await world.webhook(), await world.webhook()
    assert first.raw == second.raw
    assert first.event["deliveryContext"] == {"isRedelivery": False}
    await switch(world)
    await world.do(f"friends/{friend}/say", {"text": "ho"})
    assert (await world.webhook()).event["message"]["text"] == "ho"
    assert world.webhooks.empty()


async def test_two_webhooks_in_the_wrong_order(world: World) -> None:
    friend, other = await world.friend(), await world.friend(name="阿明")
    await switch(world, deliver="late")
    for text in ("1", "2", "3", "4"):
        await world.do(f"friends/{friend}/say", {"text": text})
    texts = [(await world.webhook()).event["message"]["text"] for _ in range(4)]
    assert texts == ["2", "1", "4", "3"]
    await world.do(f"friends/{other}/say", {"text": "alone"})
    for _ in range(3):  # the waits of 1, 3 and of the one alone
        await world.waits.end_next()
    assert (await world.webhook()).event["message"]["text"] == "alone"


@pytest.mark.parametrize(
    "on",
    [
        {"slow": 0},
        {"slow": -1},
        {"slow": 601},
        {"slow": "1"},
        {"slow": True},
        {"answer": 500},
        {"answer": "404"},
        {"answer": ["500"]},
        {"deliver": "never"},
        {"deliver": {}},
        {"other": 1},
    ],
)
async def test_faults_that_cannot_be(world: World, on: Any) -> None:
    await switch(world, 400, **on)
    assert (await world.get("state"))["channels"][0]["faults"]["answer"] is None
    await switch(world, 404, channel="nobody")

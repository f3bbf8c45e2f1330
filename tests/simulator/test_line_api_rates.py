"""How often LINE lets a channel call, what it has and we have not, and bodies that are an attack. L4."""

from __future__ import annotations

import importlib.util
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.platform.documented import DOCUMENTED
from bot.simulator.platform.line_api import RATES, USUAL, Rates
from tests.simulator.conftest import StillClock, World
from tests.simulator.test_line_api_menus import form

TOO_OFTEN = {"message": "The API rate limit has been exceeded. Try again later."}


async def test_a_hundred_menus_an_hour(world: World) -> None:
    for _ in range(100):
        assert (await world.call("POST", "v2/bot/richmenu", {}))[0] == 400
    refused = await world.call("POST", "v2/bot/richmenu", form())
    assert refused[:2] == (429, TOO_OFTEN)
    assert refused[2]["X-Line-Request-Id"]
    assert (await world.call("GET", "v2/bot/richmenu/list"))[0] == 200
    assert (await world.call("DELETE", "v2/bot/richmenu/x"))[0] == 404
    world.clock.move(seconds=35)
    assert (await world.call("POST", "v2/bot/richmenu", form()))[0] == 429
    world.clock.move(seconds=1)
    assert (await world.call("POST", "v2/bot/richmenu", form()))[0] == 200
    assert (await world.call("POST", "v2/bot/richmenu", form()))[0] == 429


@pytest.mark.parametrize(("call", "rate"), [*RATES.items(), ("push", USUAL), ("reply", USUAL)])
def test_a_bucket_is_full_at_first_and_fills_in_its_time(call: str, rate: tuple[int, int]) -> None:
    clock, (most, seconds) = StillClock(), rate
    rates = Rates(clock)
    for _ in range(most):
        assert rates.take("main", call, "here")
    assert not rates.take("main", call, "here")
    assert rates.take("other", call, "here")
    assert rates.take("main", call, "there")
    clock.move(seconds=seconds * 10)
    assert sum(rates.take("main", call, "here") for _ in range(most + 1)) == most
    clock.move(seconds=-5)
    assert not rates.take("main", call, "here")


async def test_what_line_has_and_we_have_not_answers_with_its_name(world: World) -> None:
    status, answer, headers = await world.call("POST", "v2/bot/message/narrowcast", {"messages": []})
    assert status == 501
    assert "narrowcast" in answer["message"]
    assert headers["X-Line-Request-Id"]
    assert (await world.call("GET", "v2/bot/insight/demographic"))[0] == 501
    assert (await world.call("POST", "v2/bot/message/narrowcast", {}, token=None))[0] == 401
    assert (await world.call("GET", "v2/bot/message/narrowcast"))[0] == 404


def calls_of_the_sdk() -> set[tuple[str, str]]:
    """Read, not imported: that takes six seconds."""
    found = importlib.util.find_spec("linebot")
    assert found is not None
    assert found.origin is not None
    calls = set()
    for file in (Path(found.origin).parent / "v3").glob("*/api/*.py"):
        if not file.name.startswith(("async_", "dummy")):
            source = file.read_text("utf-8")
            calls |= {(method, path) for path, method in re.findall(r"'(/[^']+)', '([A-Z]+)',", source)}
    return calls


def test_every_call_of_the_sdk_is_known() -> None:
    """LINE's own list of its calls as a second opinion on ours."""
    known = {(method, re.sub(r"\{[^}]*\}", "{}", path)) for method, path, _ in DOCUMENTED}
    calls = calls_of_the_sdk()
    assert len(calls) > 90
    assert {(method, re.sub(r"\{[^}]*\}", "{}", path)) for method, path in calls} - known == set()


OF_LOGIN_CHANNEL = {"deauthorize", "getAllLIFFApps"}
"""They take the token of a login channel only."""


async def test_each_documented_call_is_served(world: World) -> None:
    for method, path, name in DOCUMENTED:
        status, answer, _ = await world.call(method, re.sub(r"\{[^}]*\}", "x", path)[1:], {})
        foreign = 401 if name in OF_LOGIN_CHANNEL else 200
        assert status in (foreign, 400, 404, 415, 501), (name, status, answer)
        assert (
            answer != {"message": "Not found"}
            or "menu" in name.lower()
            or "rofile" in name
            or "leave" in name
        )


DEEP = b'{"messages":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
NESTED = (
    b'{"to":"x","messages":[{"type":"flex","altText":"a","contents":'
    + (b'{"type":"box","contents":[' * 200 + b"]}" * 200)
    + b"}]}"
)


@pytest.mark.parametrize(
    "raw",
    [
        DEEP,
        NESTED,
        b'{"messages":' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}",
        b'{"messages":[{"type":"text","text":1e999}]}',
        b'{"messages":[{"type":{},"text":[]}],"to":{}}',
        b'{"messages":[{"type":"text","text":"a","quickReply":[]}]}',
        b'{"messages":[{"type":"flex","altText":"a","contents":[]}]}',
        b'{"messages":[{"type":"textV2","text":"{a}","substitution":{"a":1}}]}',
        b'{"messages":[{"type":"textV2","text":"{a}","substitution":{"a":{"type":[]}}}]}',
        b'{"messages":[{"type":"text","text":"$","emojis":[{"index":1e5,"productId":"a","emojiId":"b"}]}]}',
        b'{"messages":[{"type":"template","altText":"a","template":{"type":[]}}]}',
        b'{"replyToken":["x"],"to":["x"],"messages":[{"type":["text"]}]}',
        b'{"name":{},"size":[],"areas":{},"messages":[null],"endpoint":[],"chatId":{}}',
    ],
    ids=range(13),
)
async def test_a_hostile_body_is_refused(world: World, raw: bytes) -> None:
    headers = {"Authorization": "Bearer token-of-main"}
    paths = ("message/push", "message/reply", "message/multicast", "message/validate/push")
    for path in (*paths, "richmenu", "richmenu/alias", "chat/loading/start", "channel/webhook/endpoint"):
        method = "PUT" if path.endswith("endpoint") else "POST"
        url = f"{world.line}/v2/bot/{path}"
        async with world.http.request(method, url, data=BytesIO(raw), headers=headers) as response:
            assert response.status == 400, path
            assert (await response.json())["message"]


@pytest.mark.parametrize(
    "to", [None, [], {}, 5, "", "x", ["x"], [[]], ["C" + "0" * 32], ["U" + "0" * 32] * 501]
)
async def test_receivers_that_are_none(world: World, to: Any) -> None:
    for path in ("push", "multicast"):
        body = {"to": to, "messages": [{"type": "text", "text": "a"}]}
        status, answer, _ = await world.call("POST", f"v2/bot/message/{path}", body)
        assert status == 400
        assert "to" in str(answer)


@pytest.mark.parametrize("units", ["a", ["a", "b"], ["a" * 31], ["a-b"], [5]])
async def test_units_of_statistics(world: World, units: Any) -> None:
    body = {"to": await world.friend(), "messages": [{"type": "text", "text": "a"}]}
    assert (await world.call("POST", "v2/bot/message/push", body | {"customAggregationUnits": units}))[
        0
    ] == 400
    for good in (["promotion_a"], [], None):
        good_body = body | {"customAggregationUnits": good}
        assert (await world.call("POST", "v2/bot/message/push", good_body))[0] == 200


async def test_a_body_full_of_mistakes_is_answered_shortly(world: World) -> None:
    action: dict[str, Any] = {"type": "nothing"}
    texts = [{"type": "text", "text": "", "action": action} for _ in range(5_000)]
    contents = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": texts}}
    message = {"type": "flex", "altText": "a", "contents": contents}
    status, answer, _ = await world.call("POST", "v2/bot/message/validate/push", {"messages": [message]})
    assert (status, len(answer["details"])) == (400, 200)

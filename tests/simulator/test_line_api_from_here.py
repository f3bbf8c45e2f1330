"""The pretend LINE, too, takes nothing from other sites: it has a log that they could fill."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.model.clock import SystemClock
from bot.simulator.simulator import Simulator
from tests.playbooks import channel

Client = Callable[[web.Application], Awaitable[TestClient[web.Request, web.Application]]]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
@pytest.mark.parametrize("path", ["v2/bot/message/push", "oauth2/v3/token", "anything"])
async def test_other_sites_are_refused(aiohttp_client: Client, headers: dict[str, str], path: str) -> None:
    app = web.Application()
    app.add_routes(Simulator([channel()], SystemClock()).routes())
    client = await aiohttp_client(app)
    async with client.post(f"/simulator/line/{path}", data=b"x", headers=headers) as answer:
        assert answer.status == 403
    if path != "anything":  # LINE's Node SDK calls at the root
        async with client.post(f"/{path}", data=b"x", headers=headers) as answer:
            assert answer.status == 403
    async with client.get("/simulator/api/state") as answer:
        assert (await answer.json())["happened"] == []


async def test_a_form_that_is_none_is_400(aiohttp_client: Client) -> None:
    app = web.Application()
    app.add_routes(Simulator([channel()], SystemClock()).routes())
    client = await aiohttp_client(app)
    headers = {"Content-Type": "multipart/form-data"}
    async with client.post("/simulator/line/oauth2/v3/token", data=b"x", headers=headers) as answer:
        assert answer.status == 400

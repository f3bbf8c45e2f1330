"""`oaflow run` serves: what it says, what it answers, how it stops."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import signal
import time
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession

from tests.cli.oaflow import LINE_SETTINGS, Serving, ended, serving
from tests.fakes.fake_line import FakeLine

REPLY = "/v2/bot/message/reply"
SOON = 60
"""Seconds in which the simulator has shown an answer."""


async def simulated(served: Serving, http: ClientSession, path: str, body: dict[str, Any]) -> Any:
    """A call of the simulator's JSON interface."""
    async with http.post(f"{served.address}/simulator/api/{path}", json=body) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def answers(served: Serving, http: ClientSession, friend: str, wanted: int) -> list[str]:
    """What the bot has said to this friend, as soon as it has said so much."""
    async with asyncio.timeout(SOON), http.get(f"{served.address}/simulator/api/events") as stream:
        while True:
            async with http.get(f"{served.address}/simulator/api/friends/{friend}/messages") as told:
                messages = (await told.json())["messages"]
            said = [m["content"]["text"] for m in messages if m["author"] == "bot"]
            if len(said) >= wanted:
                return said
            await stream.content.readline()


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize(
    "how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.ring("soak", "more of the same"))]
)
async def test_the_simulator_needs_no_settings(bare_shop: Path, how: signal.Signals) -> None:
    """L4: what is unset is filled, and said in one line; 0 after SIGTERM and SIGINT."""
    async with serving(str(bare_shop), "--simulator") as served, ClientSession() as http:
        [filled] = [message for message in served.messages if "LINE_CHANNEL_SECRET" in message]
        assert all(name in filled for name in LINE_SETTINGS)
        assert f"the phone: {served.address}/simulator/" in served.messages
        async with http.get(f"{served.address}/readyz") as answer:
            assert answer.status == 200
        async with http.get(f"{served.address}/simulator/") as answer:
            assert answer.status == 200
        async with http.get(f"{served.address}/") as answer:
            assert (answer.status, answer.url.path) == (200, "/simulator/")
        end = await served.stop(how)
    assert (end.code, end.out) == (0, "")
    assert "Traceback" not in end.err
    assert (bare_shop / ".oaflow").is_dir()


@pytest.mark.ring("all", "starts a process")
async def test_stopped_at_any_moment_it_goes_on_where_it_was(
    bare_shop: Path, tmp_path: Path, line: FakeLine
) -> None:
    """Whatever was answered 200 is answered to the person, once; OAFLOW_DATA names where it is kept."""
    data = tmp_path / "data"
    settings = {**LINE_SETTINGS, "OAFLOW_DATA": str(data), "OAFLOW_LINE_API": line.url}
    async with serving(str(bare_shop), **settings) as served:
        assert await delivered(served, said("優惠", 1)) == 200
        async with ClientSession() as http, http.get(f"{served.address}/metrics") as answer:
            [skew] = re.findall(r"^oaflow_clock_skew_seconds (\S+)$", await answer.text(), re.M)
        assert abs(float(skew)) < 1, "database and process have one clock"
        assert (await served.stop()).code == 0
    async with serving(str(bare_shop), **settings) as served:
        await line.next(REPLY)
        assert (await served.stop()).code == 0
    async with serving(str(bare_shop), **settings) as served:
        assert await delivered(served, said("優惠", 1)) == 200
        assert await delivered(served, said("幾點開", 2)) == 200
        await line.next(REPLY)
        assert (await served.stop()).code == 0
    assert line.requests[-1:] == line.of(REPLY)[1:], "no call after the second reply"
    assert not (bare_shop / ".oaflow").exists()


async def test_without_the_option_there_is_no_simulator(shop: Path, line: FakeLine) -> None:
    """Neither its page and interface nor LINE's calls, which it has at the root, too."""
    paths = ("simulator", "simulator/", "simulator/api/state", "simulator/line/v2/bot/info", "v2/bot/info")
    settings = {**LINE_SETTINGS, "OAFLOW_LINE_API": line.url}
    async with serving(str(shop), **settings) as served, ClientSession() as http:
        for path in paths:
            async with http.get(f"{served.address}/{path}") as answer:
                assert (path, answer.status) == (path, 404)
        async with http.post(f"{served.address}/oauth2/v3/token", data={}) as answer:
            assert answer.status == 404


def said(text: str, number: int) -> dict[str, Any]:
    return {
        "type": "message",
        "source": {"type": "user", "userId": "U1"},
        "timestamp": time.time_ns() // 1_000_000,
        "webhookEventId": f"01E{number}",
        "replyToken": f"token-{number}",
        "message": {"type": "text", "id": str(number), "text": text},
    }


async def delivered(served: Serving, event: dict[str, Any]) -> int:
    body = orjson.dumps({"events": [event]})
    mac = hmac.digest(LINE_SETTINGS["LINE_CHANNEL_SECRET"].encode(), body, hashlib.sha256)
    headers = {"X-Line-Signature": base64.b64encode(mac).decode()}
    async with (
        ClientSession() as http,
        http.post(f"{served.address}/webhook/main", data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_with_the_simulator_no_call_leaves_the_machine(shop: Path, line: FakeLine) -> None:
    """L4: also where the environment names another LINE, and real secrets."""
    settings = {**LINE_SETTINGS, "OAFLOW_LINE_API": line.url, "OAFLOW_LINE_DATA_API": line.url}
    async with serving(str(shop), "--simulator", **settings) as served, ClientSession() as http:
        added = await simulated(served, http, "friends", {"channel": "main", "name": "小美"})
        await simulated(served, http, f"friends/{added['id']}/follow", {})
        await simulated(served, http, f"friends/{added['id']}/say", {"text": "營業時間"})
        assert await answers(served, http, added["id"], 2) == ["歡迎 小美！", "每天 11:00–21:00"]
    assert line.requests == []


async def test_the_log_of_a_service_is_json_without_persons(shop: Path) -> None:
    """K3: one object a line, with time, level, logger and message; no name, text, id or secret."""
    async with serving(str(shop), "--simulator", **LINE_SETTINGS) as served, ClientSession() as http:
        added = await simulated(served, http, "friends", {"channel": "main", "name": "王小明"})
        await simulated(served, http, f"friends/{added['id']}/follow", {})
        await simulated(served, http, f"friends/{added['id']}/say", {"text": "0912345678 的優惠"})
        await answers(served, http, added["id"], 2)
        end = await served.stop()
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in served.log)
    whole = f"{served.log}{end.err}{end.out}"
    secrets = (LINE_SETTINGS["LINE_CHANNEL_SECRET"], LINE_SETTINGS["LINE_CHANNEL_ACCESS_TOKEN"])
    for secret in ("王小明", "0912345678", added["id"], *secrets):
        assert secret not in whole


async def test_it_reads_its_own_variables_beside_the_playbook(shop: Path, tmp_path: Path) -> None:
    """A2, A10: as any `${NAME}`; its environment comes first, and a simulator has addresses of its own."""
    data = tmp_path / "elsewhere"
    line = "OAFLOW_LINE_API=http://127.0.0.1:9\n"
    (shop / ".env").write_text(
        f"{line}OAFLOW_PUBLIC_URL=https://bot.example.com\nOAFLOW_DATA={data}\n", "utf-8"
    )
    async with serving(str(shop), **LINE_SETTINGS) as served:
        assert "webhook address of main: https://bot.example.com/webhook/main" in served.messages
        assert (data / "keys").is_file()
        named = await ended("link", str(shop), "webhook", **LINE_SETTINGS)
        assert named.out == "https://bot.example.com/webhook/main\n"
    async with serving(str(shop), **LINE_SETTINGS, OAFLOW_PUBLIC_URL="https://other.example") as served:
        assert "webhook address of main: https://other.example/webhook/main" in served.messages
    async with serving(str(shop), "--simulator") as served:
        assert "bot.example.com" not in str(served.log)


async def test_the_public_address_is_what_is_told(shop: Path) -> None:
    """A2: the webhook URL to paste."""
    settings = {**LINE_SETTINGS, "OAFLOW_PUBLIC_URL": "https://bot.example.com/"}
    async with serving(str(shop), **settings) as served:
        assert "webhook address of main: https://bot.example.com/webhook/main" in served.messages

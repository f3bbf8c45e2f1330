"""E5, from the playbook to the phone: an imagemap of the worked example, and its picture in every width."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from PIL import Image

from tests.cli.oaflow import ROOT, Serving, serving
from tests.cli.test_serving import SOON, simulated


async def imagemap(served: Serving, http: ClientSession, friend: str) -> Any:
    """The first imagemap that the bot sends this friend."""
    async with asyncio.timeout(SOON), http.get(f"{served.address}/simulator/api/events") as stream:
        while True:
            async with http.get(f"{served.address}/simulator/api/friends/{friend}/messages") as told:
                said = [m["content"] for m in (await told.json())["messages"] if m["author"] == "bot"]
            if found := [content for content in said if content["type"] == "imagemap"]:
                return found[0]
            await stream.content.readline()


async def test_a_picture_with_areas_in_five_sizes(data: Path) -> None:
    async with (
        serving(str(ROOT), "--simulator", OAFLOW_DATA=str(data)) as served,
        ClientSession() as http,
    ):
        friend = (await simulated(served, http, "friends", {"channel": "main", "name": "小美"}))["id"]
        await simulated(served, http, f"friends/{friend}/follow", {})
        await simulated(served, http, f"friends/{friend}/say", {"text": "有優惠嗎"})
        message = await imagemap(served, http, friend)
        assert message["baseSize"] == {"width": 1040, "height": 1040}
        assert [(action["type"], action["area"]) for action in message["actions"]] == [
            ("uri", {"x": 0, "y": 0, "width": 1040, "height": 520}),
            ("message", {"x": 0, "y": 520, "width": 520, "height": 520}),
            ("uri", {"x": 520, "y": 520, "width": 520, "height": 520}),
        ]
        assert not message["baseUrl"].endswith(".png")  # LINE shows nothing then
        for width in (1040, 700, 460, 300, 240):
            async with http.get(f"{message['baseUrl']}/{width}") as answer:
                assert answer.status == 200
                assert Image.open(BytesIO(await answer.read())).size == (width, width)
        async with http.get(f"{message['baseUrl']}/500") as answer:
            assert answer.status == 404

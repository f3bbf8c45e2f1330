"""An empty page of the simulator's server, under the simulator's policy, to draw cards on."""

from __future__ import annotations

import io
import json
import struct
import wave
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page

from bot.simulator.control import page as simulator_page
from tests.chromium import launched_browser
from tests.eventually import PATIENCE

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[2] / "cards"
_FINE = (
    "--force-device-scale-factor=2",
    "--window-size=640,900",
)  # two dots to a pixel, as phones have: half a pixel is there
_STAGE = {
    "": ("stage.html", "text/html"),
    "stage.js": ("stage.js", "text/javascript"),
    "star.svg": ("star.svg", "image/svg+xml"),
    "star_off.svg": ("star_off.svg", "image/svg+xml"),
}


@dataclass
class ScenarioContext:
    """The page, where it is, what it has asked for, and what it has complained of."""

    page: Page
    url: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def draw(self, name: str, contents: Any, **how: Any) -> None:
        await self.page.evaluate(
            "([name, card, how]) => { stage.draw(name, card, how) }", [name, contents, how]
        )

    async def measure(self, name: str, wanted: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
        measured = await self.page.evaluate("([name, wanted]) => stage.measure(name, wanted)", [name, wanted])
        return list(measured)

    async def box(self, name: str, wanted: dict[str, Any]) -> dict[str, Any]:
        """What is measured of one component, which is there."""
        [found] = await self.measure(name, [wanted])
        assert found is not None
        return found

    async def drawn_instead(self, name: str) -> list[str]:
        """The labels of what could not be drawn, and the remarks below the card."""
        marks = self.page.locator(f'[data-card="{name}"]').locator(
            ".flex-strange, .flex-absent, .flex-remark"
        )
        return list(await marks.all_text_contents())

    async def settled(self) -> None:
        await self.page.evaluate("stage.settled()")

    async def taps(self) -> list[tuple[dict[str, Any], str]]:
        """What was tapped since the last time: the action, and where its component is in the card."""
        taken = await self.page.evaluate("stage.taps.splice(0)")
        return [(action, at) for action, at in taken]


def a_moment_of_silence() -> bytes:
    """What a player of films plays, too, and every Chromium can."""
    held = io.BytesIO()
    with wave.open(held, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        sound.writeframes(bytes(3_200))
    return held.getvalue()


def red_then_blue() -> bytes:
    """An APNG of one dot and two frames, each a second long."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    def frame(number: int) -> bytes:
        return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, 1, 1, 0, 0, 1, 1, 0, 0))

    red, blue = (zlib.compress(b"\0" + dot) for dot in (b"\xff\0\0", b"\0\0\xff"))
    size = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    first = chunk(b"acTL", struct.pack(">II", 2, 0)) + frame(0) + chunk(b"IDAT", red)
    second = frame(1) + chunk(b"fdAT", struct.pack(">I", 2) + blue)
    return b"\x89PNG\r\n\x1a\n" + size + first + second + chunk(b"IEND", b"")


def _app() -> web.Application:
    async def blinking(request: web.Request) -> web.StreamResponse:
        return web.Response(body=red_then_blue(), content_type="image/png")

    async def sound(request: web.Request) -> web.StreamResponse:
        return web.Response(body=a_moment_of_silence(), content_type="audio/wav")

    async def stage(request: web.Request) -> web.StreamResponse:
        if request.match_info["name"] not in _STAGE:
            raise web.HTTPNotFound
        name, kind = _STAGE[request.match_info["name"]]
        headers = simulator_page.HEADERS
        return web.Response(
            text=(HERE / name).read_text(encoding="utf-8"), content_type=kind, headers=headers
        )

    app = web.Application()
    app.add_routes(simulator_page.Page().routes("/simulator"))
    app.router.add_get("/stage/blinking.png", blinking)
    app.router.add_get("/stage/short.wav", sound)
    app.router.add_get("/stage/{name:.*}", stage)
    app.router.add_static("/media", EXAMPLE)
    return app


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def empty_stage() -> AsyncIterator[ScenarioContext]:
    """One page for all tests of this folder, on a screen of a phone's fineness."""
    async with TestServer(_app(), port=0) as server, launched_browser(*_FINE) as browser:
        url = str(server.make_url("")).rstrip("/")
        context = await browser.new_context(no_viewport=True)
        context.set_default_timeout(PATIENCE * 1000)
        opened = await context.new_page()
        there = ScenarioContext(opened, url)
        opened.on("request", lambda request: there.asked.append(request.url))
        opened.on("pageerror", lambda error: there.complaints.append(str(error)))
        opened.on(
            "console", lambda line: there.complaints.append(line.text) if line.type == "error" else None
        )
        await opened.goto(url + "/stage/")
        assert there.complaints == []
        yield there


@pytest_asyncio.fixture(loop_scope="package")
async def stage(empty_stage: ScenarioContext) -> AsyncIterator[ScenarioContext]:
    """The page, cleared; nothing may have gone wrong on it when the test is over."""
    await empty_stage.page.evaluate("document.body.replaceChildren()")
    await empty_stage.taps()
    empty_stage.asked.clear()
    empty_stage.complaints.clear()
    yield empty_stage
    assert empty_stage.complaints == []


def card(name: str) -> Any:
    """A card of `cards/` with what is said of it."""
    return json.loads((HERE / "cards" / f"{name}.json").read_text(encoding="utf-8"))

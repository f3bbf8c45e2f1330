"""Pictures of cards are served where the cards say they are, and nothing else of the disk is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.engine.card import FileAddress
from bot.web.media import MediaPages
from tests.playbook.pictures import png

HASH = "0123456789abcdef" * 4


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[str]:
    (tmp_path / "選單.png").write_bytes(png(10, 10))
    (tmp_path / "bot.yaml").write_text("secret")
    files = {FileAddress("cards/選單.png", HASH).path: tmp_path / "選單.png"}
    app = web.Application()
    app.add_routes(MediaPages(lambda: files).routes())
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


@pytest.mark.parametrize("behind", ["", "/1040", "/240"])
async def test_a_picture_has_its_address(site: str, behind: str) -> None:
    async with ClientSession() as session:
        address = site + FileAddress("cards/選單.png", HASH).path + behind
        async with session.get(address) as answer:
            assert answer.status == 200
            assert answer.content_type == "image/png"
            assert await answer.read() == png(10, 10)


@pytest.mark.parametrize(
    "path",
    [
        f"media/{HASH[:16]}/bot.yaml",
        f"media/{HASH[:16]}/..%2Fbot.yaml",
        f"media/{'0' * 16}/%E9%81%B8%E5%96%AE.png",
        f"media/{HASH[:16]}/%E9%81%B8%E5%96%AE.png/9999",
    ],
)
async def test_nothing_else_has_one(site: str, path: str) -> None:
    async with ClientSession() as session, session.get(site + path) as answer:
        assert answer.status == 404

"""K2: pages and files come packed to browsers that take it, and how long a page is says nothing for sure."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, make_mocked_request

from bot.web.gzip_answers import LEAST, NAME_MOST, pack, takes_gzip
from bot.web.static_files import StaticFiles

STYLE = b".card { color: red; }\n" * 100
FILES = {"page.css": STYLE, "short.css": b"a {}", "icon.png": b"\x89PNG" * 500}
PAGE = "<p>客人</p>" * 200


@pytest.fixture
async def address() -> AsyncIterator[str]:
    files = StaticFiles("/static", FILES)

    async def page(request: web.Request) -> web.Response:
        answer = web.Response(text=PAGE, content_type="text/html")
        pack(request, answer)
        return answer

    app = web.Application()
    app.add_routes([web.get("/static/{version}/{name}", files.file), web.get("/page", page)])
    async with TestServer(app) as server:
        yield str(server.make_url(files.address("").rstrip("/")))


async def raw(url: str, accepts: str) -> tuple[bytes, str, str]:
    """The body as it comes, how it is packed, what the answer depends on."""
    async with (
        ClientSession(auto_decompress=False) as http,
        http.get(url, headers={"Accept-Encoding": accepts}) as answer,
    ):
        assert answer.status == 200
        told = answer.headers
        return await answer.read(), told.get("Content-Encoding", ""), told.get("Vary", "")


async def test_a_file_is_packed_once_and_the_same_for_everybody(address: str) -> None:
    plain, coding, varies = await raw(f"{address}/page.css", "identity")
    assert (plain, coding, varies) == (STYLE, "", "Accept-Encoding")
    packed = [await raw(f"{address}/page.css", "gzip, deflate, br") for _ in range(2)]
    assert packed[0] == packed[1]
    body, coding, varies = packed[0]
    assert (gzip.decompress(body), coding, varies) == (STYLE, "gzip", "Accept-Encoding")
    assert len(body) < len(STYLE) / 5
    for name in ("short.css", "icon.png"):
        assert (await raw(f"{address}/{name}", "gzip"))[:2] == (FILES[name], "")


async def test_a_page_is_packed_and_its_length_is_another_each_time(address: str) -> None:
    url = f"{address.partition('/static')[0]}/page"
    assert (await raw(url, ""))[:2] == (PAGE.encode(), "")
    found = [await raw(url, "gzip") for _ in range(20)]
    assert {gzip.decompress(body).decode() for body, _, _ in found} == {PAGE}
    lengths = {len(body) for body, _, _ in found}
    assert len(lengths) > 5
    assert max(lengths) - min(lengths) <= NAME_MOST + 1
    assert {(coding, varies) for _, coding, varies in found} == {("gzip", "Accept-Encoding")}


@pytest.mark.parametrize(
    ("accepts", "takes"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("deflate, gzip;q=1.0, *;q=0.1", True),
        ("gzip;q=0", False),
        ("br;q=1, gzip; q=0.000", False),
        ("notgzip", False),
        ("", False),
    ],
)
def test_what_a_browser_says_that_it_takes(accepts: str, takes: bool) -> None:
    request = make_mocked_request("GET", "/", headers={"Accept-Encoding": accepts})
    assert takes_gzip(request) is takes


def test_what_is_short_is_left_as_it_is() -> None:
    answer = web.Response(text="a" * (LEAST - 1))
    pack(make_mocked_request("GET", "/", headers={"Accept-Encoding": "gzip"}), answer)
    assert "Content-Encoding" not in answer.headers


def test_every_sheet_and_script_of_ours_is_a_text() -> None:
    """What `TEXTS` leaves out is packed by nobody."""
    from bot.web.static_files import TEXTS

    own = Path(__file__).parents[2] / "bot" / "web"
    assert {path.suffix for path in own.rglob("static/*.*")} - {".png", ".html"} <= TEXTS

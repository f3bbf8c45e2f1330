"""What the server gives a browser for a member's page: A12, B1, B9."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from aiohttp import ClientSession
from yarl import URL

from bot.translations import chinese
from bot.translations.chinese import sentences_script
from bot.web.liff import page as liff_page
from bot.web.liff.page import LOADED_LATER, LiffPages, page_data
from bot.web.promotions import folders
from tests.playbooks import compiled
from tests.web.liff.fake_pages import BOOK, FakePages, no_former
from tests.web.liff.test_barcode import drawn

STATIC = Path(liff_page.__file__).parent / "static"
MODULES = sorted(path for folder in (STATIC, *folders("static")) for path in folder.glob("*.js"))
SENTENCES = Path(chinese.__file__).with_name("sentences.js")
MOST_BYTES = 116_000


async def html(fake: FakePages, path: str, status: int = 200) -> tuple[str, str]:
    """A page and its policy."""
    async with ClientSession() as http, http.get(fake.address + path) as response:
        assert response.status == status
        assert response.content_type == "text/html"
        return await response.text(), response.headers["Content-Security-Policy"]


def data_in(text: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', text)
    assert found is not None
    made: dict[str, object] = json.loads(found[1])
    return made


@pytest.mark.parametrize(
    "path", ["/liff/main", "/liff/main/", "/liff/main/binding", "/liff/main?liff.state=%2Fbinding"]
)
async def test_both_redirects_of_liff_find_the_page(fake: FakePages, path: str) -> None:
    """With all that `liff.init()` needs, the shop's name as its title, its policy and terms."""
    text, _ = await html(fake, path)
    assert "<title>森活選品</title>" in text
    assert data_in(text)["liff_id"] == "1234-abcd"
    assert 'href="https://forest.example/privacy"' in text
    assert 'href="https://forest.example/terms"' in text


async def test_the_picture_stands_there_from_the_beginning(fake: FakePages) -> None:
    """So that nothing jumps; not on LIFF's first address, which leads to whatever page."""
    flow = replace(fake.book.flows["binding"], page_picture="media/0123456789abcdef/a.png")
    rules = replace(fake.book.channels["main"], home="binding")
    fake.book = replace(fake.book, flows={"binding": flow}, channels={"main": rules})
    picture = 'src="/media/0123456789abcdef/a.png"'
    assert picture in (await html(fake, "/liff/main/binding"))[0]
    assert picture in (await html(fake, "/liff/main"))[0]
    assert picture not in (await html(fake, "/liff/main?liff.state=%2Funbind"))[0]
    assert picture not in (await html(fake, "/liff/main/unbind"))[0]


async def test_without_a_picture_the_accounts_own_stands_there(fake: FakePages) -> None:
    """R15 (B2): 團隊大頭貼. Asked of LINE when the browser asks, never for the page itself."""
    picture = 'class="hero account" src="/liff/main/face.png"'
    assert picture in (await html(fake, "/liff/main/binding"))[0]
    assert picture not in (await html(fake, "/liff/main/unbind"))[0]


async def test_the_page_comes_under_a_strict_policy(fake: FakePages) -> None:
    text, policy = await html(fake, "/liff/main/binding")
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"\son\w+=|\sstyle=|<style", text)


def test_the_policy_lets_lines_sdk_work_and_the_simulator_show_the_page() -> None:
    async def nobody(channel: str) -> None:
        return None

    real = LiffPages(lambda: compiled(BOOK), nobody, no_former)._headers["Content-Security-Policy"]
    assert "script-src 'self' https://static.line-scdn.net;" in real
    assert (
        "connect-src 'self' https://api.line.me https://access.line.me https://liffsdk.line-scdn.net;" in real
    )
    pretend = LiffPages(lambda: compiled(BOOK), nobody, no_former, sdk="/sdk.js", framed=True)
    assert "frame-ancestors 'self'" in pretend._headers["Content-Security-Policy"]
    assert "line" not in pretend._headers["Content-Security-Policy"].replace("inline", "")


@pytest.mark.parametrize(
    "path",
    [
        *("/liff/nobody", "/liff/main/nothing", "/liff/nobody/binding"),
        *("/liff/main/l/gone", "/liff/main/o/0000000000000000", "/liff/none/l/stand"),
    ],
)
async def test_what_is_not_there_is_said_kindly(fake: FakePages, path: str) -> None:
    text, _ = await html(fake, path, 404)
    assert "找不到這個頁面" in text
    assert "$" not in text


async def test_a_channel_without_liff_has_no_pages(fake: FakePages) -> None:
    rules = replace(fake.book.channels["main"], liff_id=None)
    fake.book = replace(fake.book, channels={"main": rules})
    await html(fake, "/liff/main/binding", 404)


async def test_no_name_of_the_playbook_is_markup(fake: FakePages) -> None:
    bad = "</script><script>alert(1)</script>"
    fake.book = replace(fake.book, bot=bad)
    text, _ = await html(fake, "/liff/main/binding")
    assert "<script>alert" not in text
    assert data_in(text)["shop"] == bad


def test_the_page_is_told_nothing_secret() -> None:
    book = compiled(BOOK)
    told = json.dumps(page_data(book, book.channels["main"], "binding"))
    assert "opaque" not in told
    assert "5678" not in told


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/liff/main/binding/code.svg", "https://liff.line.me/1234-abcd/binding"),
        ("/liff/main/binding/code.svg?code=A1&other=2", "https://liff.line.me/1234-abcd/binding?code=A1"),
        ("/liff/main/code.svg", "https://liff.line.me/1234-abcd"),
    ],
)
async def test_a_computer_shows_the_link_as_a_code(fake: FakePages, path: str, link: str) -> None:
    """B9: read by a telephone, with the inputs that the page takes and no others."""
    async with ClientSession() as http, http.get(URL(fake.address + path)) as response:
        assert response.content_type == "image/svg+xml"
        (found,) = zxingcpp.read_barcodes(drawn(await response.text()))
    assert found.text == link


@pytest.mark.parametrize("sign", ["a", "%F0%9F%98%80"])
async def test_a_link_that_no_code_holds_is_not_drawn(fake: FakePages, sign: str) -> None:
    """Anybody may ask: it must not take the server's time, nor be a mistake of ours."""
    path = f"{fake.address}/liff/main/binding/code.svg?code={sign * 300}"
    async with ClientSession() as http, http.get(URL(path, encoded=True)) as response:
        assert response.status == 404


async def test_files_are_fetched_once(fake: FakePages) -> None:
    """For ever under their version; with another version what there is, and not kept."""
    text, _ = await html(fake, "/liff/main/binding")
    found = re.search(r'"(/liff/static/(\w+)/main\.js)"', text)
    assert found is not None
    other = found[1].replace(found[2], "0" * 16)
    async with ClientSession() as http:
        async with http.get(fake.address + found[1]) as response:
            assert response.headers["Cache-Control"].endswith("immutable")
            body = await response.read()
        async with http.get(fake.address + other) as response:
            assert response.headers["Cache-Control"] == "no-store"
            assert await response.read() == body
        for name in ("none.js", "..%2fpage.py", "page.html", "%2e%2e%2fpage.py"):
            async with http.get(
                URL(fake.address + found[1].replace("main.js", name), encoded=True)
            ) as response:
                assert response.status == 404


def test_a_telephone_loads_little() -> None:
    files = [path for path in STATIC.iterdir() if path.suffix in (".css", ".js", ".html")]
    files = [path for path in files if path.name not in LOADED_LATER]
    sizes = [len(sentences_script("page")), *(path.stat().st_size for path in files)]
    assert sum(sizes) < MOST_BYTES


@pytest.mark.parametrize("path", [*MODULES, SENTENCES, STATIC / "page.css"], ids=lambda path: path.name)
def test_nothing_is_asked_of_another_host_and_nothing_is_put_in_as_markup(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    code = "\n".join(line for line in lines if not line.lstrip().startswith(("//", "/*", "*")))
    code = re.sub(r"(// |/\*\* ).*", "", code)
    code = code.replace("http://www.w3.org/2000/svg", "").replace("https://liff.line.me/", "")
    assert not re.search(r"https?://|//[a-z0-9-]+\.[a-z]", code)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", code)
    assert len(lines) < 400

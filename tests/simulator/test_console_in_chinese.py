"""K2: every page of the console that a link leads to, in Chinese: nothing on it was left in English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import pytest
import pytest_asyncio
from aiohttp import ClientSession, CookieJar
from yarl import URL

from tests.simulator.shop import Shop, open_shop, worked_example
from tests.simulator.trial_world import Writer

ENGLISH = re.compile(r"[A-Za-z][a-z']+(?: [a-z][a-z']+)+")
"""Several words, none but the first with a capital letter: a sentence, and no name."""
COMMAND = re.compile(r"\boaflow(?: [a-z]+)+")
AS_ELSEWHERE = {
    *("Access token", "Webhook secret", "Use webhook"),
    *("Basic settings", "Channel access token", "Channel secret", "Login channel", "Provider name"),
    "Webhook redelivery",
}
"""What LINE and the shops call what is on their own pages."""
LEAST = {"admin": 60, "agent": 8, "head_office": 4, "clerk": 3}
"""How many kinds of pages each role has, at least."""
NOT_OURS = {"script", "style", "code", "pre", "kbd", "bdi", "textarea", "svg"}
EMPTY = {"br", "col", "hr", "img", "input", "link", "meta", "path", "source", "wbr"}
SHOWN = {"title", "aria-label", "placeholder", "alt"}


class ReadPage(HTMLParser):
    """What people read on a page, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._within: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if NOT_OURS.isdisjoint(self._within):
            self.texts += [given[name] for name in SHOWN & given.keys()]
        if tag not in EMPTY:
            self._within.append(tag if given.get("lang", "zh").startswith("zh") else "code")

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() not in (tag, "code"):
            pass

    def handle_data(self, data: str) -> None:
        if NOT_OURS.isdisjoint(self._within):
            self.texts.append(" ".join(data.split()))


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """Somebody has asked what no rule answers, and the administrator's draft has a mistake."""
    async with open_shop(worked_example(tmp_path_factory.mktemp("chinese") / "shop")) as shop:
        friend = await shop.friend()
        await shop.do(f"friends/{friend}/say", {"text": "可以寄到金門嗎"})
        await shop.rest()
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
            one = await signed_in(http, shop, "admin")
            await one.saves("rules:\n  - when: {texts: 你好}\n    reply: 嗨\n", "rules/keywords.yaml")
        yield shop


async def signed_in(http: ClientSession, shop: Shop, role: str) -> Writer:
    http.headers["Accept-Language"] = "zh-TW"
    one = Writer(http, URL(shop.address))
    await one.get("/admin/sign-in")
    assert (await one.post("/admin/try", role=role))[0] == 303
    return one


def _kind(address: URL) -> str:
    """Of addresses that differ in what they are about."""
    return re.sub(r"[0-9a-f]{12,}|\d+|[^\x00-\x7f]+", "*", address.path) + "&".join(address.query)


@pytest.mark.ring("all", "a bot and a simulator of its own")
@pytest.mark.parametrize("some", [2, pytest.param(4, marks=pytest.mark.ring("soak", "more of the same"))])
async def test_no_page_has_a_sentence_in_english(shop: Shop, some: int) -> None:
    """Of each kind of pages `some` are looked at, by each role."""
    for role, least in LEAST.items():
        found, kinds = await in_english(shop, role, some)
        assert len(kinds) >= least, (role, kinds)
        wrong = {words: where for words, where in found.items() if words not in AS_ELSEWHERE}
        assert wrong == {}, role
        assert role != "admin" or found.keys() >= AS_ELSEWHERE, "they are seen, so others would be"


async def in_english(shop: Shop, role: str, some: int) -> tuple[dict[str, str], Counter[str]]:
    """What of it this role meets, and where; how many pages there are of each kind."""
    found, kinds, seen = dict[str, str](), Counter[str](), {"/admin"}
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        await signed_in(http, shop, role)
        ahead = [URL(f"{shop.address}/admin")]
        while ahead:
            address = ahead.pop()
            kinds[_kind(address)] += 1
            async with http.get(address) as answer:
                assert answer.status == 200, address
                is_page = answer.content_type == "text/html" and answer.url.path.startswith("/admin")
                page = ReadPage(await answer.text() if is_page else "")
            found |= {
                words: str(address) for text in page.texts for words in ENGLISH.findall(COMMAND.sub("", text))
            }
            for link in page.links:
                to = address.join(URL(link)).with_fragment(None)
                is_ours = to.origin() == address.origin() and to.path.startswith("/admin")
                if is_ours and str(to) not in seen and kinds[_kind(to)] < some:
                    seen.add(str(to))
                    ahead.append(to)
    return found, kinds

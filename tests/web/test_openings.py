"""F7: our own short addresses lead on and tell who opens them; over a whole runtime and the real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.engine.compiled.own_address import tap_code
from bot.line.id_token import IdTokens
from bot.model.channel import Channel, Liff
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.counts import TAPPED
from bot.model.inbox import Received
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.model.published_version import NowLive, VersionFiles, VersionTap
from bot.runtime.intake.openings import Openings, taps_of
from bot.runtime.limits.personal_limits import MOST
from bot.runtime.sending.personal_addresses import Personal, PersonalAddresses
from bot.store.cluster.playbooks import Playbooks
from bot.store.counters.counts import Counts
from bot.store.counters.rate_limits import Attempts
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from bot.web.liff.opening_api import OpeningApi
from bot.web.liff.sign_in import PageSignIn, Sessions, SignIn
from bot.web.openings import OpeningPages
from tests.conftest import ManualClock
from tests.playbooks import channel, compiled
from tests.runtime.harness import Bot, ScriptedLine, said

KEYS = (b"k" * 32,)
PUBLIC = "https://bot.example"
PLAYBOOK = compiled(
    """\
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  member:
    {id: member, channel_id: "2", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}
tags: {來源_立牌: {}, 逛過: {}, VIP: {added_by: staff}}
links:
  stand: {send: 優惠 8折, add_tags: [來源_立牌]}
  story: {open: "https://forest.example/story", add_tags: [來源_立牌]}
flows:
  quiz: {page: true, states: {問: {ask: 好嗎？, answer: [好], next: 完}, 完: {end: true}}}
cards:
  shop:
    buttons:
      text: 逛逛
      taps:
        - {label: 選購, open: "https://forest.example/sale", add_tags: [逛過]}
        - {label: 我的, open: "https://forest.example/?n={{ contact.name }}", add_tags: [逛過]}
        - {label: 測驗, page: quiz, add_tags: [逛過]}
rich_menus:
  - menu: 選單
    if: {tag: VIP}
    image: cards/menu.png
    grid: [甲 乙]
    areas: {甲: {label: 官網, open: "https://forest.example/menu"}, 乙: {label: 問, page: quiz}}
rules:
  - {when: {text: 優惠 8折}, reply: shop}
"""
)
BROWSER = "Mozilla/5.0 (Linux; Android 15; Pixel 8; wv) AppleWebKit/537.36 Mobile Safari/537.36 Line/15.20.0"
PEOPLE: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Line/14.9.0"},
    {"User-Agent": "Mozilla/5.0 (Linux; Android 12; CUBOT X50) AppleWebKit/537.36 Chrome/125.0 Mobile"},
    {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/125.0 Edg/125.0"},
)
AREA = tap_code("選單/選單/甲")
SHOP, MINE, QUIZ = (tap_code(f"shop/{label}") for label in ("選購", "我的", "測驗"))
CHANNELS: dict[str, Channel] = {
    "main": replace(channel("main"), id="@forest"),
    "member": replace(channel("member"), id="@member", liff=Liff("5", "5-a")),
}
CHAT = "https://line.me/R/oaMessage/%40forest/?%E5%84%AA%E6%83%A0%208%E6%8A%98"


RENAMED = compiled(
    """\
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  member:
    {id: member, channel_id: "2", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}
tags: {逛過: {}}
cards:
  store:
    buttons: {text: 逛逛, taps: [{label: 前往選購, open: "https://forest.example/new", add_tags: [逛過]}]}
rules: [{when: {text: 優惠}, reply: store}]
"""
)


@dataclass
class Site:
    """The addresses before a bot; `away` is the database, as whoever opens something finds it."""

    bot: Bot
    server: TestServer
    http: ClientSession
    personal: PersonalAddresses
    sessions: Sessions
    pages: OpeningPages
    away: list[DatabaseUnavailable]
    clock: ManualClock
    playbooks: Playbooks

    async def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str | None]:
        """Status, and where it leads; asked for as the browser in LINE does, but for these headers."""
        url = self.server.make_url(path)
        headers = {"User-Agent": BROWSER, **headers}
        async with self.http.request(method, url, headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location")

    def own(self, kind: Any, code: str, to: str | None = None, on: str = "main") -> str:
        """The path of U1's own address."""
        made = Personal(on, "U1", kind, code, self.clock.now(), to)
        return self.personal.address(made).removeprefix(PUBLIC)

    async def open(self, path: str, user: str = "U1", **body: Any) -> tuple[int, Any]:
        """What the page of LIFF gets."""
        headers = {"Authorization": f"Bearer {self.sessions.new('member', user)}"}
        url = self.server.make_url(f"/liff/member/{path}/open")
        async with self.http.post(url, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def contact(self, on: str = "main") -> Contact:
        await self.bot.settle()
        return (await self.bot.stored("U1", on)).contact

    async def tags(self, on: str = "main") -> list[str]:
        return [tag.name for tag in (await self.contact(on)).tags]

    async def events(self) -> int:
        """How many events are stored."""
        return len(await self.bot.timeline("U1"))


@pytest.fixture
async def site(database: Database, seal: Seal) -> AsyncIterator[Site]:
    clock = ManualClock()
    bot = await Bot(database, seal, clock, ScriptedLine(), PLAYBOOK).start()
    away: list[DatabaseUnavailable] = []

    async def store(received: Sequence[Received], seconds: float) -> None:
        if away:
            raise away[0]
        await bot.runtime.receiver.store(received, seconds)

    async def count(day: str, mark: Mark) -> None:
        if away:
            raise away[0]
        await Counts(database).add(day, mark)

    playbooks = Playbooks(database, seal)

    async def former(channel: str, code: str) -> VersionTap | None:
        if away:
            raise away[0]
        return await playbooks.tap(channel, code)

    openings = Openings(lambda: bot.playbook, bot.contacts, store, clock, count, former)
    personal = PersonalAddresses(KEYS, PUBLIC, lambda: bot.playbook)
    sessions = Sessions(KEYS, clock)
    pages = OpeningPages(openings, personal, lambda: CHANNELS, lambda: web.Response(status=404))
    http = ClientSession()
    api = OpeningApi(
        openings, lambda: CHANNELS, who(Attempts(database, seal), http, sessions, clock), pages.opened
    )
    app = web.Application()
    app.add_routes([*pages.routes(), *api.routes()])
    server = TestServer(app, port=0)
    await server.start_server()
    yield Site(bot, server, http, personal, sessions, pages, away, clock, playbooks)
    await http.close()
    await server.close()
    await bot.crash()


def who(attempts: Attempts, http: ClientSession, sessions: Sessions, clock: Clock) -> PageSignIn:
    """Nobody signs in here: tests have sessions at hand, and there is no LINE at this address."""
    id_tokens = IdTokens("http://127.0.0.1:9", http, clock)
    return PageSignIn(SignIn(id_tokens, attempts, sessions, clock), sessions)


LEADS: dict[str, tuple[int, str | None]] = {
    "/l/main/stand": (302, CHAT),
    "/l/main/story": (302, "https://forest.example/story"),
    "/l/member/stand": (302, "https://liff.line.me/5-a/l/stand"),
    "/l/member/story": (302, "https://liff.line.me/5-a/l/story"),
    f"/o/main/{SHOP}": (302, "https://forest.example/sale"),
    f"/o/member/{QUIZ}": (302, "https://liff.line.me/5-a/quiz"),
}
GONE = (
    "/l/main/gone",
    "/l/none/stand",
    "/o/main/0000000000000000",
    f"/o/none/{SHOP}",
    "/o/main/stand",
    "/o/x",
)


async def test_where_what_is_printed_leads(site: Site) -> None:
    """For everybody the same; through LIFF, where the channel has it. What is gone has a kind page."""
    assert {path: await site.get(path) for path in LEADS} == LEADS
    assert {path: await site.get(path) for path in GONE} == dict.fromkeys(GONE, (404, None))


async def renamed(site: Site) -> None:
    """The version with the buttons was live; now one is that has others in their place."""
    files = VersionFiles("bot.yaml", (), taps=taps_of(PLAYBOOK, site.clock.now()))
    for number, (playbook, kept) in enumerate(((PLAYBOOK, files), (RENAMED, None)), 1):
        what = NowLive(playbook.version, "amy", "publish")
        assert await site.playbooks.accept(number, what, site.clock.now(), kept)
    site.bot.playbook = RENAMED


async def test_buttons_of_sent_messages_lead_on_when_their_card_is_renamed(site: Site) -> None:
    """As long as messages with them may be opened, for 400 days; whoever opened them is noted as before."""
    own, mine = site.own("o", SHOP), site.own("o", MINE, "https://forest.example/?n=Amy")
    await renamed(site)
    sale = (302, "https://forest.example/sale")
    assert [await site.get(f"/o/main/{SHOP}"), await site.get(own)] == [sale, sale]
    assert await site.get(mine) == (302, "https://forest.example/?n=Amy")
    assert await site.get(f"/o/member/{QUIZ}") == (302, "https://liff.line.me/5-a/quiz")
    assert await site.get(f"/o/none/{SHOP}") == (404, None)
    assert await site.open(f"o/{SHOP}", opening="1") == (200, {"open": "https://forest.example/sale"})
    await site.bot.settle()
    rows = await site.bot.timeline("U1")
    assert [row.what for row in rows] == ["tap: shop/選購", "tap: shop/我的"]
    await site.playbooks.forget_media(1)
    assert await site.get(own) == sale, "its files are kept still"
    await site.playbooks.forget([1])
    await site.playbooks.forget_media(1)
    assert [await site.get(f"/o/main/{SHOP}"), await site.get(own)] == [(404, None)] * 2


async def test_where_a_former_button_leads_is_not_known_without_the_database(site: Site) -> None:
    """It is not told that there is nothing any more."""
    own = site.own("o", SHOP)
    await renamed(site)
    site.away.append(DatabaseUnavailable("away"))
    assert [await site.get(f"/o/main/{SHOP}"), await site.get(own)] == [(503, None)] * 2


async def test_a_printed_code_stays_good_when_its_keyword_is_another(site: Site) -> None:
    """F7: elsewhere (Omnichat) the QR code of a keyword broke when the keyword was edited."""
    link = PLAYBOOK.links["stand"]
    own = site.own("l", "stand")
    site.bot.playbook = replace(PLAYBOOK, links={**PLAYBOOK.links, "stand": replace(link, send="週年慶")})
    leads = CHAT.rpartition("?")[0] + "?%E9%80%B1%E5%B9%B4%E6%85%B6"
    assert await site.get("/l/main/stand") == (302, leads)
    assert await site.get(own) == (302, leads)
    assert await site.tags() == ["來源_立牌"]


async def test_an_area_of_a_rich_menu_that_opens_an_address_is_counted(
    site: Site, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """G5: each opening, by whomever; not of programs that only look, nor of a card's tap."""
    path, leads = f"/o/main/{AREA}", (302, "https://forest.example/menu")
    assert await site.get(path, "HEAD") == leads
    assert await site.get(path, **{"User-Agent": "line-poker/1.0"}) == leads
    assert await site.get(f"/o/main/{SHOP}") == (302, "https://forest.example/sale")
    counts = Counts(database)
    assert await counts.since("2000-01-01", "") == []
    assert await asyncio.gather(*(site.get(path) for _ in range(5))) == [leads] * 5
    [count] = await counts.since("2000-01-01", "")
    assert (count.mark, count.number) == (Mark("main", "", TAPPED, ("選單/選單/甲",)), 5)
    site.away.append(DatabaseUnavailable("away"))
    assert await site.get(path) == leads
    assert [record.getMessage() for record in caplog.records] == ["an opening is not counted: away"]
    assert (await counts.since("2000-01-01", ""))[0].number == 5
    assert await site.events() == 0


async def test_a_page_without_liff_leads_nowhere(site: Site) -> None:
    assert await site.get(f"/o/main/{QUIZ}") == (404, None)


async def test_a_tap_of_ones_own_does_its_actions_and_leads_on(site: Site) -> None:
    await site.bot.hear(said("嗨"))
    assert await site.get(site.own("o", SHOP)) == (302, "https://forest.example/sale")
    assert await site.tags() == ["逛過"]
    assert site.pages.opened.counts == {("o", "yes"): 1}


async def test_an_address_that_was_filled_leads_where_it_led_when_it_was_sent(site: Site) -> None:
    to = "https://forest.example/?n=%E5%B0%8F%E7%BE%8E"
    assert await site.get(site.own("o", MINE, to)) == (302, to)


async def test_a_link_of_ones_own_tells_where_one_comes_from(site: Site) -> None:
    """First and last source; the text stands ready in the chat."""
    assert await site.get(site.own("l", "stand")) == (302, CHAT)
    first = (await site.contact()).first_source
    assert first is not None
    assert first.code == "stand"
    assert await site.get(site.own("l", "story")) == (302, "https://forest.example/story")
    contact = await site.contact()
    assert contact.first_source == first
    assert contact.last_source is not None
    assert contact.last_source.code == "story"
    assert [tag.name for tag in contact.tags] == ["來源_立牌"]


LOOKS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("HEAD", {}),
    ("GET", {"User-Agent": "facebookexternalhit/1.1;line-poker/1.0"}),
    ("GET", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
    ("GET", {"User-Agent": "Mozilla/5.0 (Macintosh) Safari/605.1 (Applebot/0.1)"}),
    ("GET", {"User-Agent": "TelegramBot (like TwitterBot)"}),
    ("GET", {"User-Agent": "WhatsApp/2.23.20.0"}),
    ("GET", {"User-Agent": "curl/8.5.0"}),
    ("GET", {"User-Agent": ""}),
    ("GET", {"Sec-Purpose": "prefetch;prerender"}),
    ("GET", {"Purpose": "prefetch"}),
    ("GET", {"X-Purpose": "preview"}),
    ("GET", {"X-Moz": "prefetch"}),
    ("GET", {"Sec-Fetch-Mode": "no-cors"}),
)


async def test_who_only_looks_has_not_opened_it(site: Site) -> None:
    """LINE looks at each address in a text, to show a preview of it."""
    await site.bot.hear(said("嗨"))
    before, leads = await settled(site), (302, "https://forest.example/story")
    for method, headers in LOOKS:
        assert await site.get(site.own("l", "story"), method, **headers) == leads
        assert await settled(site) == before, (method, headers)


async def test_whoever_opens_it_in_a_browser_has(site: Site) -> None:
    """G5, F7: the browsers in LINE, and that of the phone or computer."""
    await site.bot.hear(said("嗨"))
    before = await settled(site)
    for number, headers in enumerate(PEOPLE, 1):
        assert (await site.get(site.own("l", "story"), **headers))[0] == 302
        assert await settled(site) == before + number, headers


async def settled(site: Site) -> int:
    await site.bot.settle()
    return await site.events()


async def test_one_leads_on_when_it_cannot_be_stored(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.away.append(DatabaseUnavailable("away"))
    to = "https://forest.example/?n=1"
    assert await site.get(site.own("o", MINE, to)) == (302, to)
    assert site.pages.opened.counts == {("o", "no"): 1}
    assert caplog.messages == ["an opening is not counted: away"]


@pytest.mark.ring("all", "page after page")
async def test_somebody_who_never_stops_opening_leads_on_uncounted(site: Site) -> None:
    for _ in range(MOST + 1):
        assert await site.get(site.own("o", SHOP)) == (302, "https://forest.example/sale")
    assert site.pages.opened.counts == {("o", "yes"): MOST, ("o", "no"): 1}


# -- through LIFF


async def test_a_text_to_be_said(site: Site) -> None:
    chat = CHAT.replace("forest", "member")
    assert await site.open("l/stand", opening="one") == (200, {"say": "優惠 8折", "chat": chat})
    assert await site.tags("member") == ["來源_立牌"]


async def test_an_address_to_be_opened(site: Site) -> None:
    assert await site.open("l/story", opening="1") == (200, {"open": "https://forest.example/story"})
    assert await site.open(f"o/{QUIZ}", opening="2") == (200, {"open": "https://liff.line.me/5-a/quiz"})
    assert await site.tags("member") == ["來源_立牌", "逛過"]


async def test_one_opening_counts_once_however_often_it_is_sent(site: Site) -> None:
    for opening in ("one", "one", "two"):
        await site.open("l/story", opening=opening)
    await site.bot.settle()
    rows = await site.bot.rows.timeline_of("member:U1", part_of("member:U1"))
    assert len(rows) == 2


async def test_what_it_says_of_the_person_is_filled_in(site: Site) -> None:
    """An area of a rich menu is the same for everybody: who it is, is known when it is opened."""
    status, leads = await site.open(f"o/{MINE}", opening="1")
    assert (status, leads) == (200, {"open": "https://forest.example/?n=%E6%9C%8B%E5%8F%8B"})


async def test_what_is_refused(site: Site) -> None:
    for path in ("l/gone", "o/0000000000000000"):
        assert await site.open(path, opening="1") == (404, {"error": "unknown"}), path
    for body in ({}, {"opening": ""}, {"opening": "x" * 65}):
        assert await site.open("l/stand", **body) == (400, {"error": "request"}), body


async def test_nobody_opens_anything_without_a_session(site: Site) -> None:
    for name, status, error in (("member", 401, "session"), ("main", 404, "unknown")):
        url = site.server.make_url(f"/liff/{name}/l/stand/open")
        async with site.http.post(url, json={"opening": "1"}) as answer:
            assert (answer.status, await answer.json()) == (status, {"error": error})


# -- after the person was signed out


async def sign_out(site: Site, database: Database) -> None:
    """As when they are unbound: what was made until now is over."""
    await site.bot.hear(said("嗨"))
    await site.open("l/stand", opening="0")
    await site.bot.settle()
    site.clock.advance(seconds=1)
    moment = {"$set": {"signed_out": site.clock.now()}}
    await database.collection("contacts").update_one({"_id": "main:U1"}, moment)
    await database.collection("contacts").update_one({"_id": "member:U1"}, moment)
    site.clock.advance(seconds=1)


async def test_an_address_of_before_a_sign_out_opens_nothing_of_that_person(
    site: Site, database: Database
) -> None:
    """R4: it leads to what is the same for all, is nobody's opening, and shows nothing that was filled in."""
    old = site.own("l", "story"), site.own("o", MINE, "https://forest.example/?n=%E5%B0%8F%E7%BE%8E")
    await sign_out(site, database)
    before = await settled(site)
    for method in ("GET", "HEAD"):
        assert await site.get(old[0], method) == (302, "https://forest.example/story")
        status, leads = await site.get(old[1], method)
        assert (status, leads) != (302, "https://forest.example/?n=%E5%B0%8F%E7%BE%8E")
    assert await settled(site) == before
    assert await site.get(site.own("l", "story")) == (302, "https://forest.example/story")
    assert await settled(site) == before + 1, "a new one is theirs again"


async def test_a_session_of_before_opens_nothing_through_liff(site: Site, database: Database) -> None:
    session = site.sessions.new("member", "U1")
    await sign_out(site, database)
    headers = {"Authorization": f"Bearer {session}"}
    url = site.server.make_url("/liff/member/l/stand/open")
    async with site.http.post(url, json={"opening": "1"}, headers=headers) as answer:
        assert (answer.status, await answer.json()) == (401, {"error": "session"})
    assert (await site.open("l/stand", opening="1"))[0] == 200

"""The staff's pages on a real socket and the real database, and browsers in which somebody has signed in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from yarl import URL

from bot.model.admin import AdminAccount, AdminRole, SignInStep
from bot.model.channel import Channel
from bot.model.clock import Clock
from bot.model.settings import Settings
from bot.model.translatable import tr
from bot.operations.admins.own_account import OwnAccount
from bot.operations.admins.passwords import Passwords
from bot.operations.admins.second_factor import SecondFactors
from bot.operations.admins.sessions import SignedSessions
from bot.operations.admins.sign_in import StaffSignIn, TrustedBrowsers
from bot.operations.attention import AttentionBoard, AttentionCount, AttentionKind, RefusedLook
from bot.runtime.cluster.brake_watch import BrakeWatch
from bot.store.database.mongo import Database
from bot.store.sealing.derived_keys import LiveKeys, browser_keys, console_keys, factor_keys
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from bot.web.admin.authorization import AdminGate
from bot.web.admin.console_context import ShopNow
from bot.web.admin.cookies import NAME, AdminCookies, proof
from bot.web.admin.frame import AdminFrame
from bot.web.admin.live import LivePages, LiveTopic, attention_topic
from bot.web.admin.notice_pages import NoticePages
from bot.web.admin.own_pages import OwnPages, StartPage
from bot.web.admin.sign_in_pages import SignInPages
from bot.web.admin.stop_pages import StopPages
from bot.web.admin.table import ROUTES
from bot.web.admin.visit import AdminAnswer, AdminHandler, RenderedPage, Visit
from bot.web.sealed_parts import SealedParts
from bot.web.visitor import FORWARDED
from tests.conftest import ManualClock
from tests.notice_world import own_notices
from tests.playbooks import compiled
from tests.web.admin.console import console

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PLAYBOOK = compiled(
    """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
store_groups: {north: {title: 北部門市}}
stores: {xinyi: {title: 信義店, group: north}, banqiao: {title: 板橋店}}
"""
)
PASSWORD = "correct horse battery staple"
ZH = {"Accept-Language": "zh-TW"}
"""Headers of somebody who reads Chinese."""


@dataclass
class Staff:
    """A browser of somebody."""

    http: ClientSession
    url: URL
    secret: str = ""

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """A page as it is, nowhere led on; an address that it leads to stands in place of its text."""
        async with self.http.get(self.url.join(URL(path)), headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location") or await answer.text()

    async def post(
        self, path: str, /, headers: Mapping[str, str] | None = None, **fields: str
    ) -> tuple[int, str]:
        """A form, with the proof of this browser where none is given."""
        fields.setdefault("proof", proof(self.held))
        async with self.http.post(
            self.url.join(URL(path)), data=fields, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, answer.headers.get("Location") or await answer.text()

    @property
    def held(self) -> str:
        """What its cookie holds."""
        cookies = self.http.cookie_jar.filter_cookies(self.url)
        return cookies[NAME].value if NAME in cookies else ""


@dataclass
class StaffWorld:
    """All of it. `clock` is that of the sessions."""

    database: Database
    seal: Seal
    clock: ManualClock
    more: Mapping[str, AdminHandler] = field(default_factory=dict)
    """Handlers in place of the real ones."""
    language: str = "en"
    secure: bool = False
    demanded: Collection[AdminRole] = ()
    """The roles that have to have a second factor."""
    proxies: int = 0
    """How many stand in front: with one, browsers may be anywhere."""
    channels: Mapping[str, str] = field(default_factory=dict)
    """What the shop's are called, by name."""
    counts: Mapping[AttentionKind, AttentionCount] = field(default_factory=dict)
    refused: RefusedLook | None = None
    """What LINE does not take."""
    topics: Mapping[str, LiveTopic] = field(default_factory=dict)
    people: Clock | None = None
    """Their clock, where it is not the machine's: a simulator's may be moved."""
    pace: float = 0.05
    """Seconds between looks at who is signed in, and at what needs attention."""
    beat: float = 0.05

    async def start(self) -> None:
        self.stores = stores_of(self.database, self.seal)
        self.sessions = SignedSessions(self.stores, self.clock, lambda: self.demanded)
        self.passwords = Passwords(CHEAP)
        browsers = TrustedBrowsers(LiveKeys(self.seal, browser_keys))
        self.sign_in = StaffSignIn(
            self.stores, self.sessions, self.passwords, browsers, self.clock, self.people
        )
        factors = SecondFactors(LiveKeys(self.seal, factor_keys))
        self.own = OwnAccount(
            *(self.stores, self.sessions, self.passwords, factors, browsers, self.clock, self.people),
            lambda: [PLAYBOOK.bot, "forest"],
        )
        self.notices = own_notices(self.stores, self.clock)
        self.brake = BrakeWatch(self.stores.pulse, self.clock)
        self.board = AttentionBoard(
            self.counts, lambda: self.brake.brake, refused=self.refused, fresh=self.pace
        )
        topics = {"attention": attention_topic(self.board, every=self.pace), **self.topics}
        self.live = LivePages(self.sessions, topics, beat=self.beat, look=self.pace)
        self.frame = frame = AdminFrame(
            lambda: ShopNow("森活選品", self.language, ZoneInfo("Asia/Taipei"), self.channels), self.board
        )
        titles = {
            name: Channel(name, f"@{name}", "1", "x", app_name=one) for name, one in self.channels.items()
        }
        pages = console(
            *(lambda: PLAYBOOK, Settings(titles)),
            stores=self.stores,
            parts=SealedParts(LiveKeys(self.seal, console_keys)),
            clock=self.clock,
            look=self.brake.look,
        )
        handlers = {
            **{row.name: _unanswered for row in ROUTES},
            **StartPage(frame).handlers(),
            **self.live.handlers(),
            **StopPages(pages).handlers(),
            **SignInPages(self.sign_in, self.sessions, self.proxies).handlers(),
            **OwnPages(self.own, self.notices, pages).handlers(),
            **NoticePages(self.notices).handlers(),
            **self.more,
        }
        door = AdminGate(
            self.sessions, self.own, frame, AdminCookies(secure=self.secure), self.clock, handlers
        )
        app = web.Application()
        app.add_routes(door.routes())

        async def close(app: web.Application) -> None:
            await self.live.close()

        app.on_shutdown.append(close)
        self.server = TestServer(app, port=0)
        await self.server.start_server()
        self._browsers: list[ClientSession] = []

    async def stop(self) -> None:
        for one in self._browsers:
            await one.close()
        await self.server.close()
        await self.board.close()
        self.passwords.close()

    def browser(self, address: str = "") -> Staff:
        """One in which nobody is signed in; at this address, where a proxy says so."""
        headers = {FORWARDED: address} if address else {}
        http = ClientSession(cookie_jar=CookieJar(unsafe=True), headers=headers)
        self._browsers.append(http)
        return Staff(http, self.server.make_url("/"))

    async def account(self, role: AdminRole, name: str = "", *, clerk: str = "") -> AdminAccount:
        """One of this role with `PASSWORD`; of a group, a store, or this clerk."""
        group, store = ("north" if role == "group" else ""), ("xinyi" if role == "store_manager" else "")
        kept_password = await self.passwords.hashed(PASSWORD)
        account = AdminAccount(
            name or role, role, self.clock.now(), "e", group, store, clerk, password=kept_password
        )
        assert await self.stores.admins.add(account)
        return await self.stored(account.name)

    async def stored(self, name: str) -> AdminAccount:
        """The account as it is by now."""
        found = await self.stores.admins.of(name)
        assert found is not None
        return found

    async def change(self, name: str, **changes: Any) -> None:
        assert await self.stores.admins.change(replace(await self.stored(name), **changes))

    async def signed_in(self, account: AdminAccount, stage: SignInStep = "signed_in") -> Staff:
        """A browser in which the account is signed in, or is as far as this."""
        browser = self.browser()
        browser.secret = await self.sessions.begin(account, stage, "Chrome · Windows")
        browser.http.cookie_jar.update_cookies({NAME: browser.secret}, browser.url)
        return browser


async def _unanswered(visit: Visit) -> AdminAnswer:
    return RenderedPage("message.html", tr("Start"))


def field_of(page: str, name: str) -> str:
    """The value of a field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found[1]

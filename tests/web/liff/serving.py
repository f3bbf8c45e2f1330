"""The pages' JSON on a real socket, over a whole runtime, the real database and a fake LINE."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import ClientSession, web

from bot.line.id_token import IdTokens, Permissions
from bot.model.channel import Channel, Liff
from bot.store.counters.rate_limits import Attempts
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from bot.web.liff.api import PagesApi
from bot.web.liff.member_page import MemberContext
from bot.web.liff.sign_in import PageSignIn, Sessions, SignIn
from bot.web.sealed_parts import SealedParts
from bot.web.server import WebServer, listen
from bot.web.server import serve as start
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.fakes.fake_line import Answers, FakeLine
from tests.playbooks import channel
from tests.runtime.page_world import PAGE, PLAYBOOK, Pages, Served

LIFF = Liff("5", "5-a", login_channel_secret="secret-of-the-login-channel")
CHANNELS: dict[str, Channel] = {
    "main": replace(channel("main"), liff=LIFF),
    "bare": channel("bare"),
}
KEY = b"k" * 32
VERIFY = "/oauth2/v2.1/verify"


@dataclass
class LiffSite:
    """One process that serves pages, and what lies around it."""

    served: Served
    line: FakeLine
    sessions: Sessions
    clock: ManualClock
    http: ClientSession
    server: WebServer

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}/liff/{path}"

    async def call(
        self, path: str, body: Any = None, session: str | None = None, **headers: str
    ) -> tuple[int, Any]:
        """A call of a page: POST where there is a body, else GET; its status and its JSON."""
        own = {"Content-Type": "application/json"} if body is not None else {}
        own |= {} if session is None else {"Authorization": f"Bearer {session}"}
        method = "GET" if body is None else "POST"
        data = {"data": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
        async with self.http.request(method, self.url(path), headers=own | headers, **data) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.content_type == "application/json"
            return answer.status, await answer.json()

    def session(self, user: str = "U1", channel: str = "main") -> str:
        """A session without the trouble of an ID token."""
        return self.sessions.new(channel, user)

    async def open(self, user: str = "U1") -> Any:
        status, screen = await self.call(f"main/{PAGE}/open", {"inputs": {}}, self.session(user))
        assert status == 200, screen
        return screen

    async def answer(self, screen: Any, text: str, user: str = "U1") -> Any:
        body = {"visit": screen["visit"], "step": screen["step"], "text": text}
        status, screen = await self.call(f"main/{PAGE}/answer", body, self.session(user))
        assert status == 200, screen
        return screen

    def vouches(self, user: str = "U1") -> None:
        """LINE says of the next token that it is this person's."""
        end = int(self.clock.now().timestamp()) + 3600
        told = {"iss": "https://access.line.me", "sub": user, "aud": "5", "exp": end}
        self.line.script(VERIFY, Answers(200, told))


@asynccontextmanager
async def serving(
    pages: Pages, line: FakeLine, database: Database, seal: Seal, proxies: int = 0
) -> AsyncIterator[LiffSite]:
    """A process on this database, and its pages' JSON at an address of its own; all processes end with it."""
    async with ClientSession() as http:
        site = await _serve(pages, line, http, database, seal, proxies)
        yield site
        site.served.desk.close()
        await site.server.cleanup()
    for served in pages.served:
        await served.bot.crash()


async def _serve(
    pages: Pages, line: FakeLine, http: ClientSession, database: Database, seal: Seal, proxies: int
) -> LiffSite:
    served = await pages.opens()
    clock = pages.clock
    sessions = Sessions([KEY], clock)
    id_tokens = IdTokens(line.url, http, clock, seconds=PATIENCE)
    sign_in = SignIn(id_tokens, Attempts(database, seal), sessions, clock)
    permissions = Permissions(line.url, http, clock)
    who = PageSignIn(sign_in, sessions, proxies)
    stores = stores_of(database, seal)
    context = MemberContext(
        *(lambda: PLAYBOOK, lambda: CHANNELS, stores, served.desk, clock, SealedParts([KEY])), stylesheet=""
    )
    api = PagesApi(who, permissions, context)
    app = web.Application()
    app.add_routes(api.routes())
    server = await start(app, listen("127.0.0.1", 0))
    return LiffSite(served, line, sessions, clock, http, server)

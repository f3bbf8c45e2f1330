"""Our pages before a scripted server and a scripted LINE, to see what they do with whatever comes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from bot.model.published_version import VersionTap
from bot.web.liff.page import LiffPages
from tests.eventually import PATIENCE
from tests.playbooks import compiled

BOOK = """
bot: 森活選品
channels:
  main:
    id: forest
    channel_id: "1234"
    channel_secret: opaque
    sms: console
    liff: {login_channel_id: "5678", liff_id: 1234-abcd}
sms: {console: {}}
privacy:
  version: "1"
  controller: 森活選品股份有限公司
  purpose: 會員管理
  kinds: 手機號碼
  period: 五年
  recipients: 本公司
  rights_contact: privacy@forest.example
  url: https://forest.example/privacy
  terms: https://forest.example/terms
member_card: {fields: [{show: contact.name}]}
links:
  stand: {send: 優惠}
  story: {open: "https://forest.example/story"}
cards:
  shop:
    buttons: {text: 逛逛, taps: [{label: 選購, open: "https://forest.example/sale", note: 選購}]}
rules:
  - {when: {text: 優惠}, reply: shop}
flows:
  binding:
    title: 手機綁定
    page: {intro: 一分鐘就好。}
    inputs: {code: text}
    states:
      phone: {ask: 您的手機號碼？, answer: phone, next: end}
      end: {end: true}
"""

ACCOUNT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'

SDK = """
const settings = %s;
const sent = { method: "POST", keepalive: true };  // also where another document comes
const heard = (what, text) => fetch("/heard", { ...sent, body: JSON.stringify([what, text ?? ""]) });
window.liff = {
  init: async () => { if (settings.init_fails) throw new Error("INIT_FAILED"); },
  isInClient: () => settings.inside,
  getOS: () => settings.os,
  getAppLanguage: () => settings.language,
  getIDToken: () => settings.id_token,
  getAccessToken: () => "access",
  sendMessages: async ([message]) => {
    await heard("say", message.text);
    if (settings.mute) throw new Error("403");
  },
  openWindow: ({ url }) => { heard("open", url); },
  closeWindow: () => { heard("close"); },
  logout: () => { heard("logout"); },
};
"""


async def no_former(channel: str, code: str) -> VersionTap | None:
    """No version before this one had any button."""
    return None


@dataclass
class FakePages:
    """`shown` is the screen; `answers` were sent; `heard` is what LINE's SDK was asked to do."""

    shown: dict[str, Any] = field(default_factory=lambda: {"kind": "busy", "step": 0})
    liff: dict[str, Any] = field(
        default_factory=lambda: {
            "inside": True,
            "os": "ios",
            "language": "zh-TW",
            "id_token": "token",
            "mute": False,
        }
    )
    address: str = ""
    sdk: str = "/sdk.js"
    errors: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """What the next calls of a name end with: status and error."""
    opened: list[dict[str, str]] = field(default_factory=list)
    leads: dict[str, Any] = field(default_factory=dict)
    """Where an address of ours leads that is opened."""
    openings: list[str] = field(default_factory=list)
    """What the openings of such were called."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    heard: list[list[str]] = field(default_factory=list)
    next: dict[str, Any] | None = None
    """The screen that the next answer leads to."""
    anew: dict[str, Any] | None = None
    """The screen that the next opening leads to; `None`: the same."""
    face: str | None = None
    """Where the picture of the account lies."""
    free: list[dict[str, Any]] = field(default_factory=list)
    """What can be had, by each question in its order; the last one again and again."""
    free_asked: list[dict[str, str]] = field(default_factory=list)
    slow: asyncio.Event | None = None
    """Answers wait for it."""

    def __post_init__(self) -> None:
        self.book = compiled(BOOK)
        self._changed = asyncio.Condition()
        self._stopped = False

    def application(self) -> web.Application:
        pages = LiffPages(lambda: self.book, self._face, no_former, sdk=self.sdk)
        page = "/liff/{channel}/{page}"
        app = web.Application()
        app.add_routes(
            [
                *pages.routes(),
                web.get("/sdk.js", self._sdk),
                web.get("/account.svg", self._account),
                web.post("/liff/{channel}/{kind:[lo]}/{code}/session", self._session),
                web.post("/liff/{channel}/{kind:[lo]}/{code}/open", self._lead),
                web.post("/heard", self._hear),
                web.post(f"{page}/session", self._session),
                web.post(f"{page}/open", self._open),
                web.post(f"{page}/answer", self._answer),
                web.get(f"{page}/screen", self._screen),
                web.get(f"{page}/free", self._free),
            ]
        )
        return app

    async def show(self, **screen: Any) -> None:
        """Something has happened: the page shows another screen."""
        async with self._changed:
            self.shown = {**screen, "step": self.shown["step"] + 1}
            self._changed.notify_all()

    async def until(self, what: str, number: int = 1) -> list[str]:
        """The texts of what the SDK was asked to do, once it was asked `number` times."""
        async with asyncio.timeout(PATIENCE), self._changed:
            while len(self._done(what)) < number:
                await self._changed.wait()
        return self._done(what)

    async def answered(self, number: int = 1) -> list[str]:
        """The texts of the answers, once there are so many."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: len(self.answers) >= number)
        return [answer["text"] for answer in self.answers]

    async def was_opened(self, number: int) -> list[dict[str, str]]:
        """The inputs of each opening, once there are so many."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: len(self.opened) >= number)
        return self.opened

    async def was_asked_for_days(self, number: int) -> list[dict[str, str]]:
        """The queries for days, once there are so many."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: len(self.free_asked) >= number)
        return self.free_asked

    def stop(self) -> None:
        self._stopped = True

    async def _note(self, where: list[Any], what: Any) -> None:
        async with self._changed:
            where.append(what)
            self._changed.notify_all()

    def _done(self, what: str) -> list[str]:
        return [text for name, text in self.heard if name == what]

    async def _face(self, channel: str) -> str | None:
        return self.face

    async def _account(self, request: web.Request) -> web.Response:
        return web.Response(text=ACCOUNT, content_type="image/svg+xml")

    async def _sdk(self, request: web.Request) -> web.Response:
        return web.Response(text=SDK % orjson.dumps(self.liff).decode(), content_type="text/javascript")

    async def _hear(self, request: web.Request) -> web.Response:
        await self._note(self.heard, orjson.loads(await request.read()))
        return web.json_response({})

    async def _session(self, request: web.Request) -> web.Response:
        return self._refused("session") or web.json_response({"session": "s", "seconds": 3600})

    async def _open(self, request: web.Request) -> web.Response:
        refused = self._refused("open")
        if refused is None:
            await self._note(self.opened, (await request.json())["inputs"])
            if self.anew is not None:
                await self.show(**self.anew)
        return refused or web.json_response(self.shown)

    async def _lead(self, request: web.Request) -> web.Response:
        await self._note(self.openings, (await request.json())["opening"])
        return self._refused("open") or web.json_response(self.leads)

    async def _answer(self, request: web.Request) -> web.Response:
        refused = self._refused("answer")
        if refused is not None:
            return refused
        await self._note(self.answers, await request.json())
        if self.slow is not None:
            await self.slow.wait()
        if self.next is not None:
            await self.show(**self.next)
        return web.json_response(self.shown)

    async def _screen(self, request: web.Request) -> web.Response:
        after = int(request.query["after"])
        async with self._changed:
            while self.shown["step"] <= after and not self._stopped and request.transport is not None:
                try:
                    await asyncio.wait_for(self._changed.wait(), 0.5)
                except TimeoutError:
                    continue
        return web.json_response(self.shown)

    async def _free(self, request: web.Request) -> web.Response:
        await self._note(self.free_asked, dict(request.query))
        refused = self._refused("free")
        return refused or web.json_response(self.free.pop(0) if len(self.free) > 1 else self.free[0])

    def _refused(self, call: str) -> web.Response | None:
        coming = self.errors.get(call)
        if not coming:
            return None
        status, error = coming.pop(0)
        return web.json_response({"error": error}, status=status)

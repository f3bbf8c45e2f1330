"""A browser's push service, real HTTP, that opens what it is sent; browsers that subscribe there."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import http_ece
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from bot.connectors.push.browser_push import PushCaller, new_private_key, public_key
from bot.hooks.outside_connector import inside_session
from bot.model.admin import AdminAccount
from bot.model.clock import Clock, PatientClock
from bot.model.push_subscription import PushSubscription, subscription_id
from bot.operations.admins.own_notices import OwnNotices, may_have_notices
from bot.operations.admins.sessions import SignedSessions
from bot.runtime.alerts.browser_notices import BrowserNotice, BrowserNotices, NoticeWorld
from bot.store.stores import Stores

ENDPOINT = "https://fcm.googleapis.com/fcm/send/"
KEY = new_private_key()


@dataclass
class PretendBrowser:
    """A browser of somebody, which has subscribed."""

    name: str = "amy"
    endpoint: str = field(default_factory=lambda: f"{ENDPOINT}{secrets.token_urlsafe(12)}")
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def key(self) -> str:
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return _base64(point)

    @property
    def fields(self) -> Mapping[str, str]:
        """What its page sends."""
        return {"endpoint": self.endpoint, "key": self.key, "secret": _base64(self.auth)}

    def subscription(self, clock: Clock, **more: Any) -> PushSubscription:
        """Its row."""
        now = clock.now()
        given: dict[str, Any] = {
            "id": subscription_id(self.endpoint),
            "name": self.name,
            "epoch": "e",
            "session": "s",
            "endpoint": self.endpoint,
            "key": self.key,
            "secret": _base64(self.auth),
            "device": "Chrome · Android",
            "language": "zh-TW",
            "sound": False,
            "began": now,
            "until": now + timedelta(days=30),
        }
        return PushSubscription(**{**given, **more})


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@dataclass
class PushServer:
    """What it was sent, opened, in order: whose browser, the message, the headers. It answers `status`."""

    browsers: Sequence[PretendBrowser]
    key: str = public_key(KEY)
    """The public key of whoever may send; empty: whoever."""
    status: int = 201
    headers: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], Any] | None = None
    """Done when a message has come, before it is answered."""
    got: list[tuple[str, dict[str, Any], Mapping[str, str]]] = field(default_factory=list)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        """A message. Of one that nobody has subscribed to it knows nothing."""
        endpoint = "https:/" + request.path
        browser = next((one for one in self.browsers if one.endpoint == endpoint), None)
        if browser is None:
            return web.Response(status=404)
        assert Vapid02.verify(request.headers["Authorization"])
        assert f"k={self.key}" in request.headers["Authorization"]
        claims = request.headers["Authorization"].split("t=")[1].split(".")[1]
        assert json.loads(base64.urlsafe_b64decode(claims + "=="))["aud"] == "https://fcm.googleapis.com"
        content = http_ece.decrypt(
            await request.read(), private_key=browser.private, auth_secret=browser.auth, version="aes128gcm"
        )
        self.got.append((browser.name, json.loads(content), dict(request.headers)))
        if self.before is not None:
            self.before()
        return web.Response(status=self.status, headers=self.headers)

    @property
    def numbers(self) -> list[tuple[str, int]]:
        """Whose browsers were told of how many, in order."""
        return [(name, said["number"]) for name, said, _ in self.got]


@asynccontextmanager
async def push_server(*browsers: PretendBrowser) -> AsyncIterator[PushServer]:
    """One that serves these browsers."""
    server = PushServer(browsers)
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", server.take)
    async with TestServer(app, port=0) as served:
        server.url = str(served.make_url("/"))
        yield server


@asynccontextmanager
async def push_caller(server: PushServer, clock: Clock) -> AsyncIterator[PushCaller]:
    """What calls it in place of all push services."""
    async with inside_session() as session:
        yield PushCaller(session, KEY, "https://shop.example", clock, server.url)


def _plain_words(to: PushSubscription, notice: BrowserNotice) -> object:
    return {"number": notice.number, "channel": notice.channel, "mine": bool(notice.unread)}


def browser_notices(
    stores: Stores, clock: PatientClock, caller: PushCaller | None = None, owns: bool = True
) -> BrowserNotices:
    """Notices that say numbers only; a process that calls nobody has no `caller`."""
    sessions = SignedSessions(stores, clock)

    async def number_waiting(channel: str, most: int) -> int:
        return len(await stores.staff_chats.waiting(channel, most))

    async def may_have(name: str, epoch: str) -> bool:
        return await may_have_notices(stores, sessions, name, epoch)

    async def looks_at(who: str, chat: str) -> bool:
        return any(one.account == who for one in await stores.chat_signs.of(chat, clock.now()))

    async def sender() -> PushCaller:
        assert caller is not None
        return caller

    return BrowserNotices(
        NoticeWorld(
            *(stores.push_subscriptions, stores.chat_news, number_waiting, may_have, looks_at, sender),
            *(_plain_words, lambda part: owns, clock, clock),
        )
    )


def own_notices(stores: Stores, clock: PatientClock) -> OwnNotices:
    """What the pages do with browsers."""

    async def public() -> str:
        return public_key(KEY)

    return OwnNotices(stores, browser_notices(stores, clock), public, clock)


async def add_account(stores: Stores, clock: Clock, name: str, role: Any = "agent") -> AdminAccount:
    """Somebody of the team, with the epoch that `PretendBrowser` has."""
    account = AdminAccount(name, role, clock.now(), "e")
    assert await stores.admins.add(account)
    return account

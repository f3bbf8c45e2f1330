"""`POST /shops/…/webhook`: never 200 for what is not stored, and nobody else is heard. C2, C6"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO

import orjson
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.model.shop import ShopWebhook
from bot.store.unavailable import DatabaseUnavailable
from bot.web.shop_webhooks import HearingShop, ShopWebhooks
from bot.web.webhook import BODY_LIMIT
from tests.conftest import ManualClock

SECRET = "opaque-webhook-secret"


@dataclass
class Doorstep:
    """What is stored; `fails` is what happens instead."""

    kept: list[ShopWebhook] = field(default_factory=list)
    fails: Exception | None = None
    secret: str | None = SECRET

    async def keep(self, webhook: ShopWebhook, seconds: float) -> None:
        if self.fails is not None:
            raise self.fails
        self.kept.append(webhook)

    async def shop(self, channel: str, provider: str) -> HearingShop | None:
        if (channel, provider) != ("main", "cyberbiz"):
            return None
        return HearingShop("forest", "cyberbiz", self.secret)


@asynccontextmanager
async def opened(doorstep: Doorstep) -> AsyncIterator[tuple[str, ClientSession]]:
    page = ShopWebhooks(doorstep.shop, doorstep.keep, ManualClock())
    app = web.Application(client_max_size=BODY_LIMIT)
    app.add_routes(page.routes())
    async with TestServer(app) as server, ClientSession() as http:
        yield str(server.make_url("/")), http


async def sent(doorstep: Doorstep, body: bytes, path: str = "main/cyberbiz", secret: str = SECRET) -> int:
    headers = {
        "X-Cyberbiz-Event": "customers/update",
        "X-Cyberbiz-Domain": "forest.cyberbiz.co",
        "X-Cyberbiz-Hmac-Sha256": hmac.digest(secret.encode(), body, "sha256").hex(),
    }
    async with opened(doorstep) as (address, http):
        url = f"{address}shops/{path}/webhook"
        async with http.post(url, data=BytesIO(body), headers=headers) as answer:
            assert SECRET not in await answer.text()
            return answer.status


BODY = orjson.dumps({"id": 5001})


async def test_what_is_stored_is_answered_with_200() -> None:
    doorstep = Doorstep()
    assert await sent(doorstep, BODY) == 200
    [kept] = doorstep.kept
    assert (kept.shop, kept.topic, kept.body) == ("forest", "customers/update", BODY)


@pytest.mark.parametrize(
    ("status", "body", "path", "secret"),
    [
        (401, BODY, "main/cyberbiz", "another"),
        (404, BODY, "other/cyberbiz", SECRET),
        (404, BODY, "main/shopline", SECRET),
        (400, b"[]", "main/cyberbiz", SECRET),
        (413, b" " * (BODY_LIMIT + 1), "main/cyberbiz", SECRET),
    ],
)
async def test_what_is_not_the_shops_is_refused(status: int, body: bytes, path: str, secret: str) -> None:
    doorstep = Doorstep()
    assert await sent(doorstep, body, path, secret) == status
    assert doorstep.kept == []


@pytest.mark.parametrize("fails", [DatabaseUnavailable("away"), RuntimeError("a bug")])
async def test_what_is_not_stored_is_sent_again(fails: Exception) -> None:
    assert await sent(Doorstep(fails=fails), BODY) == 503


async def test_without_a_secret_nobody_is_heard() -> None:
    doorstep = Doorstep(secret=None)
    assert await sent(doorstep, BODY) == 401
    assert doorstep.kept == []

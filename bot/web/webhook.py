"""`POST /webhook/{channel}`: verify, read, store, and only then answer 200 (requirements A2, A9)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

from aiohttp import web

from bot.line.signature import signature_ok
from bot.line.webhook import NotAWebhook, read_webhook
from bot.model.clock import Clock
from bot.runtime.metrics import Metrics
from bot.runtime.own_events import StoreEvents
from bot.store.unavailable import DatabaseUnavailable

STORE_SECONDS = 1.7
"""How long storing may take: LINE counts a webhook that is not answered within 2 s as failed.

https://developers.line.biz/en/docs/messaging-api/check-webhook-error-statistics/
"""


BODY_SECONDS = 2.0
"""How long a body may take to come: who sends slower is not LINE."""

NOT_STORED = "the events could not be stored; please deliver them again"

log = logging.getLogger("oaflow.webhook")


class _SenderGone(Exception):
    """Whoever sent the request went away before the end of its body, or took too long."""


class WebhookHandler:
    """Answers LINE. Never 200 for what is not stored, never 500."""

    def __init__(
        self,
        secrets: Callable[[str], Iterable[str] | None],
        store: StoreEvents,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        """`secrets` are those by which a channel's webhooks may be signed; `None`: no such channel."""
        self._secrets = secrets
        self._store = store
        self._clock = clock
        self._count = metrics.webhooks.inc

    async def take(self, request: web.Request) -> web.Response:
        """Handle one delivery."""
        try:
            status, message = await self._answer(request)
        except web.HTTPRequestEntityTooLarge:
            status, message = 413, "a webhook of more than 2 MiB is not taken"
        except web.RequestPayloadError:
            status, message = 400, "the body cannot be decoded"
        except _SenderGone:
            status, message = 400, "the body did not come, or too slowly"
        except Exception:  # LINE delivers again after 503; 500 is what the interface rules out
            log.exception("a webhook could not be stored")
            status, message = 503, NOT_STORED
        self._count(str(status))
        if status == 200:
            return web.Response(body=b"{}", content_type="application/json")
        return web.json_response({"message": message}, status=status)

    async def _answer(self, request: web.Request) -> tuple[int, str]:
        name = request.match_info["channel"]
        if self._secrets(name) is None:
            return 404, "the playbook has no channel of this name"
        try:
            body = await _body(request)
        except (TimeoutError, ConnectionError) as error:
            raise _SenderGone from error
        header = request.headers.get("X-Line-Signature")
        if not any(signature_ok(secret, body, header) for secret in self._secrets(name) or ()):
            return 401, "the signature is missing or wrong"
        try:
            received = read_webhook(name, body, self._clock.now())
        except NotAWebhook as error:
            return 400, str(error)
        try:
            await self._store(received, STORE_SECONDS)
        except DatabaseUnavailable:
            return 503, NOT_STORED
        return 200, ""


async def _body(request: web.Request) -> bytes:
    if request.content.is_eof():  # it came with the headers, as nearly always: no timer is worth its price
        return await request.read()
    async with asyncio.timeout(BODY_SECONDS):
        return await request.read()

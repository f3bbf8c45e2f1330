"""`POST /webhook/{channel}`: verify, read, store, and only then answer 200 (requirements A2, A9).

Here is decided what LINE is answered. `webhook_connections` reads requests in their plain form, aiohttp all
others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence, Set
from typing import NamedTuple, TypeAlias

from aiohttp import web

from bot.line.webhook import NotAWebhook, may_be_replayed, read_webhook, signature_ok
from bot.model.clock import Clock
from bot.model.inbox import InboxEntry, Received
from bot.runtime.intake.receive import BeginStoring, Storing
from bot.runtime.metrics import Metrics
from bot.store.unavailable import DatabaseUnavailable

BODY_LIMIT = 2 * 1024 * 1024
"""Bytes of a webhook that we take; LINE's own limit for requests is the same."""

STORE_SECONDS = 1.7
"""Seconds that storing may take: LINE counts a webhook that is not answered within 2 s as failed.
https://developers.line.biz/en/docs/messaging-api/check-webhook-error-statistics/
"""

BODY_SECONDS = 2.0
"""Seconds within which a body has to arrive: LINE is never slower. On connections that we read ourselves head
and body share them."""

NOT_STORED = "the events could not be stored; please deliver them again"

StoreUnheard: TypeAlias = Callable[[Sequence[InboxEntry], float], Awaitable[int]]
"""`Inbox.store_unheard`: stores events that are set aside, within so many seconds, and gives their number."""

log = logging.getLogger("oaflow.webhook")


class WebhookAnswer(NamedTuple):
    """The response to LINE: its status, and why it is not 200."""

    status: int
    message: str = ""


class WebhookHandler:
    """Decides what LINE is answered, and counts it. Never 200 for what is not stored, never 500."""

    def __init__(
        self,
        secrets: Callable[[str], Iterable[str] | None],
        store: BeginStoring,
        store_unheard: StoreUnheard,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        """`secrets` are those by which a channel's webhooks may be signed; `None`: no such channel."""
        self._store_unheard = store_unheard
        self._secrets = secrets
        self._store = store
        self._clock = clock
        self._count = metrics.webhooks.inc
        self._set_aside = metrics.set_aside.inc

    def knows(self, channel: str) -> bool:
        """Whether there is a channel of this name."""
        return self._secrets(channel) is not None

    def begin(self, channel: str, signature: str | None, body: bytes) -> WebhookAnswer | Storing:
        """Take one delivery: an answer, or a future that ends with storing and is then given to `stored`."""
        try:
            return self._begun(channel, signature, body)
        except Exception:  # LINE delivers again after 503; 500 is what the interface rules out
            log.exception("a webhook could not be read")
            return self.answered(503, NOT_STORED)

    def stored(self, storing: Storing) -> WebhookAnswer:
        """The answer now that storing has ended."""
        error = storing.exception()
        if error is None:
            return self.answered(200)
        if not isinstance(error, DatabaseUnavailable):
            log.error("a webhook could not be stored", exc_info=error)
        return self.answered(503, NOT_STORED)

    def cut_short(self) -> WebhookAnswer:
        """The answer where the sender went away before the end of its body, or took too long."""
        return self.answered(400, "the body did not come, or too slowly")

    def answered(self, status: int, message: str = "") -> WebhookAnswer:
        """This answer, counted."""
        self._count(str(status))
        return WebhookAnswer(status, message)

    async def take(self, request: web.Request) -> web.Response:
        """Answer a request that aiohttp has read."""
        status, message = await self._answer(request)
        if status == 200:
            return web.Response(body=b"{}", content_type="application/json")
        return web.json_response({"message": message}, status=status)

    async def _answer(self, request: web.Request) -> WebhookAnswer:
        name = request.match_info["channel"]
        if not self.knows(name):
            return self.answered(404, "the playbook has no channel of this name")
        try:
            body = await _body(request)
        except web.HTTPRequestEntityTooLarge:
            return self.answered(413, "a webhook of more than 2 MiB is not taken")
        except web.RequestPayloadError:
            return self.answered(400, "the body cannot be decoded")
        except (TimeoutError, ConnectionError):
            return self.cut_short()
        begun = self.begin(name, request.headers.get("X-Line-Signature"), body)
        if isinstance(begun, WebhookAnswer):
            return begun
        await asyncio.wait([begun])
        return self.stored(begun)

    def _begun(self, channel: str, signature: str | None, body: bytes) -> WebhookAnswer | Storing:
        """Verify and read one delivery, and begin to store it."""
        if not any(signature_ok(secret, body, signature) for secret in self._secrets(channel) or ()):
            return self.answered(401, "the signature is missing or wrong")
        try:
            received = read_webhook(channel, body, self._clock.now())
        except NotAWebhook as error:
            return self.answered(400, str(error))
        if any(map(may_be_replayed, received)):
            return asyncio.ensure_future(self._stored_without(received))
        return self._store(received, STORE_SECONDS)

    async def _stored_without(self, received: Sequence[Received]) -> Set[str]:
        """Store possible replays as set aside, and the others as usual."""
        old = [one.entry for one in received if may_be_replayed(one)]
        self._set_aside(by=await self._store_unheard(old, STORE_SECONDS))
        return await self._store([one for one in received if not may_be_replayed(one)], STORE_SECONDS)


async def _body(request: web.Request) -> bytes:
    if request.content.is_eof():  # it came with the headers: no timer is worth its price
        return await request.read()
    async with asyncio.timeout(BODY_SECONDS):
        return await request.read()

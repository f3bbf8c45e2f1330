"""LINE's webhook side: signed deliveries over HTTP, and delivering again what got no 200."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import aiohttp

SECRET = "opaque channel secret"
PATH = "/webhook/main"
PATIENCE = 2.0
"""Seconds that LINE waits for the answer to a webhook."""

BETWEEN_DELIVERIES = 0.1
"""Seconds before a webhook is delivered again; LINE does not tell its own interval."""

NO_ANSWER = 0

HOURS = "營業時間"
OFFER = "優惠"
PUSHED = "到貨通知"
NOTHING = "嗯嗯"
"""What people say: answered with a reply, with a tag and a reply, with a push, not at all."""

_numbers = itertools.count(1)
_run = uuid.uuid4().hex[:8].upper()


@dataclass(frozen=True)
class Occurrence:
    """One event as LINE makes it. `id` is the webhookEventId."""

    user: str
    what: dict[str, object]
    id: str = field(default_factory=lambda: f"01{_run}{next(_numbers):016}")
    tokened: bool = True
    sent: list[int] = field(default_factory=list, compare=False, repr=False)
    """When it came into being, in milliseconds: as it is told for the first time."""

    text: str | None = None
    channel: str = "main"
    in_chat: bool = True
    """Whether it is part of the conversation."""

    @property
    def token(self) -> str:
        return f"replytoken{self.id}"

    @property
    def key(self) -> str:
        """The event's id in the database."""
        return f"{self.channel}:{self.id}"

    @property
    def contact(self) -> str:
        return f"{self.channel}:{self.user}"

    def json(self, *, again: bool) -> dict[str, object]:
        if not self.sent:
            self.sent.append(time.time_ns() // 1_000_000)
        event = {
            "mode": "active",
            "timestamp": self.sent[0],
            "source": {"type": "user", "userId": self.user},
            "webhookEventId": self.id,
            "deliveryContext": {"isRedelivery": again},
            **self.what,
        }
        return event | ({"replyToken": self.token} if self.tokened else {})


def says(user: str, text: str, *, tokened: bool = True) -> Occurrence:
    """This person says this text."""
    message = {"type": "text", "id": str(next(_numbers)), "quoteToken": "quote", "text": text}
    return Occurrence(user, {"type": "message", "message": message}, tokened=tokened, text=text)


def follows(user: str) -> Occurrence:
    """This person adds the account."""
    return Occurrence(user, {"type": "follow", "follow": {"isUnblocked": False}})


def watches(user: str) -> Occurrence:
    """This person has watched a video to its end, which the playbook answers not at all."""
    watched: dict[str, object] = {"type": "videoPlayComplete", "videoPlayComplete": {"trackingId": "film"}}
    return Occurrence(user, watched, tokened=False, in_chat=False)


def person() -> str:
    """A LINE user id that nobody had before."""
    return f"U{uuid.uuid4().hex}"


def sign(body: bytes) -> str:
    """https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/"""
    return base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()


class Courier:
    """Delivers webhooks to bots whose address may change. `taken` are the events that were answered 200."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._changed = asyncio.Condition()
        self.taken: set[str] = set()
        self.answers: list[int] = []

    async def deliver(
        self, address: str, events: Iterable[Occurrence], *, again: bool = False, seconds: float = PATIENCE
    ) -> int:
        """One delivery for one channel; the status of the answer, `NO_ANSWER` where none came in time."""
        several = list(events)
        path = f"/webhook/{several[0].channel}"
        told = {"destination": "U" + "0" * 32, "events": [event.json(again=again) for event in several]}
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = {"X-Line-Signature": sign(body), "Content-Type": "application/json; charset=utf-8"}
        limit = aiohttp.ClientTimeout(total=seconds)
        try:
            async with self._session.post(
                address + path, data=body, headers=headers, timeout=limit
            ) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            status = NO_ANSWER
        async with self._changed:
            self.answers.append(status)
            if status == 200:
                self.taken.update(event.key for event in several)
            self._changed.notify_all()
        return status

    async def deliver_until_taken(
        self, address: Callable[[], str], events: Sequence[Occurrence], seconds: float = PATIENCE
    ) -> None:
        """Deliver, and again with the same ids until the answer is 200; whoever calls bounds the time."""
        again = False
        while await self.deliver(address(), events, again=again, seconds=seconds) != 200:
            again = True
            await asyncio.sleep(BETWEEN_DELIVERIES)

    async def has_taken(self, count: int) -> None:
        """Wait until so many events have been answered 200; whoever calls bounds the time."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.taken) >= count)

"""Hands a message for a browser to its push service: encrypted for that browser alone, signed by our key.

RFC 8030 (the call), RFC 8188 and 8291 (encryption), RFC 8292 (VAPID). Nothing is ever called but a known
push service, at an address of the public internet, and no redirect is followed.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypeAlias

import aiohttp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from yarl import URL

from bot.hooks.bounded_call import CallAnswer, bounded_call
from bot.hooks.call import CONNECT_SECONDS
from bot.model.clock import Clock
from bot.model.outside import WHY_CLOSED
from bot.model.push_subscription import PushSubscription, is_push_endpoint

TOTAL_SECONDS = 10.0
"""Time-out of a call, until there is an answer."""
SIGNED_FOR = timedelta(hours=12)
"""A signature is good for so long; services take 24 hours at most (RFC 8292, 2)."""
WAIT_MOST = 86_400.0
"""Seconds for which a service may have us wait: by then a notice is old."""
_ANSWER_MOST = 4_096
"""Bytes of an answer that are read."""
_NOT_TAKEN = frozenset((408, 425, 429, 503))
"""Statuses after which the message may be sent again later."""
_GONE = frozenset((404, 410))
"""Statuses of a subscription that has ended."""

PushEnd: TypeAlias = Literal[
    "sent",  # the service has the message
    "gone",  # the browser is not subscribed any more
    "refused",  # the service takes nothing just now
    "rejected",  # the service does not take this message for this browser
    "lost",  # the service may have the message, or not
]
"""How a call ended."""


@dataclass(frozen=True, slots=True)
class PushResult:
    """What became of a call. `why` is without the address; `wait`: seconds that the service asks for."""

    end: PushEnd
    why: str = ""
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class BrowserMessage:
    """What a browser is to get: `content` (some hundred bytes), for so many seconds. A later one of the same
    `topic` takes its place as long as the browser has not got it."""

    content: bytes = field(repr=False)
    topic: str
    seconds: int


class PushCaller:
    """Calls push services. `session` reaches the public internet only (`outside_session`)."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        key: str,
        contact: str,
        clock: Clock,
        stand_in: str = "",
    ) -> None:
        """`key` is our private key (`new_private_key`), `contact` an https address of ours for whoever runs a
        service, `stand_in` the base address of what answers in place of all services, where there is one."""
        self._session = session
        self._key = _private_key(key)
        self._contact = contact
        self._clock = clock
        self._stand_in = stand_in

    async def send(self, to: PushSubscription, message: BrowserMessage) -> PushResult:
        """One call, never repeated. Raises nothing for what the network does."""
        if not is_push_endpoint(to.endpoint):
            return PushResult("gone", "no push service that is known")
        try:
            body, signature = await asyncio.to_thread(self._sealed, to, message.content)
        except ValueError:
            return PushResult("gone", "its keys are none")
        headers = {
            "Authorization": signature,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.seconds),
            "Topic": message.topic,
            "Urgency": "high",
        }
        timeout = aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS)
        address = self._address(to.endpoint)
        match await bounded_call(
            self._session, "POST", address, timeout, _ANSWER_MOST, data=body, headers=headers
        ):
            case CallAnswer() as answer:
                return self._result(answer)
            case "copy":
                return PushResult("refused", WHY_CLOSED)
            case "late" | "broken off" as why:
                return PushResult("lost", why)
            case _:
                return PushResult("refused", "no connection")

    def _result(self, answer: CallAnswer) -> PushResult:
        status = answer.status
        if 200 <= status < 300:
            return PushResult("sent")
        if status in _GONE:
            return PushResult("gone", f"status {status}")
        end: PushEnd = "refused" if status in _NOT_TAKEN else "rejected" if status < 500 else "lost"
        return PushResult(
            end, f"status {status}", min(answer.retry_after(self._clock.now()) or 0.0, WAIT_MOST)
        )

    def _address(self, endpoint: str) -> URL:
        stand_in = self._stand_in.rstrip("/")
        return URL(f"{stand_in}/{endpoint.removeprefix('https://')}" if stand_in else endpoint, encoded=True)

    def _sealed(self, to: PushSubscription, content: bytes) -> tuple[bytes, str]:
        """The content for that browser, and the signature for its service.

        Raises `ValueError` where its keys are none. In a thread: the first one imports requests in
        0.3 s, which a process without notices saves.
        """
        from py_vapid import Vapid02
        from pywebpush import WebPusher

        keys = {"p256dh": to.key, "auth": to.secret}
        body = WebPusher({"endpoint": to.endpoint, "keys": keys}).encode(content)["body"]
        until = self._clock.now() + SIGNED_FOR
        claims = {
            "aud": str(URL(to.endpoint).origin()),
            "exp": int(until.timestamp()),
            "sub": self._contact,
        }
        return bytes(body), str(Vapid02(self._key).sign(claims)["Authorization"])


def new_private_key() -> str:
    """A private key of P-256, in URL-safe base64: 32 bytes."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _written(number.to_bytes(32, "big"))


def public_key(private: str) -> str:
    """What browsers are given (`applicationServerKey`), in URL-safe base64: 65 bytes."""
    point = _private_key(private).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _written(point)


def _private_key(written: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)), "big")
    return ec.derive_private_key(number, ec.SECP256R1())


def _written(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")

"""LINE's sending side on loopback: a reply token works once, a retry key counts once, and all is remembered.

Each token can be given a script of misbehaviour, so that many cases run side by side against one bot.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from aiohttp import web

from tests.fakes import fake_line
from tests.fakes.fake_line import Answers
from tests.faults.line_menus import MenusOfPeople

PROFILE_NAME = "小美"
_SENT = b'{"sentMessages":[{"id":"461230966842064897","quoteToken":"quote-1"}]}'


@dataclass(frozen=True)
class TakesThen:
    """LINE does what it was asked, and then its answer gets lost or says something else."""

    lost: fake_line.Behaviour


Behaviour: TypeAlias = fake_line.Behaviour | TakesThen

RATE_LIMIT = Answers(429, {"message": "The API rate limit has been exceeded. Try again later."})
QUOTA = Answers(429, {"message": "You have reached your monthly limit."})


@dataclass(frozen=True)
class Taken:
    """A send that LINE has accepted. `key` is the reply token or the retry key, `to` a push's receiver; of a
    picture its address stands among the texts.
    """

    kind: str
    key: str
    to: str
    texts: tuple[str, ...]


def id_token(user: str) -> str:
    """What this LINE takes for an ID token of this person."""
    return f"header.{user}.signature"


def _verified(form: Mapping[str, Any]) -> web.Response:
    header, user, signature = form["id_token"].split(".")
    if (header, signature) != ("header", "signature"):
        told = {"error": "invalid_request", "error_description": "Invalid IdToken."}
        return web.json_response(told, status=400)
    end = int(time.time()) + 3600
    return web.json_response(
        {"iss": "https://access.line.me", "sub": user, "aud": form["client_id"], "exp": end}
    )


class LineApi:
    """LINE for one bot. `start` and `stop` may alternate: the address stays the same."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        """The display names of users; everybody else is 小美."""
        self.taken: list[Taken] = []
        self.asked: Counter[str] = Counter()
        self.menus = MenusOfPeople()
        self.hold: asyncio.Event | None = None
        """While it is not set, sends wait for their answer."""
        self.takes = 0.0
        """Seconds until it answers a send; the real one takes some hundredths."""
        self._scripts: dict[str, deque[Behaviour]] = {}
        self._used: set[str] = set()
        self._released = asyncio.Event()
        self._changed = asyncio.Condition()
        self._runner: web.ServerRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen; the second time on the same port as before."""
        self._runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=1024).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Refuse connections from now on, and close those that are open."""
        self._released.set()
        if self._runner is not None:
            await self._runner.cleanup()
        self._released.clear()

    def script(self, key: str, *behaviours: Behaviour) -> None:
        """What the next replies with this token, or pushes to this person, meet; then LINE is itself."""
        self._scripts.setdefault(key, deque()).extend(behaviours)

    def accepted(self, key: str) -> int:
        """How many times LINE has done what this token or retry key was for."""
        return sum(taken.key == key for taken in self.taken)

    async def has_taken(self, count: int, seconds: float = 90) -> None:
        """Wait until LINE has accepted `count` sends in all; `TimeoutError` after `seconds`."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: len(self.taken) >= count)

    async def was_asked(self, key: str, times: int = 1, seconds: float = 90) -> None:
        """Wait until this token has been used `times` times, with or without success."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: self.asked[key] >= times)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path == "/v2/bot/message/reply":
            body = json.loads(await request.read())
            return await self._send(request, "reply", body["replyToken"], body)
        if path == "/v2/bot/message/push":
            body = json.loads(await request.read())
            return await self._send(request, "push", request.headers["X-Line-Retry-Key"], body)
        if path == "/v2/bot/message/multicast":
            body = json.loads(await request.read())
            key = request.headers["X-Line-Retry-Key"]
            return await self._send(request, "multicast", key, {**body, "to": " ".join(body["to"])})
        if path.startswith("/v2/bot/profile/"):
            user = path.rpartition("/")[2]
            return web.json_response(
                {"userId": user, "displayName": self.names.get(user, PROFILE_NAME), "language": "zh-TW"}
            )
        if path == "/oauth2/v2.1/verify":
            return _verified(await request.post())
        if path == "/v2/bot/message/quota":
            return web.json_response({"type": "none"})
        if path == "/v2/bot/message/quota/consumption":
            return web.json_response({"totalUsage": 0})
        if (given := await self.menus.handle(request)) is not None:
            return given
        return web.json_response({"message": "Not found"}, status=404)

    async def _send(
        self, request: web.BaseRequest, kind: str, key: str, body: Mapping[str, Any]
    ) -> web.StreamResponse:
        self.asked[key] += 1
        await self._tell()
        if self.hold is not None:
            await self.hold.wait()
        if self.takes:
            await asyncio.sleep(self.takes)
        to = body.get("to", "")
        script = self._scripts.get(to or key)
        behaviour = script.popleft() if script else None
        said = (one["text"] if "text" in one else one["originalContentUrl"] for one in body["messages"])
        taken = Taken(kind, key, to, tuple(said))
        match behaviour:
            case TakesThen(lost):
                await self._take(taken)
                return await self._misbehave(request, lost)
            case None:
                return await self._take(taken)
            case _:
                return await self._misbehave(request, behaviour)

    async def _take(self, taken: Taken) -> web.Response:
        if taken.key in self._used:
            if taken.kind != "reply":
                return web.json_response({"message": "The retry key is already accepted"}, status=409)
            return web.json_response({"message": "Invalid reply token"}, status=400)
        self._used.add(taken.key)
        self.taken.append(taken)
        await self._tell()
        return web.Response(body=_SENT, content_type="application/json")

    async def _misbehave(self, request: web.BaseRequest, how: fake_line.Behaviour) -> web.Response:
        answer = await fake_line.met(request, how, self._released)
        if answer is None and request.transport is not None:
            request.transport.close()
        return answer or web.Response(status=500)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

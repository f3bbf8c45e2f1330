"""LINE's messaging API over HTTP, under `/simulator/line`: who may call what, and how it is answered.

https://developers.line.biz/en/reference/messaging-api/

https://developers.line.biz/en/reference/messaging-api/#rate-limits

It is in the bot's process, takes its calls over HTTP and brings signed webhooks over HTTP. The bot lends it
one thing, an observer of turns (`runtime/turn_observer`). What it refuses, `check` has said before: both go
by `line/objects`. Going back restores what was stored, in a transaction, and does not replay: pages, codes
and answers of others cannot be said again.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from aiohttp import web

from bot.model.clock import Clock
from bot.simulator.platform.call import Answered, ApiCall, Route, line_response, read_body
from bot.simulator.platform.documented import DOCUMENTED
from bot.simulator.platform.oauth_api import OAUTH
from bot.simulator.platform.refusal import (
    LineRefusal,
    not_built,
    not_found,
    quota_exhausted,
    server_error,
    too_often,
    unauthorised,
)
from bot.simulator.requests import local_only, too_deep
from bot.simulator.state.account import Account, Accounts
from bot.simulator.state.exchanges import Exchange, ExchangePart, Exchanges
from bot.simulator.state.feed import Happened
from bot.simulator.state.state_json import call_json

SECOND, MINUTE, HOUR = 1, 60, 3_600
USUAL = 2_000, SECOND
"""Calls, and the seconds for which they are, where `RATES` has no other."""
RATES: Mapping[str, tuple[int, int]] = {
    "broadcast": (60, HOUR),
    "test-webhook": (60, HOUR),
    "unit-statistics": (60, HOUR),
    "create-menu": (100, HOUR),
    "delete-menu": (100, HOUR),
    "delete-alias": (100, HOUR),
    "menu-batch": (3, HOUR),
    "menu-batch-progress": (100, HOUR),
    "endpoint": (1_000, MINUTE),
    "set-endpoint": (1_000, MINUTE),
    "multicast": (200, SECOND),
    "loading": (100, SECOND),
    "menus": (10, SECOND),
}
"""By the call's name: so many calls in so many seconds. All others have `USUAL`."""


@dataclass(slots=True)
class _Bucket:
    """How many calls are left (`tokens`) since it was last filled."""

    tokens: float
    filled: datetime


class Rates:
    """Whether a call is within its rate; each that is takes a token out of its bucket."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def take(self, channel: str, name: str, endpoint: str) -> bool:
        """Take a token for the call of that name; false where none is left at its endpoint."""
        most, seconds = RATES.get(name, USUAL)
        now = self._clock.now()
        bucket = self._buckets.setdefault((channel, endpoint), _Bucket(most, now))
        passed = max(0.0, (now - bucket.filled).total_seconds())
        bucket.tokens = min(float(most), bucket.tokens + passed * most / seconds)
        bucket.filled = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True


RETRYABLE = frozenset({"push", "multicast", "broadcast", "narrowcast"})
"""Calls that take an X-Line-Retry-Key: https://developers.line.biz/en/docs/messaging-api/retrying-api-request/"""
COSTLY = frozenset({"push", "multicast", "broadcast"})
"""Calls that take of the month's quota."""
LOGGED_READINGS = frozenset({"profile", "content", "preview"})
"""Calls that change nothing and are logged all the same."""

_PARAMETER = re.compile(r"\{[^}]*\}")
"""A parameter of a path: `{id}`."""


@dataclass(eq=False, repr=False)
class LineApi:
    """The HTTP side of the calls: who calls, how often, with what body, and what goes wrong on purpose.

    What LINE has and the simulator has not answers 501 with the call's name; what LINE has not is 404.
    """

    _accounts: Accounts
    _rows: Sequence[Route]
    _clock: Clock
    _happened: Happened
    _exchanges: Exchanges
    _wait: Callable[[float], Awaitable[None]]
    _rates: Rates = field(init=False)

    def __post_init__(self) -> None:
        self._rates = Rates(self._clock)

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """All calls below `prefix`, those that are not built, and a 404 in LINE's form for every other."""
        return [
            *self.calls(prefix),
            web.route("*", prefix + "/{rest:.*}", local_only(self._unknown)),
        ]

    def calls(self, prefix: str) -> list[web.RouteDef]:
        """The calls alone: they stand at the root too, where alone LINE's Node SDK looks for them."""
        built = {_same(row.method, row.path) for row in self._rows} | OAUTH
        missing = [
            Route(method, path, name, _refusing(name))
            for method, path, name in DOCUMENTED
            if _same(method, path) not in built
        ]
        return [
            web.route(row.method, prefix + row.path, local_only(self._handler(row)))
            for row in (*self._rows, *missing)
        ]

    def _handler(self, row: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            id = str(uuid.uuid4())
            account, raw = self._caller(request), b""
            try:
                if account is None:
                    raise unauthorised()
                raw = await read_body(request)  # first, so that the log has the body of what is refused, too
                self._admit(row, account, request)
                body = _parsed(raw) if row.takes == "json" else {}
                call = ApiCall(id, account, request.match_info, request.query, request.headers, body, raw)
                answered = await row.answer(call)
            except LineRefusal as refusal:
                self._log_call(id, row.name, account, Answered(refusal.status), refusal.message)
                response = line_response(id, refusal.status, refusal.body, refusal.headers)
            else:
                if request.method != "GET" or row.name in LOGGED_READINGS:
                    self._log_call(id, row.name, account, answered, None)
                response = line_response(id, answered.status, answered.body)
            self._keep(id, request, b"" if row.takes == "picture" else raw, response)
            if account is not None and account.faults.slow is not None:
                await self._wait(account.faults.slow)
            return response

        return handle

    def _admit(self, row: Route, account: Account, request: web.Request) -> None:
        """Raise `LineRefusal` where the call may not be made: a fault is on, the rate is exceeded, a header
        is wrong."""
        match account.faults.answer:
            case "token":
                raise unauthorised()
            case "500":
                raise server_error()
            case "429":
                raise too_often()
            case "quota" if row.name in COSTLY:
                raise quota_exhausted()
        if not self._rates.take(account.channel.name, row.name, f"{row.method} {row.path}"):
            raise too_often()
        if "X-Line-Retry-Key" in request.headers and row.name not in RETRYABLE:
            # LINE documents the status; the wording is ours.
            raise LineRefusal(400, "The retry key is not supported by this API")

    def _keep(self, id: str, request: web.Request, raw: bytes, response: web.Response) -> None:
        """Store the call for the log of exchanges; pictures are left out."""
        asked = ExchangePart(request.headers, raw, request.method, str(request.rel_url))
        shown = response.body if response.content_type == "application/json" else b""
        body = shown if isinstance(shown, bytes) else b""
        self._exchanges.keep(
            Exchange(id, "call", asked, ExchangePart(response.headers, body, status=response.status))
        )

    def _caller(self, request: web.Request) -> Account | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self._accounts.of_token(token, self._clock.now()) if scheme.lower() == "bearer" else None

    def _log_call(
        self, id: str, name: str, account: Account | None, did: Answered, error: str | None
    ) -> None:
        self._happened.add(
            call_json(
                id=id,
                now=self._clock.now(),
                channel=account.channel.name if account else None,
                chat=did.chat,
                call=name,
                status=did.status,
                error=error,
                paid=did.paid,
                messages=did.messages,
                text=did.text,
            )
        )

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        refusal = not_found()
        return line_response(str(uuid.uuid4()), refusal.status, refusal.body)


def _same(method: str, path: str) -> tuple[str, str]:
    """A call, whatever its parameters are called."""
    return method, _PARAMETER.sub("{}", path)


def _refusing(name: str) -> Callable[[ApiCall], Awaitable[Answered]]:
    async def refuse(call: ApiCall) -> Answered:
        raise not_built(name)

    return refuse


def _parsed(body: bytes) -> Mapping[str, Any]:
    """The JSON object of a body; empty without one. Raises `LineRefusal`."""
    if not body.strip():
        return {}
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        where = f"(line: {error.lineno}, column: {error.colno})"
        raise LineRefusal(400, f"The request body could not be parsed as JSON {where}") from None
    if not isinstance(parsed, dict) or too_deep(parsed):
        raise LineRefusal(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
    return parsed

"""LINE's messaging API over HTTP, under `/simulator/line`: who may call what, and how it is answered.

https://developers.line.biz/en/reference/messaging-api/
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.model.clock import Clock
from bot.simulator.account import STATELESS_LIFE, Account, Accounts
from bot.simulator.happened import Happened
from bot.simulator.line_calls import Answer, Answered, Call, LineCalls
from bot.simulator.own_site import from_here
from bot.simulator.refusal import Refusal, not_found, unauthorised
from bot.simulator.shown import call_shown

BODY_AT_MOST = 2 * 1024 * 1024


class LineApi:
    """The HTTP side of `LineCalls`. What LINE has and the simulator has not is 404."""

    def __init__(self, accounts: Accounts, calls: LineCalls, clock: Clock, happened: Happened) -> None:
        self._accounts = accounts
        self._calls = calls
        self._clock = clock
        self._happened = happened

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """All calls below `prefix`, and a 404 in LINE's form for every other."""
        return [
            *(
                web.route(method, prefix + path, from_here(self._handler(name, answer)))
                for method, path, name, answer in self._calls.table()
            ),
            web.post(prefix + "/oauth2/v3/token", from_here(self._token)),
            web.route("*", prefix + "/{rest:.*}", from_here(self._unknown)),
        ]

    def _handler(self, name: str, answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            id = str(uuid.uuid4())
            account = self._caller(request)
            try:
                if account is None:
                    raise unauthorised()
                body = await _json(request)
                call = Call(id, account, request.match_info, request.query, request.headers, body)
                answered = await answer(call)
            except Refusal as refusal:
                self._tell(id, name, account, Answered(refusal.status, {}), refusal.message)
                return _response(id, refusal.status, refusal.body, refusal.headers)
            if request.method != "GET" or name == "profile":
                self._tell(id, name, account, answered, None)
            return _response(id, answered.status, answered.body)

        return handle

    def _caller(self, request: web.Request) -> Account | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self._accounts.of_token(token, self._clock.now()) if scheme.lower() == "bearer" else None

    def _tell(self, id: str, name: str, account: Account | None, did: Answered, error: str | None) -> None:
        self._happened.tell(
            call_shown(
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

    async def _token(self, request: web.Request) -> web.StreamResponse:
        """https://developers.line.biz/en/reference/messaging-api/#issue-stateless-channel-access-token"""
        id = str(uuid.uuid4())
        try:
            form = await request.post()
        except ValueError:
            return _response(id, 400, {"error": "invalid_request"})
        if form.get("grant_type") != "client_credentials":
            return _response(id, 400, {"error": "unsupported_grant_type"})
        channel, secret = str(form.get("client_id")), str(form.get("client_secret"))
        token = self._accounts.issue_stateless(channel, secret, self._clock.now())
        if token is None:
            return _response(
                id, 400, {"error": "invalid_client", "error_description": "invalid client_secret"}
            )
        life = int(STATELESS_LIFE.total_seconds()) - 1
        return _response(id, 200, {"token_type": "Bearer", "access_token": token, "expires_in": life})

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        refusal = not_found()
        return _response(str(uuid.uuid4()), refusal.status, refusal.body)


async def _json(request: web.Request) -> Mapping[str, Any]:
    if request.method == "GET":
        return {}
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > BODY_AT_MOST:
            raise Refusal(413, "Request Entity Too Large")
    if not body.strip() and not request.path.endswith(("/push", "/reply", "/multicast")):
        return {}  # calls without a body of their own, such as `leave`
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refusal(400, "The request body could not be parsed as JSON") from None
    if not isinstance(parsed, dict):
        raise Refusal(400, "The request body could not be parsed as JSON")
    return parsed


def _response(
    id: str, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.Response(
        status=status,
        body=orjson.dumps(body),
        content_type="application/json",
        headers={"X-Line-Request-Id": id, **(headers or {})},
    )

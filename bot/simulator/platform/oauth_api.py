"""Tokens: those that channels get for themselves, and those of LINE Login that a page hands to a server.

https://developers.line.biz/en/reference/line-login/ and
https://developers.line.biz/en/reference/messaging-api/#issue-stateless-channel-access-token
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from bot.model.clock import Clock
from bot.simulator.platform.call import line_response, read_body
from bot.simulator.platform.refusal import LineRefusal, server_error, too_often, unauthorised
from bot.simulator.requests import local_only
from bot.simulator.state.account import STATELESS_LIFE, Account, Accounts
from bot.simulator.state.chats import Chats
from bot.simulator.state.exchanges import Exchange, ExchangePart, Exchanges
from bot.simulator.state.feed import Happened
from bot.simulator.state.logins import ISSUER, Logins
from bot.simulator.state.state_json import call_json

TOKEN, VERIFY, DEAUTHORIZE = "/oauth2/v3/token", "/oauth2/v2.1/verify", "/user/v1/deauthorize"
OAUTH = frozenset({("POST", TOKEN), ("POST", VERIFY), ("GET", VERIFY), ("POST", DEAUTHORIZE)})
"""The calls of this module, which `line_api` does not serve."""
SCOPE = "openid profile chat_message.write"
"""The scopes of every access token here."""

OauthAnswer: TypeAlias = tuple[int, dict[str, Any]]
"""Status and body."""
OauthHandler: TypeAlias = Callable[[web.Request, bytes], OauthAnswer]
"""Answers a call, given the request and its body. Raises `LineRefusal`, and `ValueError` for a body that
cannot be read."""
TokenOwner: TypeAlias = Callable[[web.Request, bytes], str | None]
"""The user whom a call is about, as its token says; `None` where it says nothing."""


@dataclass(frozen=True, slots=True)
class OauthApi:
    """The calls that need no channel access token, or one of a login channel. `wait` takes seconds."""

    accounts: Accounts
    chats: Chats
    logins: Logins
    clock: Clock
    happened: Happened
    exchanges: Exchanges
    wait: Callable[[float], Awaitable[None]]

    def calls(self, prefix: str) -> list[web.RouteDef]:
        """The calls below `prefix`."""
        verify_id = self._logged("verify-id-token", self._of_id_token, self._verify_id_token)
        verify_access = self._logged("verify-access-token", self._of_access_token, self._verify_access_token)
        deauthorize = self._logged("deauthorize", self._of_user_token, self._deauthorize)
        return [
            web.post(prefix + TOKEN, local_only(self._token)),
            web.post(prefix + VERIFY, local_only(verify_id)),
            web.get(prefix + VERIFY, local_only(verify_access)),
            web.post(prefix + DEAUTHORIZE, local_only(deauthorize)),
        ]

    async def _token(self, request: web.Request) -> web.StreamResponse:
        """A stateless token of a messaging channel, or of a login channel.

        No list of calls has it, for its body holds a secret, and no fault applies to it.
        """
        id = str(uuid.uuid4())
        try:
            form = _form(await read_body(request))
        except (LineRefusal, ValueError):
            return line_response(id, 400, {"error": "invalid_request"})
        if form.get("grant_type") != "client_credentials":
            return line_response(id, 400, {"error": "unsupported_grant_type"})
        channel, secret, now = form.get("client_id", ""), form.get("client_secret", ""), self.clock.now()
        token = self.accounts.issue_stateless(channel, secret, now)
        if token is None and self._is_login_channel(channel, secret):
            token = self.logins.channel_token(channel, now)
        if token is None:
            return line_response(
                id, 400, {"error": "invalid_client", "error_description": "invalid client_secret"}
            )
        life = int(STATELESS_LIFE.total_seconds()) - 1  # seconds that are surely left
        return line_response(id, 200, {"token_type": "Bearer", "access_token": token, "expires_in": life})

    def _verify_id_token(self, request: web.Request, body: bytes) -> OauthAnswer:
        """https://developers.line.biz/en/reference/line-login/#verify-id-token"""
        form = _form(body)
        claims = self.logins.claims_of(form.get("id_token", ""))
        if claims is None:
            return _refused("Invalid IdToken.")
        if claims.get("iss") != ISSUER:
            return _refused("Invalid IdToken Issuer.")
        if claims["exp"] <= self.clock.now().timestamp():
            return _refused("IdToken expired.")
        if claims.get("aud") != form.get("client_id"):
            return _refused("Invalid IdToken Audience.")
        if form.get("nonce", claims.get("nonce")) != claims.get("nonce"):
            return _refused("Invalid IdToken Nonce.")
        if form.get("user_id", claims["sub"]) != claims["sub"]:
            return _refused("Invalid IdToken Subject Identifier.")
        return 200, claims

    def _verify_access_token(self, request: web.Request, body: bytes) -> OauthAnswer:
        """https://developers.line.biz/en/reference/line-login/#verify-access-token"""
        access = self.logins.access(request.query.get("access_token", ""))
        if access is None:
            return _refused("The access token not JWS")
        if access.revoked:
            return _refused("The access token revoked")
        left = int((access.until - self.clock.now()).total_seconds())
        if left <= 0:
            return _refused("The access token expired")
        return 200, {"scope": SCOPE, "client_id": access.login_channel, "expires_in": left}

    def _deauthorize(self, request: web.Request, body: bytes) -> OauthAnswer:
        """https://developers.line.biz/en/reference/line-login/#deauthorize"""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        login_channel = self.logins.channel_of(token, self.clock.now())
        if scheme.lower() != "bearer" or login_channel is None:
            raise unauthorised()
        access = self.logins.access(_user_access_token(body))
        good = access is not None and access.login_channel == login_channel and not access.revoked
        if access is None or not good or access.until <= self.clock.now():
            raise LineRefusal(400, "invalid token")
        self.logins.deauthorize(access.user, login_channel)
        return 204, {}

    def _of_id_token(self, request: web.Request, body: bytes) -> str | None:
        claims = self.logins.claims_of(_form(body).get("id_token", ""))
        return None if claims is None else str(claims["sub"])

    def _of_access_token(self, request: web.Request, body: bytes) -> str | None:
        access = self.logins.access(request.query.get("access_token", ""))
        return None if access is None else access.user

    def _of_user_token(self, request: web.Request, body: bytes) -> str | None:
        access = self.logins.access(_user_access_token(body))
        return None if access is None else access.user

    def _logged(
        self, name: str, whose: TokenOwner, answer: OauthHandler
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler of a call that is logged. Faults that are on for the person's channel apply."""

        async def handle(request: web.Request) -> web.StreamResponse:
            id, account, body = str(uuid.uuid4()), None, b""
            try:
                body = await read_body(request)
                account = self._account(whose(request, body))
                _admit(account)
                status, content = answer(request, body)
            except ValueError:
                status, content = 400, {"error": "invalid_request"}
            except LineRefusal as refusal:
                status, content = refusal.status, refusal.body
            response = line_response(id, status, content)
            self._keep(id, request, body, response)
            self._log_call(id, name, account, status, content)
            if account is not None and account.faults.slow is not None:
                await self.wait(account.faults.slow)
            return response

        return handle

    def _account(self, user: str | None) -> Account | None:
        friend = self.chats.friends.get(user or "")
        return None if friend is None else self.accounts.by_name.get(friend.channel)

    def _is_login_channel(self, login_channel: str, secret: str) -> bool:
        """Whether a channel names this login channel, with this secret: without one nothing opens it."""
        liffs = (account.channel.liff for account in self.accounts.by_name.values())
        return any(
            liff is not None
            and liff.login_channel_secret is not None
            and (liff.login_channel_id, liff.login_channel_secret) == (login_channel, secret)
            for liff in liffs
        )

    def _keep(self, id: str, request: web.Request, body: bytes, response: web.Response) -> None:
        asked = ExchangePart(request.headers, body, request.method, str(request.rel_url))
        answer = response.body if isinstance(response.body, bytes) else b""
        self.exchanges.keep(
            Exchange(id, "call", asked, ExchangePart(response.headers, answer, status=response.status))
        )

    def _log_call(
        self, id: str, name: str, account: Account | None, status: int, content: Mapping[str, Any]
    ) -> None:
        error = content.get("error_description", content.get("message", content.get("error")))
        self.happened.add(
            call_json(
                id=id,
                now=self.clock.now(),
                channel=account.channel.name if account else None,
                chat=None,
                call=name,
                status=status,
                error=error,
                paid=0,
                messages=0,
                text=None,
            )
        )


def _admit(account: Account | None) -> None:
    """Raise `LineRefusal` where a fault is on for the person's channel."""
    answer = None if account is None else account.faults.answer
    if answer == "500":
        raise server_error()
    if answer == "429":
        raise too_often()


def _refused(description: str) -> OauthAnswer:
    return 400, {"error": "invalid_request", "error_description": description}


def _form(body: bytes) -> dict[str, str]:
    """The fields of a form. Raises `ValueError`."""
    return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True))


def _user_access_token(body: bytes) -> str:
    content = orjson.loads(body or b"{}")  # its error is a ValueError
    token = content.get("userAccessToken") if isinstance(content, dict) else None
    if not isinstance(token, str):
        raise ValueError("no userAccessToken")
    return token

"""The access token of a channel: a long-lived one, or stateless ones issued on demand.

https://developers.line.biz/en/docs/basics/channel-access-token/
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias
from urllib.parse import urlencode

import aiohttp
import orjson
from multidict import CIMultiDict
from yarl import URL

from bot.line.http_call import ask, time_outs
from bot.line.outcome import HttpAnswer, NotSent, Refused, Throttled, Unknown, outcome_of
from bot.model.channel import Channel
from bot.model.clock import Clock

NoToken: TypeAlias = Refused | Throttled | NotSent
"""Why there is no token: LINE refuses to issue one, too many requests, or LINE was not reached."""

LIFE_SECONDS = 900
"""A stateless token's lifetime where the answer does not have it: LINE documents 15 minutes."""

RENEWED_BEFORE_END_SECONDS = 60
"""How long before its end a token is renewed."""


class AccessToken(Protocol):
    """The access token of one channel."""

    def at_hand(self) -> str | None:
        """The token to use now; `None` where there is none yet: then `get` waits for one."""

    async def get(self) -> str | NoToken:
        """The token to use now, or why there is none; nothing was sent to anybody then."""

    def refused(self, value: str) -> bool:
        """Note that LINE answered 401 to this token; whether `get` may give another one now."""


class FixedToken:
    """A long-lived token from the settings."""

    def __init__(self, value: str) -> None:
        self._value: str | NoToken = value.strip()
        if not _is_token(self._value):
            self._value = Refused(401, "the access token in the settings is not one", None, "token")

    def at_hand(self) -> str | None:
        return self._value if isinstance(self._value, str) else None

    async def get(self) -> str | NoToken:
        return self._value

    def refused(self, value: str) -> bool:
        return False


class StatelessToken:
    """Stateless tokens, issued from channel id and secret, renewed before they end.

    Concurrent calls of `get` share one request and its answer.
    https://developers.line.biz/en/reference/messaging-api/#issue-stateless-channel-access-token
    """

    def __init__(
        self,
        client_id: str,
        secret: str,
        api: str,
        session: aiohttp.ClientSession,
        clock: Clock,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> None:
        self._url = URL(f"{api.rstrip('/')}/oauth2/v3/token")
        self._secret = secret
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        self._form = urlencode(form, errors="surrogatepass").encode()
        self._headers = CIMultiDict({"Content-Type": "application/x-www-form-urlencoded"})
        self._session = session
        self._clock = clock
        self._timeout = timeout or time_outs()
        self._value: str | None = None
        self._renew = self._end = clock.now()
        self._issuing: asyncio.Task[str | NoToken] | None = None

    def at_hand(self) -> str | None:
        return self._value if self._clock.now() < self._renew else None

    async def get(self) -> str | NoToken:
        if (value := self.at_hand()) is not None:
            return value
        if self._issuing is None:
            self._issuing = asyncio.create_task(self._issue())
            self._issuing.add_done_callback(self._issued)
        return await asyncio.shield(self._issuing)

    def refused(self, value: str) -> bool:
        if self._value == value:
            self._value = None
        return True

    def _issued(self, _: asyncio.Task[str | NoToken]) -> None:
        self._issuing = None

    async def _issue(self) -> str | NoToken:
        began = self._clock.now()
        answer = await ask(self._session, "POST", self._url, self._headers, self._form, self._timeout)
        issued = self._understand(answer, began)
        if isinstance(issued, str):
            return issued
        if self._value is not None and self._clock.now() < self._end:
            return self._value
        return issued

    def _understand(self, answer: HttpAnswer | Unknown | NotSent, began: datetime) -> str | NoToken:
        if isinstance(answer, HttpAnswer) and answer.status == 200:
            return self._taken(answer, began)
        if isinstance(answer, HttpAnswer):
            outcome = outcome_of(answer, (self._secret,), keyed=False)
            if isinstance(outcome, Refused):
                return Refused(outcome.status, outcome.message, outcome.request_id, "token")
            if isinstance(outcome, Throttled):
                return outcome
            return NotSent(f"no access token: status {answer.status}")
        return NotSent(f"no access token: {answer.reason}")

    def _taken(self, answer: HttpAnswer, began: datetime) -> str | NoToken:
        try:
            found = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            found = None
        value = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(value, str) or not _is_token(value):
            return NotSent("no access token: the answer holds none")
        life = found.get("expires_in")
        seconds = life if type(life) is int and 0 < life <= 10 * LIFE_SECONDS else LIFE_SECONDS
        self._value = value
        self._end = began + timedelta(seconds=seconds)
        self._renew = self._end - timedelta(seconds=min(RENEWED_BEFORE_END_SECONDS, seconds / 2))
        return value


def access_token(
    channel: Channel,
    api: str,
    session: aiohttp.ClientSession,
    clock: Clock,
    timeout: aiohttp.ClientTimeout | None = None,
) -> AccessToken:
    """The token of this channel: its long-lived one, else stateless ones (requirement A1)."""
    if channel.access_token is not None:
        return FixedToken(channel.access_token)
    return StatelessToken(channel.channel_id, channel.channel_secret, api, session, clock, timeout)


def _is_token(value: str) -> bool:
    """Whether it can stand in an HTTP header at all."""
    return bool(value) and value.isascii() and value.isprintable()

"""Tokens of LINE Login, by which members use the pages: verifying an ID token, and revoking what the pages
may see of a member.

https://developers.line.biz/en/reference/line-login/#verify-id-token
https://developers.line.biz/en/docs/liff/development-guidelines/#deauthorize
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import urlencode

import aiohttp
import orjson
from multidict import CIMultiDict
from yarl import URL

from bot.line.access_token import StatelessToken
from bot.line.http_call import ask, time_outs
from bot.line.outcome import HttpAnswer
from bot.model.channel import Liff
from bot.model.clock import Clock
from bot.model.json_object import json_object

ISSUER = "https://access.line.me"
SECONDS = 5.0
"""How long LINE may take to answer: the member waits, and an access token ends with the page."""

AT_ONCE = 50
"""Tokens that are verified at a time: forged ones must not delay calls to shops and SMS providers."""

LONGEST = 4096
"""Characters of an ID token or access token; LINE's ID tokens have about 700."""

LONGEST_NAME = 60
"""Characters of a name; LINE's have 20 at most."""

LONGEST_LIFE = timedelta(hours=1)
"""LINE's ID tokens live so long; none is remembered for longer."""

REMEMBERED = 5_000
"""Verdicts that are remembered: reloading a page brings the same token again.

One that has expired stays so, however often it is sent."""

_EXPIRED = "IdToken expired."
"""LINE's `error_description` for an expired ID token."""
_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_USER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FORM = CIMultiDict({"Content-Type": "application/x-www-form-urlencoded"})

log = logging.getLogger("oaflow.line")


@dataclass(frozen=True, slots=True)
class Verified:
    """The token is valid until `until` (UTC), and of the LINE user id `user`. `name` is the display name;
    empty where the page may not know it (without the scope `profile`)."""

    user: str = field(repr=False)
    until: datetime
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Expired:
    """The token was valid and has expired: the person signs in again."""


@dataclass(frozen=True, slots=True)
class RefusedToken:
    """The token is forged, of another channel, or no ID token at all."""


@dataclass(frozen=True, slots=True)
class LineAway:
    """LINE gave no conclusive answer."""


TokenVerdict: TypeAlias = Verified | Expired | RefusedToken | LineAway


class IdTokens:
    """Asks LINE about ID tokens. Nothing of a token is logged; what is remembered is its hash."""

    def __init__(
        self, api: str, session: aiohttp.ClientSession, clock: Clock, seconds: float = SECONDS
    ) -> None:
        self._url = URL(f"{api.rstrip('/')}/oauth2/v2.1/verify")
        self._session = session
        self._clock = clock
        self._seconds = seconds
        self._timeout = time_outs(total=seconds)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._known: OrderedDict[bytes, Verified | Expired] = OrderedDict()
        self._away = False

    async def verify(self, token: str, login_channel: str) -> TokenVerdict:
        """Whose token it is, if it was issued for the LINE Login channel of this id."""
        if len(token) > LONGEST or _JWT.fullmatch(token) is None:
            return RefusedToken()
        key = hashlib.sha256(f"{login_channel}\0{token}".encode()).digest()
        known = self._known.get(key)
        if known is None:
            verdict = await self._verify(token, login_channel)
            if isinstance(verdict, Verified | Expired):
                self._remember(key, verdict)
            return verdict
        self._known.move_to_end(key)
        is_over = isinstance(known, Verified) and known.until <= self._clock.now()
        return Expired() if is_over else known

    async def _verify(self, token: str, login_channel: str) -> TokenVerdict:
        form = urlencode({"id_token": token, "client_id": login_channel}).encode()
        try:
            async with asyncio.timeout(self._seconds), self._places:
                answer = await ask(self._session, "POST", self._url, _FORM, form, self._timeout)
        except TimeoutError:
            return self._no_answer("no answer in time")
        if not isinstance(answer, HttpAnswer):
            return self._no_answer(answer.reason)
        if answer.status not in (200, 400):
            return self._no_answer(f"status {answer.status}")
        if self._away:
            self._away = False
            log.warning("LINE verifies ID tokens again: members can open pages")
        return self._verdict(answer, login_channel)

    def _no_answer(self, why: str) -> LineAway:
        """The verdict where LINE gives none; logged once, until LINE answers again."""
        if not self._away:
            self._away = True
            log.warning("LINE does not verify ID tokens: %s; nobody can open a page who is not in one", why)
        return LineAway()

    def _verdict(self, answer: HttpAnswer, login_channel: str) -> TokenVerdict:
        found = json_object(answer.body)
        if answer.status == 200:
            return self._claims(found, login_channel)
        return Expired() if found.get("error_description") == _EXPIRED else RefusedToken()

    def _claims(self, claims: dict[str, Any], login_channel: str) -> TokenVerdict:
        """The verdict by the claims. LINE has compared them already; an error on our way to LINE must admit
        nobody."""
        user, end = claims.get("sub"), claims.get("exp")
        ours = claims.get("iss") == ISSUER and claims.get("aud") == login_channel
        if not ours or not isinstance(user, str) or _USER.fullmatch(user) is None or type(end) is not int:
            log.warning("LINE's answer about an ID token is not about ours")
            return RefusedToken()
        now = self._clock.now()
        left = min(end - now.timestamp(), LONGEST_LIFE.total_seconds())
        name = claims.get("name")
        called = name[:LONGEST_NAME] if isinstance(name, str) else ""
        return Verified(user, now + timedelta(seconds=left), called) if left > 0 else Expired()

    def _remember(self, key: bytes, verdict: Verified | Expired) -> None:
        self._known[key] = verdict
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


class Permissions:
    """Revokes what members have allowed a LINE Login channel to see, where the playbook has its secret."""

    def __init__(
        self, api: str, session: aiohttp.ClientSession, clock: Clock, seconds: float = SECONDS
    ) -> None:
        self._api = api.rstrip("/")
        self._session = session
        self._clock = clock
        self._timeout = time_outs(total=seconds)
        self._tokens: dict[tuple[str, str], StatelessToken] = {}

    async def revoke(self, liff: Liff, access_token: str) -> bool:
        """Revoke the permissions of this access token's member; whether that was done. A failure is logged.

        https://developers.line.biz/en/reference/line-login/#deauthorize
        """
        if liff.login_channel_secret is None or not 0 < len(access_token) <= LONGEST:
            return False
        token = await self._token(liff.login_channel_id, liff.login_channel_secret).get()
        if not isinstance(token, str):
            log.warning("a permission is not revoked: the LINE Login channel gets no token")
            return False
        headers = CIMultiDict({"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        body = orjson.dumps({"userAccessToken": access_token})
        url = URL(f"{self._api}/user/v1/deauthorize")
        answer = await ask(self._session, "POST", url, headers, body, self._timeout)
        if isinstance(answer, HttpAnswer) and answer.status == 204:
            return True
        why = f"status {answer.status}" if isinstance(answer, HttpAnswer) else answer.reason
        log.warning("a permission is not revoked: %s", why)
        return False

    def _token(self, login_channel: str, secret: str) -> StatelessToken:
        known = self._tokens.get((login_channel, secret))
        if known is None:
            known = self._tokens[login_channel, secret] = StatelessToken(
                login_channel, secret, self._api, self._session, self._clock, self._timeout
            )
        return known

"""Sign-in of the members' pages: LINE's ID token becomes a session, and a session says which LINE user sends
a request.

A session travels in the `Authorization` header only, never in a cookie or an address, so no other site can
send it.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeAlias

import orjson
from aiohttp import web

from bot.line.id_token import Expired, LineAway, RefusedToken, TokenVerdict, Verified
from bot.model.channel import Liff
from bot.model.clock import Clock
from bot.web.liff.calls import NoSession, body_of, error, json_answer, text, too_many
from bot.web.visitor import FORWARDED, is_of_loopback, visitor

LIFE = timedelta(hours=1)
"""How long a session is valid."""
LONGEST = 1000
"""The most characters of a session; a longer one is refused unread."""


class Sessions:
    """Makes and reads sessions; any process with the same keys reads what another has made."""

    def __init__(self, keys: Sequence[bytes], clock: Clock) -> None:
        """`keys`: the first one signs, all of them are accepted."""
        self._keys = keys
        self._clock = clock

    def new(self, channel: str, user: str, name: str = "") -> str:
        """A session of this LINE user on this channel; `name` as LINE calls them, where it says so."""
        now = self._clock.now()
        claims = {
            "channel": channel,
            "user": user,
            "name": name,
            "issued": now.timestamp(),
            "expires": int((now + LIFE).timestamp()),
        }
        content = _text(orjson.dumps(claims))
        return f"{content}.{_signature(self._keys[0], content)}"

    def user(self, session: str, channel: str) -> str | None:
        """The LINE user of a session; `None` if it is forged, of another channel, or expired."""
        claims = self._claims(session, channel)
        return None if claims is None else str(claims["user"])

    def name(self, session: str, channel: str) -> str:
        """What LINE calls them; empty where that is not known, or it is nobody's session."""
        claims = self._claims(session, channel)
        return "" if claims is None else str(claims["name"])

    def since(self, session: str, channel: str) -> datetime | None:
        """When it was made; `None` as for `user`."""
        claims = self._claims(session, channel)
        return None if claims is None else datetime.fromtimestamp(claims["issued"], UTC)

    def _claims(self, session: str, channel: str) -> Mapping[str, Any] | None:
        """What `new` wrote into this session; `None` if it is forged, of another channel, or expired."""
        content, _, signature = session.partition(".")
        if len(session) > LONGEST or not session.isascii():
            return None
        if not any(hmac.compare_digest(signature, _signature(key, content)) for key in self._keys):
            return None
        claims: Mapping[str, Any] = orjson.loads(  # what `new` wrote
            base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))
        )
        good = claims["channel"] == channel and claims["expires"] > self._clock.now().timestamp()
        return claims if good else None


def _signature(key: bytes, content: str) -> str:
    return _text(hmac.digest(key, content.encode(), "sha256"))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class TokenVerifier(Protocol):
    """Asks LINE whose an ID token is: `bot.line.id_token.IdTokens`."""

    async def verify(self, token: str, login_channel: str) -> TokenVerdict: ...


class FailedAttempts(Protocol):
    """Counts failed sign-ins by address: `bot.store.counters.rate_limits.Attempts`.

    `wait` gives the seconds until the address may try again, 0 for none. `failed` counts an attempt, and
    gives 0 while more are allowed, else the seconds to wait.
    """

    async def wait(self, address: str, now: datetime) -> int: ...
    async def failed(self, address: str, attempt: str, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """LINE has confirmed the ID token: the session of its user."""

    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TooManyTries:
    """This address has failed too often; `seconds` until it may try again."""

    seconds: int


PATIENCE = 5.0
"""Seconds that a token waits behind others from addresses that have failed too often."""

SigningIn: TypeAlias = SignedIn | Expired | RefusedToken | LineAway | TooManyTries


@dataclass(eq=False, repr=False)
class SignIn:
    """Makes sessions for ID tokens that LINE confirms. May raise `DatabaseUnavailable`."""

    _id_tokens: TokenVerifier
    _attempts: FailedAttempts
    _sessions: Sessions
    _clock: Clock
    _patience: float = PATIENCE
    """Seconds, as `PATIENCE`."""
    _doubted: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    """Held while LINE is asked about a token from an address that has failed too often: one at a time."""

    async def session(self, channel: str, login_channel: str, id_token: str, address: str) -> SigningIn:
        """A session on this channel for the user of the ID token.

        From an address that has failed too often only good tokens are answered, one after the other: carriers
        put thousands behind one address, and one of them must neither keep the others out nor have LINE
        refuse us all. Tries side by side may be, but no more of them are answered.
        """
        wait = await self._attempts.wait(address, self._clock.now())
        verdict = await (self._after_others if wait else self._id_tokens.verify)(id_token, login_channel)
        match verdict:
            case Verified(user, _, name):
                return SignedIn(self._sessions.new(channel, user, name))
            case RefusedToken():
                wait = await self._attempts.failed(address, uuid.uuid4().hex, self._clock.now())
                return TooManyTries(wait) if wait else verdict
            case None:
                return TooManyTries(wait)
            case _:
                return verdict

    async def _after_others(self, id_token: str, login_channel: str) -> TokenVerdict | None:
        """LINE's verdict on a token whose turn it is, after others from such addresses; `None`: not within
        the time."""
        try:
            async with asyncio.timeout(self._patience), self._doubted:
                return await self._id_tokens.verify(id_token, login_channel)
        except TimeoutError:
            return None


log = logging.getLogger("oaflow.pages")


class PageSignIn:
    """Answers the sign-in of the pages, and reads sessions from their requests."""

    def __init__(self, sign_in: SignIn, sessions: Sessions, proxies: int = 0) -> None:
        """`proxies` of our own stand in front of this server."""
        self._sign_in = sign_in
        self._sessions = sessions
        self._proxies = proxies
        self._warned = False

    async def session(self, request: web.Request, channel: str, liff: Liff) -> web.Response:
        """The response to an ID token: a session with its life in seconds, or an error by its name. Raises
        `BadRequest`."""
        id_token = text(await body_of(request), "id_token")
        address = self._visitor(request)
        match await self._sign_in.session(channel, liff.login_channel_id, id_token, address):
            case SignedIn(session):
                return json_answer({"session": session, "seconds": int(LIFE.total_seconds())})
            case Expired():
                return error(401, "expired")
            case RefusedToken():
                return error(401, "refused")
            case LineAway():
                return error(503, "line_away")
            case TooManyTries(seconds):
                return too_many(seconds)

    def user(self, request: web.Request, channel: str) -> str:
        """The LINE user id of the caller. Raises `NoSession`."""
        user = self._sessions.user(_session(request), channel)
        if user is None:
            raise NoSession
        return user

    def since(self, request: web.Request, channel: str) -> datetime:
        """When the caller has signed in. Raises `NoSession`."""
        since = self._sessions.since(_session(request), channel)
        if since is None:
            raise NoSession
        return since

    def name(self, request: web.Request, channel: str) -> str:
        """The caller's display name at LINE; empty where LINE gave none."""
        return self._sessions.name(_session(request), channel)

    def address(self, request: web.Request) -> str | None:
        """The internet address of the caller, `None` where it is this machine's own.

        Requests of a simulator come from there, and those through a proxy that is not configured: visitors
        must not share the limits of one address.
        """
        address = self._visitor(request)
        return None if is_of_loopback(address) else address

    def _visitor(self, request: web.Request) -> str:
        if self._proxies == 0 and FORWARDED in request.headers and not self._warned:
            self._warned = True
            log.warning("requests come through a proxy: set OAFLOW_TRUSTED_PROXIES, or all visitors are one")
        return visitor(request, self._proxies)


def _session(request: web.Request) -> str:
    scheme, _, session = request.headers.get("Authorization", "").partition(" ")
    return session.strip() if scheme.lower() == "bearer" else ""

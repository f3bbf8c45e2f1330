"""Who asks: an ID token becomes a session, and a session tells whose call it is."""

from __future__ import annotations

import logging
from datetime import datetime

from aiohttp import web

from bot.line.id_token import Expired, LineAway, RefusedToken
from bot.model.channel import Liff
from bot.web.liff.answers import NoSession, error, json_answer, too_many
from bot.web.liff.page_request import body_of, text
from bot.web.liff.session import LIFE, Sessions
from bot.web.liff.sign_in import SignedIn, SignIn, TooManyTries
from bot.web.visitor import FORWARDED, is_of_loopback, visitor

log = logging.getLogger("oaflow.pages")


class Who:
    """Signs people in, and knows them by their sessions."""

    def __init__(self, sign_in: SignIn, sessions: Sessions, proxies: int = 0) -> None:
        """`proxies` of our own stand in front of this server."""
        self._sign_in = sign_in
        self._sessions = sessions
        self._proxies = proxies
        self._warned = False

    async def session(self, request: web.Request, channel: str, liff: Liff) -> web.Response:
        """An ID token becomes a session of an hour."""
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
        """LINE's id of whoever asks. Raises `NoSession`."""
        user = self._sessions.user(_session(request), channel)
        if user is None:
            raise NoSession
        return user

    def since(self, request: web.Request, channel: str) -> datetime | None:
        """When whoever asks has signed in."""
        return self._sessions.since(_session(request), channel)

    def name(self, request: web.Request, channel: str) -> str:
        """What LINE calls whoever asks; empty where it has not said so."""
        return self._sessions.name(_session(request), channel)

    def address(self, request: web.Request) -> str | None:
        """The internet address of whoever asks, `None` where it is this machine's own.

        From there come a simulator's pages, and those of a proxy of which nobody has said that it is one: so
        all visitors must not share what one address has.
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

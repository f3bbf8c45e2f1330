"""Who has signed in to which login channel: the tokens that LIFF gets, and that the bot's server verifies."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.state import id_token
from bot.simulator.state.account import STATELESS_LIFE
from bot.simulator.state.liff_settings import Token

ACCESS_LIFE = timedelta(hours=12)
"""https://developers.line.biz/en/reference/liff/#get-access-token-validity-period"""
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token opens: this person's data, for this login channel, until then."""

    user: str
    login_channel: str
    until: datetime
    revoked: bool = False


class Logins:
    """Signs ID tokens with a key of this process, and knows the access tokens that were given out."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._access: OrderedDict[str, Access] = OrderedDict()
        self._channels: OrderedDict[str, tuple[str, datetime]] = OrderedDict()

    def id_token(self, user: str, name: str, login_channel: str, now: datetime, token: Token) -> str:
        """An ID token of that kind; a `forged` one is signed by nobody."""
        key = secrets.token_bytes(32) if token == "forged" else self._key
        return id_token.signed(id_token.claims(user, name, login_channel, now, token), key)

    def claims_of(self, token: str) -> dict[str, Any] | None:
        """What an ID token says; `None` where it is none of ours. Whether it has expired is not looked at."""
        return id_token.read(token, self._key)

    def access_token(self, user: str, login_channel: str, now: datetime) -> str:
        """A new access token."""
        token = secrets.token_urlsafe(48)
        self._access[token] = Access(user, login_channel, now + ACCESS_LIFE)
        while len(self._access) > KEPT:
            self._access.popitem(last=False)
        return token

    def access(self, token: str) -> Access | None:
        """What this token opens, or has opened; `None` where there never was such a token."""
        return self._access.get(token)

    def deauthorize(self, user: str, login_channel: str) -> None:
        """Every access token of this person for this login channel is revoked."""
        for token, access in self._access.items():
            if (access.user, access.login_channel) == (user, login_channel):
                self._access[token] = Access(user, login_channel, access.until, revoked=True)

    def channel_token(self, login_channel: str, now: datetime) -> str:
        """A stateless channel access token of a login channel."""
        token = secrets.token_urlsafe(48)
        self._channels[token] = (login_channel, now + STATELESS_LIFE)
        while len(self._channels) > KEPT:
            self._channels.popitem(last=False)
        return token

    def channel_of(self, token: str, now: datetime) -> str | None:
        """The login channel whose token this is; `None` where it is none, or has run out."""
        login_channel, until = self._channels.get(token, (None, now))
        return login_channel if until > now else None

"""Sign-ins by LINE Login on the simulator: ID tokens (JSON web tokens, HMAC-SHA256) and access tokens.

https://developers.line.biz/en/docs/line-login/verify-id-token/ and RFC 7519, RFC 7515.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.simulator.state.account import STATELESS_LIFE
from bot.simulator.state.liff_settings import Token

ISSUER = "https://access.line.me"
"""The `iss` of every ID token of LINE."""
ID_TOKEN_LIFE = timedelta(hours=1)
"""How long an ID token is valid."""
FOREIGN_CHANNEL = "1000000000"
"""The id of a login channel that no channel here has."""
_HEADER = {"alg": "HS256", "typ": "JWT"}


def id_token_claims(
    user: str, name: str, login_channel: str, now: datetime, token: Token = "good"
) -> dict[str, Any]:
    """What an ID token says: who, for which login channel, until when."""
    issued = now - 2 * ID_TOKEN_LIFE if token == "expired" else now
    return {
        "iss": ISSUER,
        "sub": user,
        "aud": FOREIGN_CHANNEL if token == "foreign" else login_channel,
        "exp": int((issued + ID_TOKEN_LIFE).timestamp()),
        "iat": int(issued.timestamp()),
        "amr": ["linesso"],
        "name": name,
    }


def signed_id_token(content: Mapping[str, Any], key: bytes) -> str:
    """The ID token with this content, signed by this key."""
    body = f"{_base64(orjson.dumps(_HEADER))}.{_base64(orjson.dumps(content))}"
    return f"{body}.{_base64(_mac(body, key))}"


def read_id_token(token: str, key: bytes) -> dict[str, Any] | None:
    """The claims; `None` where the token is none, or was not signed with this key."""
    body, _, signature = token.rpartition(".")
    head, _, payload = body.partition(".")
    try:
        if not hmac.compare_digest(_mac(body, key), _bytes(signature)):
            return None
        header, content = orjson.loads(_bytes(head)), orjson.loads(_bytes(payload))
    except ValueError:  # no base64, no JSON, no ASCII
        return None
    return content if header == _HEADER and isinstance(content, dict) else None


def _mac(body: str, key: bytes) -> bytes:
    return hmac.new(key, body.encode("ascii"), hashlib.sha256).digest()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


ACCESS_LIFE = timedelta(hours=12)
"""https://developers.line.biz/en/reference/liff/#get-access-token-validity-period"""
KEPT = 10_000
"""Tokens of each kind that are stored, the last ones."""


@dataclass(frozen=True, slots=True)
class Access:
    """For what an access token is valid."""

    user: str
    login_channel: str
    until: datetime
    """When it expires (UTC)."""
    revoked: bool = False


class Logins:
    """Signs ID tokens with a key of this process, and stores the access tokens that were issued."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._access: OrderedDict[str, Access] = OrderedDict()
        self._channels: OrderedDict[str, tuple[str, datetime]] = OrderedDict()
        """Stateless tokens of login channels, each with its channel and end."""

    def id_token(self, user: str, name: str, login_channel: str, now: datetime, token: Token) -> str:
        """An ID token of that kind; a `forged` one is signed by another key."""
        key = secrets.token_bytes(32) if token == "forged" else self._key
        return signed_id_token(id_token_claims(user, name, login_channel, now, token), key)

    def claims_of(self, token: str) -> dict[str, Any] | None:
        """What an ID token says; `None` where it is not one of ours. Whether it has expired is not
        checked."""
        return read_id_token(token, self._key)

    def access_token(self, user: str, login_channel: str, now: datetime) -> str:
        """A new access token."""
        token = secrets.token_urlsafe(48)
        self._access[token] = Access(user, login_channel, now + ACCESS_LIFE)
        while len(self._access) > KEPT:
            self._access.popitem(last=False)
        return token

    def access(self, token: str) -> Access | None:
        """For what this token is or was valid; `None` where it was never issued."""
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
        """The login channel of a token; `None` where it is unknown or has expired."""
        login_channel, until = self._channels.get(token, (None, now))
        return login_channel if until > now else None

"""ID tokens of LINE Login: JSON web tokens signed by HMAC-SHA256.

https://developers.line.biz/en/docs/line-login/verify-id-token/ and RFC 7519, RFC 7515.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.simulator.state.liff_settings import Token

ISSUER = "https://access.line.me"
LIFE = timedelta(hours=1)
FOREIGN_CHANNEL = "1000000000"
"""A login channel that is nobody's here."""
_HEADER = {"alg": "HS256", "typ": "JWT"}


def claims(user: str, name: str, login_channel: str, now: datetime, token: Token = "good") -> dict[str, Any]:
    """What an ID token says: who, for which login channel, until when."""
    issued = now - 2 * LIFE if token == "expired" else now
    return {
        "iss": ISSUER,
        "sub": user,
        "aud": FOREIGN_CHANNEL if token == "foreign" else login_channel,
        "exp": int((issued + LIFE).timestamp()),
        "iat": int(issued.timestamp()),
        "amr": ["linesso"],
        "name": name,
    }


def signed(said: Mapping[str, Any], key: bytes) -> str:
    """The token."""
    body = f"{_base64(orjson.dumps(_HEADER))}.{_base64(orjson.dumps(said))}"
    return f"{body}.{_base64(_mac(body, key))}"


def read(token: str, key: bytes) -> dict[str, Any] | None:
    """The claims; `None` where the token is none, or was not signed with this key."""
    body, _, signature = token.rpartition(".")
    header, _, payload = body.partition(".")
    try:
        if not hmac.compare_digest(_mac(body, key), _bytes(signature)):
            return None
        told, said = orjson.loads(_bytes(header)), orjson.loads(_bytes(payload))
    except ValueError:  # no base64, no JSON, no ASCII
        return None
    return said if told == _HEADER and isinstance(said, dict) else None


def _mac(body: str, key: bytes) -> bytes:
    return hmac.new(key, body.encode("ascii"), hashlib.sha256).digest()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None

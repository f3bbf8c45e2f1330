"""Who asks CYBERBIZ, in each of its two ways in, and what it means when it refuses.

A shop has bought one of them: a refusal says when the other one may fit (requirements C2).

https://www.cyberbiz.io/support/?p=40162
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from hmac import digest as hmac_digest

from bot.connectors.shops.access import TokenInUse
from bot.connectors.shops.cyberbiz.oauth import claims_of
from bot.model.clock import Clock
from bot.model.shop_failure import CredentialsExpired, CredentialsRefused, NotPermitted, ShopFailed
from bot.model.translatable import tr


@dataclass(frozen=True, slots=True)
class ApiSecret:
    """Signs requests. Whether CYBERBIZ wants the query string signed is not documented: `sign_query`."""

    username: str
    secret: str = field(repr=False)
    clock: Clock
    sign_query: bool = False

    def __call__(self, method: str, target: str, body: bytes | None) -> Mapping[str, str]:
        """`X-Date` (RFC 1123), `Digest` where there is a body, `Authorization`."""
        date = format_datetime(self.clock.now().astimezone(UTC), usegmt=True)
        line = target if self.sign_query else target.partition("?")[0]
        names, lines = "x-date request-line", [f"x-date: {date}", f"{method} {line} HTTP/1.1"]
        headers = {"X-Date": date}
        if body is not None:
            digest = f"SHA-256={_base64(sha256(body).digest())}"
            names += " digest"
            lines.append(f"digest: {digest}")
            headers["Digest"] = digest
        signature = _base64(hmac_digest(self.secret.encode(), "\n".join(lines).encode(), "sha256"))
        headers["Authorization"] = (
            f'hmac username="{self.username}", algorithm="hmac-sha256", headers="{names}", '
            f'signature="{signature}"'
        )
        return headers


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


@dataclass(frozen=True, slots=True)
class AppToken:
    """The token (JWT, RFC 7519) that the app store gave when the shop installed the app."""

    token: TokenInUse = field(repr=False)
    clock: Clock

    def __call__(self, method: str, target: str, body: bytes | None) -> Mapping[str, str]:
        """`Authorization`."""
        return {"Authorization": f"Bearer {self.token.value}"}

    def refused(self, status: int) -> ShopFailed:
        """What a 401 or 403 means: the token says itself whether it has run out."""
        if status == 403:
            return NotPermitted(
                tr(
                    "CYBERBIZ does not allow the app to do this: install it again from the app store "
                    "(擴充服務市集), as an administrator, with all that it asks for"
                )
            )
        self.token.refused = True
        until = _until(self.token.value)
        if until is not None and until <= self.clock.now():
            return CredentialsExpired(
                tr(
                    "the app's token has run out on {day}: install the app again from CYBERBIZ's "
                    "app store (擴充服務市集), or give its new  token",
                    day=f"{until:%Y-%m-%d}",
                )
            )
        return CredentialsRefused(
            tr(
                "CYBERBIZ does not know the app's token: is it of this shop, and is the app still installed? "
                "A shop that has bought the API instead has  access: api_secret"
            )
        )


def secret_refused(status: int) -> ShopFailed:
    """What a 401 or 403 means to who signs with an API secret."""
    if status == 403:
        return NotPermitted(
            tr(
                "the shop has not bought CYBERBIZ's API (尚未購買 API，請改用擴充服務市集串接): install the"
                " app from the app store, and write  access: app_store  with its  token"
            )
        )
    return CredentialsRefused(
        tr(
            "CYBERBIZ does not know this  username  and  secret,  or this machine's clock is minutes away"
            " from its own; a shop that has bought the app store's way has  access: app_store"
        )
    )


def _until(token: str) -> datetime | None:
    """When a JWT ends by its own word (`exp`, seconds); nothing is verified, and nothing depends on it."""
    try:
        return datetime.fromtimestamp(claims_of(token)["exp"], UTC)
    except (KeyError, OverflowError, OSError, TypeError, ValueError):
        return None

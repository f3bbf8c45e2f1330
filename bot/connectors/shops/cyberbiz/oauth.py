"""Installing the app in a CYBERBIZ shop: its own signs, the way there and back, tokens (OAuth 2.0).

https://cyberbiz.notion.site/OAuth-006d6e58ca8d4cd6b03ffc32556bd1b0 and RFC 6749. What CYBERBIZ does not
document is taken as RFC 6749 has it: `expires_in`, `refresh_token`, the errors of section 5.2.
"""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import Any

import aiohttp
from yarl import URL

from bot.connectors.shops.install import Granted
from bot.connectors.shops.shop_request import WHY_LOST
from bot.hooks.bounded_call import CallAnswer, bounded_call
from bot.model.clock import Clock
from bot.model.json_object import json_object
from bot.model.shop_failure import (
    CredentialsExpired,
    CredentialsRefused,
    NotAsked,
    NotPermitted,
    NotUnderstood,
    RequestRefused,
    ShopAway,
    ShopFailed,
    UnknownApp,
)
from bot.model.translatable import tr

CODE_LIFE = timedelta(minutes=10)
"""A code is good for so long (documented)."""
SCOPES = ("public", "read_customers", "write_customers", "read_orders")
"""What the app asks for: members, the LINE user id written onto them, and what they have ordered."""
SECONDS = 10.0
ANSWER_LIMIT = 64 * 1024
"""Bytes."""
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.cyberbiz\.co")
"""The host that CYBERBIZ gives each shop. A shop's own domain names none here."""


def is_domain(text: str) -> bool:
    """Whether this is a shop's host at CYBERBIZ: nobody is asked, or sent, anywhere else."""
    return _DOMAIN.fullmatch(text) is not None


def domain_sign(secret: str, domain: str) -> str:
    """The `hmac` of an installation: of the domain in base64, by the app's secret, in hex.

    It is the same each time, so it proves only that CYBERBIZ has the shop; `state` identifies who has begun.
    """
    return hmac_digest(secret.encode(), b64encode(domain.encode()), "sha256").hex()


def is_signed(secret: str, domain: str, sign: str) -> bool:
    """Whether CYBERBIZ has signed this domain, compared in constant time."""
    return compare_digest(domain_sign(secret, domain).encode(), sign.encode())


def office_of(domain: str) -> URL:
    """The shop's back office. Raises `ValueError` for what is no host of CYBERBIZ's."""
    if not is_domain(domain):
        raise ValueError("not a host of CYBERBIZ's")
    return URL.build(scheme="https", host=domain)


def authorize_address(office: URL, app_id: str, back: str, state: str) -> URL:
    """Where the shop agrees; from there the browser comes `back` with a code and `state`."""
    query = {
        "client_id": app_id,
        "redirect_uri": back,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "state": state,
    }
    return (office / "admin/oauth/authorize").with_query(query)


@dataclass(frozen=True, slots=True)
class CyberbizOauth:
    """The app at one shop's back office (`office`). The session is shared and not closed here."""

    office: URL
    app_id: str
    app_secret: str = field(repr=False)
    session: aiohttp.ClientSession
    clock: Clock

    async def redeem(self, code: str, back: str) -> Granted:
        """A token for a code, which is good once. Raises `ShopFailed`, by name: a code that was used, or is
        too old, is `CredentialsRefused`."""
        return await self._granted(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": back}, CredentialsRefused
        )

    async def renew(self, refresh: str) -> Granted:
        """A token in place of one that ends. `CredentialsExpired`: the shop gives none any more."""
        new = await self._granted(
            {"grant_type": "refresh_token", "refresh_token": refresh}, CredentialsExpired
        )
        next_refresh = new.refresh or refresh  # RFC 6749, 6: no new one means that the old one stays good
        return Granted(new.access, next_refresh, new.until, new.domain)

    async def _granted(self, parameters: Mapping[str, str], ended: type[ShopFailed]) -> Granted:
        status, answer = await self._token_request(
            {**parameters, "client_id": self.app_id, "client_secret": self.app_secret}
        )
        if status == 200:
            return granted(answer, self.clock.now())
        match answer.get("error"):
            case "invalid_grant":
                raise ended(tr("CYBERBIZ gives no token for this any more"))
            case "invalid_client" | "unauthorized_client":
                raise UnknownApp(
                    tr("CYBERBIZ does not know this  app_id  and  app_secret:  are they of this app?")
                )
            case _ if status == 403:
                raise NotPermitted(tr("the shop's plan at CYBERBIZ does not allow this app"))
            case _ if status in (408, 429) or status >= 500:
                raise ShopAway(tr("the shop answers {status}", status=str(status)))
            case _:
                raise RequestRefused(tr("the shop answers {status}", status=str(status)))

    async def _token_request(self, parameters: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        match await bounded_call(
            self.session,
            "POST",
            self.office / "admin/oauth/token",
            aiohttp.ClientTimeout(total=SECONDS),
            ANSWER_LIMIT,
            data=parameters,
            headers={"Accept": "application/json"},
        ):
            case CallAnswer() as answer:
                return answer.status, json_object(answer.body)
            case "copy":
                raise NotAsked
            case trouble:
                raise ShopAway(WHY_LOST[trouble])


def app_at(
    office: URL, app_id: str, app_secret: str, session: aiohttp.ClientSession, clock: Clock
) -> CyberbizOauth:
    """The app at this back office."""
    return CyberbizOauth(office, app_id, app_secret, session, clock)


def granted(answer: Mapping[str, Any], now: datetime) -> Granted:
    """What the answer of the token's address says. Raises `NotUnderstood`."""
    access, refresh, seconds = (answer.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not isinstance(access, str) or not access:
        raise NotUnderstood("an answer without a token")
    claims = claims_of(access)
    ends = [_moment(claims.get("exp"))]
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 10**9:
        ends.append(now + timedelta(seconds=seconds))
    until = min((end for end in ends if end is not None), default=None)
    return Granted(
        access,
        refresh if isinstance(refresh, str) and refresh else None,
        until,
        domain_of(access),
    )


def domain_of(token: str) -> str | None:
    """The shop whose token this is, by its own word."""
    domain = claims_of(token).get("shop_domain")
    return domain if isinstance(domain, str) else None


def claims_of(token: str) -> Mapping[str, Any]:
    """What a JWT says of itself; nothing is verified, and nothing is granted by it."""
    try:
        payload = token.split(".")[1]
        return json_object(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}


def _moment(seconds: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
    except (OverflowError, OSError, ValueError):
        return None

"""The app in one pretend CYBERBIZ shop: where it is installed, its codes and tokens, what goes wrong there.

https://cyberbiz.notion.site/OAuth-006d6e58ca8d4cd6b03ffc32556bd1b0
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args

from bot.connectors.shops.cyberbiz.oauth import CODE_LIFE, SCOPES, domain_sign
from bot.model.clock import Clock
from bot.simulator.shop.members import PretendShop
from bot.simulator.state.logins import signed_id_token

TOKEN_LIFE = timedelta(hours=2)
"""As the tokens in CYBERBIZ's documentation have it."""
CODES_AT_MOST = 100
_LABEL = re.compile(r"[^a-z0-9-]")

MarketFault: TypeAlias = Literal["none", "wrong_hmac", "plan", "code", "app", "other_shop", "away"]
MARKET_FAULTS: tuple[MarketFault, ...] = get_args(MarketFault)


def usual_domain(shop: str) -> str:
    """The host of a shop of that name."""
    return f"{_LABEL.sub('-', shop.lower()).strip('-') or 'shop'}.cyberbiz.co"


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """What the token's address answers: a status and JSON."""

    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """A code that the shop has given: for which domain, where it leads back to, until when."""

    domain: str
    back: str
    until: datetime


@dataclass(slots=True)
class AppMarket:
    """The app of one shop, in all domains where somebody has installed it."""

    shop: PretendShop
    clock: Clock
    fault: MarketFault = "none"
    installed: set[str] = field(default_factory=set)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _codes: dict[str, AuthorizationCode] = field(default_factory=dict, repr=False)
    _tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict, repr=False)
    _refresh: dict[str, str] = field(default_factory=dict, repr=False)

    def sign(self, domain: str) -> str:
        """The `hmac` that goes with the browser."""
        secret = self.shop.settings.credentials.get("app_secret", "")
        return domain_sign(secret if self.fault != "wrong_hmac" else f"{secret}?", domain)

    def is_app(self, app_id: str) -> bool:
        """Whether this is the app that the playbook names."""
        return bool(app_id) and app_id == self.shop.settings.credentials.get("app_id")

    def agree(self, domain: str, back: str) -> str:
        """Somebody of the shop agrees: it is installed; the code that goes back."""
        self.installed.add(domain)
        code = secrets.token_urlsafe(24)
        while len(self._codes) >= CODES_AT_MOST:
            self._codes.pop(next(iter(self._codes)))
        self._codes[code] = AuthorizationCode(domain, back, self.clock.now() + CODE_LIFE)
        return code

    def remove(self, domain: str) -> bool:
        """It is removed, and its tokens are good for nothing from here on; whether it was there."""
        self._tokens = {text: one for text, one in self._tokens.items() if one[0] != domain}
        self._refresh = {text: one for text, one in self._refresh.items() if one != domain}
        was = domain in self.installed
        self.installed.discard(domain)
        return was

    def token(self, domain: str, form: Mapping[str, str]) -> TokenAnswer:
        """`POST /admin/oauth/token`, RFC 6749."""
        credentials = self.shop.settings.credentials
        sent = form.get("client_id"), form.get("client_secret")
        if self.fault == "away":
            return TokenAnswer(503, {"error": "temporarily_unavailable"})
        if self.fault == "plan":
            return TokenAnswer(403, {"error": "access_denied"})
        if self.fault == "app" or sent != (credentials.get("app_id"), credentials.get("app_secret")):
            return TokenAnswer(401, {"error": "invalid_client"})
        match form.get("grant_type"):
            case "authorization_code":
                code = self._codes.pop(form.get("code", ""), None)
                is_good = code is not None and code.until > self.clock.now() and self.fault != "code"
                if (
                    not is_good
                    or code is None
                    or (code.domain, code.back) != (domain, form.get("redirect_uri"))
                ):
                    return TokenAnswer(400, {"error": "invalid_grant"})
            case "refresh_token":
                if self._refresh.pop(form.get("refresh_token", ""), None) != domain:
                    return TokenAnswer(400, {"error": "invalid_grant"})
            case _:
                return TokenAnswer(400, {"error": "unsupported_grant_type"})
        return self._given("another.cyberbiz.co" if self.fault == "other_shop" else domain)

    def knows(self, token: str | None) -> bool:
        """Whether a call of the API comes with a token that is good."""
        found = self._tokens.get(token or "")
        return found is not None and found[1] > self.clock.now()

    def _given(self, domain: str) -> TokenAnswer:
        now = self.clock.now()
        until = now + TOKEN_LIFE
        self._tokens = {text: one for text, one in self._tokens.items() if one[1] > now}
        claims = {
            "iat": int(now.timestamp()),
            "exp": int(until.timestamp()),
            "jti": secrets.token_hex(8),
            "shop_id": 7109,
            "scopes": " ".join(SCOPES),
            "shop_domain": domain,
        }
        access, refresh = signed_id_token(claims, self._key), secrets.token_urlsafe(24)
        self._tokens[access], self._refresh[refresh] = (domain, until), domain
        seconds = int(TOKEN_LIFE.total_seconds())
        body = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": seconds,
            "refresh_token": refresh,
        }
        return TokenAnswer(200, body)

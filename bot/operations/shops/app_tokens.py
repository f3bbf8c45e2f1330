"""The token of a shop that was installed: stored sealed, renewed before its end (OAuth 2.0, RFC 6749, 6).

All of it may raise `DatabaseUnavailable`, and `SealInvalid` without its key.
"""

from __future__ import annotations

from datetime import datetime

import orjson

from bot.connectors.shops.install import AppOauth, Granted
from bot.model.own_secret import OwnSecret
from bot.model.shop import ShopLink
from bot.model.shop_failure import CredentialsExpired
from bot.model.translatable import tr
from bot.operations.own_secrets import NewSecret, drop_secret, keep_secret, renewed_secret
from bot.store.stores import Stores


def token_name(shop: str, domain: str) -> str:
    """The name it is stored under: by its domain, so that of two who install shops none gets the other's."""
    return f"{_of(shop)}{domain}"


async def keep_token(
    stores: Stores, shop: str, domain: str, granted: Granted, by: str, now: datetime
) -> None:
    """Store the token of an installation, in place of the stored one of this shop and domain."""
    await keep_secret(stores, token_name(shop, domain), _secret(granted), by, now, written=None)


async def token_of(
    stores: Stores, link: ShopLink, oauth: AppOauth, now: datetime, *, at_once: bool = False
) -> OwnSecret | None:
    """The token of a link, renewed if it ends soon, or `at_once`; `None`: there is none. Its text is
    `access_of`.

    Raises what the shop says where it is good no more: `CredentialsExpired` asks for a new installation.
    """
    if link.domain is None:
        return None

    async def renew(old: OwnSecret) -> NewSecret:
        refresh = _parts(old)["refresh"]
        if not refresh:
            raise CredentialsExpired(tr("the app's token has run out: install the app again"))
        return _secret(await oauth.renew(refresh))

    return await renewed_secret(stores, token_name(link.shop, link.domain), renew, now, at_once=at_once)


def access_of(secret: OwnSecret) -> str:
    """The token of the API."""
    return _parts(secret)["access"]


async def forget_tokens(stores: Stores, shop: str, by: str, now: datetime, *, but: str | None = None) -> int:
    """Forget all tokens of a shop, also of an installation that came to no end; how many there were.

    `but`: that of this domain stays.
    """
    excepted = None if but is None else token_name(shop, but)
    names = [one for one in await stores.secrets.names() if one.startswith(_of(shop)) and one != excepted]
    return sum([await drop_secret(stores, one, by, now) for one in names])


def _of(shop: str) -> str:
    return f"shops.{shop}.app."


def _secret(granted: Granted) -> NewSecret:
    tokens = orjson.dumps({"access": granted.access, "refresh": granted.refresh or ""})
    return NewSecret(tokens.decode(), granted.until)


def _parts(secret: OwnSecret) -> dict[str, str]:
    parts = orjson.loads(secret.value)
    return {"access": str(parts["access"]), "refresh": str(parts["refresh"])}

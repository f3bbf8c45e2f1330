"""What lets a process ask a shop: that it is linked still, and of an installed app a token that is good."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from bot.model.clock import PatientClock
from bot.model.own_secret import OwnSecret
from bot.model.settings import ShopSettings
from bot.model.shop_link import ShopLink
from bot.operations.own_secrets import SOON
from bot.operations.shops.app_tokens import access_of, token_of
from bot.operations.shops.installing import OauthOf
from bot.runtime.shops.known_links import KnownLinks
from bot.shops.access import ShopAccess, TokenInUse
from bot.shops.failure import CredentialsExpired, CredentialsRefused, NotLinked, ShopAway, ShopFailed
from bot.shops.linked import has_credentials, is_linked
from bot.shops.platforms import offer_of
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.shops")

REFUSED_FOR = timedelta(minutes=1)
"""How long a shop is left alone that has refused the token which everybody has."""
KEPT_SOON = 1.0
"""Seconds that a process may need to keep what it has got."""


class ShopDoor:
    """Opens one shop. A link that ended elsewhere is known within two seconds, before the next call."""

    def __init__(
        self, shop: ShopSettings, links: KnownLinks, stores: Stores, oauth: OauthOf, clock: PatientClock
    ) -> None:
        self._shop = shop
        self._links = links
        self._stores = stores
        self._oauth = oauth
        self._clock = clock
        installed = bool(offer_of(shop.platform, shop.access).for_install) and not has_credentials(shop)
        self._token = TokenInUse() if installed else None
        self._kept: OwnSecret | None = None
        self._of: ShopLink | None = None
        self._not_before: datetime | None = None
        self._renewing = asyncio.Lock()

    @property
    def access(self) -> ShopAccess:
        """What whoever asks the shop is given."""
        return ShopAccess(self.ready, self._token)

    @property
    def is_installed(self) -> bool:
        """Whether its token comes from an installation."""
        return self._token is not None

    async def ready(self) -> None:
        """Have all ready for a call. Raises `NotLinked`, and what the shop says where it renews no token."""
        try:
            link = await self._links.of(self._shop.name)
            if not is_linked(self._shop, link):
                raise NotLinked(f'the shop "{self._shop.name}" is not linked: oaflow shop link')
            if self._token is not None and link is not None:
                async with self._renewing:
                    await self._renew(self._token, link)
        except DatabaseUnavailable as error:
            raise ShopAway("the database is away, which knows whether the shop is linked") from error

    async def _renew(self, token: TokenInUse, link: ShopLink) -> None:
        now, kept = self._clock.now(), self._kept
        if kept is not None and link == self._of and not token.refused and not _ends(kept, now):
            return
        if link.domain is None:
            raise NotLinked(f'the shop "{self._shop.name}" was not installed: install the app there')
        oauth = self._oauth(self._shop, link.domain)
        try:
            new = await token_of(self._stores, link, oauth, now)
        except CredentialsExpired:  # perhaps another process has renewed it, and keeps it in a moment
            await self._clock.wait(KEPT_SOON)
            new = await token_of(self._stores, link, oauth, now)
        if new is None:
            raise NotLinked(f'the shop "{self._shop.name}" has no token any more: install the app again')
        if token.refused and kept is not None and new.value == kept.value:
            self._not_before = self._not_before or now + REFUSED_FOR
            if now < self._not_before <= now + REFUSED_FOR:
                raise CredentialsRefused(
                    "CYBERBIZ does not take the app's token: is it still installed there?"
                )
        self._kept, self._of, self._not_before = new, link, None
        token.value, token.refused = access_of(new), False


def _ends(kept: OwnSecret, now: datetime) -> bool:
    return kept.until is not None and now >= kept.until - SOON


async def keep_good(door: ShopDoor, shop: str) -> None:
    """Have a token renewed before its end, also where nobody asks the shop for a while."""
    try:
        await door.ready()
    except NotLinked:
        pass
    except ShopFailed as error:
        log.warning('the token of the shop "%s" is not renewed: %s: %s', shop, type(error).__name__, error)

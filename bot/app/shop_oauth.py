"""The app as a shop's back office knows it: the platform's own, or that of the simulator's shop."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp
from yarl import URL

from bot.model.clock import Clock
from bot.model.settings import ShopSettings
from bot.operations.shops.installing import OauthOf
from bot.shops.cyberbiz_oauth import CyberbizOauth, is_domain, office_of


def oauth_of(
    session: aiohttp.ClientSession, clock: Clock, office: Callable[[ShopSettings, str], str | None]
) -> OauthOf:
    """`office` is a back office's address where it is not its platform's own.

    Raises `ValueError` for a domain that is none of the platform's: nobody is asked there.
    """

    def made(shop: ShopSettings, domain: str) -> CyberbizOauth:
        if not is_domain(domain):
            raise ValueError("not a host of the platform's")
        own = office(shop, domain)
        there = office_of(domain) if own is None else URL(own)
        given = shop.credentials
        return CyberbizOauth(there, given.get("app_id", ""), given.get("app_secret", ""), session, clock)

    return made

"""Work for shops, wired: reading their members, taking their webhooks, removing the data of people that came
from unlinked shops; and the OAuth client of our app in a shop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

import aiohttp
from yarl import URL

from bot.app.context import AppContext
from bot.app.live import Live
from bot.connectors.shops.install import AppOauth
from bot.connectors.shops.links import is_linked, is_of
from bot.connectors.shops.platforms import BY_EVENTS, INSTALLED, app_store_of, news_secret
from bot.model.clock import Clock, PatientClock
from bot.model.settings import ShopSettings
from bot.operations.shops.installing import OauthOf, uninstalled
from bot.operations.shops.linking import clear_forgotten, is_settled
from bot.runtime.bulk import keep_looking
from bot.runtime.process import Runtime
from bot.runtime.promotions import orders_followed
from bot.runtime.shops.all_shops import SyncedShops
from bot.runtime.shops.member_news import ShopTeller
from bot.runtime.shops.news_intake import NewsWorld, ShopNewsIntake, ShopNewsProcessor
from bot.runtime.shops.shop_events import KeepNews
from bot.runtime.shops.syncing import SyncWorld
from bot.store.stores import Stores
from bot.web.shop_webhooks import HearingShop, ShopWebhooks


def oauth_of(
    session: aiohttp.ClientSession,
    clock: Clock,
    office: Callable[[ShopSettings, str], str | None],
    outside: aiohttp.ClientSession | None = None,
) -> OauthOf:
    """A function that makes the OAuth client of our app at the back office of a shop's domain (`OauthOf`).

    `office` gives a back office's address where it is not its platform's own (a simulator's): `session` calls
    that, `outside` the platform (`None`: `session`, too). What is made raises `ValueError` for a domain that
    is none of the platform's: nobody is asked there.
    """

    def made(shop: ShopSettings, domain: str) -> AppOauth:
        install = app_store_of(shop.platform).install
        if not install.is_domain(domain):
            raise ValueError("not a host of the platform's")
        own = office(shop, domain)
        there = install.office_of(domain) if own is None else URL(own)
        given = shop.credentials
        by = session if own is not None or outside is None else outside
        return install.app_at(there, given.get("app_id", ""), given.get("app_secret", ""), by, clock)

    return made


def keep_shops_synced(serving: AppContext, runtime: Runtime) -> SyncedShops:
    """Start reading the members of shops: all on the staff's order, and each night those that changed."""
    live, stores = serving.live, serving.begun.opened.stores

    async def known_at_line(channel: str, user: str) -> bool:
        line = live.account(channel)
        return line is not None and await line.profile(user) is not None

    async def alive() -> Collection[str]:
        shares = await stores.leases.look()
        return () if shares is None else shares.until.keys()

    synced = SyncedShops(
        SyncWorld(
            stores,
            live.playbook_now,
            live.settings_now,
            serving.shops.by_name,
            known_at_line,
            runtime.ownership.owns,
            alive,
            serving.begun.opened.process,
            serving.clock,
        )
    )
    runtime.also("members of shops", synced.run)
    return synced


log = logging.getLogger("oaflow.shops")

LOOK = 15.0
"""Seconds between two checks for unlinked shops."""


async def clear_unlinked(
    live: Live, stores: Stores, owns: Callable[[int], bool], clock: PatientClock
) -> None:
    """Remove from people the data of unlinked shops, where the unlinking ordered that.

    Never returns; works while part 0 is ours. Each link is cleared twice: at once, and when nothing that was
    read before its end can still be written (`is_settled`). After a crash the next owner goes on with it.
    """
    cleared_once: set[tuple[str, int]] = set()

    async def look() -> None:
        for link in (await stores.shop_links.all()).values() if owns(0) else ():
            shop = live.settings.shops.get(link.shop)
            if shop is None or link.ended is None or not link.ended.forgotten or link.ended.cleared:
                continue
            if (link.shop, link.revision) in cleared_once and not is_settled(link.ended, clock.now()):
                continue
            cleared_once.add((link.shop, link.revision))
            people = await clear_forgotten(stores, live.playbook, shop, link, clock.now())
            log.info('what the shop "%s" had told was taken from %d people', link.shop, people)

    await keep_looking(look, clock, LOOK)


@dataclass(frozen=True, slots=True)
class ShopNewsServices:
    """`page` takes shops' webhooks, `keep` stores their news, `processor` carries out what is stored."""

    page: ShopWebhooks
    keep: KeepNews
    processor: ShopNewsProcessor


def keep_shop_news(serving: AppContext, runtime: Runtime) -> ShopNewsServices:
    """Start taking webhooks of the playbook's shops; the process that owns part 0 carries them out."""
    live, stores, shops, clock = serving.live, serving.begun.opened.stores, serving.shops, serving.clock

    async def app_removed(shop: ShopSettings) -> None:
        link = await stores.shop_links.read(shop.name)
        if link is not None and link.domain is not None:
            await uninstalled(stores, shop, link.domain, shops.oauth, clock.now())

    async def hearing_shop(channel: str, provider: str) -> HearingShop | None:
        """The linked shop of a channel, to verify a webhook of this platform (`provider`).

        `None`: there is none, it is of another platform, not linked, or of a platform whose shops send their
        news to `POST /api/events` (`BY_EVENTS`).
        """
        there = live.playbook.channels.get(channel)
        found = live.settings.shops.get(there.shop) if there is not None and there.shop is not None else None
        if found is None or found.platform != provider or provider in BY_EVENTS:
            return None
        link = await shops.links.of(found.name)
        if not is_linked(found, link):
            return None
        # the domain of the link, if that is of this platform and has not ended; else of the token
        domain = link.domain if link is not None and is_of(found, link) and link.holds else None
        if domain is None and found.platform in INSTALLED:
            domain = app_store_of(found.platform).install.domain_of(found.credentials.get("token", ""))
        return HearingShop(found.name, found.platform, news_secret(found.credentials), domain)

    source = (stores, live.playbook_now, runtime.receiver.store, clock)
    processor = ShopNewsProcessor(
        NewsWorld(
            stores.shop_news,
            lambda: live.settings.shops,
            shops.by_name,
            shops.links,
            ShopTeller(*source),
            orders_followed(*source),
            app_removed,
            runtime.ownership.owns,
            clock,
        )
    )
    keep = ShopNewsIntake(stores.shop_news, processor.wake).keep
    page = ShopWebhooks(hearing_shop, keep, clock)
    runtime.also("news of shops", processor.run)
    runtime.metrics.add(page.calls, processor.ended)
    return ShopNewsServices(page, keep, processor)

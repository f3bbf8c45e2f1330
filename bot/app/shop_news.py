"""The news of shops, wired: stored as they come, told as long as the runtime works."""

from __future__ import annotations

from dataclasses import dataclass

from bot.app.context import AppContext
from bot.model.settings import ShopSettings
from bot.operations.shops.installing import uninstalled
from bot.runtime.process import Runtime
from bot.runtime.shops.news_desk import NewsWorld, ShopNewsDesk
from bot.runtime.shops.news_intake import ShopNewsIntake
from bot.runtime.shops.shop_events import KeepNews
from bot.runtime.shops.telling import ShopTeller
from bot.shops.cyberbiz_oauth import domain_of
from bot.shops.linked import is_linked, is_of
from bot.shops.platforms import OWN_SYSTEM, news_secret
from bot.web.shops.webhooks import HearingShop, ShopWebhooks


@dataclass(frozen=True, slots=True)
class ShopNewsHeard:
    """What takes them in, and what tells them."""

    page: ShopWebhooks
    keep: KeepNews
    desk: ShopNewsDesk


def keep_shop_news(serving: AppContext, runtime: Runtime) -> ShopNewsHeard:
    """Have the shops of the playbook heard by this process, and told by who owns part 0."""
    live, stores, shops, clock = serving.live, serving.begun.opened.stores, serving.shops, serving.clock

    async def removed(shop: ShopSettings) -> None:
        link = await stores.shop_links.read(shop.name)
        if link is not None and link.domain is not None:
            await uninstalled(stores, shop, link.domain, shops.oauth, clock.now())

    async def heard(channel: str, provider: str) -> HearingShop | None:
        there = live.playbook.channels.get(channel)
        found = live.settings.shops.get(there.shop) if there is not None and there.shop is not None else None
        if found is None or found.platform != provider or provider == OWN_SYSTEM:  # POST /api/events
            return None
        link = await shops.links.of(found.name)
        if not is_linked(found, link):
            return None
        domain = link.domain if link is not None and is_of(found, link) and link.holds else None
        domain = domain or domain_of(found.credentials.get("token", ""))
        return HearingShop(found.name, found.platform, news_secret(found.credentials), domain)

    teller = ShopTeller(stores, lambda: live.playbook, runtime.receiver.store, clock)
    desk = ShopNewsDesk(
        NewsWorld(
            stores.shop_news,
            lambda: live.settings.shops,
            shops.named,
            shops.links,
            teller,
            removed,
            runtime.ownership.owns,
            clock,
        )
    )
    keep = ShopNewsIntake(stores.shop_news, desk.wake).keep
    page = ShopWebhooks(heard, keep, clock)
    runtime.also("news of shops", desk.run)
    runtime.metrics.add(page.calls, desk.ended)
    return ShopNewsHeard(page, keep, desk)

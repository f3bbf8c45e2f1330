"""Whether a shop may be called now: checked before each call, for links can end at any time."""

from __future__ import annotations

from dataclasses import replace

from bot.connectors.shops.platforms import access_of, offer_of
from bot.model.settings import ShopSettings
from bot.model.shop import ShopLink


def is_linked(shop: ShopSettings, link: ShopLink | None, *, played: bool = False) -> bool:
    """Whether a shop may be called, and its news are taken.

    A shop with credentials in the playbook is linked without a command, until it is unlinked; so is one that
    a simulator plays (`played`), which has credentials of its own.
    """
    if is_of(shop, link):
        return link is not None and link.holds
    return played or has_credentials(shop)


def is_of(shop: ShopSettings, link: ShopLink | None) -> bool:
    """Whether a link is of the platform and `access` that the playbook names now."""
    way = shop.platform, access_of(shop.platform, shop.access)
    return link is not None and (link.platform, link.access) == way


def as_linked(shop: ShopSettings, link: ShopLink | None) -> ShopSettings:
    """The shop with the account that was chosen while it was installed; what the playbook says goes first."""
    if shop.channel is not None or link is None or not link.holds or not is_of(shop, link):
        return shop
    return replace(shop, channel=link.channel)


def has_credentials(shop: ShopSettings) -> bool:
    """Whether the playbook gives all that the platform needs to answer."""
    return all(shop.credentials.get(name) for name in offer_of(shop.platform, shop.access).needs)

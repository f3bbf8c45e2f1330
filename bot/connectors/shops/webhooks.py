"""Reads webhooks of any platform by its `WebhookReader`: verification, meaning, removal of our app."""

from __future__ import annotations

from bot.connectors.manifest import loaded
from bot.connectors.shops.platforms import PLATFORMS
from bot.connectors.shops.webhook import DeliveredWebhook, NotTaken, WebhookReader, json_object
from bot.model.settings import ShopSettings
from bot.model.shop import ShopWebhook, WebhookNews


def verified(
    platform: str, shop: str, secret: str, came: DeliveredWebhook, domain: str | None
) -> ShopWebhook:
    """The webhook, if the shop has signed it. Raises `NotSigned` and `NotTaken`.

    `domain` is the shop's own where it is known: an app's secret signs for all shops that have installed it.
    """
    verify = _reader(platform).verify
    if verify is None:
        raise NotTaken("this platform sends no webhooks")
    return verify(shop, secret, came, domain)


def meaning(platform: str, webhook: ShopWebhook) -> WebhookNews:
    """What a webhook that is stored means. Raises `NotTaken`."""
    return _reader(platform).meaning(webhook.topic, json_object(webhook.body))


def removal(shop: ShopSettings, webhook: ShopWebhook) -> bool | None:
    """Whether it tells that our app was removed; `None`: it tells something else. Raises `NotTaken`."""
    removed = _reader(shop.platform).removal
    return None if removed is None else removed(webhook, shop.credentials)


def _reader(platform: str) -> WebhookReader:
    known = PLATFORMS.get(platform)
    if known is None or not known.webhooks:
        raise NotTaken("this platform sends no webhooks")
    reader: WebhookReader = loaded(known.webhooks)
    return reader

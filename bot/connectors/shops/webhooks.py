"""What a platform's webhook says: whether the shop has sent it, what makes it the same, what it means."""

from __future__ import annotations

from collections.abc import Mapping

from bot.connectors.shops.cyberbiz.webhooks import CYBERBIZ_WEBHOOKS
from bot.connectors.shops.own.client import OWN_SYSTEM_WEBHOOKS
from bot.connectors.shops.shopline.client import SHOPLINE_WEBHOOKS
from bot.connectors.shops.webhook import DeliveredWebhook, NotTaken, WebhookReader, json_object
from bot.model.shop import ShopWebhook, WebhookNews

_READERS: Mapping[str, WebhookReader] = {
    "cyberbiz": CYBERBIZ_WEBHOOKS,
    "shopline": SHOPLINE_WEBHOOKS,
    "hook": OWN_SYSTEM_WEBHOOKS,
}


def verified(
    platform: str, shop: str, secret: str, came: DeliveredWebhook, domain: str | None
) -> ShopWebhook:
    """The webhook, if the shop has signed it. Raises `NotSigned` and `NotTaken`.

    `domain` is the shop's own where it is known: an app's secret signs for all shops that have installed it.
    """
    if platform not in _READERS:
        raise NotTaken("this platform sends no webhooks")
    return _READERS[platform].verify(shop, secret, came, domain)


def meaning(platform: str, webhook: ShopWebhook) -> WebhookNews:
    """What a webhook that is stored means. Raises `NotTaken`."""
    return _READERS[platform].meaning(webhook.topic, json_object(webhook.body))

"""A shop platform of a package of its own: members by phone, news by webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.connectors.manifest import Setting
from bot.connectors.shops.manifest import Offer, ShopManifest
from bot.model.translatable import tr

if TYPE_CHECKING:
    from bot.connectors.shops.directory import Directory
    from bot.connectors.shops.opening import ShopOpening
    from bot.connectors.shops.webhook import WebhookReader


def _open(opening: ShopOpening) -> Directory:
    from .client import opened

    return opened(opening)


def _webhooks() -> WebhookReader:
    from .client import WEBHOOKS

    return WEBHOOKS


MANIFEST = ShopManifest(
    "pigeonshop",
    "Pigeon shop",
    {
        "": Offer(
            tr("{name}", name="Pigeon shop"),
            _open,
            needs=("url", "token"),
            for_news=("webhook_secret",),
            fields={"name": "text", "level": "text", "updated_at": "date_time"},
        )
    },
    {
        "url": Setting("Where the shop is. 網址", "https://pigeon.example"),
        "token": Setting("Of the shop. 權杖", "${PIGEONSHOP_TOKEN}"),
        "webhook_secret": Setting("Signs its news. 密鑰", "${PIGEONSHOP_WEBHOOK_SECRET}"),
    },
    news="webhook",
    webhooks=_webhooks,
    simulator=f"{__package__}.simulator",
)

"""A shop platform of a package of its own: members by phone, news by webhooks."""

from __future__ import annotations

from bot.connectors.manifest import Setting
from bot.connectors.shops.manifest import Offer, ShopManifest
from bot.model.translatable import tr

MANIFEST = ShopManifest(
    "pigeonshop",
    "Pigeon shop",
    {
        "": Offer(
            tr("{name}", name="Pigeon shop"),
            f"{__package__}.client:opened",
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
    webhooks=f"{__package__}.client:WEBHOOKS",
    simulator=f"{__package__}.simulator:SIMULATED",
)

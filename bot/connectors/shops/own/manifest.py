"""A system of the shop's own, asked by signed calls; it tells its news by `POST /api/events`."""

from __future__ import annotations

from bot.connectors.manifest import Setting
from bot.connectors.shops.manifest import Offer, ShopManifest, ToSet
from bot.model.translatable import tr

_TO_SET = (
    ToSet(tr("it answers each question at its address, signed by the  secret  (docs/own-shop.md)")),
    ToSet(
        tr("it tells each change of a member at this address, with the playbook's  api_token"),
        "POST /api/events",
    ),
)


MANIFEST = ShopManifest(
    "hook",
    "",
    {
        "": Offer(
            tr("a system of our own"),
            "bot.connectors.shops.own.client:opened",
            needs=("url", "secret"),
            writes=None,
            checklist=_TO_SET,
        ),
    },
    {
        "url": Setting("For hook: where its own system is called. 自家系統的網址", "${SHOP_URL}"),
        "secret": Setting("Signs our calls. 密鑰", "${HOOK_SECRET}"),
    },
    news="events",
    webhooks="bot.connectors.shops.own.client:OWN_SYSTEM_WEBHOOKS",
    says_refunds_of_parts=True,
    ask_fields="bot.connectors.shops.own.client:fields_of",
    simulator="bot.connectors.shops.own.simulator:SIMULATED",
)

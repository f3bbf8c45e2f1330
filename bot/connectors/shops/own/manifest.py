"""A system of the shop's own, asked by signed calls; it tells its news by `POST /api/events`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.connectors.manifest import Setting
from bot.connectors.shops.manifest import Offer, ShopManifest, ToSet
from bot.model.translatable import tr

if TYPE_CHECKING:
    from bot.connectors.shops.directory import Directory
    from bot.connectors.shops.opening import ShopOpening
    from bot.connectors.shops.webhook import WebhookReader
    from bot.hooks.call import HookCaller
    from bot.model.settings import ShopSettings

_TO_SET = (
    ToSet(tr("it answers each question at its address, signed by the  secret  (docs/own-shop.md)")),
    ToSet(
        tr("it tells each change of a member at this address, with the playbook's  api_token"),
        "POST /api/events",
    ),
)


def _checklist(certified: bool) -> Sequence[ToSet]:
    return _TO_SET


def _open(opening: ShopOpening) -> Directory:
    from bot.connectors.shops.own.client import opened

    return opened(opening)


async def _fields(shop: ShopSettings, hooks: HookCaller) -> Mapping[str, Mapping[str, Any]]:
    from bot.connectors.shops.own.client import fields_of

    return await fields_of(shop, hooks)


def _webhooks() -> WebhookReader:
    from bot.connectors.shops.own.client import OWN_SYSTEM_WEBHOOKS

    return OWN_SYSTEM_WEBHOOKS


MANIFEST = ShopManifest(
    "hook",
    "",
    {
        "": Offer(
            tr("a system of our own"), _open, needs=("url", "secret"), writes=None, checklist=_checklist
        ),
    },
    {
        "url": Setting("For hook: where its own system is called. 自家系統的網址", "${SHOP_URL}"),
        "secret": Setting("Signs our calls. 密鑰", "${HOOK_SECRET}"),
    },
    news="events",
    webhooks=_webhooks,
    says_refunds_of_parts=True,
    ask_fields=_fields,
    simulator="bot.connectors.shops.own.simulator",
)

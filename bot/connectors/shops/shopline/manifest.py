"""SHOPLINE: members by its open API, news by webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.connectors.manifest import Setting
from bot.connectors.shops.manifest import Offer, ShopManifest, ToSet
from bot.connectors.shops.shopline.fields import FIELDS, WRITES
from bot.model.translatable import tr

if TYPE_CHECKING:
    from bot.connectors.shops.directory import Directory
    from bot.connectors.shops.opening import ShopOpening
    from bot.connectors.shops.webhook import WebhookReader

_TO_SET = (
    ToSet(tr("how customers register: 「僅以手機號碼註冊」 or 「手機號碼與電郵註冊」"), "設定 › 顧客設定"),
    ToSet(
        tr("how mobile numbers are proven: 「發送簡訊驗證手機」"),
        "設定 › 顧客設定 › 顧客驗證方式",
        costs_sms=True,
    ),
    ToSet(tr("the webhook's address is this one, for customers (顧客)"), "設定 › Webhook"),
)


def _checklist(certified: bool) -> Sequence[ToSet]:
    return _TO_SET


def _open(opening: ShopOpening) -> Directory:
    from bot.connectors.shops.shopline.client import opened

    return opened(opening)


def _webhooks() -> WebhookReader:
    from bot.connectors.shops.shopline.webhooks import SHOPLINE_WEBHOOKS

    return SHOPLINE_WEBHOOKS


MANIFEST = ShopManifest(
    "shopline",
    "SHOPLINE",
    {
        "": Offer(
            tr("SHOPLINE"),
            _open,
            needs=("username", "token"),
            for_news=("webhook_secret",),
            fields=FIELDS,
            writes=WRITES,
            checklist=_checklist,
        ),
    },
    {
        "username": Setting("Of the platform's API. 帳號", "${SHOPLINE_USERNAME}"),
        "token": Setting("Of the platform's API. 權杖", "${SHOPLINE_TOKEN}"),
        "webhook_secret": Setting("Signs its news. Webhook 密鑰", "${SHOPLINE_WEBHOOK_SECRET}"),
    },
    news="webhook",
    webhooks=_webhooks,
    simulator="bot.connectors.shops.shopline.simulator",
)

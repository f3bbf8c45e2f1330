"""SHOPLINE: members by its open API, news by webhooks."""

from __future__ import annotations

from bot.connectors.manifest import Setting
from bot.connectors.shops.manifest import Offer, ShopManifest, ToSet
from bot.connectors.shops.shopline.fields import FIELDS, WRITES
from bot.model.translatable import tr

_TO_SET = (
    ToSet(tr("how customers register: 「僅以手機號碼註冊」 or 「手機號碼與電郵註冊」"), "設定 › 顧客設定"),
    ToSet(
        tr("how mobile numbers are proven: 「發送簡訊驗證手機」"),
        "設定 › 顧客設定 › 顧客驗證方式",
        costs_sms=True,
    ),
    ToSet(tr("the webhook's address is this one, for customers (顧客)"), "設定 › Webhook"),
)


MANIFEST = ShopManifest(
    "shopline",
    "SHOPLINE",
    {
        "": Offer(
            tr("SHOPLINE"),
            "bot.connectors.shops.shopline.client:opened",
            needs=("username", "token"),
            for_news=("webhook_secret",),
            fields=FIELDS,
            writes=WRITES,
            checklist=_TO_SET,
        ),
    },
    {
        "username": Setting("Of the platform's API. 帳號", "${SHOPLINE_USERNAME}"),
        "token": Setting("Of the platform's API. 權杖", "${SHOPLINE_TOKEN}"),
        "webhook_secret": Setting("Signs its news. Webhook 密鑰", "${SHOPLINE_WEBHOOK_SECRET}"),
    },
    news="webhook",
    webhooks="bot.connectors.shops.shopline.webhooks:SHOPLINE_WEBHOOKS",
    simulator="bot.connectors.shops.shopline.simulator:SIMULATED",
)

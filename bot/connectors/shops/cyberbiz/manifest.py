"""CYBERBIZ: members by API secret or by an app that the shop installs; news by webhooks."""

from __future__ import annotations

from bot.connectors.manifest import Setting
from bot.connectors.shops.cyberbiz import refusals
from bot.connectors.shops.cyberbiz.checklist import BY_APP, BY_SECRET
from bot.connectors.shops.cyberbiz.fields import FIELDS, WRITES
from bot.connectors.shops.install import AppStore
from bot.connectors.shops.manifest import Offer, ShopManifest
from bot.model.translatable import tr

MANIFEST = ShopManifest(
    "cyberbiz",
    "CYBERBIZ",
    {
        "api_secret": Offer(
            tr("CYBERBIZ (API connection)"),
            "bot.connectors.shops.cyberbiz.client:opened_by_secret",
            needs=("username", "secret"),
            for_news=("webhook_secret",),
            fields=FIELDS,
            writes=WRITES,
            checklist=BY_SECRET,
            refused=refusals.by_secret,
        ),
        "app_store": Offer(
            tr("CYBERBIZ (app store installation)"),
            "bot.connectors.shops.cyberbiz.client:opened_by_app",
            needs=("token",),
            fields=FIELDS,
            for_install=("app_id", "app_secret"),
            writes=WRITES,
            finds_line=True,
            app_store=AppStore(
                "bot.connectors.shops.cyberbiz.oauth",
                refusals,
                tr(
                    "In CYBERBIZ's back office: APP MARKET, 「擴充服務市集」, 「安裝應用程式」; "
                    "the app's page there asks for these addresses:"
                ),
                tr(
                    "For whoever keeps the app's page at CYBERBIZ; "
                    "in the shop's back office there is nothing to paste"
                ),
                tr("CYBERBIZ does not take the app's token: is it still installed there?"),
            ),
            checklist=BY_APP,
        ),
    },
    {
        "username": Setting("Of the platform's API. 帳號", "${CYBERBIZ_USERNAME}"),
        "secret": Setting("Of the platform's API. 密鑰", "${CYBERBIZ_SECRET}"),
        "token": Setting("Of the platform's API. 權杖", ""),
        "webhook_secret": Setting("Signs its news. Webhook 密鑰", "${CYBERBIZ_WEBHOOK_SECRET}"),
        "app_id": Setting("Of the app in the platform's app store. 應用程式 ID", "${CYBERBIZ_APP_ID}"),
        "app_secret": Setting("Of the app; signs its news, too. 應用程式密鑰", "${CYBERBIZ_APP_SECRET}"),
    },
    news="webhook",
    webhooks="bot.connectors.shops.cyberbiz.webhooks:CYBERBIZ_WEBHOOKS",
    says_refunds_of_parts=True,
    office="https://{domain}/admin",
    simulator="bot.connectors.shops.cyberbiz.simulator.platform:SIMULATED",
)

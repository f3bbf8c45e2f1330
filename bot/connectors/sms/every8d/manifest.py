"""EVERY8D (互動資通)."""

from __future__ import annotations

from bot.connectors.manifest import Setting
from bot.connectors.sms.manifest import SmsManifest
from bot.model.translatable import tr

MANIFEST = SmsManifest(
    "every8d",
    tr("EVERY8D"),
    "bot.connectors.sms.every8d.provider:Every8d",
    {
        "username": Setting("At the provider. 帳號", "${EVERY8D_USERNAME}"),
        "password": Setting("At the provider. 密碼", "${EVERY8D_PASSWORD}"),
    },
)

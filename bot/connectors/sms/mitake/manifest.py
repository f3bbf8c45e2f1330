"""Mitake (三竹簡訊)."""

from __future__ import annotations

from bot.connectors.manifest import Setting
from bot.connectors.sms.manifest import SmsManifest
from bot.model.translatable import tr

MANIFEST = SmsManifest(
    "mitake",
    tr("Mitake"),
    "bot.connectors.sms.mitake.provider:Mitake",
    {
        "username": Setting("At the provider. 帳號", "${MITAKE_USERNAME}"),
        "password": Setting("At the provider. 密碼", "${MITAKE_PASSWORD}"),
    },
)

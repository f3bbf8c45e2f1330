"""Twilio, for numbers outside of Taiwan."""

from __future__ import annotations

from bot.connectors.manifest import Setting
from bot.connectors.sms.manifest import SmsManifest
from bot.model.translatable import tr

MANIFEST = SmsManifest(
    "twilio",
    tr("Twilio"),
    "bot.connectors.sms.twilio.provider:Twilio",
    {
        "account": Setting("At the provider. 帳戶", "${TWILIO_ACCOUNT}"),
        "token": Setting("At the provider. 權杖", "${TWILIO_TOKEN}"),
        "sender": Setting(
            "The number or name that it comes from. 發送號碼", "${TWILIO_NUMBER}", may_be_empty=True
        ),
    },
)

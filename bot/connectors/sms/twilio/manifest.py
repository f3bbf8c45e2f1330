"""Twilio, for numbers outside of Taiwan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.connectors.manifest import Setting
from bot.connectors.sms.manifest import SmsManifest
from bot.connectors.sms.sender import SmsSender
from bot.model.translatable import tr

if TYPE_CHECKING:
    from aiohttp import ClientSession


def _open(given: Mapping[str, str], session: ClientSession) -> SmsSender:
    from bot.connectors.sms.twilio.provider import Twilio

    return Twilio(given["account"], given["token"], given["sender"], session)


MANIFEST = SmsManifest(
    "twilio",
    tr("Twilio"),
    _open,
    {
        "account": Setting("At the provider. 帳戶", "${TWILIO_ACCOUNT}"),
        "token": Setting("At the provider. 權杖", "${TWILIO_TOKEN}"),
        "sender": Setting(
            "The number or name that it comes from. 發送號碼", "${TWILIO_NUMBER}", may_be_empty=True
        ),
    },
)

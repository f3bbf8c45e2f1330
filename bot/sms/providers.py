"""Which provider sends: as the playbook's section `sms` says."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

import aiohttp

from bot.model.settings import SmsSettings
from bot.sms.every8d import Every8d
from bot.sms.mitake import Mitake
from bot.sms.needs import NEEDS
from bot.sms.phone import masked
from bot.sms.sender import Credit, ShortMessage, SmsSender, SmsSent
from bot.sms.twilio import Twilio

log = logging.getLogger("oaflow.sms")


class Console:
    """For developing a playbook: the code is in the log, so no real person's phone is verified."""

    async def send(self, message: ShortMessage) -> SmsSent:
        """Tell it."""
        log.info("SMS to %s: %s", masked(message.phone), message.text)
        return SmsSent()

    async def credit(self) -> Credit | None:
        """None is needed."""
        return None


_Made = Callable[[Mapping[str, str], aiohttp.ClientSession], SmsSender]

_PROVIDERS: Mapping[str, _Made] = {
    "console": lambda given, session: Console(),
    "mitake": lambda given, session: Mitake(given["username"], given["password"], session),
    "every8d": lambda given, session: Every8d(given["username"], given["password"], session),
    "twilio": lambda given, session: Twilio(given["account"], given["token"], given["sender"], session),
}


def sender_of(settings: SmsSettings, session: aiohttp.ClientSession) -> SmsSender:
    """The sender of these settings. No request is made before the first SMS."""
    given = {name: settings.credentials.get(name, "") for name in NEEDS[settings.provider]}
    return _PROVIDERS[settings.provider](given, session)

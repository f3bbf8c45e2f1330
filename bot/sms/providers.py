"""Which provider sends: as the playbook's section `sms` says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import aiohttp

from bot.model.settings import Sms
from bot.sms.console import Console
from bot.sms.every8d import Every8d
from bot.sms.mitake import Mitake
from bot.sms.sender import Sender
from bot.sms.twilio import Twilio

_Made = Callable[[Mapping[str, str], aiohttp.ClientSession], Sender]

_PROVIDERS: Mapping[str, _Made] = {
    "console": lambda credentials, session: Console(),
    "mitake": lambda credentials, session: Mitake(*_signed_in(credentials), session),
    "every8d": lambda credentials, session: Every8d(*_signed_in(credentials), session),
    "twilio": lambda credentials, session: Twilio(
        credentials.get("account", ""),
        credentials.get("token", ""),
        credentials.get("sender", ""),
        session,
    ),
}


def sender_of(settings: Sms, session: aiohttp.ClientSession) -> Sender:
    """The sender of these settings. Nothing is asked before something is sent."""
    return _PROVIDERS[settings.provider](settings.credentials, session)


def _signed_in(credentials: Mapping[str, str]) -> tuple[str, str]:
    return credentials.get("username", ""), credentials.get("password", "")

"""Which providers there are, and the one that sends: as the playbook's section `sms` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.connectors.manifest import loaded, manifests, variable_of
from bot.connectors.sms.manifest import SmsManifest
from bot.connectors.sms.sender import SmsSender
from bot.model.settings import SmsSettings

if TYPE_CHECKING:  # `check` makes no call
    from aiohttp import ClientSession

PROVIDERS = manifests("sms", ("console", "mitake", "every8d", "twilio"), SmsManifest)
COMPANIES = tuple(name for name, one in PROVIDERS.items() if one.reaches_people)
"""Those whose SMS come to phones; the first is the usual one."""


def usual_settings(least: int) -> str:
    """So many of the settings of the usual provider, to be pasted."""
    name, *_ = COMPANIES
    lines = [f"{key}: ${{{variable_of(name, key)}}}" for key in PROVIDERS[name].settings]
    return ", ".join([f"provider: {name}", *lines[:least]])


def sender_of(settings: SmsSettings, session: ClientSession) -> SmsSender:
    """The sender of these settings. No request is made before the first SMS."""
    provider = PROVIDERS[settings.provider]
    given = {name: settings.credentials.get(name, "") for name in provider.settings}
    made: SmsSender = loaded(provider.sender)(session=session, **given)
    return made

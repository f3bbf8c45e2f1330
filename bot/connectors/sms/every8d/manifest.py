"""EVERY8D (互動資通)."""

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
    from bot.connectors.sms.every8d.provider import Every8d

    return Every8d(given["username"], given["password"], session)


MANIFEST = SmsManifest(
    "every8d",
    tr("EVERY8D"),
    _open,
    {
        "username": Setting("At the provider. 帳號", "${EVERY8D_USERNAME}"),
        "password": Setting("At the provider. 密碼", "${EVERY8D_PASSWORD}"),
    },
)

"""Mitake (三竹簡訊)."""

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
    from bot.connectors.sms.mitake.provider import Mitake

    return Mitake(given["username"], given["password"], session)


MANIFEST = SmsManifest(
    "mitake",
    tr("Mitake"),
    _open,
    {
        "username": Setting("At the provider. 帳號", "${MITAKE_USERNAME}"),
        "password": Setting("At the provider. 密碼", "${MITAKE_PASSWORD}"),
    },
)

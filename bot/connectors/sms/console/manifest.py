"""No provider: codes are written into the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.connectors.sms.manifest import SmsManifest
from bot.connectors.sms.sender import SmsSender
from bot.model.translatable import tr

if TYPE_CHECKING:
    from aiohttp import ClientSession


def _open(given: Mapping[str, str], session: ClientSession) -> SmsSender:
    from bot.connectors.sms.console.provider import Console

    return Console()


MANIFEST = SmsManifest(
    "console",
    tr("the log"),
    _open,
    settings={},
    reaches_people=False,
)

"""No provider: codes are written into the log."""

from __future__ import annotations

from bot.connectors.sms.manifest import SmsManifest
from bot.model.translatable import tr

MANIFEST = SmsManifest(
    "console",
    tr("the log"),
    "bot.connectors.sms.console.provider:Console",
    settings={},
    reaches_people=False,
)

"""What the staff's pages work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.model.channel import channel_titles
from bot.operations.catalog.call import OperationContext
from bot.operations.sent_files import LineFiles
from bot.web.sealed_parts import SealedParts


@dataclass(frozen=True, slots=True)
class ShopNow:
    """What the frame says of the shop: its name, its language, its time zone, its channels with what they
    are called."""

    name: str
    language: str
    zone: ZoneInfo
    channels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleContext(OperationContext):
    """What operations work with, the `parts` by which addresses name people, and the address of the
    simulator's page (`phone`), where one runs."""

    parts: SealedParts
    phone: str = ""

    def files(self) -> LineFiles:
        """Where LINE is asked for what people sent."""
        return LineFiles(self.settings().channels, self.line_api, self.line_data_api)

    def shop(self) -> ShopNow:
        """What pages say of the shop."""
        playbook = self.playbook()
        channels = channel_titles(self.settings().channels, playbook.bot)
        return ShopNow(playbook.bot, playbook.language, playbook.zone, channels)

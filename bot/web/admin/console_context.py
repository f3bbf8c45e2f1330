"""What all pages of the console work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.line.client import LineClient
from bot.model.channel import channel_titles
from bot.operations.catalog.call import OperationContext
from bot.operations.sent_files import LineFiles
from bot.web.sealed_parts import SealedParts


@dataclass(frozen=True, slots=True)
class ShopNow:
    """What the frame of pages shows of the shop."""

    name: str
    language: str
    zone: ZoneInfo
    channels: Mapping[str, str] = field(default_factory=dict)
    """The titles of its channels, by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleContext(OperationContext):
    """What operations work with, and what pages need besides."""

    parts: SealedParts
    """Seals and opens the parts by which addresses name people."""
    phone: str = ""
    """The address of the simulator's page; empty outside a simulator."""
    account: Callable[[str], LineClient | None] = lambda channel: None
    """LINE of a channel, as the bot in this process asks it; `None`: it has no such channel, or is no bot."""

    def files(self) -> LineFiles:
        """Fetches files that people sent, from LINE."""
        return LineFiles(self.settings().channels, self.line_api, self.line_data_api, self.account)

    def shop(self) -> ShopNow:
        """What the frame of pages shows of the shop, as of now."""
        playbook = self.playbook()
        channels = channel_titles(self.settings().channels, playbook.bot)
        return ShopNow(playbook.bot, playbook.language, playbook.zone, channels)

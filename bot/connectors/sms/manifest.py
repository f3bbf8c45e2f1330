"""What a provider of SMS says of itself. Light: `check` reads it, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.connectors.manifest import Setting
from bot.model.translatable import Translatable


@dataclass(frozen=True, slots=True)
class SmsManifest:
    """A provider: its `name` in the playbook, what people call it, what it must be given."""

    name: str
    title: Translatable
    sender: str
    """`package.module:CLASS` of its `SmsSender`, made with all settings and the `session` by which alone it
    calls anybody: that is shared, and not closed there."""
    settings: Mapping[str, Setting]
    reaches_people: bool = True
    """Whether an SMS comes to a phone."""

"""What a provider of SMS says of itself. Light: `check` reads it, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.connectors.manifest import Setting
from bot.connectors.sms.sender import SmsSender
from bot.model.translatable import Translatable

if TYPE_CHECKING:  # `check` makes no call
    from aiohttp import ClientSession

OpenSender: TypeAlias = "Callable[[Mapping[str, str], ClientSession], SmsSender]"
"""Given all settings and the session by which alone it calls anybody: it is shared, and not closed there."""


@dataclass(frozen=True, slots=True)
class SmsManifest:
    """A provider: its `name` in the playbook, what people call it, what it must be given."""

    name: str
    title: Translatable
    open: OpenSender
    settings: Mapping[str, Setting]
    reaches_people: bool = True
    """Whether an SMS comes to a phone."""

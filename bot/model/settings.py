"""What a playbook says about the world that it runs in: channels with their secrets, database, keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.channel import Channel


@dataclass(frozen=True, slots=True)
class Settings:
    """The part of a playbook that no decision reads. Nothing secret appears in `repr`."""

    channels: Mapping[str, Channel]
    database: str = field(default="embedded", repr=False)
    keys: str = field(default="generated", repr=False)

"""What the pages of broadcasts work with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from bot.engine.compiled.playbook import Playbook
from bot.model.outgoing import Outgoing
from bot.model.settings import Settings
from bot.operations.broadcasts.line_now import LineNow
from bot.operations.broadcasts.progress import SendingProgress
from bot.store.stores import Stores
from bot.web.admin.store_context import SealedParts

FRESH = 0.9
"""Seconds for which what goes out is as good as new."""


@dataclass(slots=True)
class SendingWatch:
    """What goes out just now, read once for all whose pages are open."""

    _at: float = field(default=0.0, init=False)
    _seen: Sequence[SendingProgress] = field(default=(), init=False)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def seen(
        self, read: Callable[[], Awaitable[Sequence[SendingProgress]]]
    ) -> Sequence[tuple[object, ...]]:
        """How far each is, as what can be compared. May raise `DatabaseUnavailable`."""
        async with self._one:
            if not self._at or monotonic() - self._at > FRESH:
                self._seen, self._at = await read(), monotonic()
        return [(one.sending, one.figures) for one in self._seen]


@dataclass(frozen=True, slots=True)
class BroadcastDesk:
    """`now` is the time of the people; `line`: where LINE is asked; `personal` puts a person's own addresses
    into what goes to them; `channels` by name what they are called."""

    stores: Stores
    playbook: Callable[[], Playbook]
    settings: Callable[[], Settings]
    channels: Callable[[], Mapping[str, str]]
    now: Callable[[], datetime]
    line: Callable[[], LineNow]
    personal: Callable[[Outgoing], Outgoing]
    parts: SealedParts
    watch: SendingWatch = field(default_factory=SendingWatch)

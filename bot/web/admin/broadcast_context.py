"""What the pages of broadcasts work with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeAlias

from bot.operations.audiences import AudienceCount, counts_of, target_audience
from bot.operations.broadcasts.progress import SendingProgress
from bot.operations.recent_figures import RecentFigures
from bot.web.admin.console_context import ConsoleContext

FRESH = 0.9
"""Seconds for which what goes out is as good as new."""


AudienceCounts: TypeAlias = RecentFigures[[str, str], Mapping[str, AudienceCount]]
"""By the name of an audience, and the version of the playbook that says who is in it."""
AT_ONCE = 5.0
"""Seconds for which a page waits for the size of an audience."""


def recent_counts(context: ConsoleContext) -> AudienceCounts:
    """How many people are in audiences, by channel; not counted anew by each page that renews itself."""

    async def count(name: str, version: str) -> Mapping[str, AudienceCount]:
        playbook = context.playbook()
        return await counts_of(context.stores, playbook, target_audience(playbook, name))

    return RecentFigures(count, context.now, at_once=AT_ONCE)


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
        return [(one.stored, one.figures) for one in self._seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastContext(ConsoleContext):
    """`counts`: sizes of audiences, and of whom broadcasts go to."""

    counts: AudienceCounts
    watch: SendingWatch = field(default_factory=SendingWatch)

    async def used(self, channel: str) -> int | None:
        """How many messages of the month are used, as every page says it; `None`: nobody knows yet."""
        figure = (await self.stores.quotas.all()).get(channel)
        return None if figure is None else figure.used

    async def count(self, name: str) -> Mapping[str, AudienceCount] | None:
        """Of an audience, or of whom a broadcast goes to; `None`: they are being counted."""
        found = await self.counts.of(name, self.playbook().version)
        return None if found is None else found.value

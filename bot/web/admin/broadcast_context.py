"""What the pages of broadcasts work with: sizes of audiences, sendings under way, messages that are used."""

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
"""Seconds for which the state of sendings is not read anew."""


AudienceCounts: TypeAlias = RecentFigures[[str, str], Mapping[str, AudienceCount]]
"""By the name of an audience, and the version of the playbook that says who is in it."""
AT_ONCE = 5.0
"""Seconds that a page waits for the size of an audience."""


def recent_counts(context: ConsoleContext) -> AudienceCounts:
    """Counts the people of audiences and broadcasts by channel, and not anew for each page that refreshes
    itself."""

    async def count(name: str, version: str) -> Mapping[str, AudienceCount]:
        playbook = context.playbook()
        return await counts_of(context.stores, playbook, target_audience(playbook, name))

    return RecentFigures(count, context.now, at_once=AT_ONCE)


@dataclass(slots=True)
class SendingWatch:
    """The sendings under way, read once for all open pages."""

    _at: float = field(default=0.0, init=False)
    _seen: Sequence[SendingProgress] = field(default=(), init=False)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def seen(
        self, read: Callable[[], Awaitable[Sequence[SendingProgress]]]
    ) -> Sequence[tuple[object, ...]]:
        """How far each sending is, as values to be compared. May raise `DatabaseUnavailable`."""
        async with self._one:
            if not self._at or monotonic() - self._at > FRESH:
                self._seen, self._at = await read(), monotonic()
        return [(one.stored, one.figures) for one in self._seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastContext(ConsoleContext):
    """What the pages of broadcasts work with."""

    counts: AudienceCounts
    """The sizes of audiences, and of whom broadcasts go to."""
    watch: SendingWatch = field(default_factory=SendingWatch)

    async def used(self, channel: str) -> int | None:
        """How many messages of the month a channel has used, as every page shows it; `None`: that is not
        known yet."""
        figure = (await self.stores.quotas.all()).get(channel)
        return None if figure is None else figure.used

    async def count(self, name: str) -> Mapping[str, AudienceCount] | None:
        """The size of an audience, or of whom a broadcast goes to, by channel; `None`:
        it is being counted."""
        found = await self.counts.of(name, self.playbook().version)
        return None if found is None else found.value

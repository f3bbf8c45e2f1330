"""Numbers for every page of what needs attention: customers who wait, messages that were not sent,
troubles."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal, TypeAlias

from bot.model.brake import OFF, Brake
from bot.model.translatable import Translatable, row, tr
from bot.store.unavailable import DatabaseUnavailable
from bot.wording.stop_words import which

log = logging.getLogger("oaflow.admin")

AttentionKind: TypeAlias = Literal["waiting", "unsent", "channels", "shops", "proposals", "held"]
"""People who wait for staff; messages given up and events set aside; channels and shops in trouble; drafts of
the playbook that were handed in; broadcasts that wait since they are not what was shown."""
GIVEN = "given"
"""The number of what a colleague has given to whoever asks, which counts for `waiting`, too."""
MOST = 99
"""More than these are not counted."""
FRESH = 5.0
"""Seconds for which the numbers are as good as new."""
AT_ONCE = 0.3
"""Seconds that a page waits for newer ones, at most."""
AttentionCount: TypeAlias = Callable[[int], Awaitable[int]]
"""How many there are, counted up to so many. May raise `DatabaseUnavailable`."""
GivenCount: TypeAlias = Callable[[], Awaitable[Mapping[str, int]]]
"""What was given to each account, by how the audit log names it. May raise `DatabaseUnavailable`."""

RefusedLook: TypeAlias = Callable[[], Awaitable[Sequence[Translatable]]]
"""What LINE does not take, in words. May raise `DatabaseUnavailable`."""


@dataclass(frozen=True, slots=True)
class Attention:
    """The numbers, each at most `MOST + 1`, and which pushes are stopped."""

    counts: Mapping[AttentionKind, int] = field(default_factory=dict)
    brake: Brake = OFF
    given: int = 0
    """Conversations that a colleague has given to whoever asks, and they have not opened."""
    refused: Sequence[Translatable] = ()
    """What LINE does not take just now, a line for each account."""

    def shown(self, kind: str) -> str:
        """The number as it stands beside an entry; empty for none."""
        number = next((many for one, many in self.counts.items() if one == kind), 0)
        number += self.given if kind in ("waiting", GIVEN) else 0
        return "" if not number else f"{MOST}+" if number > MOST else str(number)

    @property
    def refusal(self) -> Translatable | None:
        """What every page says while LINE does not take an account's messages."""
        return tr("{what}", what=row(self.refused, "semicolon")) if self.refused else None

    @property
    def stopped(self) -> Translatable | None:
        """What every page says while pushes are stopped."""
        what = row(map(which, self.brake.stops))
        return tr("Pushes are stopped: {what}. Replies go on", what=what) if self.brake else None

    @property
    def is_all_stopped(self) -> bool:
        """Whether no push of any account or flow goes."""
        return any(one.channel is None and one.flow is None for one in self.brake.stops)


@dataclass(eq=False, repr=False)
class AttentionBoard:
    """Counts at most once in `FRESH` seconds, by one task for all who ask.

    `brake` is what this process knows to be stopped.
    """

    _counts: Mapping[AttentionKind, AttentionCount]
    _brake: Callable[[], Brake]
    _given: GivenCount | None = None
    refused: RefusedLook | None = None
    fresh: float = field(kw_only=True, default=FRESH)
    _refused_now: Sequence[Translatable] = field(init=False, default=())
    _given_to: Mapping[str, int] = field(init=False, default_factory=dict)
    _known: Mapping[AttentionKind, int] = field(init=False, default_factory=dict)
    _until: float = field(init=False, default=0.0)
    _counting: asyncio.Task[None] | None = field(init=False, default=None)

    async def now(self, account: str = "", listed: str = "") -> Attention:
        """The numbers for an account (as the audit log names it); `listed`: of the kind that the page lists,
        counted anew, so that both agree.

        Those from before where newer ones cannot be had soon: no page waits for them.
        """
        if monotonic() >= self._until:
            if self._counting is None:
                self._counting = asyncio.create_task(self._count(), name="attention")
            await asyncio.wait({self._counting}, timeout=AT_ONCE)
        elif kinds := [kind for kind in self._counts if kind == listed]:
            with suppress(TimeoutError):
                async with asyncio.timeout(AT_ONCE):
                    await self._count_kinds(kinds)
        return self.known(account)

    def known(self, account: str = "") -> Attention:
        """The numbers as they were counted last: nobody waits."""
        return Attention(self._known, self._brake(), self._given_to.get(account, 0), self._refused_now)

    async def close(self) -> None:
        """Count no more."""
        if self._counting is not None:
            self._counting.cancel()
            await asyncio.wait({self._counting})

    async def _count(self) -> None:
        try:
            await self._count_kinds(self._counts)
        finally:
            self._until, self._counting = monotonic() + self.fresh, None

    async def _count_kinds(self, kinds: Collection[AttentionKind]) -> None:
        try:
            self._known = {**self._known, **{kind: await self._counts[kind](MOST + 1) for kind in kinds}}
            if self.refused is not None:
                self._refused_now = await self.refused()
            if self._given is not None:
                self._given_to = await self._given()
        except DatabaseUnavailable as error:
            log.warning("what needs attention could not be counted: %s", error)

"""Writes each digest when it is due: once, by whichever process comes first, hours late at most (K4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.model.clock import PatientClock
from bot.operations.alerts.digest import digest_of
from bot.operations.alerts.digest_words import digest_letter
from bot.operations.alerts.watch import WatchedWork
from bot.runtime.alerts.digest_letter import digest_json
from bot.runtime.alerts.receivers import AlertReceiver
from bot.runtime.bulk import keep_looking

EVERY = 20.0
"""Seconds between two looks at the clock."""
LATE = timedelta(hours=6)
"""After a night without a process a digest is still sent so long after its time, on the same day."""


class Digests(Protocol):
    """Where digests come in: `bot.runtime.alerts.alert_dispatcher.AlertQueue`."""

    async def digest(
        self, day: date, receivers: Collection[str], letter: Callable[[], Awaitable[str]]
    ) -> None: ...


def is_due(at: time, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the digest of this time of day is to be sent now."""
    local = now.astimezone(zone)
    begins = datetime.combine(local.date(), at, zone)
    return begins <= local < begins + LATE


@dataclass(eq=False, repr=False)
class DigestWatch:
    """Runs in every process; the owner of part 0 writes them."""

    _work: WatchedWork
    _digests: Digests
    _receivers: Callable[[], Mapping[str, AlertReceiver]]
    _owns: Callable[[int], bool]
    _clock: PatientClock
    _written: set[tuple[date, str]] = field(init=False, default_factory=set)
    """The receivers whose digest of a day this process has seen stored."""

    async def run(self) -> None:
        """For ever."""
        await keep_looking(self.look, self._clock, EVERY)

    async def look(self) -> None:
        """Have written what is due now. Raises `DatabaseUnavailable`."""
        if not self._owns(0):
            return
        now, zone = self._clock.now(), self._work.playbook().zone
        today = now.astimezone(zone).date()
        timed = ((one.id, one.digest) for one in self._receivers().values() if one.digest is not None)
        due = {one for one, at in timed if is_due(at, now, zone) and (today, one) not in self._written}
        if due:
            await self._digests.digest(today, due, lambda: self._letter(now))
            self._written = {one for one in self._written if one[0] == today} | {(today, one) for one in due}

    async def _letter(self, now: datetime) -> str:
        work = self._work
        found = await digest_of(work.stores, work.playbook(), work.settings(), work.titles(), now)
        return digest_json(digest_letter(found, work.language(), work.public))

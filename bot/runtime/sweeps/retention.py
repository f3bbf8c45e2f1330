"""Removing what is stored no longer: rows of people by `privacy.keep`, files of former playbooks.

500 rows go, and the day's number grows, in one transaction; MongoDB's own index, which counts nothing,
removes the same a day later. The sweep has no state but playbook and clock, so after a crash it goes on with
what is there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry
from bot.model.clock import PatientClock
from bot.model.published_version import media_to_forget, to_forget
from bot.model.retention import BY_RETENTION, PEOPLE, ROW_KINDS, DayOfRetention, RetainedKind, RowKind
from bot.runtime.bulk import LOOK, keep_looking
from bot.runtime.sweeps.left_contacts import LeftContacts
from bot.store.cluster.playbooks import Playbooks
from bot.store.counters.retention import RetentionRecord
from bot.store.events.audit import AuditLog
from bot.store.events.expired_rows import ExpiredRows

retention_log = logging.getLogger("oaflow.retention")

HOURLY = timedelta(hours=1)
"""Between two looks for rows that have become old enough."""
DAILY = timedelta(days=1)
"""Between two looks for people: each ends with one through all that is stored of anybody's events."""
MINUTELY = timedelta(minutes=1)
"""Between two looks whether staff have agreed to erase people."""


class ConversationLife(Protocol):
    """Sets after how many days MongoDB removes conversations:
    `bot.store.events.conversations.Conversations`."""

    async def keep(self, days: int | None) -> None: ...


@dataclass(frozen=True, slots=True)
class RetentionStores:
    """What the sweep reads and writes."""

    rows: ExpiredRows
    record: RetentionRecord
    conversations: ConversationLife
    audit: AuditLog


BACKSTOP = 1
"""Days later MongoDB removes conversations by itself: of a bot that has not run nothing stays."""


@dataclass(eq=False, repr=False)
class RetentionSweep:
    """Removes rows whose time is over by `privacy.keep`: at once when that changes, else once an hour.

    The owner of part 0 does, so that an older process does not undo it. All that it knows is the playbook and
    the clock: after a crash it goes on with what is there.
    """

    _playbook: Callable[[], Playbook]
    _stores: RetentionStores
    _people: LeftContacts
    _owns: Callable[[int], bool]
    _clock: PatientClock
    _done: Mapping[RetainedKind, int] | None = field(init=False, default=None)
    """The bounds by which the last look has removed everything, at the moment `_at`."""
    _at: datetime | None = field(init=False, default=None)
    _asked: datetime | None = field(init=False, default=None)
    """When it was last asked whether people may be erased."""

    async def run(self) -> None:
        """Look every two seconds, for ever: a smaller number in the playbook takes effect within seconds."""
        await keep_looking(self.look, self._clock, LOOK)

    async def look(self) -> None:
        """Remove what is due, if we own part 0. Raises `DatabaseUnavailable`."""
        if not self._owns(0):
            self._done = None  # another may go by another playbook
            return
        playbook, now = self._playbook(), self._clock.now()
        bounds, today = bounds_of(playbook), day_of(now, playbook.zone)
        if bounds != self._done or _is_over(self._at, HOURLY, now):
            await self._audit(today, now)
            kinds = [kind for kind in ROW_KINDS if kind in bounds]
            removed = {kind: await self._remove(kind, bounds[kind], today, now) for kind in kinds}
            if not self._owns(0):
                return  # what is left is somebody else's
            days = bounds["conversations"]
            await self._stores.conversations.keep(days + BACKSTOP if days else None)
            if bounds != self._done:
                self._asked = None
            self._done, self._at = bounds, now
            if any(removed.values()):
                numbers = ", ".join(f"{kind} {number}" for kind, number in removed.items() if number)
                retention_log.info("rows that privacy.keep keeps no longer are removed: %s", numbers)
        if _is_over(self._asked, MINUTELY if self._people.wait else DAILY, now):
            people = await self._people.look(bounds.get(PEOPLE), today, self._clock.now)
            self._asked = now
            if people:
                retention_log.info("people who left are erased by privacy.keep: %d", people)

    async def _remove(self, kind: RowKind, days: int, today: str, now: datetime) -> int:
        number = 0
        async for removed in self._stores.rows.remove(kind, now - timedelta(days=days), today, now):
            number += removed
            if not self._owns(0):
                break
        return number

    async def _audit(self, today: str, now: datetime) -> None:
        """Add a line to the audit log for each day that is over."""
        for one in await self._stores.record.unaudited(today):
            await self._stores.audit.record(expired(one, now))
            await self._stores.record.note_audited(one.day)


def expired(one: DayOfRetention, now: datetime) -> AuditEntry:
    """What was removed on a day, for the audit log."""
    numbers = ", ".join(f"{kind} {number}" for kind, number in one.removed.items())
    return AuditEntry("data_expired", BY_RETENTION, now, one.day, after=numbers, id=f"data_expired:{one.day}")


def _is_over(since: datetime | None, span: timedelta, now: datetime) -> bool:
    """Whether so long has passed since then, by a clock that may be set back."""
    return since is None or not since <= now < since + span


def day_of(now: datetime, zone: ZoneInfo) -> str:
    """The day of the team."""
    return f"{now.astimezone(zone):%Y-%m-%d}"


def bounds_of(playbook: Playbook) -> Mapping[RetainedKind, int]:
    """The days of each kind that has a bound; 0: it is not stored."""
    return {"conversations": playbook.keep_conversations or 0, **playbook.keep}


log = logging.getLogger("oaflow.versions")

FIRST, EVERY = 60.0, 3600.0
"""Seconds before the first look, and between two."""


class OldPlaybooks:
    """Deletes files of playbooks that were live long ago, once an hour, in the owner of part 0.

    Done by two processes at once, or broken off anywhere, it does no harm: the next look does the rest.
    """

    def __init__(self, playbooks: Playbooks, owns: Callable[[int], bool], clock: PatientClock) -> None:
        self._playbooks = playbooks
        self._owns = owns
        self._clock = clock

    async def run(self) -> None:
        """For ever."""
        await self._clock.wait(FIRST)
        await keep_looking(self._look, self._clock, EVERY)

    async def _look(self) -> None:
        if self._owns(0):
            await self.forget()

    async def forget(self) -> int:
        """Delete such files now; gives how many are deleted. Raises `DatabaseUnavailable`."""
        accepted, now = await self._playbooks.all(), self._clock.now()
        old = to_forget(accepted, now)
        if old:
            await self._playbooks.forget(old)
        if until := media_to_forget(accepted, now):
            await self._playbooks.forget_media(until)
        blobs = self._playbooks.blobs
        unused = set(await blobs.unused())  # before what is named: an acceptance names what it touches
        gone = await blobs.forget(sorted(unused - await self._playbooks.named())) if unused else 0
        if old or gone:
            log.info("the files of %d playbooks that were live long ago are not kept any more", len(old))
        return gone

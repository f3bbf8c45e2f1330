"""Finds people who have come into an audience or left it as time has passed (`AudienceSweep`), or by a
changed list of people (`ListSweep`), and has their turns notice it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import Condition
from bot.engine.menus.sweep import next_audience_sweep, swept_audiences
from bot.engine.times.bounds import When
from bot.model.brake import OFF, Brake
from bot.model.clock import PatientClock
from bot.model.decision import SmsCredit
from bot.model.event import SWEEP, News
from bot.runtime.bulk import OwnerLooks, pages
from bot.services.own_events import STORE_SECONDS, StoreEvents, own_news
from bot.store.contacts.audiences import AudiencePeople
from bot.store.contacts.listed_contacts import ListedContacts

log = logging.getLogger("oaflow.lists")


class ListSweep:
    """Marks contacts with the playbook's lists that name them, in one process, the owner of part 0: at its
    start, when the lists have changed, and 15 s later.

    The marks are on the contacts: after a crash the next process finds them, and does the rest.
    """

    def __init__(
        self,
        playbook: Callable[[], Playbook],
        contacts: ListedContacts,
        owns: Callable[[int], bool],
        clock: PatientClock,
    ) -> None:
        self._playbook = playbook
        self._contacts = contacts
        self._clock = clock
        self._looks = OwnerLooks(self._keys, owns, clock)
        self.changed = 0
        """How often a look has found people who were not known by their list, or by one that is gone."""

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is to be done just now, as far as this process knows."""
        return self._looks.is_at_rest

    async def run(self) -> None:
        """Look again and again, for ever."""
        await self._looks.run(self.look)

    def _keys(self) -> Sequence[str]:
        return tuple(one.key for one in self._playbook().lists)

    async def look(self) -> None:
        """Mark the contacts of each list, and remove marks of lists that are gone. Raises
        `DatabaseUnavailable`."""
        playbook, keys, now = self._playbook(), self._keys(), self._clock.now()
        new = 0
        for one in playbook.lists:
            new += await self._contacts.mark(one, tuple(playbook.channels))
        gone = await self._contacts.forget_others(keys)
        self._looks.times.scanned(keys, now, None)
        if new or gone:
            self.changed += 1
            log.info("lists of people: %d are on one that is new, %d were on one that is gone", new, gone)


@dataclass(eq=False, repr=False)
class AudienceSweep:
    """Gives an event to people who have come into an audience or left it by the passing of time, in one
    process, the owner of part 0: at its start, and when time may have changed an audience.

    On a channel that the brake stops, nobody is moved until it goes on.
    """

    _playbook: Callable[[], Playbook]
    _people: AudiencePeople
    _credit: Callable[[str], SmsCredit]
    """The SMS credit on a channel, which conditions may use."""
    _hear: StoreEvents
    """Stores events of ours."""
    _owns: Callable[[int], bool]
    _clock: PatientClock
    _lists: Callable[[], int] = lambda: 0
    """A number that changes when the lists of people have changed."""
    _brake: Callable[[], Brake] = lambda: OFF
    _looks: OwnerLooks = field(init=False)

    def __post_init__(self) -> None:
        self._looks = OwnerLooks(
            self._seen, self._owns, self._clock, wanted=lambda: bool(swept_audiences(self._playbook()))
        )

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is to be swept just now, as far as this process knows."""
        return self._looks.is_at_rest

    async def run(self) -> None:
        """Look again and again, for ever."""
        await self._looks.run(self.look)

    def _seen(self) -> tuple[str, int, tuple[str, ...]]:
        """The values that decide audiences besides time: when one changes, all people are checked again."""
        playbook = self._playbook()
        return playbook.version, self._lists(), self._going(playbook)

    def _going(self, playbook: Playbook) -> tuple[str, ...]:
        """The channels that are not stopped."""
        brake = self._brake()
        return tuple(channel for channel in playbook.channels if not brake.holds(channel))

    async def look(self) -> None:
        """Give an event to each person who was moved; the turn then compares audiences by itself.

        Raises `DatabaseUnavailable`.
        """
        playbook, now, seen = self._playbook(), self._clock.now(), self._seen()
        for channel in seen[-1]:
            for audience, condition in swept_audiences(playbook).items():
                await self._append_moves(playbook.zone, channel, audience, condition, now)
        self._looks.times.scanned(seen, now, next_audience_sweep(playbook, now))

    async def _append_moves(
        self, zone: ZoneInfo, channel: str, audience: str, condition: Condition, now: datetime
    ) -> None:
        find = partial(
            self._people.changed, channel, audience, condition, When(now, zone), self._credit(channel)
        )
        news, cause = News(SWEEP, audience), now.isoformat()
        async for people in pages(find, str):
            moved = [own_news(one, channel, news, cause, now) for one in people]
            await self._hear(moved, STORE_SECONDS)

"""Who has come into an audience or left it as time has passed: told by an event of ours (semantics 24)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.menus.next_sweep import next_audience_sweep, swept_audiences
from bot.engine.times.bounds import When
from bot.model.brake import OFF, Brake
from bot.model.clock import PatientClock
from bot.model.decision import SmsCredit
from bot.model.event import SWEEP, Event, News, Source
from bot.model.inbox import Received
from bot.runtime.menus.menu_sweep import STORE_SECONDS, Hear
from bot.runtime.own_events import own_event
from bot.runtime.sweep_times import LOOK, SweepTimes
from bot.store.contacts.audience_people import AudiencePeople
from bot.store.unavailable import DatabaseUnavailable

_IDS = uuid.UUID("6f61666c-6f77-4153-8165-657000000001")


class AudienceSweep:
    """One process does it, the owner of part 0: at its start, and when time may have changed an audience."""

    def __init__(
        self,
        playbook: Callable[[], Playbook],
        people: AudiencePeople,
        credit: Callable[[str], SmsCredit],
        hear: Hear,
        owns: Callable[[int], bool],
        clock: PatientClock,
        lists: Callable[[], int] = lambda: 0,
        brake: Callable[[], Brake] = lambda: OFF,
    ) -> None:
        """`credit(channel)` is what conditions ask of the SMS; `hear` stores events of ours.

        `lists()` is another number when people are known by other lists. On a channel that `brake()` stops,
        time moves nobody until it goes on.
        """
        self._playbook = playbook
        self._people = people
        self._credit = credit
        self._hear = hear
        self._owns = owns
        self._clock = clock
        self._lists = lists
        self._brake = brake
        self._times = SweepTimes()

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is to be swept just now, as far as this process knows."""
        return not (self._owns(0) and self._is_due())

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            if not self._owns(0):
                self._times = SweepTimes()  # whoever was the owner meanwhile has seen other things
            elif self._is_due():
                await self._try()
            await self._clock.wait(LOOK)

    async def _try(self) -> None:
        with suppress(DatabaseUnavailable):  # the next look is soon
            await self.look()

    def _is_due(self) -> bool:
        playbook = self._playbook()
        seen = (playbook.version, self._lists(), self._going(playbook))
        return bool(swept_audiences(playbook)) and self._times.are_due(seen, self._clock.now())

    def _going(self, playbook: Playbook) -> tuple[str, ...]:
        """The channels that are not stopped."""
        brake = self._brake()
        return tuple(channel for channel in playbook.channels if not brake.holds(channel))

    async def look(self) -> None:
        """Tell each whom time has moved; the turn then finds out by itself, as always."""
        playbook, now, lists = self._playbook(), self._clock.now(), self._lists()
        when = When(now, playbook.zone)
        going = self._going(playbook)
        for channel in going:
            for audience, condition in swept_audiences(playbook).items():
                after, credit = "", self._credit(channel)
                while people := await self._people.changed(channel, audience, condition, when, credit, after):
                    await self._hear([_moved(one, channel, audience, now) for one in people], STORE_SECONDS)
                    after = people[-1]
        self._times.looked((playbook.version, lists, going), now, next_audience_sweep(playbook, now))


def _moved(contact: str, channel: str, audience: str, now: datetime) -> Received:
    identity = f"{channel}:{uuid.uuid5(_IDS, f'{contact} {audience} {now.isoformat()}').hex}"
    return own_event(contact, Event(identity, channel, Source("none", ""), now, News(SWEEP, audience)))

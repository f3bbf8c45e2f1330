"""Has people leave flows that are stopped, also people who write nothing any more (language, 8.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.engine.compiled.playbook import Playbook
from bot.engine.flows.push_gate import is_stopped
from bot.model.clock import PatientClock
from bot.model.event import News
from bot.model.inbox import Received
from bot.runtime.bulk import enqueue_and_wait, keep_looking
from bot.services.own_events import StoreEvents, own_news
from bot.store.contacts.flow_occupancy import StandingPeople

LOOK = 15.0
"""Seconds between two looks; a flow may also be stopped by its own `active: {until}`."""
PAGE = 500
"""People who get events at a time."""


@dataclass(eq=False, repr=False)
class StoppedFlows:
    """Gives each person in a stopped flow an event of ours, whose turn leaves it. Each process does its own
    parts.

    Twice counts once: the event's id is made of the person, the playbook and what is stopped. So a flow that
    nobody is in any more can be taken out of the playbook.

    `knows(event)`: whether it still waits for its turn.
    """

    _playbook: Callable[[], Playbook]
    _people: StandingPeople
    _parts: Callable[[], Sequence[int]]
    _hear: StoreEvents
    _knows: Callable[[str], bool]
    _clock: PatientClock

    async def run(self) -> None:
        """Look again and again."""
        await keep_looking(self.empty, self._clock, LOOK)

    async def empty(self) -> None:
        """Have everybody leave who is in a stopped flow, a page at a time."""
        notified: set[str] = set()
        while stopped := self._stopped():
            found = await self._people.in_any_of(stopped, self._parts(), PAGE + len(notified))
            people = {contact: channel for contact, channel in found.items() if contact not in notified}
            if not people:
                return
            notified.update(people)
            events = [self._event(*one, stopped) for one in people.items()]
            await enqueue_and_wait(events, self._hear, self._is_through, self._clock)

    def _stopped(self) -> list[str]:
        playbook = self._playbook()
        if not playbook.stopping:
            return []
        now = self._clock.now()
        return [name for name, flow in playbook.flows.items() if is_stopped(flow, now)]

    def _event(self, contact: str, channel: str, stopped: Sequence[str]) -> Received:
        cause = f"{self._playbook().version} {' '.join(stopped)}"
        return own_news(contact, channel, News("stopped", ""), cause, self._clock.now())

    def _is_through(self, received: Received) -> bool:
        return not self._knows(received.entry.id)

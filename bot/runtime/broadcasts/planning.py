"""The times of broadcasts, stored before they come: so one that comes while nothing runs is found.

By the owner of part 0, with each look; where nothing has changed it costs nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from bot.engine.broadcasts.schedule import PlannedTime, plan_of
from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import LAST
from bot.model.broadcast import Sending
from bot.model.clock import PatientClock
from bot.store.broadcasts.sendings import Sendings, sending_id

log = logging.getLogger("oaflow.broadcasts")


class Planning:
    """Keeps what is planned as the playbook says. Raises `DatabaseUnavailable`: the next look goes on."""

    def __init__(self, sendings: Sendings, clock: PatientClock) -> None:
        self._sendings = sendings
        self._clock = clock
        self._seen: tuple[Playbook, frozenset[str]] | None = None
        self._until = LAST
        self._refused = set[str]()
        """What was not planned, because it is there: it was sent, cancelled or missed."""

    def is_done(self, playbook: Playbook, now: datetime) -> bool:
        """Whether nothing is to be planned just now, as far as was known at the last look."""
        return self._seen is not None and self._seen[0] is playbook and now < self._until

    def is_over(self, broadcast: str, moment: datetime) -> bool:
        """Whether it does not go out at this moment any more, as far as was known at the last look."""
        return sending_id(broadcast, moment) in self._refused

    async def plan(self, found: Sequence[Sending], playbook: Playbook) -> bool:
        """Plan what comes next; `found` is all that is not over. Whether anything is another now."""
        planned = [one for one in found if one.state == "planned" and not one.by]
        now, names = self._clock.now(), frozenset(one.id for one in planned)
        seen = self._seen
        if seen is not None and seen[0] is playbook and seen[1] == names and now < self._until:
            return False
        plan = plan_of(playbook, planned, now)
        for sending in plan.forget:
            if await self._sendings.forget(sending.id):
                self._refused.discard(sending.id)
                log.info('broadcast "%s" does not go out at %s any more', sending.broadcast, sending.moment)
        added = [one for one in plan.add if await self._add(one, now)]
        there = names.difference(one.id for one in plan.forget)
        self._seen = playbook, there.union(sending_id(one.broadcast.name, one.moment) for one in added)
        moments = (*(one.moment for one in planned), *(one.moment for one in plan.add))
        self._until = min((moment for moment in moments if moment > now), default=LAST)
        return bool(plan.forget or added)

    async def _add(self, time: PlannedTime, now: datetime) -> bool:
        broadcast, moment = time.broadcast, time.moment
        name = sending_id(broadcast.name, moment)
        if name in self._refused:
            return False
        is_new = await self._sendings.one(name) is None  # else it was called off: whoever did that said so
        if is_new and broadcast.at is not None and await self._went_out(broadcast.name):
            log.warning('broadcast "%s" was sent already: another sending needs another name', broadcast.name)
            self._refused.add(name)
            return False
        sending = Sending(name, broadcast.name, broadcast.channel, moment, now, paused=time.paused)
        added = await self._sendings.add(sending)
        if added:
            log.info('broadcast "%s" goes out at %s', broadcast.name, moment)
        else:
            self._refused.add(name)
        return added

    async def _went_out(self, broadcast: str) -> bool:
        """Whether it has gone out at its own time or instead of it, or is about to."""
        found = await self._sendings.all(broadcast)
        return any(one.may_have_reached and one.for_own_time for one in found)

"""A list of people (CSV) was read anew: everybody on it is known by it, nobody by the one before."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import PatientClock
from bot.runtime.mass.looking import OwnerLooks
from bot.store.contacts.listed_contacts import ListedContacts

log = logging.getLogger("oaflow.lists")


class ListSweep:
    """One process does it, the owner of part 0: at its start, when the lists are others, and 15 s later.

    What it has done stands on the contacts: whoever goes on after a crash finds it, and does the rest.
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
        """Have everybody known by the lists of this playbook."""
        playbook, keys, now = self._playbook(), self._keys(), self._clock.now()
        new = 0
        for one in playbook.lists:
            new += await self._contacts.mark(one, tuple(playbook.channels))
        gone = await self._contacts.forget_others(keys)
        self._looks.times.looked(keys, now, None)
        if new or gone:
            self.changed += 1
            log.info("lists of people: %d are on one that is new, %d were on one that is gone", new, gone)

"""Stores events that arrived in the inbox, then the turns that were decided meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence, Set

from bot.model.inbox import InboxEntry
from bot.model.stored import TurnWrite
from bot.store.contacts.contacts import Contacts
from bot.store.database.bulk_operations import SameTermWrite
from bot.store.database.mongo import Database
from bot.store.events.inbox import Inbox
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.store")

UNWRITABLE = "a turn that was taken ahead cannot be written"
"""A log message."""

FEW = 4
"""Events up to which one write has priority over bulk work, and uses `SameTermWrite`, which is faster.

Where more come at once, how many there are counts: what is stored sooner is stored with fewer others.
"""


class InboxCommit:
    """First the inbox, then the turns, each only if every event in it was new; or turns that carry theirs."""

    def __init__(self, database: Database, inbox: Inbox, contacts: Contacts) -> None:
        self._database = database
        self._inbox = inbox
        self._contacts = contacts

    async def known(self, ids: Collection[str]) -> set[str]:
        """Those of these entries that are there for good: see `Inbox.known`."""
        return await self._inbox.known(ids)

    async def store(
        self,
        entries: Sequence[InboxEntry],
        foreign: Set[str],
        turns: Sequence[TurnWrite],
        are_young: Callable[[], bool] = lambda: True,
    ) -> tuple[set[str], set[str]]:
        """Make the entries durable, then write the turns, if they `are_young` enough by then.

        Where the turns carry their entries, all of them, that is one write: `_carried`.

        Returns the ids of entries that were known already, and those of contacts whose turn was not written,
        or not surely: somebody was faster, one of its events was known, it was too old, or one of these
        turns cannot be written at all. Raises `DatabaseUnavailable`; then either may have been written all
        the same.
        """

        if turns and turns[0].carried:
            with self._database.first():
                return await self._carried(entries, turns, are_young)
        if len(entries) > FEW:
            return await self._stored(entries, foreign, turns, are_young, None)
        with self._database.first():
            same_term = SameTermWrite.of(self._database) if turns else None
            return await self._stored(entries, foreign, turns, are_young, same_term)

    async def store_bulk(self, entries: Sequence[InboxEntry]) -> None:
        """Make events of work on many people durable, and wake the owners of these, who take their turns
        after all that somebody waits for. Raises `DatabaseUnavailable`."""
        await self._inbox.store(entries, {entry.id for entry in entries}, bulk=True)
        await self.wake_owners(entries)

    async def wake_owners(self, entries: Sequence[InboxEntry]) -> None:
        """Have the processes that own these contacts read what was stored for them.

        Raises `DatabaseUnavailable`. An owner may have dropped an event of an erased person, or handled it,
        by then: the stub that waking it has made is removed.
        """
        made = await self._contacts.poke([(entry.contact, entry.id) for entry in entries])
        anew = {entry.id: entry.contact for entry in entries if entry.contact in made}
        if not anew:
            return
        over = anew.keys() - await self._inbox.known(anew) | await self._inbox.known_done(anew)
        for event in over:
            await self._contacts.delete_if_empty(anew[event], [event])

    async def _carried(
        self, entries: Sequence[InboxEntry], turns: Sequence[TurnWrite], are_young: Callable[[], bool]
    ) -> tuple[set[str], set[str]]:
        """Write the turns, and what is in them with them; what of it was not written goes into the inbox."""
        refused = {turn.after.id for turn in turns}
        if are_young():
            try:
                refused = await self._contacts.save_now(turns)
            except DatabaseUnavailable:
                raise
            except Exception:  # each by itself, they find out whose it is
                log.warning(UNWRITABLE, exc_info=True)
        left = [entry for entry in entries if entry.contact in refused]
        known = await self._inbox.store(left, frozenset()) if left else set()
        return known, refused

    async def _stored(
        self,
        entries: Sequence[InboxEntry],
        foreign: Set[str],
        turns: Sequence[TurnWrite],
        are_young: Callable[[], bool],
        same_term: SameTermWrite | None,
    ) -> tuple[set[str], set[str]]:
        known = await self._inbox.store(entries, foreign, same_term)
        wanted = [turn for turn in turns if known.isdisjoint(turn.opened)] if known else turns
        refused = {turn.after.id for turn in turns if not known.isdisjoint(turn.opened)} if known else set()
        if wanted and are_young():
            try:
                return known, refused | await self._contacts.save_now(wanted, same_term)
            except DatabaseUnavailable:
                raise
            except Exception:  # each by itself, they find out whose it is
                log.warning(UNWRITABLE, exc_info=True)
        if same_term is not None:
            await same_term.confirm()
        return known, refused | {turn.after.id for turn in wanted}

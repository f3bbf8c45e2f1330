"""Storing what has arrived, then the turns that were decided on it meanwhile."""

from __future__ import annotations

from collections.abc import Sequence, Set

from bot.model.inbox import InboxEntry
from bot.model.stored import TurnWrite
from bot.store.contacts.contacts import Contacts
from bot.store.database.mongo import Database
from bot.store.database.one_log import OneLog
from bot.store.events.inbox import Inbox

FEW = 4
"""Events in one write for which mass work gives way, and the inbox waits for nobody else (`OneLog`).

Where more come at once, how many there are counts: what is stored sooner is stored with fewer others.
"""


class Arrivals:
    """First the inbox, then the turns: a turn is written only if every event in it was new."""

    def __init__(self, database: Database, inbox: Inbox, contacts: Contacts) -> None:
        self._database = database
        self._inbox = inbox
        self._contacts = contacts

    async def store(
        self, entries: Sequence[InboxEntry], foreign: Set[str], turns: Sequence[TurnWrite]
    ) -> tuple[set[str], set[str]]:
        """Make the entries durable, then write the turns.

        Returns the ids of entries that were known already, and those of contacts whose turn was not written:
        somebody was faster, or one of its events was known. Raises `DatabaseUnavailable`; then either may
        have been written all the same.
        """

        if len(entries) > FEW:
            return await self._stored(entries, foreign, turns, None)
        with self._database.first():
            return await self._stored(entries, foreign, turns, OneLog.of(self._database) if turns else None)

    async def _stored(
        self,
        entries: Sequence[InboxEntry],
        foreign: Set[str],
        turns: Sequence[TurnWrite],
        log: OneLog | None,
    ) -> tuple[set[str], set[str]]:
        known = await self._inbox.store(entries, foreign, log)
        wanted = [turn for turn in turns if known.isdisjoint(turn.opened)] if known else turns
        refused = {turn.after.id for turn in turns if not known.isdisjoint(turn.opened)} if known else set()
        if wanted:
            return known, refused | await self._contacts.save_now(wanted, log)
        if log is not None:
            await log.confirm()
        return known, refused

"""Checks that events which were read are durable: a failover of MongoDB may roll back what only its primary
had."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Set
from typing import TypeAlias

from bot.model.translatable import tr
from bot.runtime.ports import ContactStore, InboxStore
from bot.store.unavailable import DatabaseUnavailable

_Ask: TypeAlias = Callable[[Collection[str]], Awaitable[Set[str]]]
"""Those of these event ids of which a query holds durably."""


class DurabilityCheck:
    """Checks of ids. Raises `DatabaseUnavailable` where one may be rolled back: then it is read again."""

    def __init__(self, inbox: InboxStore, contacts: ContactStore) -> None:
        self._inbox = inbox
        self._contacts = contacts

    async def stored(self, contact: str, events: Collection[str]) -> None:
        """Return if these are stored for good: in the inbox, or on the contact that carries them."""
        await self._are(contact, events, self._inbox.known)

    async def decided(self, contact: str, events: Collection[str]) -> None:
        """Return if these are decided for good: done in the inbox, or on the contact that carries them."""
        await self._are(contact, events, self._inbox.known_done)

    async def _are(self, contact: str, events: Collection[str], ask: _Ask) -> None:
        left = set(events)
        for _ in range(2):  # what a journal takes off the contact meanwhile is in the inbox by then
            left -= await ask(left)
            if not left or await self._contacts.carries_for_good(contact, sorted(left)):
                return
        raise DatabaseUnavailable(tr("the write was not acknowledged"))

"""Who waits for a page to change: requests that are held, woken by turns here and by news from elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.model.contact import Contact
from bot.model.stored import Stored


@dataclass(slots=True, eq=False)
class Waiter:
    """One held request. `contact` is the person as last heard of; `None`: to be read.

    `decided` are events of this person whose turns are known to be taken, `follows` whom it waits for.
    """

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    contact: Contact | None = None
    decided: set[str] = field(default_factory=set)
    follows: set[str] = field(default_factory=set)

    def wake(self, contact: Contact | None, decided: Iterable[str] = ()) -> None:
        self.contact = contact
        self.decided.update(decided)
        self.woken.set()

    def take(self) -> Contact | None:
        """What it was woken with; from now on it sleeps again."""
        self.woken.clear()
        contact, self.contact = self.contact, None
        return contact


class LongPolls:
    """The held requests, by the contacts that they wait for."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[Waiter]] = {}
        self._came = asyncio.Event()

    @contextmanager
    def waiting(self) -> Iterator[Waiter]:
        """A request waits within the block, for whom it is told to `follow`."""
        waiter = Waiter()
        try:
            yield waiter
        finally:
            for contact in waiter.follows:
                others = self._waiting[contact]
                others.discard(waiter)
                if not others:
                    del self._waiting[contact]

    def follow(self, waiter: Waiter, contact: str) -> None:
        """From now on it is woken by this contact, too."""
        waiter.follows.add(contact)
        self._waiting.setdefault(contact, set()).add(waiter)
        self._came.set()

    def on_turn_written(self, contact: Contact, decided: Sequence[str]) -> None:
        """A turn of this process has written this contact, and decided these events."""
        for waiter in self._waiting.get(contact.id, ()):
            waiter.wake(contact, decided)

    def changed(self, contact: str) -> None:
        """Another process has written it, or may have: it is read again."""
        for waiter in self._waiting.get(contact, ()):
            waiter.wake(None)

    def found(self, stored: Mapping[str, Stored]) -> None:
        """This was read, a moment ago: who has been woken since knows better."""
        for contact, one in stored.items():
            for waiter in self._waiting.get(contact, ()):
                if not waiter.woken.is_set():
                    waiter.wake(one.contact if one.to is None else None, one.open)

    def count(self, contact: str) -> int:
        """How many requests wait for this contact."""
        return len(self._waiting.get(contact, ()))

    def contacts(self, those: Callable[[str], bool] = lambda contact: True) -> list[str]:
        """Whom somebody waits for, of those."""
        return list(filter(those, self._waiting))

    async def wanted(self, those: Callable[[str], bool] = lambda contact: True) -> None:
        """Return as soon as somebody waits for one of those contacts."""
        while not self.contacts(those):
            self._came.clear()
            await self._came.wait()

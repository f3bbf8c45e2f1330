"""Notifies the consoles at this process which chats have changed, whichever process has changed them: ids
only, no text (E3)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Protocol

from bot.model.clock import PatientClock
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.chat_feed")

EVERYTHING = "*"
"""In place of an id: changes may have been missed, so all that is shown is to be read anew."""
TOGETHER = 0.1
"""Seconds for which changes are collected, so that many of them wake each console once."""
AGAIN = 1.0
"""Seconds before the change stream is opened again."""


class ChatStream(Protocol):
    """The part of `bot.store.events.chat_changes.ChatChanges` that is used here."""

    def listen(self) -> AsyncGenerator[str | None, None]:
        """The id of each changed chat or contact; `None` first, once no change is missed any more."""
        ...


class ChatSubscription:
    """The changes that one console has not got yet."""

    def __init__(self) -> None:
        self._changed: set[str] = set()
        self._event = asyncio.Event()

    def add(self, changed: set[str]) -> None:
        """Add the ids of changed chats, or of the contacts that they belong to."""
        self._changed |= changed
        self._event.set()

    async def next(self) -> frozenset[str]:
        """The ids of what has changed since the last time, as soon as something has."""
        await self._event.wait()
        changed, self._changed = frozenset(self._changed), set()
        self._event.clear()
        return changed


class ChatFeed:
    """One change stream for all consoles of this process, open as long as there is one."""

    def __init__(self, changes: ChatStream, clock: PatientClock) -> None:
        self._changes = changes
        self._clock = clock
        self._subscribers: set[ChatSubscription] = set()
        self._listening: asyncio.Task[None] | None = None
        self._changed: set[str] = set()
        self._telling: asyncio.TimerHandle | None = None

    @contextmanager
    def subscribed(self) -> Iterator[ChatSubscription]:
        """A subscription to changes from about now on; it gets `EVERYTHING` once the stream is open, from
        when on none is missed."""
        mine = ChatSubscription()
        self._subscribers.add(mine)
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        else:
            mine.add({EVERYTHING})
        try:
            yield mine
        finally:
            self._subscribers.discard(mine)
            if not self._subscribers:
                self._end()

    @property
    def consoles(self) -> int:
        """How many consoles are subscribed."""
        return len(self._subscribers)

    def _end(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        self._changed = set()

    async def _listen(self) -> None:
        while True:
            try:
                async with aclosing(self._changes.listen()) as stream:
                    async for chat in stream:
                        self._hear(EVERYTHING if chat is None else chat)
            except DatabaseUnavailable:
                log.warning("consoles do not hear of changes in chats: the database is away")
            await self._clock.wait(AGAIN)

    def _hear(self, chat: str) -> None:
        self._changed.add(chat)
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(TOGETHER, self._tell)

    def _tell(self) -> None:
        self._telling = None
        changed, self._changed = self._changed, set()
        for one in self._subscribers:
            one.add(changed)

"""Storing what LINE delivers, before LINE hears 200: concurrent webhooks share one write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.model.entry import Received
from bot.runtime.lanes import Lanes
from bot.runtime.metrics import Metrics
from bot.runtime.ports import ContactStore, InboxStore

FLUSH = 1_000
"""Events in one write at most."""


class Receiver:
    """Group commit: a write begins when the last one has ended, with all that came meanwhile."""

    def __init__(
        self,
        inbox: InboxStore,
        contacts: ContactStore,
        lanes: Lanes,
        owns: Callable[[int], bool],
        metrics: Metrics,
        on_failure: Callable[[], None],
    ) -> None:
        """`on_failure` is told when a write failed, for it may have been made all the same."""
        self._inbox = inbox
        self._contacts = contacts
        self._lanes = lanes
        self._owns = owns
        self._metrics = metrics
        self._on_failure = on_failure
        self._waiting: list[Received] = []
        self._done: asyncio.Future[None] | None = None
        self._flusher: asyncio.Task[None] | None = None

    async def store(self, received: Sequence[Received]) -> None:
        """Return when all of these events are durably stored (or were known already).

        Raises `DatabaseUnavailable` when they are not, or not surely.
        """
        if not received:
            return
        if self._done is None:
            self._done = asyncio.get_running_loop().create_future()
        done = self._done
        self._waiting.extend(received)
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush(), name="receive")
        await asyncio.shield(done)

    async def _flush(self) -> None:
        while self._done is not None:
            batch, done = self._waiting, self._done
            self._waiting, self._done = [], None
            try:
                for start in range(0, len(batch), FLUSH):
                    await self._write(batch[start : start + FLUSH])
            except Exception as error:
                self._on_failure()
                done.set_exception(error)
                done.exception()  # whoever waited has timed out, or hears of it by the future
            else:
                done.set_result(None)

    async def _write(self, batch: Sequence[Received]) -> None:
        # what a lane knows is stored already: LINE has delivered it again
        fresh = {item.entry.id: item for item in batch if not self._lanes.knows(item.entry.id)}
        self._lanes.expect(fresh)
        try:
            new = await self._insert(fresh) if fresh else []
        except BaseException:
            self._lanes.forget(fresh)
            raise
        self._lanes.put(new)
        self._metrics.events.inc(len(new))
        self._metrics.known.inc(len(batch) - len(new))

    async def _insert(self, fresh: dict[str, Received]) -> list[Received]:
        """Store these events; those of them that are new and whose turns are ours to take."""
        foreign = {key for key, item in fresh.items() if not self._owns(item.entry.part)}
        known = await self._inbox.store([item.entry for item in fresh.values()], foreign)
        # a lease may have ended while we wrote: then the new owner must be told as well
        others = [i for k, i in fresh.items() if k in foreign or not self._owns(i.entry.part)]
        if others:
            await self._contacts.poke([(i.entry.contact, i.entry.id) for i in others])
        ours = [i for i in fresh.values() if i not in others]
        self._lanes.forget([i.entry.id for i in others] + list(known))
        for item in fresh.values():
            # known, but perhaps never handed on; or ours since a moment ago
            if (item.entry.id in known or item in others) and self._owns(item.entry.part):
                self._lanes.reread(item.entry.contact, item.entry.part)
        return [item for item in ours if item.entry.id not in known]

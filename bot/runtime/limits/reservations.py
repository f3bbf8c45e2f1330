"""Reserving for many calls at once: who comes while one question is under way goes into the next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

from bot.model.clock import PatientClock
from bot.store.counters.totals import Totals
from bot.store.unavailable import DatabaseUnavailable

AGAIN = 0.5
"""Seconds between two tries while the database is away."""

Reserved: TypeAlias = tuple[int, frozenset[str]]
"""A journey's total, and the pushes that are counted in it."""

_Question: TypeAlias = tuple[str, int]
"""A journey, and its cap, which a channel may have of its own."""


class Reservations:
    """One question at a time for each journey: thousands of calls at once cost a few operations."""

    def __init__(self, totals: Totals, clock: PatientClock) -> None:
        self._totals = totals
        self._clock = clock
        self._waiting: dict[_Question, list[tuple[Sequence[str], asyncio.Future[Reserved]]]] = {}
        self._asking: dict[_Question, asyncio.Task[None]] = {}

    async def reserve(self, flow: str, pushes: Sequence[str], most: int) -> Reserved:
        """Count these pushes, as far as they fit. It waits for the database as long as it must."""
        done: asyncio.Future[Reserved] = asyncio.get_running_loop().create_future()
        question = (flow, most)
        self._waiting.setdefault(question, []).append((pushes, done))
        if question not in self._asking:
            self._asking[question] = asyncio.create_task(self._ask(question), name="reserve")
        return await done

    async def _ask(self, question: _Question) -> None:
        try:
            while waiting := self._waiting.pop(question, []):
                pushes = dict.fromkeys(one for some, _ in waiting for one in some)
                try:
                    reserved = await self._reserved(question, list(pushes))
                except Exception as error:  # whatever it is, it is told to all who wait
                    for _, done in waiting:
                        if not done.done():
                            done.set_exception(error)
                else:
                    for _, done in waiting:
                        if not done.done():  # whoever was cancelled has its pushes counted all the same
                            done.set_result(reserved)
        finally:
            del self._asking[question]

    async def _reserved(self, question: _Question, pushes: list[str]) -> Reserved:
        flow, most = question
        while True:
            try:
                return await self._totals.reserve(flow, pushes, most)
            except DatabaseUnavailable:
                await self._clock.wait(AGAIN)

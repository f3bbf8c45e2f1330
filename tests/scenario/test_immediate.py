"""What is asked of services over memory comes back without an event loop."""

from __future__ import annotations

import asyncio

import pytest

from bot.scenario.context import NotImmediate, immediate
from bot.services.locks import NamedLocks


async def test_a_service_that_waits_for_nobody_needs_no_loop() -> None:
    locks = NamedLocks()

    async def work() -> str:
        async with locks.of("a"):
            return "done"

    assert immediate(work()) == "done"
    assert locks.is_empty


async def test_one_that_waits_is_refused() -> None:
    with pytest.raises(NotImmediate):
        immediate(asyncio.sleep(1))

"""Several things at once: all have ended when what one of them has failed with is raised."""

from __future__ import annotations

import asyncio
import gc
from contextlib import suppress

import pytest

from bot.runtime.turn_taking.draft_reading import together

pytestmark = pytest.mark.both_ways


async def test_results_come_in_order() -> None:
    gate = asyncio.Event()

    async def last() -> int:
        await gate.wait()
        return 1

    async def first() -> int:
        gate.set()
        return 2

    assert await together([last(), first()]) == [1, 2]


async def test_a_failure_waits_for_the_others() -> None:
    ended: list[str] = []
    gate = asyncio.Event()

    async def fails() -> None:
        gate.set()
        raise LookupError

    async def goes_on() -> None:
        await gate.wait()
        await asyncio.sleep(0)
        ended.append("goes on")

    with pytest.raises(LookupError):
        await together([fails(), goes_on()])
    assert ended == ["goes on"]


async def test_who_is_cancelled_leaves_nothing_behind() -> None:
    begun, ended = asyncio.Event(), list[str]()

    async def hangs() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("hangs")

    task = asyncio.ensure_future(together([hangs()]))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["hangs"]


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize("ended_by", ["who waits", "somebody else"])
async def test_what_fails_as_all_ends_is_no_complaint_in_the_log(ended_by: str) -> None:
    begun, complaints = asyncio.Event(), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, complaint: complaints.append(complaint))

    async def is_ended() -> None:
        begun.set()
        if ended_by == "somebody else":
            raise asyncio.CancelledError
        await asyncio.Event().wait()

    async def fails() -> None:
        try:
            await is_ended()
        finally:
            raise LookupError

    task = asyncio.ensure_future(together([is_ended(), fails()]))
    await begun.wait()
    if ended_by == "who waits":
        task.cancel()
    with suppress(asyncio.CancelledError):  # who keeps the error keeps the tasks
        await task
    assert task.cancelled()
    del task
    await asyncio.sleep(0)  # until then the loop has it at hand
    gc.collect()
    assert complaints == []

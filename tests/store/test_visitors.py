"""Threads for visits: what they give and raise, how many there are, and whom nobody waits for any more."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.store.database.visitors import Visitors


async def test_what_a_visit_gives_and_what_it_raises() -> None:
    visitors = Visitors(2, "visiting")
    assert await visitors.visit(lambda: threading.current_thread().name) != threading.current_thread().name
    with pytest.raises(ZeroDivisionError):
        await visitors.visit(lambda: 1 // 0)
    assert await visitors.visit(lambda: 7) == 7  # it was not the thread's end
    visitors.close()
    with pytest.raises(RuntimeError):  # nobody would ever come
        await visitors.visit(lambda: 7)


async def test_no_more_are_under_way_than_there_are_threads() -> None:
    visitors, begun, go_on = Visitors(2, "visiting"), threading.Semaphore(0), threading.Event()

    def wait() -> int:
        begun.release()
        go_on.wait()
        return threading.get_ident()

    visits = [asyncio.create_task(visitors.visit(wait)) for _ in range(5)]
    for _ in range(2):
        assert await asyncio.to_thread(begun.acquire, timeout=90)
    assert not begun.acquire(blocking=False)
    go_on.set()
    assert len(set(await asyncio.gather(*visits))) <= 2
    visitors.close()


async def test_who_waits_no_longer_does_no_harm() -> None:
    visitors, go_on = Visitors(1, "visiting"), threading.Event()
    visit = asyncio.create_task(visitors.visit(go_on.wait))
    await asyncio.sleep(0)
    visit.cancel()
    await asyncio.wait([visit])
    assert visit.cancelled()
    go_on.set()
    assert await visitors.visit(lambda: 7) == 7
    visitors.close()


def test_a_loop_that_has_ended_meanwhile_does_not_end_the_thread() -> None:
    visitors, go_on = Visitors(1, "visiting"), threading.Event()

    async def leaves() -> None:
        visit = asyncio.create_task(visitors.visit(go_on.wait))
        await asyncio.sleep(0)
        visit.cancel()

    asyncio.run(leaves())
    go_on.set()

    async def comes() -> int:
        return await visitors.visit(lambda: 7)

    assert asyncio.run(comes()) == 7
    visitors.close()

"""L8: who reads a large playbook while people are served waits for a turn, and never for ever."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from bot.app.stored_playbooks import ReadingTurns


def turns(under: Path, side_by_side: int = 1, patience: float = 60.0) -> ReadingTurns:
    """Those of one process."""
    return ReadingTurns(under, side_by_side=side_by_side, patience=patience)


async def test_so_many_read_and_the_next_comes_when_one_is_through(tmp_path: Path) -> None:
    entered = asyncio.Event()

    async def third() -> None:
        async with turns(tmp_path / "new", 2).mine():
            entered.set()

    async with AsyncExitStack() as first, turns(tmp_path / "new", 2).mine():
        await first.enter_async_context(turns(tmp_path / "new", 2).mine())
        waits = asyncio.create_task(third())
        await asyncio.sleep(0)
        assert not entered.is_set()
        await first.aclose()
        await waits
    assert entered.is_set()


async def test_nobody_waits_who_is_in_a_hurry_or_has_waited_long_enough(tmp_path: Path) -> None:
    async with turns(tmp_path).mine():
        async with turns(tmp_path).mine(lambda: False):
            pass
        async with turns(tmp_path, patience=0).mine():
            pass


async def test_a_turn_that_was_not_had_is_not_given_back(tmp_path: Path) -> None:
    async with turns(tmp_path).mine():
        async with turns(tmp_path).mine(lambda: False):
            pass
        looks = iter([True, True, False])
        async with turns(tmp_path).mine(lambda: next(looks)):
            assert next(looks, None) is None, "it was waited for"


async def test_where_no_lock_can_be_had_it_is_read_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with turns(tmp_path / "file" / "below").mine():
        pass

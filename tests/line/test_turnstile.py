"""So many calls go side by side, and who waits is let in in turn (F1)."""

from __future__ import annotations

import asyncio

import pytest

from bot.line.turnstile import Turnstile

LONG = 3600.0


async def _let_in(turnstile: Turnstile, name: str, order: list[str], seconds: float = LONG) -> bool:
    inside = await turnstile.entered(seconds)
    if inside:
        order.append(name)
    return inside


async def _waiting(turnstile: Turnstile, names: str, order: list[str]) -> list[asyncio.Task[bool]]:
    tasks = [asyncio.create_task(_let_in(turnstile, name, order)) for name in names]
    await asyncio.sleep(0)
    return tasks


async def test_who_comes_first_is_let_in_first_and_nobody_overtakes() -> None:
    turnstile = Turnstile(2)
    order: list[str] = []
    assert turnstile.enter()
    assert turnstile.enter()
    assert not turnstile.enter()
    tasks = await _waiting(turnstile, "abc", order)
    turnstile.leave()
    assert not turnstile.enter()  # that place is a's, who has not run yet
    turnstile.leave()
    await asyncio.gather(*tasks[:2])
    assert order == ["a", "b"]
    turnstile.leave()
    await tasks[2]
    turnstile.leave()
    turnstile.leave()
    assert turnstile.enter()
    assert turnstile.enter()
    assert not turnstile.enter()


async def test_who_has_waited_for_too_long_takes_no_place() -> None:
    turnstile = Turnstile(1)
    order: list[str] = []
    assert turnstile.enter()
    assert not await _let_in(turnstile, "late", order, seconds=0)
    (other,) = await _waiting(turnstile, "b", order)
    turnstile.leave()
    assert await other
    assert order == ["b"]


@pytest.mark.parametrize("let_in", [False, True])
async def test_who_is_cancelled_keeps_no_place(let_in: bool) -> None:
    """Also where it was let in just before, and did not hear of it."""
    turnstile = Turnstile(1)
    order: list[str] = []
    assert turnstile.enter()
    gone, other = await _waiting(turnstile, "ab", order)
    if let_in:
        turnstile.leave()
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    if not let_in:
        turnstile.leave()
    assert await other
    turnstile.leave()
    assert turnstile.enter()
    assert order == ["b"]

"""Slow answers, at random: `.venv/bin/python -m pytest -p tests.slow_answers tests/runtime tests/simulator`.

Of what is handed to threads, which is all that is asked of the database, one in ten begins late, and one in
ten is told late, by up to a third of a second; so are the calls of aiohttp's client, the answers of its
servers, what they stream, and what a test asks of a browser. `SLOW_ANSWERS=0.2/1`: one in five, by up to a
second. Other processes answer as ever.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import random
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from aiohttp import ClientSession, web
from playwright.async_api import Frame, Keyboard, Locator, Mouse, Page

T = TypeVar("T")

_share, _, _most = os.environ.get("SLOW_ANSWERS", "0.1/0.3").partition("/")
_dice = random.SystemRandom()
_submit = ThreadPoolExecutor.submit


def _delay() -> float:
    return _dice.uniform(0, float(_most)) if _dice.random() < float(_share) else 0.0


def _submit_slowly(
    self: ThreadPoolExecutor, work: Callable[..., T], /, *arguments: Any, **named: Any
) -> Future[T]:
    before, after = _delay(), _delay()

    def slowly() -> T:
        time.sleep(before)
        try:
            return work(*arguments, **named)
        finally:
            time.sleep(after)

    return _submit(self, slowly) if before or after else _submit(self, work, *arguments, **named)


def _slowly(does: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def done(*arguments: Any, **named: Any) -> Any:
        await asyncio.sleep(_delay())
        try:
            return await does(*arguments, **named)
        finally:
            await asyncio.sleep(_delay())

    return done


_OF_BROWSERS = (Page, Locator, Frame, Keyboard, Mouse)
_SLOW = [(ClientSession, "_request"), (web.Application, "_handle"), (web.StreamResponse, "write")]
_SLOW += [
    (kind, name)
    for kind in _OF_BROWSERS
    for name, does in vars(kind).items()
    if inspect.iscoroutinefunction(does) and not name.startswith("_")
]


def pytest_configure() -> None:
    """For good: each process that runs tests is slow by itself."""
    patched = pytest.MonkeyPatch()
    patched.setattr(ThreadPoolExecutor, "submit", _submit_slowly)
    for kind, name in _SLOW:
        patched.setattr(kind, name, _slowly(getattr(kind, name)))

"""Threads that visit the database for the event loop: handing over costs half of what an executor's does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

_Errand: TypeAlias = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[[], Any]]


class Visitors:
    """`number` threads, begun when the first of them is needed; who comes first is served first."""

    def __init__(self, number: int, name: str) -> None:
        self._errands: SimpleQueue[_Errand | None] = SimpleQueue()
        self._number = number
        self._name = name
        self._threads: list[threading.Thread] = []
        self._closed = False

    async def visit(self, work: Callable[[], T]) -> T:
        """What `work` gives, or raises, in one of the threads. Who is cancelled waits no longer for it."""
        if self._closed:
            raise RuntimeError("nobody visits a database that was closed")
        if not self._threads:
            self._begin()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._errands.put((loop, done, work))
        return await done

    def close(self) -> None:
        """End the threads when what was begun is done, and wait for nobody."""
        self._closed = True
        for _ in self._threads:
            self._errands.put(None)

    def _begin(self) -> None:
        for number in range(self._number):
            thread = threading.Thread(target=self._serve, name=f"{self._name}_{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self) -> None:
        while (errand := self._errands.get()) is not None:
            loop, done, work = errand
            tell: tuple[Callable[..., None], asyncio.Future[Any], Any]
            try:
                tell = (_came, done, work())
            except BaseException as error:  # whatever it is, it is for who waits
                tell = (_failed, done, error)
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(*tell)
            del errand, done, work, tell  # an idle thread keeps nothing


def _came(done: asyncio.Future[Any], result: object) -> None:
    if not done.done():
        done.set_result(result)


def _failed(done: asyncio.Future[Any], error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)

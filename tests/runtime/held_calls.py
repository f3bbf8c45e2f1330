"""Calls that wait, while a test lets other things happen."""

from __future__ import annotations

import asyncio
from typing import Any


class HeldCall:
    """The calls of this name of an object, from now on: `reached` once one is made, they wait for `go_on`."""

    def __init__(self, of: object, name: str, *, answered: bool) -> None:
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()
        self._made, self._answered = getattr(of, name), answered
        setattr(of, name, self._call)

    async def _call(self, *given: Any, **named: Any) -> Any:
        if self._answered:
            answer = await self._made(*given, **named)
            await self._wait()
            return answer
        await self._wait()
        return await self._made(*given, **named)

    async def _wait(self) -> None:
        self.reached.set()
        await self.go_on.wait()


def held_before(of: object, name: str) -> HeldCall:
    """They are not made before."""
    return HeldCall(of, name, answered=False)


def held_behind(of: object, name: str) -> HeldCall:
    """They are made, and whoever has made them does not hear of it before."""
    return HeldCall(of, name, answered=True)

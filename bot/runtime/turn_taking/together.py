"""Several things at once, of which none goes on when another has failed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


async def together(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """What comes of each, in this order. Raises what the first of them has raised, once all have ended.

    Who is cancelled cancels all of them, and waits for that, too.
    """
    ended = await asyncio.gather(*work, return_exceptions=True)
    came = list[T]()
    for one in ended:
        if isinstance(one, BaseException):
            raise one
        came.append(one)
    return came

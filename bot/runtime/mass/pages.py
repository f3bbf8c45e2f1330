"""Many people, a page at a time, in the order of their contacts' ids."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


async def pages(
    find: Callable[[str], Awaitable[Sequence[T]]], id_of: Callable[[T], str], after: str = ""
) -> AsyncIterator[Sequence[T]]:
    """What `find(id)` finds behind this id, then behind the last one found, until it finds nobody."""
    while found := await find(after):
        after = id_of(found[-1])
        yield found

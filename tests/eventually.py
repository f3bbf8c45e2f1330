"""Waiting for what a page or a server comes to: what is read once may be of a moment ago, or on its way.

What Playwright's `expect` can wait for is left to it. Nothing here says how soon something must be so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # most who wait have no browser
    from playwright.async_api import FloatRect, Frame, Locator, Page

T = TypeVar("T")

PATIENCE = 90
"""Seconds that something may take on a busy machine."""
AGAIN = 0.02
"""Seconds until it is read again."""


async def eventually(
    read: Callable[[], Awaitable[T]], holds: Callable[[T], object], patience: float = PATIENCE
) -> T:
    """What is read once it holds; fails with what was read last, after `patience` seconds."""
    last: list[T] = []
    try:
        async with asyncio.timeout(patience):
            while not holds(found := await read()):
                last[:] = [found]
                await asyncio.sleep(AGAIN)
    except TimeoutError:
        raise AssertionError(f"after {patience} s it is still {last}") from None
    return found


async def comes_to(place: Page | Frame | Locator, script: str, wanted: object) -> None:
    """Return when the script says that there.

    Playwright's `wait_for_function` asks by `eval` from the second time on, which our pages' policy forbids.
    """
    await eventually(lambda: place.evaluate(script), lambda found: found == wanted)


async def frames(page: Page, number: int = 2) -> None:
    """Return when the page has drawn itself so many times."""
    drawn = "async (frames) => { for (let n = 0; n < frames; n++) await new Promise(requestAnimationFrame); }"
    await page.evaluate(drawn, number)


async def settled(page: Page, read: Callable[[], Awaitable[T]]) -> T:
    """What is read twice the same, with frames in between."""
    before = [await read()]

    async def again() -> T:
        await frames(page, 4)
        return await read()

    def same(found: T) -> bool:
        was, before[0] = before[0], found
        return found == was

    return await eventually(again, same)


async def box_of(element: Locator) -> FloatRect:
    """Where it is, once it is there and stays where it is: one that is drawn anew just then has no place."""

    async def box() -> FloatRect | None:
        return await element.bounding_box()

    async def there() -> FloatRect | None:
        return await settled(element.page, box)

    found = await eventually(there, lambda box: box is not None)
    assert found is not None
    return found


async def pasted(page: Page, holds: Callable[[str], object]) -> str:
    """What lies on the clipboard once it holds: a browser puts it there in its own time."""

    async def read() -> str:
        return str(await page.evaluate("navigator.clipboard.readText()"))

    return await eventually(read, holds)

"""What a page costs: how long its main thread works, against a plain page in the same browser.

Milliseconds say more about the machine than about the page: a slow one needs twice as many for both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import CDPSession, Page

FRAMES = 60
"""Frames for which the plain page is scrolled."""

SCROLLED_PLAIN = """async (frames) => {
    for (let n = 0; n < 500; n++) {
        const line = document.createElement("p");
        line.textContent = `${n} 一行字`;
        document.body.append(line);
    }
    const shown = document.scrollingElement;
    shown.scrollTop = shown.scrollHeight;
    for (let n = 0; n < frames; n++) {
        shown.scrollTop -= 200;
        await new Promise(requestAnimationFrame);
    }
}"""


@dataclass
class Work:
    """`frames` is there when the block is over: the work, in frames of a plain page of 500 lines of text."""

    frames: float = 0


@asynccontextmanager
async def measured(page: Page) -> AsyncIterator[Work]:
    """How much the page's main thread works for what is done in the block."""
    work = Work()
    async with _session(page) as session:
        before = await _seconds(session)
        yield work
        seconds = await _seconds(session) - before
    plain = await page.context.new_page()
    await plain.set_viewport_size(page.viewport_size or {"width": 390, "height": 844})
    async with _session(plain) as session:
        before = await _seconds(session)
        await plain.evaluate(SCROLLED_PLAIN, FRAMES)
        frame = (await _seconds(session) - before) / FRAMES
    await plain.close()
    work.frames = seconds / frame


@asynccontextmanager
async def _session(page: Page) -> AsyncIterator[CDPSession]:
    """The clock of the page's main thread, which stands still while it waits.

    https://chromedevtools.github.io/devtools-protocol/tot/Performance/#method-setTimeDomain
    """
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    yield session
    await session.detach()


async def _seconds(session: CDPSession) -> float:
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")

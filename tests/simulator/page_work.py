"""What a page costs: the time for which its main thread works. A busy machine makes that no longer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import CDPSession, Page


@dataclass
class Work:
    """`milliseconds` are there when the block is over."""

    milliseconds: float = 0


@asynccontextmanager
async def measured(page: Page) -> AsyncIterator[Work]:
    """How long the page's main thread works for what is done in the block.

    https://chromedevtools.github.io/devtools-protocol/tot/Performance/#method-setTimeDomain
    """
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    work = Work()
    before = await _seconds(session)
    yield work
    work.milliseconds = (await _seconds(session) - before) * 1000
    await session.detach()


async def _seconds(session: CDPSession) -> float:
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")

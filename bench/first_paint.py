"""`make measure`: how soon a phone on a slow network shows something of each page of the console (K2).

The worked example with `--simulator`, signed in as an administrator; Chromium as a phone of 390 × 844 with
its processor at a quarter, 1.6 Mbit/s down, 750 kbit/s up and 150 ms to each answer (the "slow 4G" of
Lighthouse). Each page is opened with an empty cache, as at the first visit, and then again with what the
first one has left there. First contentful paint, as the browser itself notes it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, StorageState, ViewportSize, async_playwright

from bench.pages import person, simulated
from bot.web.admin.table import ROUTES

LIMIT = 1.0
ROUNDS = 5
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}
"""Milliseconds, and bytes a second: https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md"""
CPU = 4
PHONE: ViewportSize = {"width": 390, "height": 844}
FRIENDS = 30
PAINTED = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (one.name === "first-contentful-paint") done(one.startTime);
  }).observe({ type: "paint", buffered: true });
})"""
LOADED = """() => performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
  .reduce((sum, one) => sum + one.transferSize, 0)"""


@dataclass(frozen=True, slots=True)
class Painted:
    """Of one page: seconds until something is shown, and bytes that were loaded, at each first and each
    further visit."""

    path: str
    first: Sequence[float]
    further: Sequence[float]
    loaded: int

    @property
    def is_well(self) -> bool:
        """Whether the middle one is soon enough."""
        return statistics.median(self.first) < LIMIT


async def measured(rounds: int = ROUNDS, *, packed: bool = True) -> bool:
    """Print the table; whether each page is painted in time."""
    async with simulated() as (http, _), async_playwright() as playwright:
        for _ in range(FRIENDS):
            friend = (await person(http, "main")).id
            async with http.post(f"/simulator/api/friends/{friend}/follow", json={}) as answer:
                answer.raise_for_status()
        address = str(http._base_url)
        browser = await playwright.chromium.launch(executable_path=_chromium())
        state, more = await _signed_in(browser, address)
        paths = [row.path for row in ROUTES if row.method == "GET" and row.title is not None]
        found = [
            await _page(browser, address, state, path, rounds, packed)
            for path in ["/admin/sign-in", *paths, *more]
        ]
        await browser.close()
    print(f"first paint, {len(found)} pages of the console, slow 4G, processor at 1/{CPU}, {rounds} rounds")
    for one in found:
        print(
            f"    {one.path:<28.28}{statistics.median(one.first):6.2f} s (max {max(one.first):.2f};"
            f" wanted < {LIMIT:g}), again {statistics.median(one.further):.2f} s, {one.loaded / 1000:.0f} kB"
        )
    return all(one.is_well for one in found)


async def _signed_in(browser: Browser, address: str) -> tuple[StorageState, list[str]]:
    """What the browser keeps of a sign-in, and the address of somebody's page."""
    context = await browser.new_context(locale="zh-TW", viewport=PHONE)
    page = await context.new_page()
    await page.goto(f"{address}/admin/sign-in")
    await page.get_by_role("button", name="管理員").first.click()
    somebody = page.locator("main a[href*='/admin/contacts/']").first
    while not await somebody.count():  # their first events are under way
        await page.goto(f"{address}/admin/contacts")
    first = await somebody.get_attribute("href")
    state = await context.storage_state()
    await context.close()
    return state, [] if first is None else [first]


async def _page(
    browser: Browser, address: str, state: StorageState, path: str, rounds: int, packed: bool
) -> Painted:
    first, further, loaded = [], [], 0
    for _ in range(rounds):
        context = await browser.new_context(
            locale="zh-TW", viewport=PHONE, storage_state=state if path != "/admin/sign-in" else None
        )
        seconds, loaded = await _opened(context, f"{address}{path}", packed)
        first.append(seconds)
        further.append((await _opened(context, f"{address}{path}", packed))[0])
        await context.close()
    return Painted(path, first, further, loaded)


async def _opened(context: BrowserContext, url: str, packed: bool) -> tuple[float, int]:
    """In a new tab: seconds until something is shown, and bytes that were loaded by then and soon after."""
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("Network.enable")
    if not packed:
        await devtools.send("Network.setAcceptedEncodings", {"encodings": []})
    await devtools.send("Network.emulateNetworkConditions", SLOW)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    await page.goto(url, wait_until="load")
    painted = await page.evaluate(PAINTED)
    loaded = await page.evaluate(LOADED)
    await page.close()
    return painted / 1000, loaded


def _chromium() -> str:
    names = (os.environ.get("CHROMIUM", ""), "/usr/lib/chromium/chromium-headless-shell", "chromium")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("there is no Chromium: name one by CHROMIUM")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--plain", action="store_true", help="a browser that takes nothing packed")
    wanted = parser.parse_args()
    return int(not asyncio.run(measured(wanted.rounds, packed=not wanted.plain)))


if __name__ == "__main__":
    sys.exit(main())

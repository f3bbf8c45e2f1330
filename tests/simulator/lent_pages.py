"""Pages that tests use in turn: one that goes elsewhere costs a fifth of a new one in a context of its own.

They rest on an empty page of the host that all tests have: after `about:blank`, Chromium starts a process for
the next test, and one to spare. What a test leaves is cleared away: other pages, routes, storage,
permissions. What cannot be (a clock that is installed, a script for all documents) spoils the page: it is
closed, and nobody else gets it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    ViewportSize,
)

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
SLOW = 60_000
"""Milliseconds that a page may take on a busy machine."""


def _for_a_moment(script: str, name: str) -> str:
    """How many milliseconds a script of the simulator's page tells something."""
    text = (Path(__file__).parents[2] / "bot" / "simulator" / "static" / script).read_text("utf-8")
    found = re.search(rf"const {name} = (\d+);", text)
    assert found is not None
    return found[1]


_TOAST = _for_a_moment("phone/sheet.js", "TOAST")
_CONFIRMED = _for_a_moment("workbench/edit.js", "CONFIRMED_MS")
STAYS = f"""{{
    const [later, shown] = [window.setTimeout, []];
    window.setTimeout = (does, after, ...more) =>
        [{_TOAST}, {_CONFIRMED}].includes(after) ? (shown.push(does), 0) : later(does, after, ...more);
    window.momentsPass = () => shown.splice(0).forEach((does) => does());
}}"""
"""What the page tells for a few seconds stays until `momentsPass()`.

On a busy machine they are over before anybody has looked.
"""

_lent: WeakSet[BrowserContext] = WeakSet()
_spoilt: WeakSet[Page] = WeakSet()


def is_lent(context: BrowserContext) -> bool:
    """Whether it outlives the test."""
    return context in _lent


def spoil(page: Page) -> None:
    """Nobody else gets this page: the test does something to it that nothing undoes."""
    _spoilt.add(page)


class Pages:
    """The pages of one browser; those that rest wait by the settings of their context."""

    def __init__(self, browser: Browser, rest: str) -> None:
        """`rest` is the address of an empty page."""
        self._browser = browser
        self._rest = rest
        self._resting: dict[str, list[Page]] = defaultdict(list)

    @asynccontextmanager
    async def lend(self, size: ViewportSize = DESK, **settings: Any) -> AsyncIterator[Page]:
        """A page as if it were new, of a context with these settings; nothing moves on it."""
        resting = self._resting[repr(sorted(settings.items()))]
        page = resting.pop() if resting else await self._new(settings)
        await page.set_viewport_size(size)
        await page.emulate_media(reduced_motion="reduce", color_scheme="light")
        page.set_default_timeout(SLOW)
        yield page
        if await _cleared(page, self._rest):
            resting.append(page)
        else:
            await page.context.close()

    async def _new(self, settings: dict[str, Any]) -> Page:
        context = await self._browser.new_context(**settings)
        _lent.add(context)
        await context.add_init_script(STAYS)
        page = await context.new_page()
        page.on("request", _heard)
        page.on("response", _heard)
        return page


def _heard(_: Request | Response) -> None:
    """Has the browser tell of requests from the beginning.

    Playwright asks for them when a test begins to wait for one, and on a busy machine is answered sooner than
    that was taken in: then the test waits for what has been.
    """


async def _cleared(page: Page, rest: str) -> bool:
    """Whether the page rests on nothing, and the next test finds nothing of this one."""
    if page in _spoilt or page.is_closed():
        return False
    context = page.context
    try:
        for other in context.pages:
            if other is not page:
                await other.close()
        await page.unroute_all(behavior="ignoreErrors")
        await context.set_offline(False)
        await context.clear_permissions()
        await page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        await page.goto(rest)
        await page.mouse.move(-1, -1)  # else it hovers over what comes next
    except Error:  # a page that shows nothing of ours has no storage to be cleared, and may have left some
        return False
    return True


@contextmanager
def complaints(page: Page, *, console: bool = False, home: str | None = None) -> Iterator[list[str]]:
    """What goes wrong meanwhile: errors of scripts, what the `console` is told, requests away from `home`."""
    wrong: list[str] = []

    def failed(error: Error) -> None:
        wrong.append(str(error))

    def told(line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            wrong.append(line.text)

    def asked(request: Request) -> None:
        if home is not None and not request.url.startswith(home):
            wrong.append(request.url)

    page.on("pageerror", failed)
    page.on("request", asked)
    if console:
        page.on("console", told)
    yield wrong
    page.remove_listener("pageerror", failed)
    page.remove_listener("request", asked)
    if console:
        page.remove_listener("console", told)


def without_refusals(wrong: list[str]) -> list[str]:
    """Chromium tells each refused or lost call in the console too; what a page does about it is tested."""
    return [one for one in wrong if not one.startswith("Failed to load resource")]

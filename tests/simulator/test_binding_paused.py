"""B1, B8: binding paused by a command beside a bot that runs; how far people came, and the page of that."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.store.mongod.embedded import OWN_NAME
from tests.axe import violations
from tests.cli.oaflow import ended
from tests.eventually import PATIENCE, eventually
from tests.simulator.shop import Shop, open_shop, worked_example
from tests.simulator.test_binding_in_chat import ASKED_PHONE, begun, codes, new_phone, wrong
from tests.simulator.windows import new_window, sign_in

pytestmark = pytest.mark.ring("all", "a bot and a simulator of its own")

CLOSED = "綁定連結暫時無法使用"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """Its mongod is its own: a command asks the people of the one simulator that runs there."""
    folder: Path = worked_example(tmp_path_factory.mktemp("paused") / "shop")
    (folder / OWN_NAME).mkdir()
    async with open_shop(folder) as one:
        yield one


async def told(shop: Shop, *arguments: str) -> Any:
    done = await ended("binding", *arguments, str(shop.folder), "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


async def says(shop: Shop, friend: str, wanted: Callable[[str], bool]) -> None:
    """The word is said until the answer is this: every process knows within a second."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await shop.say(friend, "手機綁定")
            if wanted((await shop.texts(friend))[-1]):
                return


async def test_how_far_people_come(shop: Shop) -> None:
    """Opened, phone, code, bound, and a wrong code as what went wrong.

    The first of its shop: what others have opened just before would be counted in between.
    """

    async def funnel() -> Any:
        view = (await told(shop, "status"))["channels"]
        return next(one for one in view if one["channel"] == "outlet")["funnels"][0]

    before = await funnel()
    friend = await begun(shop, new_phone())
    [code] = await codes(shop, friend)
    await shop.say(friend, wrong(code), code)
    # what happened is counted behind the turns
    after = await eventually(funnel, lambda one: one["steps"]["bound"] > before["steps"]["bound"])
    more = {name: after["steps"][name] - before["steps"][name] for name in after["steps"]}
    assert more == {"opened": 1, "phone": 1, "sent": 1, "proven": 1, "bound": 1}
    assert after["failures"]["code wrong"] - before["failures"].get("code wrong", 0) == 1


async def test_a_pause_holds_in_the_bot_that_runs_and_ends(shop: Shop) -> None:
    friend = await shop.friend(channel="outlet")
    [pause] = (await told(shop, "pause", "--channel", "outlet"))["paused"]
    assert (pause["channel"], pause["new"]) == ("outlet", True)
    await says(shop, friend, lambda text: text == CLOSED)
    other = await shop.friend()
    await says(shop, other, lambda text: text == ASKED_PHONE)
    assert [one["channel"] for one in (await told(shop, "resume"))["resumed"]] == ["outlet"]
    await says(shop, friend, lambda text: text == ASKED_PHONE)


@pytest.mark.parametrize(("width", "channel"), [(390, "main"), (1440, "outlet")])
async def test_the_page_fits_and_everybody_can_use_it(
    shop: Shop, chromium: Browser, width: int, channel: str
) -> None:
    async with new_window(chromium, {"width": width, "height": 900}) as page:
        await sign_in(page, shop.address, "supervisor")
        await page.goto(f"{shop.address}/admin/binding?channel={channel}&days=1")
        await expect(page.get_by_role("heading", name="綁定走到哪一步")).to_be_visible()
        await expect(page.locator(".plate, [data-message]").first).to_be_visible()
        if channel == "main":  # the card as LINE draws it
            await expect(page.locator(".plate-title").first).to_have_text("綁定手機，成為會員")
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_role("button", name="暫時停用", exact=True).click()
        await expect(page.get_by_text("停用中", exact=True)).to_be_visible()
        await page.get_by_role("button", name="恢復", exact=True).click()
        await expect(page.get_by_text("使用中", exact=True)).to_be_visible()

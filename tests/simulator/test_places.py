"""Places of rules with `first` in the simulator: seen, given back, gone back to, recorded. L4."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.simulator.shop import Shop, open_shop, written

BOT = """\
bot: 森活選品
channels: {main: {id: "@forest", channel_id: "1", channel_secret: x}}
rules:
  - {when: follow, reply: 歡迎}
  - {when: {text: 搶}, first: 2, name: 雙11, reply: 搶到了}
  - {when: {text: 搶}, reply: 名額已滿}
"""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """A bot with a rule for two."""
    async with open_shop(written(tmp_path_factory.mktemp("limited"), BOT)) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def limited(shop: Shop) -> Shop:
    """It, with all places to be had."""
    await shop.do("places", {"clear": "雙11"})
    return shop


async def _grab(shop: Shop, friend: str) -> str:
    """What a friend is told who asks for a place."""
    await shop.say(friend, "搶")
    return (await shop.texts(friend))[-1]


async def _places(shop: Shop, friend: str) -> Any:
    [one] = (await shop.get(f"friends/{friend}/contact"))["places"]
    return one


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_who_begins_anew_gives_the_place_back(limited: Shop) -> None:
    """The winner herself was told that no places are left."""
    friends = [await limited.friend(name) for name in ("小美", "阿明", "阿華")]
    assert [await _grab(limited, one) for one in friends] == ["搶到了", "搶到了", "名額已滿"]
    assert await _places(limited, friends[0]) == {"rule": "雙11", "first": 2, "taken": 2, "has": True}
    await limited.do(f"friends/{friends[0]}/anew")
    assert (await _places(limited, friends[2]))["taken"] == 1
    await limited.do(f"friends/{friends[0]}/follow")
    await limited.rest()
    assert await _grab(limited, friends[0]) == "搶到了"
    assert await _grab(limited, friends[2]) == "名額已滿"


async def test_who_goes_back_gives_the_place_back(limited: Shop) -> None:
    """But keeps one that they had then already."""
    friend, other = await limited.friend(), await limited.friend("阿明")
    await _grab(limited, friend)
    await limited.say(friend, "別的")
    messages = (await limited.get(f"friends/{friend}/messages"))["messages"]
    asked = {m["content"]["text"]: m["id"] for m in messages if m["author"] == friend}
    await limited.do(f"friends/{friend}/back", {"message": asked["別的"]})
    assert (await _places(limited, friend))["taken"] == 1
    await limited.do(f"friends/{friend}/back", {"message": asked["搶"]})
    assert await _places(limited, friend) == {"rule": "雙11", "first": 2, "taken": 0, "has": False}
    assert [await _grab(limited, one) for one in (other, friend)] == ["搶到了", "搶到了"]


async def test_what_was_cleared_does_not_come_back(limited: Shop) -> None:
    """Else somebody would have a place that nobody counts."""
    friend = await limited.friend()
    await _grab(limited, friend)
    last = (await limited.get(f"friends/{friend}/messages"))["messages"][-1]
    await limited.do("places", {"clear": "雙11"})
    await limited.do(f"friends/{friend}/back", {"message": last["id"]})
    assert await _places(limited, friend) == {"rule": "雙11", "first": 2, "taken": 0, "has": False}
    for rule in ("雙12", 1, None):
        assert (await limited.do("places", {"clear": rule}, 404))["error"] == "unknown"


async def test_cleared_in_the_page(limited: Shop, desk: Page) -> None:
    friends = [await limited.friend(name) for name in ("小美", "阿明", "阿華")]
    assert [await _grab(limited, one) for one in friends] == ["搶到了", "搶到了", "名額已滿"]
    await desk.goto(f"{limited.address}/simulator/?friend={friends[0]}")
    await desk.locator("#tab-person").click()
    row = desk.locator(".attribute", has_text="雙11")
    await expect(row).to_contain_text("已領 2 名，共 2 名這位客人已經搶到了")
    await row.get_by_role("button", name="清空「雙11」的名額").click()
    await expect(row).to_contain_text("已領 0 名，共 2 名")
    await expect(row.get_by_role("button")).to_have_count(0)
    assert await _grab(limited, friends[2]) == "搶到了"
    await expect(row).to_contain_text("已領 1 名，共 2 名")  # the panel of another friend hears of it
    assert [await _grab(limited, one) for one in friends[:2]] == ["搶到了", "名額已滿"]


async def test_places_cleared_meanwhile_are_why_a_recording_does_not_hold(limited: Shop, desk: Page) -> None:
    """A scenario clears no places; one without that can be saved."""
    for name in ("阿明", "阿華"):
        await _grab(limited, await limited.friend(name))
    friend = await limited.friend()
    await desk.goto(f"{limited.address}/simulator/?friend={friend}")
    await desk.locator("#tab-recording").click()
    panel = desk.locator("#panel-recording")
    begin = panel.get_by_role("button", name="從現在開始錄")
    async with desk.expect_response("**/scenario/begin"):
        await begin.click()
    await limited.say(friend, "搶")
    await expect(panel.locator(".record-yaml")).to_contain_text("taken: {雙11: 2}")
    await limited.do("places", {"clear": "雙11"})
    await limited.say(friend, "搶")
    await expect(panel.locator(".problem")).to_contain_text("清空了名額")
    assert (await limited.get(f"friends/{friend}/scenario"))["advice"] == "cleared"
    async with desk.expect_response("**/scenario/begin"):
        await begin.click()
    await limited.say(friend, "搶")
    await expect(panel.locator(".problem")).to_have_count(0)
    await panel.locator("#scenario-name").fill("搶到了")
    await panel.get_by_role("button", name="存成測試對話").click()
    await expect(panel.locator(".record-saved")).to_contain_text("tests/scenarios/搶到了.yaml")


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_places_cleared_before_anybody_asked_change_nothing_in_a_recording(limited: Shop) -> None:
    """Where it holds all the same, nothing is said of it."""
    friend = await limited.friend()
    await limited.do("places", {"clear": "雙11"})
    await _grab(limited, friend)
    told = await limited.get(f"friends/{friend}/scenario")
    assert (told["holds"], told["advice"]) == (True, None)

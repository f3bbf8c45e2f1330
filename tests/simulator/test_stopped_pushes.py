"""K5: whoever plays stops all pushes, as `oaflow stop` does, and sees who waits for that."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.cli.oaflow import ended
from tests.simulator.lent_pages import complaints
from tests.simulator.shop import Shop, open_shop, written

BOT = """
bot: 森活選品
channels: {main: {id: "@forest", channel_id: "1", channel_secret: x}}
flows:
  care:
    title: 關心
    when: {tag_added: 買過}
    once_per: always
    if_late: send
    states: {等: {wait: 2h, next: 說}, 說: {push: 還好嗎？, end: true}}
rules:
  - {when: {text: 買}, do: [{reply: 謝謝}, {add_tags: [買過]}, {remove_tags: [買過]}]}
  - {when: {text: 嗨}, reply: 您好}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    async with open_shop(written(tmp_path_factory.mktemp("stopped") / "shop", BOT)) as one:
        yield one


async def test_a_journey_is_held_and_its_message_comes_when_pushes_go_on(shop: Shop, desk: Page) -> None:
    """The page stops, a terminal lets go on: each shows what the other has done; the recording holds."""
    friend = await shop.friend("小美")
    with complaints(desk, console=True) as wrong:
        await desk.goto(f"{shop.address}/simulator/?friend={friend}")
        await desk.locator("#tab-clock").click()
        brake = desk.locator(".brake")
        await expect(brake).to_contain_text("推播照常送出。")
        await shop.say(friend, "買")
        await brake.get_by_role("button", name="全部停止推播").click()
        await expect(brake.locator(".brake-stop")).to_contain_text("全部推播停止中")
        await expect(brake).to_contain_text("在這裡按的")
        await expect(brake).to_contain_text("還沒有人的訊息在等")
        await expect(desk.locator("#signs")).to_contain_text("推播全部停止中")
        said = await ended("stop", "status", str(shop.folder), "--json")
        assert said.code == 0, said.err
        told = json.loads(said.out)
        assert [(one["channel"], one["flow"], one["by"]) for one in told["stops"]] == [
            (None, None, "simulator")
        ]

        await shop.do("clock", {"by": "1d"})
        await shop.say(friend, "嗨")
        await expect(brake).to_contain_text("1 位客人有訊息在等")
        assert await shop.texts(friend) == ["謝謝", "您好"]
        await desk.locator("#tab-why").click()
        held = desk.locator("#turns > .turn", has_text="關心").first
        await expect(held).to_contain_text("推播已停止，恢復後繼續")

        resumed = await ended("stop", "resume", str(shop.folder))
        assert resumed.code == 0
        await expect(desk.locator("#chat")).to_contain_text("還好嗎？")
        await expect(desk.locator("#signs")).not_to_contain_text("停止")
        await desk.locator("#tab-clock").click()
        await expect(brake).to_contain_text("推播照常送出。")
        assert wrong == []
    await shop.rest()
    shown = await shop.recorded(friend, "?title=stopped")
    steps = [line.strip() for line in shown.splitlines()]
    assert steps.index("- stop: pushes") < steps.index("- resume: pushes") < steps.index("- bot: 還好嗎？")


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("stop", {"channel": "mian"}, "refused"),
        ("stop", {"flow": "carre"}, "refused"),
        ("stop", {"flow": 1}, "invalid"),
        ("stop", {"all": True}, "invalid"),
        ("resume", {}, "refused"),
    ],
)
async def test_what_cannot_be_stopped_is_told(
    shop: Shop, path: str, body: dict[str, object], error: str
) -> None:
    refused = await shop.do(f"brake/{path}", body, status=400 if error == "invalid" else 409)
    assert refused["error"] == error
    assert (await shop.get("brake"))["stops"] == []


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_a_part_is_stopped_and_goes_on_by_its_own_words(shop: Shop) -> None:
    """A flow, and beside it a channel; a recording that begins meanwhile says so."""
    await shop.do("brake/stop", {"flow": "care"})
    friend = await shop.friend("大明")
    await shop.say(friend, "買")
    await shop.do("brake/stop", {"channel": "main", "flow": None})
    shown = await shop.do("brake/resume", {"flow": "care"})
    assert [(one["channel"], one["flow"], one["gone"]) for one in shown["stops"]] == [("main", None, False)]
    assert (shown["channels"], shown["flows"]) == (["main"], [{"name": "care", "title": "關心"}])
    await shop.do("clock", {"by": "3h"})
    await shop.do("brake/resume", {"channel": "main"})
    await shop.rest()
    scenario = await shop.recorded(friend, "?title=part")
    for line in ("  stopped: care", "  - stop: {channel: main}", "  - resume: care", "  - bot: 還好嗎？"):
        assert line in scenario.splitlines(), scenario

"""A10, F7: links to copy and as QR codes, and how often each was opened by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.engine.compiled.goal import opened_link
from bot.model.channel import Channel, Liff
from bot.model.counts import OF_GOALS, REACHED
from bot.model.mark import Mark
from bot.model.settings import Settings
from bot.web.admin.link_pages import LinkPages
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, StaffWorld

PLAYBOOK = replace(
    compiled(
        """\
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, liff: {login_channel_id: "5", liff_id: 5-a}}
  b2b: {id: b2b, channel_id: "2", channel_secret: x}
rules:
  - {when: {text: 優惠}, reply: 有}
links:
  stand: {title: "立牌 <img src=x>", send: 優惠}
  story: {title: 故事, open: "https://forest.example/story"}
"""
    ),
    public="https://bot.example",
)
SETTINGS = Settings(
    database="embedded",
    channels={
        "main": Channel("main", "@forest", "1", "x", app_name="森活", liff=Liff("5", "5-a")),
        "b2b": Channel("b2b", "@b2b", "2", "x"),
    },
)


@pytest.fixture
async def staff(worlds: StaffWorlds) -> StaffWorld:
    pages = LinkPages(worlds.console(lambda: PLAYBOOK, SETTINGS))
    return await worlds(pages.handlers(), channels={"main": "森活", "b2b": "批發"})


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_links_are_copied_and_their_openings_stand_by_day(staff: StaffWorld) -> None:
    today = staff.clock.now().astimezone(ZoneInfo("Asia/Taipei"))
    for days, times in ((0, 2), (1, 1), (40, 5)):
        for _ in range(times):
            day = f"{today - timedelta(days=days):%Y-%m-%d}"
            await staff.stores.counts.add(day, Mark("main", OF_GOALS, REACHED, (opened_link("stand"),)))
    browser = await staff.signed_in(await staff.account("supervisor"))
    _, page = await browser.get("/admin/links?channel=main", **ZH)
    assert 'value="https://bot.example/l/main/stand"' in page
    assert 'value="https://line.me/R/ti/p/%40forest"' in page
    assert "30 天內 3 次" in page
    assert "30 天內 0 次" in page
    assert "<img src=x>" not in page
    _, other = await browser.get("/admin/links?channel=b2b", **ZH)
    assert 'value="https://bot.example/l/b2b/stand"' in other
    assert ("請管理員設定 LIFF" in other, "login_channel_id" in other) == (True, False)
    assert "請管理員設定 LIFF" not in page


async def test_its_code_is_a_picture_or_a_file(staff: StaffWorld) -> None:
    browser = await staff.signed_in(await staff.account("admin"))
    where = browser.url.join(browser.url.with_path("/admin/links/code"))
    for kind, begins in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        query = {"channel": "main", "kind": "code", "name": "stand", "as": kind, "keep": "yes"}
        async with browser.http.get(where, params=query) as answer:
            assert (await answer.read()).startswith(begins)
            assert f"main_stand.{kind}" in answer.headers["Content-Disposition"]
    for wrong in ({"name": "gone", "as": "svg"}, {"name": "stand", "as": "exe"}):
        async with browser.http.get(where, params={"channel": "main", "kind": "code", **wrong}) as answer:
            assert answer.status == 404

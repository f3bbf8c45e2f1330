"""A month in a playbook whose audiences and menus go by time: to the moment, and within seconds."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest

from tests.cli.oaflow import ROOT
from tests.eventually import PATIENCE
from tests.simulator.shop import TAIPEI, Shop, open_shop

MOST_SECONDS = 30.0
"""Of the processor for a month; it takes three."""

PLAYBOOK = """
bot: 花店
timezone: Asia/Taipei
database: embedded
keys: generated
channels:
  main: {id: "@flower", channel_id: "1", channel_secret: s, access_token: t}
hours:
  營業: {mon-sun: 10:00-19:00}
audiences:
  很久沒來:
    if: {contact: {last_seen: {over: 7d}}}
rules:
  - when: follow
    reply: 歡迎
  - when: {text: 早}
    reply: 早安
  - when: {text: 訂閱}
    start: paused_one
flows:
  come_back:
    when: {enters: 很久沒來}
    once_per: 30d
    if_late: skip
    states:
      想念:
        push: 好久不見，不想收到請輸入「停止推播」
        wait: 2d
        next: 再一次
      再一次:
        push: 來看看
        end: true
  paused_one:
    status: live
    if_late: send
    states:
      等: {push: 等一下, wait: 2h, next: 完}
      完: {push: 到了, end: true}
rich_menus:
  - menu: 營業中
    if: {during: 營業}
    image: menu.png
    grid: [甲]
    areas: {甲: {label: 甲, send: 早}}
  - menu: 打烊
    image: menu.png
    grid: [乙]
    areas: {乙: {label: 乙, send: 早}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "flowers"
    folder.mkdir()
    (folder / "bot.yaml").write_text(PLAYBOOK, "utf-8")
    shutil.copy(ROOT / "cards" / "menu_member.png", folder / "menu.png")
    return folder


@pytest.mark.ring("all", "a bot and a simulator of its own")
@pytest.mark.parametrize("days", [15, pytest.param(30, marks=pytest.mark.ring("soak", "more of the same"))])
async def test_a_month_with_audiences_and_menus_takes_seconds(folder: Path, days: int) -> None:
    """It broke off after a fortnight: people were looked through 96 times a day, whoever was there or not."""
    async with open_shop(folder) as flowers:
        friend = await flowers.friend()
        await flowers.say(friend, "早")
        seen = (await flowers.turns(friend))[-1]["at"]
        begun = worked(flowers)
        goal = datetime.fromtimestamp(seen / 1000, TAIPEI) + timedelta(days=days)
        turns = 0
        why: str | None = "time"
        while why == "time":  # on a machine that has much else to do it stops, and goes on when one says so
            moved = await flowers.do("clock", {"to": f"{goal:%Y-%m-%dT%H:%M}"})
            turns, why = turns + moved["turns"], moved["why"]
        assert (why, turns) == (None, 1)
        assert worked(flowers) - begun < MOST_SECONDS * days / 30
        came, second = (await flowers.turns(friend))[-2:]
        assert (came["heard"], second["heard"]) == ("sweep 很久沒來", "timer come_back 2d")
        late = timedelta(milliseconds=came["at"] - seen) - timedelta(days=7)
        assert timedelta(0) <= late < timedelta(minutes=15)
        at = datetime.fromtimestamp(came["at"] / 1000, TAIPEI)
        assert (at.minute % 15, at.second) == (0, 0), (
            "when people are looked through, as they would be with time"
        )
        late = timedelta(milliseconds=second["at"] - came["at"]) - timedelta(days=2)
        assert timedelta(0) <= late < timedelta(minutes=1)


def worked(shop: Shop) -> float:
    """Seconds for which it has had the processor: a machine that has other work too is no mistake."""
    spent = psutil.Process(shop.pid).cpu_times()
    return spent.user + spent.system


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_menus_change_when_their_hours_do(folder: Path) -> None:
    async with open_shop(folder) as flowers:
        friend = await flowers.friend("大明")
        now = datetime.fromtimestamp((await flowers.get("clock"))["now"] / 1000, TAIPEI)
        for hour, wanted in ((9, "打烊"), (11, "營業中"), (20, "打烊")):
            await flowers.do("clock", {"to": f"{now + timedelta(days=1):%Y-%m-%d}T{hour:02}:00"})
            assert (await flowers.get(f"friends/{friend}/contact"))["menu"] == wanted


@pytest.mark.ring("soak", "a month")
async def test_a_paused_flow_makes_no_card_an_hour(folder: Path) -> None:
    async with open_shop(folder) as flowers:
        friend = await flowers.friend("小華")
        await flowers.say(friend, "訂閱")
        text = (folder / "bot.yaml").read_text("utf-8")
        (folder / "bot.yaml").write_text(text.replace("status: live", "status: paused"), "utf-8")
        await _held(flowers, friend, "paused")
        assert (await flowers.do("clock", {"by": "20h"}))["stopped"] is None
        cards = [one for one in await flowers.turns(friend) if one["heard"].startswith("timer paused_one")]
        assert 1 <= len(cards) <= 3, "one at each stop, as when the shop opens"
        (folder / "bot.yaml").write_text(text, "utf-8")
        await _held(flowers, friend, None)
        await flowers.do("clock", {"by": "1h"})
        assert (await flowers.texts(friend))[-1] == "到了"


async def _held(shop: Shop, friend: str, by: str | None) -> None:
    """Return when the edit is taken over: by it, the friend's flow is held by this."""
    async with asyncio.timeout(PATIENCE):
        while [flow["held"] for flow in (await shop.get(f"friends/{friend}/contact"))["flows"]] != [by]:
            await shop.rest()

"""The clock over the JSON interface, with the real bot behind it: journeys send at their times. L4."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.simulator.shop import TAIPEI, Shop

BUSY = timedelta(minutes=5)
"""Real time passes by the clock as well: a busy machine may take so much of it."""


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, TAIPEI)


@pytest.mark.ring("all", "starts a process")
async def test_to_the_next_timer_and_on(shop: Shop) -> None:
    moved = await shop.do("clock", {"by": "40d"})  # what others have left to wait for is over
    assert moved["stopped"] is None
    friend = await shop.friend()
    await shop.say(friend, "測膚質")
    clock = await shop.get("clock")
    asked = (await shop.turns(friend))[-1]["at"]
    assert clock["zone"] == "Asia/Taipei"
    assert clock["next"]["contact"] == friend
    assert clock["next"]["what"] == "skin_quiz 10m"
    assert clock["next"]["due"] == asked + 600_000
    last = (await shop.get("state"))["last"]
    moved = await shop.do("clock", {"next": True, "friend": friend})
    assert (moved["turns"], moved["stopped"]) == (1, None)
    assert timedelta(0) <= _at(moved["now"]) - _at(asked + 600_000) < BUSY
    assert moved["ahead"] > 300
    told = await shop.until("clock", last, lambda change: change["moving"] is None)
    assert told["now"] == moved["now"]
    assert (await shop.texts(friend))[-1] == "您還在嗎？點選下方按鈕就能繼續測驗。"  # without waiting for it
    moved = await shop.do("clock", {"next": True, "friend": friend})
    assert moved["turns"] == 1
    assert (await shop.get(f"friends/{friend}/contact"))["flows"] == []
    await shop.do("clock", {"next": True, "friend": friend}, 409)


@pytest.mark.ring("all", "starts a process")
async def test_a_month_in_one_jump(shop: Shop) -> None:
    """Each message comes at its own time, and the phone shows it there; replies are the morning's."""
    friend = await shop.friend("大明")
    await shop.do("clock", {"to": _next_morning(await shop.get("clock"))})
    await shop.say(friend, "營業時間")
    assert (await shop.texts(friend))[-1].startswith("門市：")  # at eight it is closed
    await shop.say(friend, "優惠", "測膚質")
    begun, last = (await shop.get("clock"))["now"], (await shop.get("state"))["last"]
    moved = await shop.do("clock", {"by": "31d"})
    paid = await shop.until("quota", last, lambda change: change["used"] == 0)
    assert paid["channel"] in ("main", "outlet"), "another month, of which nothing is paid yet"
    assert moved["turns"] >= 3  # the reminder, giving up, the tag that expires
    assert moved["now"] - begun >= 31 * 86_400_000
    messages = (await shop.get(f"friends/{friend}/messages"))["messages"]
    reminded = timedelta(milliseconds=messages[-1]["at"] - begun)
    assert timedelta(minutes=10) - BUSY < reminded < timedelta(minutes=10) + BUSY
    heard = [turn["heard"] for turn in await shop.turns(friend)][-3:]
    assert heard == ["timer skin_quiz 10m", "timer skin_quiz 30m", "timer expiry"]
    times = [turn["at"] for turn in await shop.turns(friend)]
    assert times == sorted(times)
    day = f"{_at(moved['now']) + timedelta(days=1):%Y-%m-%d}"
    day = "2027-02-07" if day == "2027-02-06" else day  # the shop is closed on that one
    await shop.do("clock", {"to": f"{day}T12:30"})
    await shop.say(friend, "營業時間")
    assert (await shop.texts(friend))[-1].startswith("現在營業中")
    assert (await shop.get(f"friends/{friend}/contact"))["tags"] == []


def _next_morning(clock: dict[str, Any]) -> str:
    return f"{_at(clock['now']) + timedelta(days=1):%Y-%m-%d}T08:00"


async def test_a_jump_tells_how_far_it_is(shop: Shop) -> None:
    last = (await shop.get("state"))["last"]
    before = (await shop.get("clock"))["now"]
    moved = await shop.do("clock", {"by": "1h"})
    assert moved["moving"] is None
    way = (await shop.until("clock", last, lambda change: change["moving"] is not None))["moving"]
    assert way["to"] - way["from"] == 3_600_000
    assert way["from"] >= before
    assert (await shop.get("clock"))["moving"] is None
    assert (await shop.do("clock/stop", {}, 409))["error"] == "standing"

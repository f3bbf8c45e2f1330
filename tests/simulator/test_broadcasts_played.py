"""Broadcasts in the simulator: its clock stops where one goes out, by hand it is waited for. I2, I3, L4."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from tests.cli.oaflow import ended
from tests.simulator.shop import TAIPEI, Shop, open_shop

DAY = datetime.now(TAIPEI).date() + timedelta(days=3)
BOT = f"""\
bot: 森活選品
channels:
  main: {{id: forest, channel_id: "1234", channel_secret: "${{SECRET}}", access_token: "${{TOKEN}}"}}
tags: {{收過: {{}}, VIP: {{}}}}
hours: {{夜間: 21:00-09:00}}
rules:
  - {{when: {{text: 你好}}, do: [{{reply: 哈囉}}]}}
broadcasts:
  週年慶:
    to: everyone
    push: 全館八折！輸入「停止推播」就不再收到
    at: {DAY} 12:00
    add_tags: [收過]
  夜裡: {{to: {{tag: 收過}}, push: 早安！輸入「停止推播」就不再收到, at: {DAY} 23:30, quiet_hours: 夜間}}
  臨時: {{to: everyone, push: 臨時公告！輸入「停止推播」就不再收到}}
"""
SET = {"SECRET": "s", "TOKEN": "t"}
NOON = datetime.combine(DAY, time(12), TAIPEI)
MORNING = datetime.combine(DAY + timedelta(days=1), time(9), TAIPEI)


async def messages(shop: Shop, friend: str) -> list[tuple[str, int]]:
    """What this friend got in broadcasts, and when: milliseconds."""
    found = (await shop.get(f"friends/{friend}/messages"))["messages"]
    return [(one["content"]["text"], one["at"]) for one in found if one["via"] == "multicast"]


def soon(at: int, moment: datetime) -> bool:
    """Whether that is this moment: the clock goes on while it is sent."""
    return 0 <= at / 1000 - moment.timestamp() < 600


async def test_the_clock_stops_where_one_goes_out(tmp_path: Path) -> None:
    """Also where quiet hours have held it: each arrives at its own moment, and not as late as one jumped."""
    (tmp_path / "bot.yaml").write_text(BOT, "utf-8")
    async with open_shop(tmp_path) as shop:
        friend, other = await shop.friend(), await shop.friend("大明")
        coming: Any = (await shop.get("clock"))["next"]
        assert [(one["of"], one["name"]) for one in coming["changes"]] == [("broadcast", "週年慶")]
        assert coming["due"] == NOON.timestamp() * 1000
        assert (await shop.do("clock", {"to": f"{DAY + timedelta(days=4)}T12:00"}))["stopped"] is None
        for one in (friend, other):
            (first, at), (second, then) = await messages(shop, one)
            assert (first[:4], second[:2]) == ("全館八折", "早安")
            assert soon(at, NOON)
            assert soon(then, MORNING)
        knows = await shop.get(f"friends/{friend}/contact")
        assert [tag["name"] for tag in knows["tags"]] == ["收過"]
        assert (await shop.get("clock"))["next"] is None


async def test_one_by_hand_is_sent_before_the_clock_goes_on(tmp_path: Path) -> None:
    """Though the bot hears of it from the database alone."""
    (tmp_path / "bot.yaml").write_text(BOT, "utf-8")
    async with open_shop(tmp_path) as shop:
        friend = await shop.friend()
        sent = await ended("broadcast", "send", str(tmp_path), "臨時", "--by", "amy", "--detach", **SET)
        assert sent.code == 0, sent
        before = (await shop.get("clock"))["now"]
        assert (await shop.do("clock", {"by": "3h"}))["stopped"] is None
        ((said, at),) = await messages(shop, friend)
        assert said.startswith("臨時公告")
        assert at - before < 600_000

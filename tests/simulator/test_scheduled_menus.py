"""R12: the clock jumps over the start and the end of a menu's term, and everybody sees the right one. G3."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.pictures import png
from tests.simulator.shop import TAIPEI, Shop, open_shop

LOOKS = "image: menu.png, grid: [甲], areas: {甲: {label: 看, send: 退出}}"

BOT = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1234", channel_secret: "${SECRET}", access_token: "${TOKEN}"}}
tags: {VIP: {}}
rich_menus:
TERMS
  - {menu: VIP, if: {tag: VIP}, image: menu.png, grid: [甲], areas: {甲: {label: 退出, send: 退出}}}
  - {menu: 平常, image: menu.png, grid: [甲], areas: {甲: {label: 加入, send: 加入}}}
rules:
  - {when: {text: 加入}, do: [{add_tags: [VIP]}, {reply: 歡迎}]}
  - {when: {text: 退出}, do: [{remove_tags: [VIP]}, {reply: 再會}]}
"""


def _term(number: int, begins: datetime) -> str:
    ends = begins + timedelta(days=1)
    term = f'from: "{begins:%Y-%m-%d %H:%M}", until: "{ends:%Y-%m-%d %H:%M}"'
    return f"  - {{menu: 檔期{number}, {term}, {LOOKS}}}"


async def seen(shop: Shop) -> list[str]:
    """What each friend sees: the menu's name."""
    there = (await shop.get("menus?channel=main"))["menus"]
    names = {menu["id"]: menu["name"].split(" ")[1].split("/")[0] for menu in there}
    return [names.get(friend["menu"], "none") for friend in (await shop.get("state"))["friends"]]


async def all_see(shop: Shop, name: str) -> None:
    """Return when everybody sees this menu."""
    while True:
        last = (await shop.get("state"))["last"]
        if set(await seen(shop)) == {name}:
            return
        await shop.until("friend", last, lambda change: True)


@pytest.mark.ring("all", "many random schedules")
@pytest.mark.parametrize(
    ("people", "of"), [(15, 2), pytest.param(40, 4, marks=pytest.mark.ring("soak", "more of the same"))]
)
async def test_s25_nobody_misses_the_start_or_the_end_of_a_term(tmp_path: Path, people: int, of: int) -> None:
    """To the very moment, with turns that have just been taken, and with none: all people, all terms."""
    today = datetime.now(TAIPEI).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = today + timedelta(days=2)  # midnight may come before the shop is open
    terms = [_term(number, begins + timedelta(days=2 * number)) for number in range(of)]
    (tmp_path / "bot.yaml").write_text(BOT.replace("TERMS", "\n".join(terms)), "utf-8")
    (tmp_path / "menu.png").write_bytes(png(800, 540))
    async with open_shop(tmp_path) as shop:
        added = [await shop.do("friends", {"channel": "main", "name": f"第{n}位"}) for n in range(people)]
        friends = [one["id"] for one in added]
        await asyncio.gather(*(shop.do(f"friends/{friend}/follow") for friend in friends))
        await all_see(shop, "平常")
        for day in range(2 * of):
            if day % 4 < 2:  # a tag changes everybody's menu a moment before the clock jumps
                for text in ("加入", "退出"):
                    said = (shop.do(f"friends/{friend}/say", {"text": text}) for friend in friends)
                    await asyncio.gather(*said)
            moved = await shop.do("clock", {"to": f"{begins + timedelta(days=day):%Y-%m-%dT%H:%M}"})
            assert moved["why"] in (None, "busy")  # so, where the machine has much else to do
            await shop.rest()
            assert set(await seen(shop)) == {f"檔期{day // 2}" if day % 2 == 0 else "平常"}, f"day {day}"

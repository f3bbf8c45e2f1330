"""The playbook's own rich menus on the phone: each sees theirs, and an edit reaches them. G1, G2, G3, L4."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pictures import png
from tests.simulator.shop import Shop, open_shop, written

BOT = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1234", channel_secret: "${SECRET}", access_token: "${TOKEN}"}}
tags: {VIP: {}}
rich_menus:
  - menu: VIP
    if: {tag: VIP}
    tabs:
      選購: {image: menu.png, grid: [甲], areas: {甲: {label: 服務, tab: 服務}}}
      服務: {image: menu.png, grid: [乙], areas: {乙: {label: 選購, tab: 選購}}}
  - {menu: 訪客, image: menu.png, grid: [甲], areas: {甲: {label: 加入, send: 加入}}}
rules:
  - {when: {text: 加入}, do: [{add_tags: [VIP]}, {reply: 歡迎}]}
"""
EDITED = BOT.replace("{label: 服務, tab", "{label: 看服務, tab")


async def menus(shop: Shop) -> dict[str, dict[str, Any]]:
    """What LINE has, by id."""
    return {menu["id"]: menu for menu in (await shop.get("menus?channel=main"))["menus"]}


async def until_all(shop: Shop, *labels: str) -> None:
    """Return when LINE has these menus of the playbook, each with its picture, and no other."""
    while True:
        last = (await shop.get("state"))["last"]
        there = (await menus(shop)).values()
        if sorted(m["name"].split(" ")[1] for m in there if m["image"]) == sorted(labels) and any(
            menu["default"] for menu in there
        ):
            return
        await shop.until("menus", last, lambda change: True)


async def sees(shop: Shop, friend: str, label: str, before: str = "") -> dict[str, Any]:
    """Return when this friend sees that menu, as another one than `before`; the menu."""
    while True:
        state = await shop.get("state")
        (one,) = [f for f in state["friends"] if f["id"] == friend]
        menu = (await menus(shop)).get(one["menu"])
        if menu is not None and menu["name"].split(" ")[1] == label and menu["id"] != before:
            return menu
        await shop.until("friend", state["last"], lambda change: change["id"] == friend)


@pytest.mark.ring("all", "a bot and a simulator of its own")
async def test_each_sees_their_menu_and_an_edit_reaches_them(tmp_path: Path) -> None:
    (tmp_path / "menu.png").write_bytes(png(800, 540))
    async with open_shop(written(tmp_path, BOT)) as shop:
        await until_all(shop, "VIP/選購", "VIP/服務", "訪客/訪客")
        friend, other = await shop.friend(), await shop.friend("阿明")
        await shop.do(f"friends/{friend}/tap", {"menu": True, "label": "加入"})
        before = await sees(shop, friend, "VIP/選購")
        await sees(shop, other, "訪客/訪客")
        written(tmp_path, EDITED)
        after = await sees(shop, friend, "VIP/選購", before["id"])
        await until_all(shop, "VIP/選購", "VIP/服務", "訪客/訪客")
        assert after["aliases"] == before["aliases"]
        paused = BOT.replace("  - menu: VIP\n", "  - menu: VIP\n    paused: true\n")
        assert (await shop.get(f"friends/{friend}/contact"))["menu"] == "VIP"
        written(tmp_path, paused)
        await sees(shop, friend, "訪客/訪客")
        assert (await shop.get(f"friends/{friend}/contact"))["menu"] == "訪客", "no turn has told of it"
        written(tmp_path, EDITED)
        await sees(shop, friend, "VIP/選購")
        switched = await shop.do(f"friends/{friend}/tap", {"menu": True, "label": "看服務"})
        assert switched["status"] == "SUCCESS"
        assert (await menus(shop))[switched["menu"]]["name"].split(" ")[1] == "VIP/服務"

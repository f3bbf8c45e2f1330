"""Menus and links as data, and what is refused of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.counts import TAPPED
from bot.model.mark import Mark
from bot.model.settings import Settings
from bot.operations.links import (
    BuiltLink,
    NoLink,
    NoPagesOnChannel,
    account_of,
    friend,
    keyword,
    page_link,
    webhook,
)
from bot.operations.menus import NO_FLOW, MenusAtLine, MenusRefused, NotSet, plan, relink, taps
from bot.operations.plain_menus import PictureNotDrawn, draw, menus_of
from bot.operations.qr_code import CodeNotWritten, write_code
from bot.playbook.load import load
from bot.playbook.valid import Unservable
from bot.store.stores import Stores
from tests.playbooks import loaded

BOT = """
channels:
  main: {id: forest, channel_id: "1", channel_secret: s, liff: {login_channel_id: "2", liff_id: 2-abc}}
  outlet: {id: shop, channel_id: "3", channel_secret: s}
links: {stand: {title: 立牌, send: 優惠}}
rules: [{when: {text: 優惠}, reply: 好}]
"""
MENUS = (
    "rich_menus: [{menu: 訪客, image: cards/menu.png, grid: [甲], areas: {甲: {label: 看看, send: 優惠}}}]\n"
)


def read(text: str) -> tuple[Playbook, Settings]:
    found = loaded(text)
    assert found.playbook is not None, found.problems
    return found.playbook, found.settings


def test_a_link_says_what_a_button_says() -> None:
    playbook, settings = read(BOT)
    main, public = settings.channels["main"], replace(playbook, public="https://bot.example")
    assert friend(main) == BuiltLink("https://line.me/R/ti/p/%40forest", "加入 LINE 好友：@forest")
    assert page_link(playbook, main, "unbind").says == "在 LINE 開啟：解除綁定"
    assert keyword(public, main, "stand") == BuiltLink(
        "https://bot.example/l/main/stand", "在 LINE 開啟：立牌"
    )
    assert webhook(public, main) == BuiltLink("https://bot.example/webhook/main", None)


def test_a_link_that_is_none_is_refused() -> None:
    playbook, settings = read(BOT)
    with pytest.raises(NoPagesOnChannel, match=r"through which pages open; main has$") as refused:
        page_link(playbook, settings.channels["outlet"], "unbind")
    assert refused.value.other == "main"
    with pytest.raises(NoLink, match="OAFLOW_PUBLIC_URL"):
        webhook(replace(playbook, public=""), settings.channels["main"])


def test_the_account_that_is_meant() -> None:
    channels = read(BOT)[1].channels
    assert [account_of(channels, name).name for name in (None, "outlet")] == ["main", "outlet"]
    with pytest.raises(NoLink, match=r'^no channel is called "outlte"; a similar name exists: "outlet"$'):
        account_of(channels, "outlte")


def test_a_code_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(CodeNotWritten, match="neither"):
        write_code("https://a.example", "a", tmp_path / "code.pdf")
    with pytest.raises(CodeNotWritten, match="cannot be written: there is no such file or folder"):
        write_code("https://a.example", "a", tmp_path / "nowhere" / "code.svg")


def test_pictures_are_drawn_of_a_playbook_that_lacks_only_them(tmp_path: Path) -> None:
    """What else is wrong is data; a picture that is not to be drawn is refused before any is."""
    bot, text = tmp_path / "bot.yaml", f"bot: 森活選品\n{BOT}{MENUS}"
    bot.write_text(text, "utf-8")
    [menu] = menus_of(load(tmp_path, {}))
    assert menu.name == "訪客"
    bot.write_text(text.replace("menu.png", "menu.gif"), "utf-8")
    with pytest.raises(PictureNotDrawn, match=r"^cards/menu.gif: the name of a menu's picture ends in "):
        draw(tmp_path, menus_of(load(tmp_path, {})))
    bot.write_text(text.replace("看看, send: 優惠", "看看, page: 無"), "utf-8")
    with pytest.raises(Unservable, match="other mistakes than missing pictures") as refused:
        menus_of(load(tmp_path, {}))
    assert [one.code for one in refused.value.problems if one.code == "image-missing"] == []
    assert refused.value.problems
    assert not (tmp_path / "cards").exists()


async def test_menus_are_asked_of_no_account_that_lacks_something(stores: Stores) -> None:
    playbook, settings = read(BOT)
    unset = replace(settings.channels["outlet"], channel_secret="")
    settings = replace(settings, channels={**settings.channels, "outlet": unset})
    menus = MenusAtLine(playbook, settings, stores, "http://127.0.0.1:1", "")
    with pytest.raises(NotSet, match="outlet: access_token not set"):
        await plan(menus, "outlet")
    with pytest.raises(MenusRefused, match="it has main, outlet"):
        await plan(menus, "shop")


async def test_who_is_linked_anew(stores: Stores) -> None:
    assert await relink(stores, read(BOT)[1], None, "command:amy") == ["main", "outlet"]
    assert await stores.menu_people.asked("outlet")


async def test_areas_with_their_taps(stores: Stores) -> None:
    playbook, _ = read(BOT + MENUS)
    day = f"{datetime.now(UTC).astimezone(playbook.zone):%Y-%m-%d}"
    for key in ("訪客/訪客/甲", "訪客/訪客/甲", "訪客/訪客/乙"):
        await stores.counts.add(day, Mark("main", NO_FLOW, TAPPED, (key,)))
    found = await taps(stores, playbook, 2)  # midnight may come meanwhile
    [one] = found.areas
    assert (one.menu, one.tab, one.area, one.taps) == ("訪客", "訪客", "甲", 2)
    assert (one.or_typed, one.uncounted) == (True, None)
    assert found.gone == {"訪客/訪客/乙": 1}

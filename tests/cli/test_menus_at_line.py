"""`oaflow run` with a real LINE makes no menus: it says once that a sync is needed, once that it was. G1"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.app.menus_at_line import keep_menus
from bot.engine.compiled.playbook import Playbook
from bot.engine.menus.menu_face import faces_of
from bot.model.menus import MappedFace, MenuMapping
from bot.runtime.menus.menu_ids import MenuIds
from bot.store.cluster.rich_menus import RichMenuMappings
from bot.store.database.mongo import Database
from tests.conftest import ManualClock
from tests.playbooks import compiled

MENU = """\
rich_menus:
  - {menu: 訪客, image: cards/menu.png, grid: [甲], areas: {甲: {label: 看, send: 好}}}
rules:
  - {when: {text: 好}, reply: 好}
"""
WELL = "LINE's rich menus of main are those of the playbook again"
NEEDED = "LINE's rich menus of main are not those of the playbook: run  oaflow richmenu sync"


async def test_it_is_said_once_until_it_was_done(
    database: Database, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    works: list[Callable[[], Awaitable[None]]] = []
    unlinked: list[str] = ["outlet"]
    live: Any = SimpleNamespace(
        playbook=compiled(MENU),
        settings=SimpleNamespace(channels={"main": None, "outlet": None}),
        account=lambda channel: None if channel in unlinked else channel,
        on_take=[],
    )
    mappings = RichMenuMappings(database)
    menus = MenuIds(mappings, clock)
    serving: Any = SimpleNamespace(
        begun=SimpleNamespace(simulator=False, environment={}), live=live, menus=menus, clock=clock
    )
    runtime: Any = SimpleNamespace(also=lambda name, work: works.append(work))
    keep_menus(serving, runtime)
    (first,) = works
    await first()
    (taken,) = live.on_take
    taken()
    assert [record.getMessage() for record in caplog.records] == [NEEDED], "of an unlinked account none is"
    await mappings.write(mapped(live.playbook, clock))
    await menus.refresh()
    assert [record.getMessage() for record in caplog.records] == [NEEDED, WELL]
    live.playbook = compiled(MENU.replace("send: 好", "send: 您好").replace("text: 好", "text: 您好"))
    taken()
    assert [record.getMessage() for record in caplog.records] == [NEEDED, WELL, NEEDED]
    noted = await mappings.of("main")
    await mappings.write(replace(mapped(live.playbook, clock), rev=noted.rev))
    await menus.refresh()
    taken()
    assert [record.getMessage() for record in caplog.records] == [NEEDED, WELL] * 2
    live.playbook = replace(live.playbook, menus=())
    taken()
    assert [record.getMessage() for record in caplog.records] == [*[NEEDED, WELL] * 2, NEEDED]


def mapped(playbook: Playbook, clock: ManualClock) -> MenuMapping:
    """What a sync of this playbook leaves."""
    faces = faces_of(playbook, "main", clock.now())
    found = tuple(MappedFace(face.menu, face.tab, "richmenu-1", face.hash, face.alias) for face in faces)
    return MenuMapping("main", found, default="訪客")

"""A3, G5: `doctor` asks LINE for the default rich menu."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.operations.doctor.examine import examine
from bot.store.stores import Stores
from tests.engine.test_menu_face import playbook
from tests.simulator.account_window import stores
from tests.simulator.conftest import World
from tests.simulator.test_doctor import surroundings

__all__ = ["stores"]

MENUS = "  - {menu: guest, image: cards/menu.png, grid: [甲], areas: {甲: {send: 優惠}}}\n"


@pytest.mark.ring("all", "starts a process")
async def test_the_default_menu_is_looked_at(world: World, stores: Stores) -> None:
    """Nothing was synchronised yet, so new friends see no menu."""
    around = replace(surroundings(world), stores=stores, playbook=playbook(MENUS))
    [found] = [one for one in (await examine(around, "main")).findings if one.item == "default_menu"]
    assert (found.state, str(found.saw)) == ("wrong", 'LINE shows none, and the playbook has "guest"')

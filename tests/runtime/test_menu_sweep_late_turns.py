"""G2: another list of menus, while other processes still decide by the older one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.runtime.menu_sweep import OTHERS_KNOW
from bot.store.contacts import Contacts
from bot.store.menu_people import MenuPeople
from bot.store.mongo import Database
from bot.store.seal import Seal
from tests.conftest import ManualClock
from tests.runtime.test_menu_links import MENUS, with_menus
from tests.runtime.test_menu_sweep import Crowd


@pytest.fixture
async def swept(database: Database, seal: Seal, clock: ManualClock, tmp_path: Path) -> Crowd:
    """Two who see the menu that alone is in the new list; for it this process has swept already."""
    crowd = Crowd(Contacts(database, seal), MenuPeople(database, seal), clock, with_menus(tmp_path, MENUS))
    await crowd.come(("Ua", "guest"), ("Ub", "guest"))
    crowd.playbook = replace(crowd.playbook, menus=crowd.playbook.menus[1:], version="another")
    await crowd.sweep.look()
    assert crowd.calls == []
    return crowd


async def test_who_had_a_turn_by_the_older_list_is_found(swept: Crowd) -> None:
    """A tag that the turn put on gave them a menu that is no longer in the list."""
    await swept.turn("Ua")
    assert await swept.menu("Ua") == "vip"
    swept.clock.advance(OTHERS_KNOW.total_seconds())
    await swept.sweep.look()
    assert swept.calls == [("bulk link", ["Ua"], ["line-guest"])]
    assert await swept.menu("Ua") == "guest"


async def test_everybody_is_looked_at_once_more_and_not_again(swept: Crowd) -> None:
    swept.clock.advance(OTHERS_KNOW.total_seconds() - 1)
    await swept.turn("Ua")
    await swept.sweep.look()
    assert swept.calls == []
    swept.clock.advance(1)
    await swept.sweep.look()
    assert len(swept.calls) == 1
    await swept.turn("Ub")
    swept.clock.advance(10 * OTHERS_KNOW.total_seconds())
    await swept.sweep.look()
    assert len(swept.calls) == 1

"""G2, G3: another list of menus, or a new term, while turns are written that were decided before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.runtime.bulk import OTHERS_KNOW
from tests.conftest import ManualClock
from tests.runtime.test_menu_sweep import Crowd, crowd, rests

__all__ = ["crowd"]


@pytest.fixture
async def swept(crowd: Crowd) -> Crowd:
    """Two who see the menu that alone is in the new list; for it this process has swept already."""
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


async def test_s25_who_came_just_before_a_term_begins_and_is_written_after_the_sweep(
    crowd: Crowd, clock: ManualClock
) -> None:
    """R12: 15 s after midnight everybody is looked at once more, at the end of a term too, and not again."""
    vip, guest = crowd.playbook.menus
    begins, ends = clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=2)
    sale = replace(vip, condition=None, since=begins, until=ends)
    crowd.playbook = replace(crowd.playbook, menus=(sale, guest))
    await crowd.sweep.look()
    for user, menu, moment in (("Ua", "guest", begins), ("Ub", "vip", ends)):
        clock.advance((moment - clock.now()).total_seconds())
        await crowd.sweep.look()
        await crowd.come((user, menu))  # decided a moment ago, when the other menu held
        clock.advance(OTHERS_KNOW.total_seconds() - 1)
        assert rests(crowd.sweep)
        clock.advance(1)
        assert not rests(crowd.sweep)
        await crowd.sweep.look()
        assert rests(crowd.sweep)
    assert crowd.calls == [
        ("bulk link", ["Ua"], ["line-vip"]),
        ("bulk link", ["Ua"], ["line-guest"]),
        ("bulk link", ["Ub"], ["line-guest"]),
    ]

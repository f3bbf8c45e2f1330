"""The mapping of menus in MongoDB: written by one sync at a time, read by everybody. G1, G2."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.model.menus import Creations, MappedFace, MenuMapping
from bot.store.cluster.rich_menus import RichMenuMappings
from bot.store.database.mongo import Database

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
WHOLE = MenuMapping(
    "main",
    (
        MappedFace("VIP", "選購", "richmenu-1", "hash", "oaflow-1"),
        MappedFace("訪客", "訪客", "richmenu-2", "h"),
    ),
    default="訪客",
    at=AT,
    fresh=("VIP", "訪客"),
    leaving={"richmenu-3": "VIP", "richmenu-4": None},
    creations=Creations(97.5, AT),
)


async def test_a_mapping_comes_back_as_it_was_written(database: Database) -> None:
    mappings = RichMenuMappings(database)
    assert await mappings.of("main") == MenuMapping("main")
    assert await mappings.all() == {}
    assert await mappings.write(WHOLE)
    assert await mappings.of("main") == replace(WHOLE, rev=1)
    assert await mappings.write(MenuMapping("other"))
    assert await mappings.all() == {"main": replace(WHOLE, rev=1), "other": MenuMapping("other", rev=1)}
    assert await mappings.revisions() == {"main": 1, "other": 1}
    await mappings.forget("main")
    assert await mappings.of("main") == MenuMapping("main")


async def test_of_two_writers_the_second_is_told(database: Database) -> None:
    mappings = RichMenuMappings(database)
    assert await mappings.write(WHOLE)
    assert not await mappings.write(WHOLE)
    mine = await mappings.of("main")
    assert await mappings.write(replace(mine, default=None))
    assert not await mappings.write(replace(mine, default="VIP"))
    assert (await mappings.of("main")).default is None


async def test_a_menu_whose_people_have_it_is_fresh_no_more(database: Database) -> None:
    mappings = RichMenuMappings(database)
    await mappings.write(WHOLE)
    await mappings.linked("main", "VIP")
    assert (await mappings.of("main")).fresh == ("訪客",)
    before = await mappings.revisions()
    await mappings.linked("main", "VIP")
    assert await mappings.revisions() == before


def test_a_menu_is_its_first_tab() -> None:
    more = replace(WHOLE, faces=(*WHOLE.faces, MappedFace("VIP", "服務", "richmenu-5", "h")))
    assert (more.line_id("VIP"), more.line_id("訪客"), more.line_id("夜市")) == (
        "richmenu-1",
        "richmenu-2",
        None,
    )

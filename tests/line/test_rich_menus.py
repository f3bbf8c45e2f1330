"""The calls about rich menus, against the simulator's LINE, which is as strict as LINE. G1, G2."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.line.client import LineClient
from bot.line.outcome import Accepted, LineError, Refused
from bot.line.rich_menus import ListedMenu
from bot.store.database.mongo import Database
from tests.pictures import png
from tests.runtime.menus_at_line import MAIN, MenuLine, menu_line

FORM: dict[str, Any] = {
    "name": "a",
    "size": {"width": 800, "height": 540},
    "selected": False,
    "chatBarText": "選單",
    "areas": [],
}
NOBODY = "U" + "0" * 32
GONE = "richmenu-" + "0" * 32


@pytest.fixture
async def line(database: Database, tmp_path: Path) -> AsyncIterator[MenuLine]:
    async with menu_line(database, tmp_path) as found:
        yield found


async def made(line: MenuLine, **other: Any) -> str:
    menu = await line.menus.create({**FORM, **other})
    await line.menus.upload(menu, "image/png", png(800, 540))
    return menu


async def test_menus_are_made_listed_and_deleted(line: MenuLine) -> None:
    assert await line.menus.listed() == []
    await line.menus.validate(FORM)
    menu = await made(line, name="森活")
    assert await line.menus.listed() == [ListedMenu(menu, "森活")]
    await line.menus.upload(menu, "image/png", png(800, 540))  # it has one: that is what was wanted
    await line.menus.delete(menu)
    await line.menus.delete(menu)
    assert await line.menus.listed() == []


async def test_what_others_have_made_is_read(line: MenuLine) -> None:
    """M3: forms, pictures, and who was given which."""
    bare, menu = await line.menus.create(FORM), await made(line, name="森活")
    assert await line.menus.forms() == [
        {"richMenuId": bare, **FORM},
        {"richMenuId": menu, **FORM, "name": "森活"},
    ]
    assert await line.menus.picture(menu) == png(800, 540)
    assert await line.menus.picture(bare) is None
    friend = await line.friend()
    assert await line.menus.linked(friend) is None
    await line.menus.link(friend, menu)
    assert await line.menus.linked(friend) == menu
    with pytest.raises(LineError, match="400"):
        await line.menus.linked("somebody")


async def test_what_line_refuses_is_told(line: MenuLine) -> None:
    with pytest.raises(LineError, match=r"400: The request body has 1 error\(s\) \(chatBarText\)"):
        await line.menus.create({**FORM, "chatBarText": "字" * 15})
    with pytest.raises(LineError, match="400"):
        await line.menus.validate({**FORM, "chatBarText": ""})
    menu = await line.menus.create(FORM)
    with pytest.raises(LineError, match="400: The image size is not allowed for richmenu"):
        await line.menus.upload(menu, "image/png", png(700, 300))
    with pytest.raises(LineError, match="404"):
        await line.menus.upload(GONE, "image/png", png(800, 540))
    with pytest.raises(LineError, match="400: must upload richmenu image"):
        await line.menus.set_default(menu)


async def test_a_long_list_is_read_whole(line: MenuLine) -> None:
    """Far more than is kept of other answers."""
    area = {
        "bounds": {"x": 0, "y": 0, "width": 1, "height": 1},
        "action": {"type": "postback", "label": "選", "data": "d" * 300},
    }
    for _ in range(100):
        await line.menus.create({**FORM, "areas": [area] * 20})
    assert len(await line.menus.listed()) == 100


async def test_aliases_and_the_default(line: MenuLine) -> None:
    first, second = await made(line), await made(line)
    assert await line.menus.aliases() == {}
    assert await line.menus.default() is None
    await line.menus.create_alias("oaflow-a", first)
    with pytest.raises(LineError, match="400: conflict richmenu alias id"):
        await line.menus.create_alias("oaflow-a", first)
    await line.menus.update_alias("oaflow-a", second)
    assert await line.menus.aliases() == {"oaflow-a": second}
    with pytest.raises(LineError, match="404"):
        await line.menus.update_alias("oaflow-b", second)
    await line.menus.delete_alias("oaflow-a")
    await line.menus.delete_alias("oaflow-a")
    await line.menus.set_default(first)
    assert await line.menus.default() == first
    await line.menus.clear_default()
    assert await line.menus.default() is None


async def test_people_are_given_menus(line: MenuLine) -> None:
    menu, friend = await made(line, name="oaflow a/b 0"), await line.friend()
    assert isinstance(await line.menus.link(friend, menu), Accepted)
    assert await line.sees(friend) == "a/b"
    assert isinstance(await line.menus.unlink(friend), Accepted)
    assert await line.sees(friend) is None
    assert isinstance(await line.menus.bulk_link(menu, [friend, NOBODY]), Accepted)
    assert isinstance(await line.menus.bulk_unlink([friend]), Accepted)
    outcomes = [
        await line.menus.link(friend, GONE),
        await line.menus.bulk_link(GONE, [friend]),
        await line.menus.bulk_link(menu, ["someone"]),
        await line.menus.unlink("someone"),
    ]
    assert [o.kind for o in outcomes if isinstance(o, Refused)] == [
        "not-found",
        "not-found",
        "bad-request",
        "bad-request",
    ]
    assert not any(friend in str(outcome) for outcome in outcomes)


async def test_a_batch_and_how_far_it_is(line: MenuLine) -> None:
    first, second = await made(line), await made(line)
    request = await line.menus.move({first: second}, "key")
    while await line.menus.progress(request) == "ongoing":
        pass  # the clock of this LINE does not stand still: it is done at once
    assert await line.menus.progress(request) == "succeeded"
    with pytest.raises(LineError, match="404"):
        await line.menus.progress("00000000-0000-4000-8000-000000000000")
    with pytest.raises(LineError, match="404"):
        await line.menus.move({GONE: second}, "key")


async def test_a_download_before_anything_else_harms_no_later_call(line: MenuLine) -> None:
    """The headers of all calls are made with the first token, whoever asked for it."""
    await line.menus.listed()
    assert (await line.client.bot_info()).name == "森活選品"


async def test_nobody_listening(line: MenuLine, unused_tcp_port: int) -> None:
    nowhere = f"http://127.0.0.1:{unused_tcp_port}"
    async with ClientSession() as http:
        client = LineClient(MAIN, nowhere, nowhere, http, line.clock)
        with pytest.raises(LineError) as refused:
            await client.rich_menus.listed()
        assert (refused.value.status, refused.value.message) == (None, "could not connect")
        with pytest.raises(LineError):
            await client.rich_menus.upload("a", "image/png", b"")
        client.close()

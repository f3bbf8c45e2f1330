"""Rich menus of many people at once, on LINE's side: bulk links and batches. L4, G1, G2."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.simulator.platform.menu_bulk import KEPT, TAKES
from tests.simulator.conftest import World
from tests.simulator.test_line_api_menus import ALL, MENU, NOBODY, made, sees

LINK, UNLINK, BATCH = MENU + "/bulk/link", MENU + "/bulk/unlink", MENU + "/batch"
NO_MENU = "richmenu-" + "0" * 32


def detail(message: str, at: str) -> dict[str, Any]:
    return {"message": "The request body has 1 error(s)", "details": [{"message": message, "property": at}]}


def invalid(at: str) -> dict[str, Any]:
    return {"message": f"The property, '{at}', in the request body is invalid (line: -, column: -)"}


async def linked(world: World, people: list[str], menu: str) -> None:
    for person in people:
        assert (await world.call("POST", f"v2/bot/user/{person}/richmenu/{menu}"))[0] == 200


async def carried_out(world: World, friend: str, menu: str | None) -> None:
    """What was taken is carried out now: the friend comes to see this menu."""
    before = (await world.get("state"))["last"]
    assert await world.waits.end_next() == TAKES
    await world.until("friend", before, lambda change: (change["id"], change["menu"]) == (friend, menu))


async def test_a_bulk_link_takes_effect_a_moment_later(world: World) -> None:
    """What was linked meanwhile is overwritten, as at LINE."""
    friends = [await world.friend(name=name) for name in ("小美", "阿明")]
    foreign = await world.friend("other")
    first, second = await made(world), await made(world)
    body = {"richMenuId": first, "userIds": [*friends, foreign, NOBODY]}
    assert (await world.call("POST", LINK, body))[:2] == (202, {})
    await linked(world, friends[:1], second)
    assert [await sees(world, friend) for friend in friends] == [second, None]
    await carried_out(world, friends[1], first)
    assert [await sees(world, friend) for friend in (*friends, foreign)] == [first, first, None]
    assert (await world.call("GET", f"v2/bot/user/{NOBODY}/richmenu"))[0] == 404


async def test_a_bulk_unlink_shows_the_default_again(world: World, friend: str) -> None:
    own, default = await made(world), await made(world)
    await linked(world, [friend], own)
    await world.call("POST", f"{ALL}/{default}")
    assert (await world.call("POST", UNLINK, {"userIds": [friend, NOBODY]}))[:2] == (202, {})
    await carried_out(world, friend, default)


REFUSED: list[tuple[dict[str, Any], int, dict[str, Any]]] = [
    ({"userIds": None}, 400, invalid("userIds")),
    ({"userIds": []}, 400, detail("Size must be between 1 and 500", "userIds")),
    ({"userIds": [NOBODY] * 501}, 400, detail("Size must be between 1 and 500", "userIds")),
    ({"userIds": [NOBODY, "someone"]}, 400, invalid("userIds[1]")),
    ({"richMenuId": "menu"}, 400, detail("invalid richMenuId", "richMenuId")),
    ({"richMenuId": NO_MENU}, 404, {"message": "richmenu not found", "details": []}),
]


@pytest.mark.parametrize(("other", "status", "answer"), REFUSED, ids=range(6))
async def test_bulk_links_that_line_refuses(world: World, other: Any, status: int, answer: Any) -> None:
    good = {"richMenuId": await made(world), "userIds": [NOBODY] * 500}
    assert (await world.call("POST", LINK, good))[0] == 202
    assert (await world.call("POST", LINK, good | other))[:2] == (status, answer)
    if "userIds" in other:
        assert (await world.call("POST", UNLINK, other))[:2] == (status, answer)


async def test_a_menu_without_a_picture_is_linked_to_nobody(world: World) -> None:
    bare = await made(world, picture=False)
    status, answer, _ = await world.call("POST", LINK, {"richMenuId": bare, "userIds": [NOBODY]})
    assert (status, answer["message"]) == (400, "must upload richmenu image before applying it to user")


async def test_a_batch_moves_everybody_as_they_were_before_it(world: World) -> None:
    """The operations of a batch do not affect each other."""
    friends = [await world.friend(name=name) for name in ("小美", "阿明", "小華")]
    menus = [await made(world) for _ in range(4)]
    for friend, menu in zip(friends, menus, strict=False):
        await linked(world, [friend], menu)
    operations = [
        {"type": "link", "from": menus[0], "to": menus[1]},
        {"type": "link", "from": menus[1], "to": menus[2]},
        {"type": "unlink", "from": menus[2]},
    ]
    assert (await world.call("POST", MENU + "/validate/batch", {"operations": operations}))[:2] == (200, {})
    status, answer, headers = await world.call("POST", BATCH, {"operations": operations})
    assert (status, answer) == (202, {})
    progress = f"{MENU}/progress/batch?requestId={headers['X-Line-Request-Id']}"
    accepted = {"acceptedTime": "2026-08-01T04:00:00.000Z"}
    assert (await world.call("GET", progress))[:2] == (200, {"phase": "ongoing", **accepted})
    world.clock.move(seconds=2)
    await carried_out(world, friends[2], None)
    assert [await sees(world, friend) for friend in friends] == [menus[1], menus[2], None]
    completed = {"phase": "succeeded", **accepted, "completedTime": "2026-08-01T04:00:02.000Z"}
    assert (await world.call("GET", progress))[:2] == (200, completed)
    world.clock.move(seconds=(KEPT + timedelta(seconds=1)).total_seconds())
    assert (await world.call("GET", progress))[:2] == (404, {"message": "Not found"})


async def test_the_same_key_moves_nobody_twice(world: World) -> None:
    friends = [await world.friend(name=name) for name in ("小美", "阿明")]
    first, second = await made(world), await made(world)
    await linked(world, friends[:1], first)
    body = {"operations": [{"type": "link", "from": first, "to": second}], "resumeRequestKey": "sync-1"}
    assert (await world.call("POST", BATCH, body))[0] == 202
    await carried_out(world, friends[0], second)
    await linked(world, friends, first)
    assert (await world.call("POST", BATCH, body))[0] == 202
    await carried_out(world, friends[1], second)
    assert await sees(world, friends[0]) == first


async def test_everybody_is_unlinked(world: World) -> None:
    friend, menu = await world.friend(), await made(world)
    await linked(world, [friend], menu)
    assert (await world.call("POST", BATCH, {"operations": [{"type": "unlinkAll"}]}))[0] == 202
    await carried_out(world, friend, None)


async def test_batches_that_line_refuses(world: World) -> None:
    """Also by the call that only validates."""
    good, bare = await made(world), await made(world, picture=False)
    link = {"type": "link", "from": good, "to": good}
    refused: list[tuple[dict[str, Any], int, dict[str, Any]]] = [
        ({"operations": None}, 400, invalid("operations")),
        ({"operations": [1]}, 400, invalid("operations")),
        ({"operations": []}, 400, detail("Size must be between 1 and 1000", "operations")),
        ({"operations": [link] * 1_001}, 400, detail("Size must be between 1 and 1000", "operations")),
        ({"operations": [{"type": "move"}]}, 400, detail("invalid type", "operations[0].type")),
        ({"operations": [link | {"to": "x"}]}, 400, detail("invalid richMenuId", "operations[0].to")),
        ({"operations": [{"type": "unlink"}]}, 400, detail("invalid richMenuId", "operations[0].from")),
        (
            {"operations": [link, {"type": "unlink", "from": good}]},
            400,
            detail(f"from richmenu ({good}) is duplicated", "operations[].from"),
        ),
        (
            {"operations": [link, {"type": "unlinkAll"}]},
            400,
            detail("'unlinkAll' type can't be combined with other type", "operations[].type"),
        ),
        (
            {"operations": [link | {"to": NO_MENU}]},
            404,
            detail(f"Richmenu ({NO_MENU}) is not found", "operations[0].to"),
        ),
        (
            {"operations": [link | {"to": bare}]},
            400,
            detail(f"'to' richmenu ({bare}) must have image but it doesn't", "operations[0].to"),
        ),
        ({"resumeRequestKey": "鍵"}, 400, detail("invalid resumeRequestKey", "resumeRequestKey")),
    ]
    for other, status, answer in refused:
        body = {"operations": [link]} | other
        assert (await world.call("POST", MENU + "/validate/batch", body))[:2] == (status, answer)
    assert (await world.call("POST", BATCH, {"operations": [link | {"to": bare}]}))[0] == 400


async def test_three_batches_an_hour(world: World) -> None:
    for status in (202, 202, 202, 429):
        body = {"operations": [{"type": "unlinkAll"}]}
        assert (await world.call("POST", BATCH, body))[0] == status


async def test_progress_of_no_batch(world: World) -> None:
    progress = MENU + "/progress/batch"
    assert (await world.call("GET", progress))[0] == 400
    assert (await world.call("GET", progress + "?requestId=x"))[0] == 400
    unknown = "00000000-0000-4000-8000-000000000000"
    assert (await world.call("GET", f"{progress}?requestId={unknown}"))[0] == 404

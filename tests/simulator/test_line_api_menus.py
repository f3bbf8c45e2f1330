"""Rich menus on LINE's side: made, given pictures, aliases, a default, and to single people. L4."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from bot.simulator.state import menus
from tests.pictures import jpeg, png
from tests.simulator.conftest import World

MENU = "v2/bot/richmenu"
ALL = "v2/bot/user/all/richmenu"
NOBODY = "U" + "0" * 32
NOT_FOUND = (404, {"message": "Not found"})


def area(x: int = 0, y: int = 0, width: float = 400, height: int = 270, **action: Any) -> dict[str, Any]:
    bounds = {"x": x, "y": y, "width": width, "height": height}
    return {"bounds": bounds, "action": action or {"type": "message", "text": "菜單"}}


def form(**other: Any) -> dict[str, Any]:
    """A rich menu that LINE takes, but for what is given."""
    whole = {
        "size": {"width": 800, "height": 540},
        "selected": True,
        "name": "主選單",
        "chatBarText": "選單",
        "areas": [area(), area(x=400, type="uri", label="網站", uri="https://forest.example/")],
    }
    return whole | other


async def made(world: World, token: str = "token-of-main", picture: bool = True, **other: Any) -> str:
    status, answer, _ = await world.call("POST", MENU, form(**other), token)
    assert status == 200, answer
    menu = str(answer["richMenuId"])
    if picture:
        assert await upload(world, menu, png(800, 540)) == (200, {})
    return menu


async def upload(
    world: World, menu: str, content: bytes, kind: str = "image/png", method: str = "POST"
) -> tuple[int, Any]:
    headers = {"Authorization": "Bearer token-of-main", "Content-Type": kind}
    url = f"{world.line}/{MENU}/{menu}/content"
    async with world.http.request(method, url, data=BytesIO(content), headers=headers) as response:
        return response.status, await response.json()


async def sees(world: World, friend: str) -> Any:
    (shown,) = [one for one in (await world.get("state"))["friends"] if one["id"] == friend]
    return shown["menu"]


async def test_a_menu_is_kept_as_it_was_made(world: World) -> None:
    menu = await made(world, picture=False)
    assert menu.startswith("richmenu-")
    assert len(menu) == 41
    whole = {"richMenuId": menu, **form()}
    assert (await world.call("GET", f"{MENU}/{menu}"))[:2] == (200, whole)
    assert (await world.call("GET", f"{MENU}/list"))[:2] == (200, {"richmenus": [whole]})
    assert (await world.call("GET", f"{MENU}/list", token="token-of-main"))[1]["richmenus"]
    assert (await world.call("DELETE", f"{MENU}/{menu}"))[:2] == (200, {})
    assert (await world.call("DELETE", f"{MENU}/{menu}"))[:2] == NOT_FOUND
    assert (await world.call("GET", f"{MENU}/{menu}"))[:2] == NOT_FOUND


REFUSED = [
    ({"name": None}, "name", "must be specified"),
    ({"name": "字" * 301}, "name", "must not be longer than 300 characters"),
    ({"chatBarText": "字" * 15}, "chatBarText", "must not be longer than 14 characters"),
    ({"chatBarText": ""}, "chatBarText", "must be non-empty text"),
    ({"selected": "yes"}, "selected", "invalid property"),
    ({"size": {"width": 799, "height": 540}}, "size.width", "invalid property"),
    ({"size": {"width": 2501, "height": 540}}, "size.width", "invalid property"),
    ({"size": {"width": 800, "height": 249}}, "size.height", "invalid property"),
    ({"size": {"width": 800, "height": 552}}, "size.height", "invalid property"),
    ({"areas": [area()] * 21}, "areas", "must not be more than 20 items"),
    ({"areas": [area(x=-1)]}, "areas[0].bounds.x", "invalid property"),
    ({"areas": [area(width=800 / 3)]}, "areas[0].bounds.width", "must be an integer"),
    ({"size": {"width": 800.5, "height": 540}}, "size.width", "must be an integer"),
    ({"areas": [area(x=401)]}, "areas[0].bounds", "invalid property"),
    ({"areas": [area(height=541)]}, "areas[0].bounds", "invalid property"),
    ({"areas": [area(type="uri", uri="forest")]}, "areas[0].action.uri", "invalid uri"),
    ({"areas": [area(type="camera", label="a")]}, "areas[0].action.type", "invalid property"),
    ({"areas": [area(type="message")]}, "areas[0].action.text", "must be specified"),
    ({"areas": [{"bounds": area()["bounds"]}]}, "areas[0].action", "must be specified"),
]


@pytest.mark.parametrize(("other", "where", "message"), REFUSED)
async def test_menus_that_line_refuses(world: World, other: Any, where: str, message: str) -> None:
    for path in (MENU, MENU + "/validate"):
        status, answer, _ = await world.call("POST", path, form(**other))
        assert status == 400
        assert answer["details"][0] == {"message": message, "property": where}
        assert answer["message"] == f"The request body has {len(answer['details'])} error(s)"
    assert (await world.call("GET", f"{MENU}/list"))[1] == {"richmenus": []}


async def test_menus_at_their_bounds(world: World) -> None:
    family = "👨‍👩‍👧‍👦"
    bounds: list[dict[str, Any]] = [
        {"name": family * 300, "chatBarText": family * 14},
        {"size": {"width": 2500, "height": 1724}, "areas": [area(x=2100, y=1454)] * 20},
        {"areas": []},
        {"areas": [area(type="richmenuswitch", richMenuAliasId="b", data="d")]},
    ]
    for other in bounds:
        assert (await world.call("POST", MENU + "/validate", form(**other)))[:2] == (200, {})


async def test_a_picture_is_given_once(world: World) -> None:
    menu = await made(world, picture=False)
    assert await upload(world, menu, b"", method="GET") == NOT_FOUND
    assert await upload(world, menu, png(800, 540)) == (200, {})
    again = (400, {"message": "An image has already been uploaded to the richmenu"})
    assert await upload(world, menu, png(800, 540)) == again
    headers = {"Authorization": "Bearer token-of-main"}
    async with world.http.get(f"{world.line}/{MENU}/{menu}/content", headers=headers) as response:
        assert (response.status, response.content_type) == (200, "image/png")
        assert await response.read() == png(800, 540)


SIZE = "The image size is not allowed for richmenu"


@pytest.mark.parametrize(
    ("content", "kind", "status", "message"),
    [
        (jpeg(2500, 843), "image/jpeg", 200, None),
        (png(800, 250), "image/png", 200, None),
        (jpeg(2501, 843), "image/jpeg", 400, SIZE),
        (png(799, 300), "image/png", 400, SIZE),
        (png(800, 249), "image/png", 400, SIZE),
        (png(800, 552), "image/png", 400, SIZE),
        (png(800, 540, 1024 * 1024), "image/png", 400, SIZE),
        (png(800, 540), "image/jpeg", 400, None),
        (b"no picture", "image/png", 400, None),
        (b"", "image/png", 400, None),
        (b"GIF89a", "image/gif", 415, "The content type, image/gif, is not supported"),
        (png(800, 540), "application/json", 415, None),
    ],
    ids=range(12),
)
async def test_pictures_for_a_menu(
    world: World, content: bytes, kind: str, status: int, message: str | None
) -> None:
    menu = await made(world, picture=False)
    got, answer = await upload(world, menu, content, kind)
    assert got == status
    assert message is None or answer["message"] == message


async def test_a_picture_of_no_menu(world: World) -> None:
    assert await upload(world, "richmenu-" + "0" * 32, png(800, 540)) == NOT_FOUND


async def test_the_default_is_seen_by_everybody_without_a_menu_of_their_own(world: World) -> None:
    """A person's own before the default."""
    friend, other = await world.friend(), await world.friend(name="阿明")
    first, second = await made(world), await made(world, name="另一個")
    assert (await world.call("GET", ALL))[:2] == (404, {"message": "no default richmenu"})
    last = (await world.get("state"))["last"]
    assert (await world.call("POST", f"{ALL}/{first}"))[:2] == (200, {})
    told = await world.until("friend", last, lambda change: change["id"] == other)
    assert told["menu"] == first
    assert (await world.call("GET", ALL))[:2] == (200, {"richMenuId": first})
    one = f"v2/bot/user/{friend}/richmenu"
    assert (await world.call("GET", one))[:2] == (404, {"message": "the user has no richmenu"})
    assert (await world.call("POST", f"{one}/{second}"))[:2] == (200, {})
    assert (await world.call("GET", one))[:2] == (200, {"richMenuId": second})
    assert [await sees(world, friend), await sees(world, other)] == [second, first]
    assert (await world.call("DELETE", one))[:2] == (200, {})
    assert await sees(world, friend) == first
    assert (await world.call("DELETE", ALL))[:2] == (200, {})
    assert [await sees(world, friend), await sees(world, other)] == [None, None]


async def test_a_deleted_menu_is_seen_by_nobody(world: World, friend: str) -> None:
    default, own = await made(world), await made(world)
    await world.call("POST", f"{ALL}/{default}")
    await world.call("POST", f"v2/bot/user/{friend}/richmenu/{own}")
    await world.call("DELETE", f"{MENU}/{own}")
    assert await sees(world, friend) == default
    assert (await world.call("GET", f"v2/bot/user/{friend}/richmenu"))[0] == 404
    await world.call("DELETE", f"{MENU}/{default}")
    assert await sees(world, friend) is None


async def test_a_menu_without_a_picture_is_shown_to_nobody(world: World, friend: str) -> None:
    menu = await made(world, picture=False)
    refused = (400, {"message": "must upload richmenu image before applying it to user"})
    assert (await world.call("POST", f"{ALL}/{menu}"))[:2] == refused
    assert (await world.call("POST", f"v2/bot/user/{friend}/richmenu/{menu}"))[:2] == refused
    assert (await world.call("POST", f"{ALL}/richmenu-{'0' * 32}"))[:2] == NOT_FOUND


async def test_who_is_no_friend_is_linked_to_nothing(world: World) -> None:
    menu = await made(world)
    blocked, foreign = await world.friend(), await world.friend("other")
    await world.do(f"friends/{blocked}/block", {})
    await world.webhook()
    for person in (blocked, foreign, NOBODY):
        path = f"v2/bot/user/{person}/richmenu"
        assert (await world.call("POST", f"{path}/{menu}"))[:2] == (200, {})
        assert (await world.call("GET", path))[0] == 404
        assert (await world.call("DELETE", path))[:2] == (200, {})
    invalid = (400, {"message": "The value for the 'userId' parameter is invalid"})
    for method in ("GET", "DELETE"):
        assert (await world.call(method, "v2/bot/user/someone/richmenu"))[:2] == invalid
    assert (await world.call("POST", f"v2/bot/user/someone/richmenu/{menu}"))[:2] == invalid


async def test_aliases(world: World) -> None:
    first, second = await made(world), await made(world)
    alias = MENU + "/alias"
    good = {"richMenuAliasId": "tab-a", "richMenuId": first}
    assert (await world.call("POST", alias, good))[:2] == (200, {})
    assert (await world.call("POST", alias, good))[:2] == (400, {"message": "conflict richmenu alias id"})
    assert (await world.call("GET", alias + "/tab-a"))[:2] == (200, good)
    assert (await world.call("POST", alias + "/tab-a", {"richMenuId": second}))[:2] == (200, {})
    moved = {"richMenuAliasId": "tab-a", "richMenuId": second}
    assert (await world.call("GET", alias + "/list"))[:2] == (200, {"aliases": [moved]})
    (shown,) = [m for m in (await world.get("menus?channel=main"))["menus"] if m["aliases"]]
    assert (shown["id"], shown["aliases"]) == (second, ["tab-a"])
    assert (await world.call("DELETE", alias + "/tab-a"))[:2] == (200, {})
    gone = (404, {"message": "richmenu alias not found"})
    for method, body in (("GET", None), ("DELETE", None), ("POST", {"richMenuId": second})):
        assert (await world.call(method, alias + "/tab-a", body))[:2] == gone
    assert (await world.call("GET", alias + "/Tab A"))[0] == 400


@pytest.mark.parametrize("id", ["", "a" * 33, "Tab", "分頁", None, 5])
async def test_an_alias_is_small_letters_and_digits(world: World, id: Any) -> None:
    body = {"richMenuAliasId": id, "richMenuId": await made(world)}
    status, answer, _ = await world.call("POST", MENU + "/alias", body)
    assert status == 400
    assert answer["details"][0]["property"] == "richMenuAliasId"


async def test_an_alias_leads_to_a_menu_with_a_picture(world: World) -> None:
    bare = await made(world, picture=False)
    for target in (bare, "richmenu-" + "0" * 32):
        body = {"richMenuAliasId": "a", "richMenuId": target}
        status, answer, _ = await world.call("POST", MENU + "/alias", body)
        assert (status, answer) == (400, {"message": "richmenu not found"})
    for wrong in ("menu", None, 1):
        strange = {"richMenuAliasId": "a", "richMenuId": wrong}
        status, answer, _ = await world.call("POST", MENU + "/alias", strange)
        detail = {"message": "invalid richMenuId", "property": "richMenuId"}
        assert (status, answer["details"]) == (400, [detail])


async def test_a_channel_has_a_thousand_menus_and_aliases_at_most(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.simulator.platform.menu_calls.MENUS_AT_MOST", 2)
    menu = await made(world)
    await made(world)
    assert (await world.call("POST", MENU, form()))[0] == 400
    for number, status in ((1, 200), (2, 200), (3, 400)):
        body = {"richMenuAliasId": f"a{number}", "richMenuId": menu}
        assert (await world.call("POST", MENU + "/alias", body))[0] == status
    assert menus.MENUS_AT_MOST == 1_000


async def test_pictures_of_menus_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menus, "PICTURE_BYTES_AT_MOST", len(png(800, 540)))
    await made(world)
    late = await made(world, picture=False)
    assert (await upload(world, late, png(800, 540)))[0] == 400


async def test_a_channels_menus_are_its_own(world: World) -> None:
    """A8"""
    menu = await made(world)
    form_ = {"grant_type": "client_credentials", "client_id": "1002", "client_secret": "secret-of-other"}
    async with world.http.post(world.line + "/oauth2/v3/token", data=form_) as response:
        token = (await response.json())["access_token"]
    assert (await world.call("GET", f"{MENU}/{menu}", token=token))[0] == 404
    assert (await world.call("GET", f"{MENU}/list", token=token))[1] == {"richmenus": []}
    assert (await world.call("DELETE", f"{MENU}/{menu}", token=token))[0] == 404


async def test_the_page_reads_menus_and_their_pictures(world: World) -> None:
    last = (await world.get("state"))["last"]
    menu, bare = await made(world), await made(world, picture=False)
    await world.until("menus", last, lambda change: change == {"channel": "main"})
    await world.call("POST", f"{ALL}/{menu}")
    first, second = (await world.get("menus?channel=main"))["menus"]
    assert first == {
        "id": menu,
        "name": "主選單",
        "chatBarText": "選單",
        "selected": True,
        "size": form()["size"],
        "areas": form()["areas"],
        "image": f"menus/{menu}/image",
        "aliases": [],
        "default": True,
    }
    assert (second["id"], second["image"], second["default"]) == (bare, None, False)
    async with world.http.get(f"{world.api}/{first['image']}") as response:
        assert response.content_type == "image/png"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert await response.read() == png(800, 540)
    for path in (f"menus/{bare}/image", "menus/x/image", "menus?channel=nobody", "menus"):
        async with world.http.get(f"{world.api}/{path}") as response:
            assert response.status == 404

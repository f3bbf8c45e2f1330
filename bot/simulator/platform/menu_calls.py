"""Rich menus as LINE's API has them: menus, their pictures, aliases, the default, and links to single people.

https://developers.line.biz/en/reference/messaging-api/#rich-menu
"""

from __future__ import annotations

import re
from io import BytesIO

from bot.line.objects.faults import faults_of
from bot.line.objects.rich_menu import (
    HEIGHT_LEAST,
    MENU,
    MENU_ID,
    WIDTH,
    wide_enough,
)
from bot.model.message import USER_ID
from bot.playbook.compile.values.pictures import header_of
from bot.simulator.people.menu_feed import MenusShown
from bot.simulator.platform.call import Answered, ApiCall, Route
from bot.simulator.platform.refusal import INNER, LineRefusal, bad_properties, dotted, not_found, worded
from bot.simulator.state.chats import Chats
from bot.simulator.state.menus import MENUS_AT_MOST, ChannelMenus, Menus, NoRoom, RichMenu
from bot.simulator.state.pictures import PictureBytes

PICTURE_AT_MOST = 1024 * 1024
"""Bytes in the picture of a menu."""

_ALIAS = re.compile(r"[a-z0-9_-]{1,32}")
"""The id of an alias."""
_ALL, _ONE = "/v2/bot/user/all/richmenu", "/v2/bot/user/{person}/richmenu"
"""The paths of the default menu, and of the menu of one person."""


class MenuCalls:
    """The calls that are about rich menus; each raises `LineRefusal` where LINE refuses."""

    def __init__(self, menus: Menus, chats: Chats, shown: MenusShown) -> None:
        self._menus = menus
        self._chats = chats
        self._shown = shown

    def rows(self) -> list[Route]:
        """The calls, as `LineApi` serves them."""
        menu, alias = "/v2/bot/richmenu", "/v2/bot/richmenu/alias"
        return [
            Route("POST", menu, "create-menu", self._create, "json"),
            Route("POST", menu + "/validate", "validate-menu", self._validate, "json"),
            Route("GET", menu + "/list", "menus", self._list),
            Route("POST", alias, "create-alias", self._create_alias, "json"),
            Route("GET", alias + "/list", "aliases", self._aliases),
            Route("GET", alias + "/{alias}", "alias", self._alias),
            Route("POST", alias + "/{alias}", "update-alias", self._update_alias, "json"),
            Route("DELETE", alias + "/{alias}", "delete-alias", self._delete_alias),
            Route("GET", menu + "/{menu}", "menu", self._get),
            Route("DELETE", menu + "/{menu}", "delete-menu", self._delete),
            Route("POST", menu + "/{menu}/content", "menu-picture", self._give_picture, "picture"),
            Route("GET", menu + "/{menu}/content", "get-menu-picture", self._picture),
            Route("GET", _ALL, "default-menu", self._default),
            Route("DELETE", _ALL, "clear-default-menu", self._clear_default),
            Route("POST", _ALL + "/{menu}", "set-default-menu", self._set_default),
            Route("GET", _ONE, "menu-of", self._linked),
            Route("DELETE", _ONE, "unlink-menu", self._unlink),
            Route("POST", _ONE + "/{menu}", "link-menu", self._link),
        ]

    async def _create(self, call: ApiCall) -> Answered:
        _check(call)
        if len(self._of(call).by_id) >= MENUS_AT_MOST:
            # LINE documents the status; the wording is ours.
            raise LineRefusal(400, f"The number of rich menus has reached its limit of {MENUS_AT_MOST}")
        menu = self._menus.add(_channel(call), {name: call.body[name] for name in MENU.properties})
        self._shown.changed(_channel(call))
        return Answered(body={"richMenuId": menu.id}, text=menu.form["name"])

    async def _validate(self, call: ApiCall) -> Answered:
        _check(call)
        return Answered()

    async def _list(self, call: ApiCall) -> Answered:
        return Answered(body={"richmenus": [_form(menu) for menu in self._of(call).by_id.values()]})

    async def _get(self, call: ApiCall) -> Answered:
        return Answered(body=_form(self._menu(call)))

    async def _delete(self, call: ApiCall) -> Answered:
        menu = self._menu(call)
        with self._shown.change(_channel(call)):
            self._menus.delete(_channel(call), menu.id)
        return Answered(text=menu.form["name"])

    async def _give_picture(self, call: ApiCall) -> Answered:
        menu = self._menu(call)
        picture = _allowed_picture(call)
        if menu.picture is not None:
            raise LineRefusal(400, "An image has already been uploaded to the richmenu")
        try:
            self._menus.give_picture(_channel(call), menu, picture)
        except NoRoom:
            raise LineRefusal(
                400, "The simulator keeps no more pictures of rich menus: delete some"
            ) from None
        self._shown.changed(_channel(call))
        return Answered(text=menu.form["name"])

    async def _picture(self, call: ApiCall) -> Answered:
        picture = self._menu(call).picture
        if picture is None:
            raise not_found()
        return Answered(body=picture)

    async def _default(self, call: ApiCall) -> Answered:
        default = self._of(call).default
        if default is None:
            raise LineRefusal(404, "no default richmenu")
        return Answered(body={"richMenuId": default})

    async def _set_default(self, call: ApiCall) -> Answered:
        menu = self._with_picture(call)
        with self._shown.change(_channel(call)):
            self._of(call).default = menu.id
        return Answered(text=menu.form["name"])

    async def _clear_default(self, call: ApiCall) -> Answered:
        with self._shown.change(_channel(call)):
            self._of(call).default = None
        return Answered()

    async def _linked(self, call: ApiCall) -> Answered:
        person = _person(call)
        linked = self._of(call).links.get(person)
        if linked is None:
            raise LineRefusal(404, "the user has no richmenu")
        return Answered(body={"richMenuId": linked}, chat=self._chat(call, person))

    async def _link(self, call: ApiCall) -> Answered:
        person, menu = _person(call), self._with_picture(call)
        friend = self._chats.friends.get(person)
        is_here = friend is not None and friend.channel == _channel(call) and friend.standing == "friend"
        if not is_here and not call.account.crowd.has(person):
            return Answered()  # LINE answers 200 and links nothing
        with self._shown.change(_channel(call), person):
            self._of(call).links[person] = menu.id
        return Answered(chat=person, text=menu.form["name"])

    async def _unlink(self, call: ApiCall) -> Answered:
        person = _person(call)
        with self._shown.change(_channel(call), person):
            self._of(call).links.pop(person, None)
        return Answered(chat=self._chat(call, person))

    async def _create_alias(self, call: ApiCall) -> Answered:
        alias, menus = call.body.get("richMenuAliasId"), self._of(call)
        if not isinstance(alias, str) or not _ALIAS.fullmatch(alias):
            raise bad_properties([{"message": "invalid richMenuAliasId", "property": "richMenuAliasId"}])
        target = self._alias_target(call)
        if alias in menus.aliases:
            raise LineRefusal(400, "conflict richmenu alias id")
        if len(menus.aliases) >= MENUS_AT_MOST:
            raise LineRefusal(
                400, f"The number of rich menu aliases has reached its limit of {MENUS_AT_MOST}"
            )
        menus.aliases[alias] = target
        self._shown.changed(_channel(call))
        return Answered(text=alias)

    async def _update_alias(self, call: ApiCall) -> Answered:
        alias = self._known_alias(call)
        self._of(call).aliases[alias] = self._alias_target(call)
        self._shown.changed(_channel(call))
        return Answered(text=alias)

    async def _delete_alias(self, call: ApiCall) -> Answered:
        alias = self._known_alias(call)
        del self._of(call).aliases[alias]
        self._shown.changed(_channel(call))
        return Answered(text=alias)

    async def _alias(self, call: ApiCall) -> Answered:
        alias = self._known_alias(call)
        return Answered(body={"richMenuAliasId": alias, "richMenuId": self._of(call).aliases[alias]})

    async def _aliases(self, call: ApiCall) -> Answered:
        every = self._of(call).aliases.items()
        return Answered(body={"aliases": [{"richMenuAliasId": a, "richMenuId": m} for a, m in every]})

    def _of(self, call: ApiCall) -> ChannelMenus:
        return self._menus.of(_channel(call))

    def _menu(self, call: ApiCall) -> RichMenu:
        menu = self._of(call).by_id.get(call.path["menu"])
        if menu is None:
            raise not_found()
        return menu

    def _with_picture(self, call: ApiCall) -> RichMenu:
        menu = self._menu(call)
        if menu.picture is None:
            raise LineRefusal(400, "must upload richmenu image before applying it to user")
        return menu

    def _known_alias(self, call: ApiCall) -> str:
        alias = call.path["alias"]
        if not _ALIAS.fullmatch(alias):
            raise LineRefusal(400, "The value for the 'richMenuAliasId' parameter is invalid")
        if alias not in self._of(call).aliases:
            raise LineRefusal(404, "richmenu alias not found")
        return alias

    def _alias_target(self, call: ApiCall) -> str:
        target = call.body.get("richMenuId")
        if not isinstance(target, str) or not MENU_ID.fullmatch(target):
            raise bad_properties([{"message": "invalid richMenuId", "property": "richMenuId"}])
        menu = self._of(call).by_id.get(target)
        if menu is None or menu.picture is None:
            raise LineRefusal(400, "richmenu not found")
        return target

    def _chat(self, call: ApiCall, person: str) -> str | None:
        friend = self._chats.friends.get(person)
        return person if friend is not None and friend.channel == _channel(call) else None


def _channel(call: ApiCall) -> str:
    return call.account.channel.name


def _check(call: ApiCall) -> None:
    found = [
        {"message": worded(fault, INNER), "property": dotted(fault.at)}
        for fault in faults_of(dict(call.body), MENU)
    ]
    if found:
        raise bad_properties(found)


def _form(menu: RichMenu) -> dict[str, object]:
    return {"richMenuId": menu.id, **menu.form}


def _person(call: ApiCall) -> str:
    person = call.path["person"]
    if not USER_ID.fullmatch(person):
        raise LineRefusal(400, "The value for the 'userId' parameter is invalid")
    return person


def _allowed_picture(call: ApiCall) -> PictureBytes:
    declared = call.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if declared != "image/jpeg" and declared != "image/png":
        raise LineRefusal(415, f"The content type, {declared}, is not supported")
    header = header_of(BytesIO(call.raw))
    if (header.kind == "JPEG") != (declared == "image/jpeg") or header.kind not in ("JPEG", "PNG"):
        raise LineRefusal(
            400, "The image format is not allowed for richmenu"
        )  # status documented, wording ours
    least, most = WIDTH
    sized = least <= header.width <= most and header.height >= HEIGHT_LEAST
    if not sized or not wide_enough(header.width, header.height) or len(call.raw) > PICTURE_AT_MOST:
        raise LineRefusal(400, "The image size is not allowed for richmenu")
    return PictureBytes("image/jpeg" if header.kind == "JPEG" else "image/png", call.raw)

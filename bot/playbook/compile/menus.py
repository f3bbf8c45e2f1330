"""Rich menus: the ordered list, its faces and areas (language, section 9)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.menu import Area, Menu, Tab
from bot.engine.text import graphemes
from bot.playbook.compile.cards import Cards
from bot.playbook.compile.conditions import condition_of
from bot.playbook.compile.grids import boxes_of, cells_of
from bot.playbook.compile.line_limits import MENU_AREAS
from bot.playbook.compile.pictures import MB, Use, picture
from bot.playbook.compile.rules import place_at_first
from bot.playbook.compile.scope import Scope
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, Scalar, place_of

CHAT_BAR = 14
"""Characters: https://developers.line.biz/en/reference/messaging-api/#rich-menu-object"""
WIDEST = 2500, 1686
SIZES = "save it as 2500 × 1686 or 2500 × 843"
PICTURE = Use("the picture of a rich menu", ("JPEG", "PNG"), MB)


def menus_of(scope: Scope) -> tuple[Menu, ...]:
    """All menus, in the order of the list."""
    seen: dict[str, Scalar] = {}
    found = []
    for node in scope.items(scope.book.root.get("rich_menus")):
        name = scope.scalar(node.get("menu"))
        if name is None:
            continue
        if name.value in seen:
            message = f"there are two rich menus {shown(name.value)}"
            note = f"the first is at {place_of(seen[name.value])}"
            scope.wrong(name, "duplicate-name", message, "give one of them another name", note)
        seen.setdefault(name.value, name)
        found.append(_menu(scope, name.value, node))
    return tuple(found)


def _menu(scope: Scope, name: str, node: Map) -> Menu:
    asked = scope.at(asked_at_any_time="a rich menu")
    return Menu(
        name=name,
        place=place_at_first(node),
        condition=condition_of(asked, node.get("if")),
        tabs={tab.name: tab for tab in _tabs(scope, name, node)},
        since=scope.moment(node.get("from")),
        until=scope.moment(node.get("until")),
        open=scope.switch(node.get("open")),
        paused=scope.switch(node.get("paused")),
    )


def _tabs(scope: Scope, menu: str, node: Map) -> Iterator[Tab]:
    tabs = node.get("tabs")
    if not isinstance(tabs, Map):
        yield _tab(scope, menu, menu, node, node, ())
        return
    for name, (_, face) in tabs.pairs.items():
        if isinstance(face, Map):
            yield _tab(scope, menu, name, face, node, tuple(tabs.pairs))


def _tab(scope: Scope, menu: str, name: str, face: Map, whole: Map, tabs: tuple[str, ...]) -> Tab:
    image = scope.scalar(face.get("image"))
    bar = scope.scalar(face.get("chat_bar") or whole.get("chat_bar"))
    if bar is not None and graphemes(scope.text(bar)) > CHAT_BAR:
        message = f"this text has {graphemes(bar.value)} characters, the bar below a menu takes {CHAT_BAR}"
        scope.wrong(bar, "chat-bar-too-long", message, "shorten it")
    return Tab(
        name=name,
        image="" if image is None else image.value,
        chat_bar=menu if bar is None else bar.value,
        areas=tuple(_areas(scope, f"{menu}/{name}", face, tabs)),
        grid=cells_of(scope, face),
    )


def _areas(scope: Scope, key: str, face: Map, tabs: tuple[str, ...]) -> Iterator[Area]:
    areas = face.get("areas")
    boxes = boxes_of(scope, face, *_size(scope, face))
    if isinstance(areas, Map) and len(areas.pairs) > MENU_AREAS:
        message = f"here are {len(areas.pairs)} areas, a rich menu takes {MENU_AREAS}"
        scope.wrong(areas, "areas-over-20", message, "make fewer areas, or tabs")
    for name, node in scope.pairs(areas):
        if not isinstance(node, Map):
            continue
        tap = Cards(scope).tap(node, key, tabs=tabs, name=name.value)
        if tap is not None:
            scope.book.taps[tap.key] = tap
            box = boxes.get(name.value) if node.get("box") is not None else None
            yield Area(name.value, tap, box)


def _size(scope: Scope, face: Map) -> tuple[int, int]:
    """Width and height of the face's picture; the largest that there are where it cannot be read."""
    image = scope.scalar(face.get("image"))
    found = None if image is None else picture(scope, image, PICTURE)
    if image is None or found is None or found.header is None:
        return WIDEST
    width, height = found.header.width, found.header.height
    is_ = f"{shown(image.value)} is {width} × {height} pixels"
    if not 800 <= width <= 2500 or height < 250:
        message = f"{is_}, a rich menu is 800 to 2500 wide and at least 250 high"
        scope.wrong(image, "image-size", message, SIZES)
    elif width / height < 1.45:
        message = f"{is_}, a rich menu is at least 1.45 times as wide as high"
        scope.wrong(image, "menu-ratio", message, SIZES)
    return width, height

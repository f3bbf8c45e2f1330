"""Compiles rich menus, in their order: pictures, tabs, areas with their taps (language, section 9)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.card import FileAddress
from bot.engine.compiled.menu import Area, Menu, Tab
from bot.engine.texts.text import graphemes
from bot.line.objects.limits import CHAT_BAR, MENU_AREAS
from bot.line.objects.rich_menu import HEIGHT_LEAST, WIDTH, wide_enough
from bot.model.translatable import tr
from bot.playbook.compile.conditions.conditions import condition_of
from bot.playbook.compile.flows.rules import place_at_first, term
from bot.playbook.compile.messages.cards import Cards
from bot.playbook.compile.messages.refused_by_line import too_many_areas
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.grids import GridBox, boxes_of, cells_of
from bot.playbook.compile.values.pictures import MB, Picture, Use, picture
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Scalar, place_of

WIDEST = 2500, 1686
"""Width and height in pixels of LINE's largest picture; stands for a picture that cannot be read."""
SIZES = tr("save it as 2500 × 1686 or 2500 × 843")
"""Advice on sizes that fit."""
DRAWN = tr("have a plain one drawn:  oaflow richmenu image")
"""Advice where the picture is missing."""
PICTURE = Use(tr("the picture of a rich menu"), ("JPEG", "PNG"), MB, if_missing=DRAWN)
"""What LINE takes as picture of a rich menu."""


def menus_of(scope: Scope) -> tuple[Menu, ...]:
    """All menus, in the order of the list; a second one of the same name is reported."""
    seen: dict[str, Scalar] = {}
    menus = []
    for node in scope.items(scope.book.root.get("rich_menus")):
        name = scope.scalar(node.get("menu"))
        if name is None:
            continue
        if name.value in seen:
            message = tr("there are two rich menus {name}", name=quoted(name.value))
            note = tr("the first is at {place}", place=str(place_of(seen[name.value])))
            scope.wrong(name, "duplicate-name", message, tr("give one of them another name"), note)
        seen.setdefault(name.value, name)
        menus.append(_menu(scope, name, node))
    return tuple(menus)


def _menu(scope: Scope, name: Scalar, node: Map) -> Menu:
    within = scope.at(without_event=tr("a rich menu"))
    since, until = term(scope, node, tr("this menu ends before it begins"))
    return Menu(
        name=name.value,
        place=place_at_first(node),
        condition=condition_of(within, node.get("if")),
        tabs={tab.name: tab for tab in _tabs(scope, name, node)},
        since=since,
        until=until,
        open=scope.switch(node.get("open")),
        paused=scope.switch(node.get("paused")),
    )


def _tabs(scope: Scope, menu: Scalar, node: Map) -> Iterator[Tab]:
    """The tabs of a menu; one without `tabs` has a single tab of its own name."""
    tabs = node.get("tabs")
    if not isinstance(tabs, Map):
        yield _tab(scope, menu, menu.value, node, node, ())
        return
    for key in ("image", "grid", "areas"):
        if key in node.pairs:
            message = tr("{key} stands beside tabs, where nobody sees it", key=key)
            hint = tr("put it into one of the tabs, or leave  tabs  out")
            scope.wrong(node.pairs[key][0], "two-kinds", message, hint)
    for name, (_, face) in tabs.pairs.items():
        if isinstance(face, Map):
            yield _tab(scope, menu, name, face, node, tuple(tabs.pairs))


def _bar(scope: Scope, menu: Scalar, written: Scalar | None) -> str:
    """The text of the chat bar below a menu: the menu's name where none is written."""
    text = menu.value if written is None else scope.text(written)
    number = graphemes(text)
    if number > CHAT_BAR:
        message = tr(
            "this text has {number} characters, the bar below a menu takes {most}",
            number=number,
            most=CHAT_BAR,
        )
        hint = tr("shorten it") if written is not None else tr("add  chat_bar: 選單")
        scope.wrong(written or menu, "chat-bar-too-long", message, hint)
    elif not text.strip() and written is not None:
        scope.wrong(written, "bad-value", tr("the bar below a menu has a text"), tr("write  chat_bar: 選單"))
    return text


def _picture(scope: Scope, image: Scalar) -> Picture | None:
    """The picture's file; an address is reported, as LINE takes the file itself."""
    if "://" in image.value:
        message = tr("the picture of a rich menu is a file, and this is an address")
        hint = tr("save it in the playbook's folder, and write  image: cards/menu.png")
        scope.wrong(image, "bad-value", message, hint)
        return None
    return picture(scope, image, PICTURE)


def _tab(scope: Scope, menu: Scalar, name: str, face: Map, whole: Map, tabs: tuple[str, ...]) -> Tab:
    """Compiles a tab; `face` is its block, `whole` that of the menu, `tabs` the names of all its tabs."""
    image = scope.scalar(face.get("image"))
    bar = _bar(scope, menu, scope.scalar(face.get("chat_bar") or whole.get("chat_bar")))
    image_file = None if image is None else _picture(scope, image)
    size = WIDEST if image is None else _size(scope, image, image_file)
    return Tab(
        name=name,
        image="" if image is None else image.value,
        chat_bar=bar,
        areas=tuple(_areas(scope, f"{menu.value}/{name}", face, tabs, size)),
        grid=cells_of(scope, face),
        size=size,
        picture=image_file.address
        if image_file is not None and isinstance(image_file.address, FileAddress)
        else None,
    )


def _areas(scope: Scope, key: str, face: Map, tabs: tuple[str, ...], size: tuple[int, int]) -> Iterator[Area]:
    """The areas with their taps; `size` is the picture's width and height."""
    areas = face.get("areas")
    boxes = boxes_of(scope, face, *size)
    if isinstance(areas, Map) and len(areas.pairs) > MENU_AREAS:
        message = too_many_areas(len(areas.pairs), MENU_AREAS, tr("a rich menu"))
        scope.wrong(areas, "areas-over-20", message, tr("make fewer areas, or tabs"))
    for name, node in scope.pairs(areas):
        if not isinstance(node, Map):
            continue
        tap = Cards(scope).tap(node, key, tabs=tabs, name=name.value)
        if tap is not None:
            scope.book.taps[tap.key] = tap
            yield Area(name.value, tap, boxes.get(name.value, GridBox(0, 0, *size)))


def _size(scope: Scope, image: Scalar, background: Picture | None) -> tuple[int, int]:
    """Width and height of the picture in pixels; `WIDEST` where it cannot be read. Reports what LINE
    refuses."""
    if background is None or background.header is None or background.header.kind not in PICTURE.kinds:
        return WIDEST
    width, height = background.header.width, background.header.height
    is_ = tr("{image} is {width} × {height} pixels", image=quoted(image.value), width=width, height=height)
    if not WIDTH[0] <= width <= WIDTH[1] or height < HEIGHT_LEAST:
        message = tr("{type}, a rich menu is 800 to 2500 wide and at least 250 high", type=is_)
        scope.wrong(image, "image-size", message, SIZES)
    elif not wide_enough(width, height):
        message = tr("{type}, a rich menu is at least 1.45 times as wide as high", type=is_)
        scope.wrong(image, "menu-ratio", message, SIZES)
    return width, height

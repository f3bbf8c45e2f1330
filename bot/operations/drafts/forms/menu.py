"""A rich menu by a form: who sees it, its areas, its picture; a new one or one of the draft (G1, L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast
from urllib.parse import urlencode

from bot.model.translatable import Translatable, tr
from bot.operations.drafts.forms.entry import in_editor
from bot.operations.drafts.forms.form import (
    LEAD,
    DraftForm,
    Filled,
    FormRemoval,
    Heading,
    Input,
    InputRows,
    Instead,
    Options,
)
from bot.operations.drafts.forms.needs import tags
from bot.operations.drafts.forms.written import FieldRefused
from bot.operations.drafts.menu_form import (
    AREAS_MOST,
    CHAT_BAR,
    LAYOUTS,
    AreaDoes,
    FormArea,
    FormMenu,
    Viewers,
    form_of,
)
from bot.operations.drafts.new_menu import (
    MenuPlace,
    changed_menu,
    menu_called,
    menu_places,
    new_menu,
    removed_menu,
)
from bot.operations.links import pages

PAGE = "/admin/menus"
VIEWERS: Mapping[Viewers, Translatable] = {
    "everyone": tr("everybody"),
    "tag": tr("only who has the tag"),
    "bound": tr("only who has bound a phone"),
    "!bound": tr("only who has bound no phone"),
}
DOES: Options = {
    "send": tr("the customer says"),
    "open": tr("an address is opened"),
}


def menu_of(filled: Filled) -> FormMenu:
    """The menu as it was filled in. Raises `FieldRefused` where an area lacks something."""
    areas = tuple(_area(filled, number) for number in range(1, AREAS_MOST + 1))
    texts = {one: filled[one] for one in ("name", "tag", "chat_bar", "layout", "before")}
    menu = FormMenu(**texts, viewers=cast(Viewers, filled["viewers"]), areas=areas)
    for number, area in enumerate(menu.shown, 1):
        if not area.label:
            says = tr("area {number}: write what stands on it", number=number)
            raise FieldRefused(says, f"label_{number}")
        if area.does == "open" and not area.to:
            says = tr("area {number}: write the address that it opens", number=number)
            raise FieldRefused(says, f"to_{number}")
    return menu


def _area(filled: Filled, number: int) -> FormArea:
    does, _, page = filled[f"does_{number}"].partition(":")
    return FormArea(filled[f"label_{number}"], cast(AreaDoes, does), page or filled[f"to_{number}"])


def fields_of(menu: FormMenu) -> Mapping[str, str]:
    """What the form of this menu holds."""
    found = {one: str(getattr(menu, one)) for one in ("name", "viewers", "tag", "chat_bar", "layout")}
    for number, area in enumerate(menu.areas, 1):
        does, to = (f"page:{area.to}", "") if area.does == "page" else (area.does, area.to)
        found |= {f"label_{number}": area.label, f"does_{number}": does, f"to_{number}": to}
    return found


def _opened(filled: Filled) -> Mapping[str, str] | Instead:
    """One of which the form does not know all is for the editor."""
    there = menu_called(filled)
    known = form_of(there.entry, filled.channel)
    if known is not None:
        return fields_of(known)
    back = f"{PAGE}?{urlencode({'channel': filled.channel})}"
    more = tr("This menu has more than the form knows: change it in the editor")
    return Instead(more, LEAD, {in_editor(there.file): tr("To the editor"), back: tr("Do not")}, "menu")


def _there(filled: Filled) -> Sequence[MenuPlace]:
    return filled.once(menu_places, lambda sources: menu_places(sources, filled.channel))


def _others(filled: Filled) -> Options:
    return {one.name: tr("before {menu}", menu=one.name) for one in _there(filled)}


def _acts(filled: Filled) -> Options:
    of_pages = pages(filled.playbook, filled.channel).items()
    return {
        **DOES,
        **{f"page:{name}": tr("the page {title}", title=title) for name, title in of_pages},
    }


def _with_area(number: int) -> str:
    """The layouts that have this area."""
    return f"layout={'|'.join(name for name, rows in LAYOUTS.items() if str(number) in ' '.join(rows))}"


_AUDIENCE = (
    Heading("who", tr("Who sees it")),
    Input(
        *("name", tr("Name (only your team reads it)"), "", None, tr("for example  VIP")),
        kind="source",
        most=40,
        required=True,
        missing=tr("give it a name"),
    ),
    Input("viewers", usual="everyone", says=VIEWERS),
    Input(
        *("tag", tr("Tag"), ""),
        tr("A tag that is new here is one that your team puts on, on a customer's page"),
        kind="source",
        most=40,
        required=True,
        missing=tr("write the tag of those who see it"),
        options=tags,
        only="viewers=tag",
    ),
)
_PLACE = Input(
    *("before", tr("Its place among the menus"), "", tr("Everybody sees the first menu that is for them")),
    options=_others,
    empty=tr("by itself, where it is seen (usual)"),
    where=lambda filled: bool(_there(filled)),
)
_AREAS = (
    Heading("layout", tr("Layout")),
    Input(
        "layout",
        usual="3",
        says={name: tr("Layout {name}", name=name) for name in LAYOUTS},
        cells=LAYOUTS,
    ),
    InputRows(
        lambda number: tr("Area {number}", number=number),
        (
            Input("label", tr("What stands on it"), kind="source", most=20),
            Input("does", tr("When it is tapped"), usual="send", options=_acts, empty="", required=True),
            Input(
                *("to", tr("What is said, or the address"), "", None, tr("empty: what stands on it"), ""),
                kind="source",
                most=1_000,
                only="does=send|open",
            ),
        ),
        AREAS_MOST,
        only=_with_area,
        is_card=True,
    ),
    Heading("looks", tr("What it looks like")),
    Input("chat_bar", tr("The bar below it"), usual=CHAT_BAR, kind="source", most=14),
)
_PICTURE = Input(
    "picture",
    usual="same",
    says={
        "same": tr("Its picture stays"),
        "drawn": tr("A plain picture is drawn anew, of what stands on the areas"),
    },
)
_OWN = Input(
    *("file", tr("Your own picture (may be empty)"), ""),
    tr(
        "Without one, a plain picture is drawn of what stands on the areas. Your own: PNG or JPEG, "
        "2500 × 1686 pixels (one row: 2500 × 843), at most 1 MB"
    ),
    kind="picture",
)
_NEW = DraftForm(
    name="menu",
    page=PAGE,
    by_channel=True,
    title=tr("A new rich menu"),
    parts=(*_AUDIENCE, _PLACE, *_AREAS, _OWN),
    writes=lambda filled: new_menu(filled, menu_of(filled)),
    done=lambda name: tr("The menu {menu} is in your draft. Have a look: with Publish it is live", menu=name),
)
CHANGED_MENU = replace(
    _NEW,
    about="menu",
    titled=lambda name: tr("Change the rich menu {menu}", menu=name),
    parts=(*_AUDIENCE, *_AREAS, _PICTURE, _OWN),
    opened=_opened,
    writes=lambda filled: changed_menu(filled, menu_of(filled)),
    removal=FormRemoval(
        tr("Take this menu out"),
        removed_menu,
        lambda name: tr(
            "The menu {menu} is out of your draft. Have a look: with Publish it is gone", menu=name
        ),
    ),
)
MENU = replace(_NEW, changing=CHANGED_MENU)

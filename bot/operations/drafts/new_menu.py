"""A rich menu by a form, put into somebody's draft: where it stands, its picture, what is wrong (G1, L8).

All of it may raise `DatabaseUnavailable` and `BaseMissing`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.operations.drafts.draft import DraftRefused, OnlyInEditor, PlaybookDraft
from bot.operations.drafts.free_names import free_name, safe_name
from bot.operations.drafts.menu_form import FormMenu, entry_of, grid_of, labels_of
from bot.operations.drafts.paths import PICTURE_FOLDER
from bot.operations.drafts.publishing import DraftContext
from bot.operations.drafts.renamed_menu import is_pinned, places_renamed
from bot.operations.plain_menus import plain_picture
from bot.playbook.syntax.folder import in_order
from bot.playbook.syntax.folder_names import BOT_YAML, SCENARIOS
from bot.playbook.syntax.nodes import List, Map, plain
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.written_entry import (
    EntriesUnread,
    WrittenItem,
    with_changed_item,
    with_entry,
    with_item,
)

SECTION, FILE = "rich_menus", "rules/rich_menus"
_NAME = "圖文選單"
_TERMS = frozenset({"from", "until", "paused"})


@dataclass(frozen=True, slots=True)
class MenuPlace:
    """A menu of the draft: the file, its index in that file's list, its name.

    `is_lasting`: without a term. `is_narrow`: its file is of one account.
    """

    file: str
    index: int
    name: str
    is_lasting: bool
    is_for_all: bool
    is_narrow: bool
    entry: Mapping[str, Any] = field(default_factory=dict)


def menu_places(sources: Mapping[str, str], channel: str) -> Sequence[MenuPlace]:
    """The menus of an account in their order: everybody sees the first that is for them."""
    return [one for file, text in _ordered(sources) for one in _in_file(file, text, channel)]


def _ordered(sources: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    others = sorted(one for one in sources if one != BOT_YAML and not one.startswith(f"{SCENARIOS}/"))
    first = sources.get(BOT_YAML, "")
    files, _ = in_order(others, parsed(SourceFile(BOT_YAML, first)).root)
    return [(BOT_YAML, first), *((file, sources[file]) for file in files)]


def _in_file(file: str, text: str, channel: str) -> Sequence[MenuPlace]:
    if SECTION not in text:
        return ()
    root = parsed(SourceFile(file, text)).root
    listed = root.get(SECTION) if isinstance(root, Map) else None
    if not isinstance(root, Map) or not isinstance(listed, List):
        return ()
    of = root.get("channel")
    channels = [] if of is None else _listed(plain(of))
    if channels and channel not in channels:
        return ()
    found = [(index, plain(one)) for index, one in enumerate(listed.items)]
    return [
        MenuPlace(
            *(file, index, one.get("menu") or "", not _TERMS & one.keys()),
            *(_for_all(one), channels == [channel], one),
        )
        for index, one in found
        if isinstance(one, dict) and _is_of(one.get("if"), channel)
    ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _for_all(menu: Mapping[str, Any]) -> bool:
    """Whether each friend of its account sees it, always."""
    condition = menu.get("if")
    is_open = condition is None or (isinstance(condition, dict) and list(condition) == ["channel"])
    return is_open and not {"unless", *_TERMS} & menu.keys()


def _is_of(condition: Any, channel: str) -> bool:
    """Whether it names no other account."""
    parts = [one for one in _listed(condition) if isinstance(one, dict) and "channel" in one]
    return all(channel in _listed(one["channel"]) for one in parts)


@dataclass(frozen=True, slots=True)
class NewMenu:
    """What saving would write: the file with the entry, and the picture."""

    name: str
    file: str
    item: WrittenItem
    picture: str
    content: bytes
    """Empty: the picture is there already."""
    others: Mapping[str, str] = field(default_factory=dict)
    """The texts of other files, in which the menu is named."""

    @property
    def contents(self) -> Mapping[str, bytes]:
        """The files as they are stored. Pictures first: the entry names them."""
        picture = {self.picture: self.content} if self.content else {}
        others = {path: text.encode() for path, text in self.others.items()}
        return {**picture, **others, self.file: self.item.text.encode()}


def new_menu(
    draft: PlaybookDraft,
    menu: FormMenu,
    channel: str,
    channels: Collection[str],
    tags: Collection[str],
    picture: tuple[str, bytes] | None,
) -> NewMenu:
    """The menu in the file where the account's menus are, in front of those that would hide it.

    `picture` is a file's ending and content; without one, a plain one is drawn. A tag that is not among the
    playbook's `tags` becomes one that staff put on. It blocks. Raises `DraftRefused`, `FontMissing` and
    `NoFont`.
    """
    sources = draft.texts()
    everywhere = {one.name for other in channels for one in menu_places(sources, other)}
    name = free_name(re.sub("[{}]", "", menu.name).strip() or _NAME, everywhere)
    ending, content = picture or (".png", plain_picture(grid_of(menu), labels_of(menu)))
    path = _free_picture(draft, name, ending)
    place, index = _place(menu_places(sources, channel), menu)
    file = _free_file(draft) if place is None else place.file
    only = channel if len(channels) > 1 and (place is None or not place.is_narrow) else ""
    entry = entry_of(menu, name, path, only)
    try:
        item = with_item(_with_tag(draft.text(file) or "", menu, tags), SECTION, entry, index)
    except EntriesUnread as error:
        raise OnlyInEditor(file) from error
    return NewMenu(name, file, item, path, content)


def menu_called(draft: PlaybookDraft, name: str, channel: str) -> MenuPlace:
    """The menu of this name. Raises `DraftRefused` where an account has none."""
    found = next((one for one in menu_places(draft.texts(), channel) if one.name == name and name), None)
    if found is None:
        raise DraftRefused(tr("your draft has no rich menu {name}", name=name))
    return found


def changed_menu(
    draft: PlaybookDraft,
    menu: FormMenu,
    there: MenuPlace,
    channel: str,
    channels: Collection[str],
    tags: Collection[str],
    picture: tuple[str, bytes] | None,
    *,
    drawn: bool,
) -> NewMenu:
    """The menu `there`, as the form has it by now, in its place; with its picture, unless another one is
    given or to be `drawn`. All that names it knows its new name. It blocks. Raises what `new_menu` does."""
    name = _new_name(draft, menu, there, channels)
    sources = draft.texts()
    renamed = {} if name == there.name else places_renamed(sources, there.name, name)
    path, content = str(there.entry.get("image") or ""), b""
    if picture or drawn or not path:
        ending, content = picture or (".png", plain_picture(grid_of(menu), labels_of(menu)))
        path = _free_picture(draft, there.name, ending)
    only = channel if {"channel": channel} in _listed(there.entry.get("if")) else ""
    entry = entry_of(menu, name, path, only)
    text = renamed.get(there.file, sources[there.file])
    others = {file: one for file, one in renamed.items() if file != there.file}
    return NewMenu(name, there.file, _written(text, there, menu, entry, tags), path, content, others)


def _new_name(draft: PlaybookDraft, menu: FormMenu, there: MenuPlace, channels: Collection[str]) -> str:
    """Its name as the form has it. Raises `DraftRefused` where it cannot be called so."""
    name = re.sub("[{}]", "", menu.name).strip() or there.name
    if name == there.name:
        return name
    menus = [one for channel in channels for one in menu_places(draft.texts(), channel)]
    if len({(one.file, one.index) for one in menus if one.name == there.name}) > 1:
        raise DraftRefused(
            tr("several rich menus are called {menu}: rename it in the editor", menu=there.name)
        )
    if any(one.name == name for one in menus):
        raise DraftRefused(tr("there is a rich menu {name} already: choose another name", name=name))
    if is_pinned(draft.base.texts, there.name):
        raise DraftRefused(
            tr(
                "The name stays: live rules pin {menu} to customers, who would lose it under another name",
                menu=there.name,
            )
        )
    return name


def removed_menu(draft: PlaybookDraft, there: MenuPlace) -> str:
    """The text of its file without it. Raises `DraftRefused`."""
    return _written(draft.text(there.file) or "", there, FormMenu(), None, ()).text


def _written(
    text: str,
    there: MenuPlace,
    menu: FormMenu,
    entry: Mapping[str, Any] | None,
    tags: Collection[str],
) -> WrittenItem:
    try:
        return with_changed_item(_with_tag(text, menu, tags), SECTION, there.index, entry)
    except EntriesUnread as error:
        raise OnlyInEditor(there.file) from error


def _with_tag(text: str, menu: FormMenu, tags: Collection[str]) -> str:
    if menu.viewers == "tag" and menu.tag not in tags:
        return with_entry(text, "tags", menu.tag, {"added_by": "staff"})
    return text


def _free_picture(draft: PlaybookDraft, name: str, ending: str) -> str:
    stems = [path.removeprefix(f"{PICTURE_FOLDER}/").rpartition(".")[0] for path in draft.paths]
    return f"{PICTURE_FOLDER}/{free_name(safe_name(f'menu_{name}', 'menu'), stems)}{ending.lower()}"


def _place(there: Sequence[MenuPlace], menu: FormMenu) -> tuple[MenuPlace | None, int | None]:
    """In front of the menu that was chosen, or of the first that would hide it; else behind the last.

    Who has a tag may be bound as well: their menu stands in front of all that last.
    """
    hides = {"tag": [one for one in there if one.is_lasting], "everyone": []}
    others = hides.get(menu.viewers, [one for one in there if one.is_lasting and one.is_for_all])
    named = [one for one in there if menu.before and one.name == menu.before]
    chosen = next(iter([*named, *others]), None)
    if chosen is not None:
        return chosen, chosen.index
    return (there[-1] if there else None), None


def _free_file(draft: PlaybookDraft) -> str:
    stems = [path.removesuffix(".yaml") for path in draft.paths]
    return f"{free_name(FILE, stems)}.yaml"


async def mistakes_of(context: DraftContext, draft: PlaybookDraft, made: NewMenu) -> Sequence[Problem]:
    """What would keep this menu from being published, once it is in the draft."""
    found = await context.check(draft.with_files(made.contents, context.now()))
    lines = range(made.item.first, made.item.last + 1)
    return [
        one
        for one in found
        if one.level == "error" and one.place.file == made.file and one.place.line in lines
    ]


def menus_changed(draft: PlaybookDraft) -> bool:
    """Whether a draft says something else of rich menus than what is live. It blocks."""
    return any(
        _menus(file.text) != _menus(draft.base.texts.get(path, ""))
        for path, file in draft.files.items()
        if file.kind == "text"
    )


def _menus(text: str) -> Any:
    root = parsed(SourceFile("", text)).root if SECTION in text else None
    found = root.get(SECTION) if isinstance(root, Map) else None
    return None if found is None else plain(found)

"""A rich menu by a form, put into somebody's draft: where it stands, its picture, what is wrong (G1, L8).

All of it may raise `DatabaseUnavailable` and `BaseMissing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.model.translatable import tr
from bot.operations.drafts.draft import DraftRefused, PlaybookDraft
from bot.operations.drafts.forms.entry import NewEntry, changed, free_file, in_lines, section_in
from bot.operations.drafts.forms.form import Filled
from bot.operations.drafts.forms.needs import tags
from bot.operations.drafts.forms.written import of_field, value_of
from bot.operations.drafts.free_names import free_name, safe_name
from bot.operations.drafts.menu_form import FormMenu, entry_of, grid_of, labels_of
from bot.operations.drafts.paths import PICTURE_FOLDER
from bot.operations.plain_menus import plain_picture
from bot.playbook.syntax.folder import in_order
from bot.playbook.syntax.folder_names import BOT_YAML, SCENARIOS
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, plain
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.written_entry import with_changed_item, with_entry, with_item
from bot.playbook.syntax.yaml_text import inline

_PIN = "pin_menu"
_NAMING = frozenset({"menu", _PIN})
"""Keys behind which a menu is named: those of actions and of scenarios."""


def places_renamed(sources: Mapping[str, str], old: str, new: str) -> Mapping[str, str]:
    """The texts of the files that name the menu, beside the entry of the menu itself, with its new name."""
    found = {}
    for file, text in sources.items():
        changed = text
        for start, end in sorted(set(_named(file, text, old)), reverse=True):
            changed = changed[:start] + inline(new) + changed[end:]
        if changed != text:
            found[file] = changed
    return found


def is_pinned(sources: Mapping[str, str], name: str) -> bool:
    """Whether anything pins the menu to people, who have it by this name."""
    roots = ((text, parsed(SourceFile(file, text)).root) for file, text in sources.items() if _PIN in text)
    return any(
        one.value == name for _, root in roots if root is not None for one in _naming(root, frozenset({_PIN}))
    )


def _named(file: str, text: str, name: str) -> Iterator[tuple[int, int]]:
    """From where to where the name stands."""
    root = parsed(SourceFile(file, text)).root if name in text else None
    if root is not None:
        yield from ((one.start, one.end) for one in _naming(root, _NAMING) if one.value == name)


def _naming(node: Node, keys: frozenset[str]) -> Iterator[Scalar]:
    """What stands behind these keys, and not below `rich_menus`, where menus are declared."""
    if isinstance(node, List):
        for item in node.items:
            yield from _naming(item, keys)
    if not isinstance(node, Map):
        return
    for key, (_, value) in node.pairs.items():
        if key == "rich_menus":
            continue
        if key in keys:
            yield from _names(value)
        yield from _naming(value, keys)


def _names(value: Node) -> Iterator[Scalar]:
    """`VIP`, `{menu: VIP, for: 7d}`, and a scenario's `{VIP: a tab}`."""
    if isinstance(value, Scalar):
        yield value
    elif isinstance(value, Map) and "menu" in value.pairs:
        menu = value.get("menu")
        yield from [menu] if isinstance(menu, Scalar) else []
    elif isinstance(value, Map):
        yield from (key for key, _ in value.pairs.values())


SECTION, FILE = "rich_menus", "rules/rich_menus"
_NAME = "圖文選單"
"""The name of a menu whose own cannot be one."""
_TERMS = frozenset({"from", "until", "paused"})
"""Keys with which a menu is not always shown."""


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


def new_menu(filled: Filled, menu: FormMenu) -> NewEntry:
    """The menu in the file where the account's menus are, in front of those that would hide it.

    Without a picture, a plain one is drawn. A tag that nothing declares becomes one that staff put on. It
    blocks. Raises `Refusal`.
    """
    sources, channel = filled.sources, filled.channel
    everywhere = {one.name for other in filled.channels for one in menu_places(sources, other)}
    name = free_name(_plain_name(menu) or _NAME, everywhere)
    path, picture = _picture(filled, menu, name)
    place, index = _place(menu_places(sources, channel), menu)
    file = free_file(sources, FILE) if place is None else place.file
    only = channel if len(filled.channels) > 1 and (place is None or not place.is_narrow) else ""
    entry = entry_of(menu, name, path, only)
    with in_lines(file):
        text = with_item(_with_tag(filled, sources.get(file, ""), menu), SECTION, entry, index).text
    return NewEntry(name, {file: text}, files={path: picture})


def menu_called(filled: Filled) -> MenuPlace:
    """The menu that the form changes. Raises `DraftRefused` where an account has none of that name."""
    name = filled.about
    found = next((one for one in menu_places(filled.sources, filled.channel) if one.name == name), None)
    if found is None:
        raise DraftRefused(tr("your draft has no rich menu {name}", name=name))
    return found


def changed_menu(filled: Filled, menu: FormMenu) -> NewEntry:
    """The menu as the form has it by now, in its place; with its picture, unless another one is given or to
    be drawn. All that names it knows its new name. It blocks. Raises `Refusal`."""
    there, texts, files = menu_called(filled), dict(filled.sources), dict[str, bytes]()
    with of_field("name"):
        name = _new_name(filled, menu, there)
    if name != there.name:
        texts |= places_renamed(texts, there.name, name)
    path = str(there.entry.get("image") or "")
    if filled["file"] or filled["picture"] == "drawn" or not path:
        path, picture = _picture(filled, menu, there.name)
        files[path] = picture
    only = filled.channel if {"channel": filled.channel} in _listed(there.entry.get("if")) else ""
    entry = entry_of(menu, name, path, only)
    with in_lines(there.file):
        text = _with_tag(filled, texts[there.file], menu)
        texts[there.file] = with_changed_item(text, SECTION, there.index, entry).text
    return NewEntry(name, changed(filled.sources, texts), files=files)


def _new_name(filled: Filled, menu: FormMenu, there: MenuPlace) -> str:
    """Its name as the form has it. Raises `DraftRefused` where it cannot be called so."""
    name = _plain_name(menu) or there.name
    if name == there.name:
        return name
    menus = [one for channel in filled.channels for one in menu_places(filled.sources, channel)]
    if len({(one.file, one.index) for one in menus if one.name == there.name}) > 1:
        raise DraftRefused(
            tr("several rich menus are called {menu}: rename it in the editor", menu=there.name)
        )
    if any(one.name == name for one in menus):
        raise DraftRefused(tr("there is a rich menu {name} already: choose another name", name=name))
    if is_pinned(filled.live, there.name):
        raise DraftRefused(
            tr(
                "The name stays: live rules pin {menu} to customers, who would lose it under another name",
                menu=there.name,
            )
        )
    return name


def removed_menu(filled: Filled) -> NewEntry:
    """The text of its file without it. Raises `DraftRefused`."""
    there = menu_called(filled)
    with in_lines(there.file):
        item = with_changed_item(filled.sources[there.file], SECTION, there.index, None)
    return NewEntry(there.name, {there.file: item.text})


def _plain_name(menu: FormMenu) -> str:
    return re.sub("[{}]", "", menu.name).strip()


def _with_tag(filled: Filled, text: str, menu: FormMenu) -> str:
    if menu.viewers == "tag" and menu.tag not in tags(filled):
        return with_entry(text, "tags", menu.tag, {"added_by": "staff"})
    return text


def _picture(filled: Filled, menu: FormMenu, name: str) -> tuple[str, bytes]:
    """The file of its own picture, or of a plain one that is drawn; and what is in it."""
    own = value_of(filled, filled.form.field("file"))
    picture = filled.picture if own else plain_picture(grid_of(menu), labels_of(menu))
    stems = [path.removeprefix(f"{PICTURE_FOLDER}/").rpartition(".")[0] for path in filled.paths]
    return f"{PICTURE_FOLDER}/{free_name(safe_name(f'menu_{name}', 'menu'), stems)}{own or '.png'}", picture


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


def menus_changed(draft: PlaybookDraft) -> bool:
    """Whether a draft says something else of rich menus than what is live. It blocks."""
    return any(
        _menus(file.text) != _menus(draft.base.texts.get(path, ""))
        for path, file in draft.files.items()
        if file.kind == "text"
    )


def _menus(text: str) -> Any:
    found = section_in(text, SECTION)
    return None if found is None else plain(found)

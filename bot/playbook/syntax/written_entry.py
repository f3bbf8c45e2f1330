"""One entry of a section in a playbook's file, a map or a list: read, put in, changed, taken out.

The forms of the console write drafts by this. Everything around an entry stays as it is: its neighbours,
comments, the order of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.playbook.syntax.nodes import List, Map, Node, Scalar, plain, scalars
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.yaml_text import entry_lines, item_lines

_HEAD_ALONE = re.compile(r"\w+:\s*(#.*)?")
"""A section's key with nothing behind it but a comment."""
_ITEM = re.compile(r"( *)- +\S.*")
"""The first line of a list's item; group 1 is its indentation."""


def data_of(text: str) -> Any:
    """What a piece of YAML says; the text itself where it is none."""
    found = parsed(SourceFile("", text))
    wrong = found.root is None or isinstance(found.root, Scalar) or not found.whole
    return text if wrong or found.problems or found.root is None else plain(found.root)


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """An entry as it stands in a file: its lines (from 1, the last included) and what it says."""

    first: int
    last: int
    indent: int
    value: Any
    is_bare: bool
    """On lines of its own, without a comment among them."""


class EntriesUnread(Exception):
    """An entry cannot be read or written by whole lines.

    The file is no YAML, the section is written between braces, or the change would alter other values too.
    """


def entry_in(text: str, section: str, name: str) -> WrittenEntry | None:
    """An entry of a file; `None` where there is none."""
    source = SourceFile("", text)
    root = parsed(source).root
    node = root.get(section) if isinstance(root, Map) else None
    if not isinstance(root, Map) or not isinstance(node, Map) or name not in node.pairs:
        return None
    key, value = node.pairs[name]
    written = sorted([key, *scalars(value, with_keys=True)], key=lambda one: one.start)
    last = _last_line(source, written)
    # an alias has the places of what it stands for
    own = source.lines[key.line - 1][: key.column - 1].strip() == "" and written[0] is key
    return WrittenEntry(
        key.line, last, key.column - 1, plain(value), own and not _has_comments(text, written)
    )


def _last_line(source: SourceFile, written: Sequence[Scalar]) -> int:
    """The last line (from 1) of what these say, with the brackets that close it."""
    end = max(one.end for one in written)
    last = source.place(max(0, len(source.text[:end].rstrip()) - 1)).line
    while (
        last < len(source.lines)
        and source.lines[last].strip()
        and set(source.lines[last].strip()) <= set("]}, ")
    ):
        last += 1
    return last


def _has_comments(text: str, written: Sequence[Scalar]) -> bool:
    """Whether a comment stands between keys and values, or behind the last of them."""
    gaps = [text[one.end : after.start] for one, after in pairwise(written)]
    end = written[-1].end
    line_end = text.find("\n", end - 1)  # a block ends with its last line
    return "#" in "".join([*gaps, text[end : max(line_end, end)]])


def with_entry(text: str, section: str, name: str, value: Any) -> str:
    """The file with this entry, in its place or behind the last one; `None` as value takes it out.

    Raises `EntriesUnread`, also where the change would alter any other value of the file.
    """
    changed = _changed(text, section, name, value)
    if _others(changed, section, name) != _others(text, section, name):
        raise EntriesUnread
    return changed


def with_key(text: str, section: str, name: str, key: str, value: str) -> str:
    """The file with one more key in an entry of a section, behind the others of that entry.

    Raises `EntriesUnread` where the entry does not stand on lines of its own, or has that key.
    """
    there, root = entry_in(text, section, name), parsed(SourceFile("", text)).root
    node = root.get(section) if isinstance(root, Map) else None
    entry = node.get(name) if isinstance(node, Map) else None
    if there is None or not isinstance(entry, Map) or not entry.pairs or key in entry.pairs:
        raise EntriesUnread
    lines, (first, _) = text.split("\n"), next(iter(entry.pairs.values()))
    indent = first.column - 1
    if first.line == there.first or lines[first.line - 1][:indent].strip():
        raise EntriesUnread
    lines[there.last : there.last] = _indented(entry_lines(key, value), indent)
    changed = "\n".join(lines)
    found = entry_in(changed, section, name)
    is_alone = _others(changed, section, name) == _others(text, section, name)
    if found is None or not is_alone or found.value != {**there.value, key: value}:
        raise EntriesUnread
    return changed


def _others(text: str, section: str, name: str) -> Mapping[str, Any]:
    """The values of a file without one entry, and without empty sections."""
    found = parsed(SourceFile("", text)).root
    said = plain(found) if isinstance(found, Map) else {}
    if isinstance(said.get(section), dict):
        said[section].pop(name, None)
    return {key: value for key, value in said.items() if value}


def _changed(text: str, section: str, name: str, value: Any) -> str:
    lines = text.split("\n")
    there = entry_in(text, section, name)
    if there is not None:
        if not lines[there.first - 1][: there.indent].strip() == "":
            raise EntriesUnread
        new = [] if value is None else _indented(entry_lines(name, value), there.indent)
        lines[there.first - 1 : there.last] = new
        return _without_empty("\n".join(lines), section) if value is None else "\n".join(lines)
    if value is None:
        return text
    root = parsed(SourceFile("", text)).root
    if root is not None and not isinstance(root, Map):
        raise EntriesUnread
    node = None if root is None else root.get(section)
    if isinstance(node, Map) and node.pairs:
        last = list(node.pairs)[-1]
        found = entry_in(text, section, last)
        if found is None or lines[found.first - 1][: found.indent].strip():
            raise EntriesUnread
        lines[found.last : found.last] = _indented(entry_lines(name, value), found.indent)
        return "\n".join(lines)
    if root is not None and section in root.pairs:
        head = _below_head(lines, root, section)
        lines[head:head] = _indented(entry_lines(name, value), 2)
        return "\n".join(lines)
    new = [f"{section}:", *_indented(entry_lines(name, value), 2)]
    before = text.rstrip("\n")
    return "\n".join([*([before] if before else []), *new]) + "\n"


def _indented(lines: list[str], by: int) -> list[str]:
    return [f"{' ' * by}{line}" if line else "" for line in lines]


def _without_empty(text: str, section: str) -> str:
    """Without the section's head where nothing stands below it any more."""
    root = parsed(SourceFile("", text)).root
    if not isinstance(root, Map) or section not in root.pairs:
        return text
    key, value = root.pairs[section]
    if isinstance(value, Scalar) and value.nothing:
        lines = text.split("\n")
        del lines[key.line - 1]
        return "\n".join(lines)
    return text


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """A file after an entry of a list was put in, changed or taken out."""

    text: str
    first: int
    """The first line of the entry, from 1."""
    last: int
    """Its last line; `first` - 1 where it was taken out."""


def with_item(text: str, section: str, value: Mapping[str, Any], before: int | None = None) -> WrittenItem:
    """The file with one more entry in a list: in front of the one at index `before` and the comment above it,
    else behind the last one. A section that is not there yet stands last in the file.

    Raises `EntriesUnread`, also where the change would alter any other value of the file.
    """
    source = SourceFile("", text)
    root = parsed(source).root
    listed = root.get(section) if isinstance(root, Map) else None
    items = listed.items if isinstance(listed, List) else []
    lines = text.split("\n")
    if root is None or (isinstance(root, Map) and listed is None):
        lines = [*(text.rstrip("\n").split("\n") if text.strip() else []), f"{section}:", ""]
        at, indent = len(lines) - 1, 2
    elif items:
        at, indent = _room_in(source, items, before)
    else:
        at, indent = _below_head(lines, root, section), 2
    new = _indented(item_lines(value), indent)
    changed = "\n".join([*lines[:at], *new, *lines[at:]])
    said = [plain(one) for one in items]
    said.insert(len(said) if before is None else before, dict(value))
    others = _others(text, section, "")
    if _others(changed, section, "") != {**others, section: said}:
        raise EntriesUnread
    return WrittenItem(changed, at + 1, at + len(new))


def with_changed_item(text: str, section: str, index: int, value: Mapping[str, Any] | None) -> WrittenItem:
    """The file with this in place of the entry at `index` of a list; `None` takes it out. Comments above it
    stay.

    Raises `EntriesUnread`, also where the change would alter any other value of the file.
    """
    source = SourceFile("", text)
    root = parsed(source).root
    listed = root.get(section) if isinstance(root, Map) else None
    if not isinstance(listed, List) or index >= len(listed.items):
        raise EntriesUnread
    _, indent = _room_in(source, listed.items, index)
    written = [*scalars(listed.items[index], with_keys=True)]
    first, last = min(one.line for one in written) - 1, _last_line(source, written)
    lines = text.split("\n")
    new = [] if value is None else _indented(item_lines(value), indent)
    changed = "\n".join([*lines[:first], *new, *lines[last:]])
    said = [plain(one) for one in listed.items]
    said[index : index + 1] = [] if value is None else [dict(value)]
    changed = changed if said else _without_empty(changed, section)
    wanted = {**_others(text, section, ""), section: said}
    if _others(changed, section, "") != {key: what for key, what in wanted.items() if what}:
        raise EntriesUnread
    return WrittenItem(changed, first + 1, first + len(new))


def _room_in(source: SourceFile, items: Sequence[Node], before: int | None) -> tuple[int, int]:
    """Behind which line of a list one more entry stands, and how far it is indented."""
    first = [min(scalars(one, with_keys=True), key=lambda key: key.start) for one in items]
    heads = [_ITEM.fullmatch(source.lines[one.line - 1]) for one in first]
    if any(one is None or len(one[1]) + 2 > key.column - 1 for one, key in zip(heads, first, strict=True)):
        raise EntriesUnread
    indent = next(len(one[1]) for one in heads if one is not None)
    if before is None:
        return _last_line(source, [*scalars(items[-1], with_keys=True)]), indent
    at = first[before].line - 1
    while at and source.lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at, indent


def _below_head(lines: Sequence[str], root: Node, section: str) -> int:
    """The line of a section's head, below which nothing stands yet."""
    if not isinstance(root, Map):
        raise EntriesUnread
    key, empty = root.pairs[section]
    if not (isinstance(empty, Scalar) and empty.nothing and _HEAD_ALONE.fullmatch(lines[key.line - 1])):
        raise EntriesUnread
    return key.line

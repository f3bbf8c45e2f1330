"""Entries of a playbook's file as lines of YAML: written as people write them, put in, changed, read.

Everything around an entry stays as it is: its neighbours, comments, the order of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.playbook.syntax.nodes import List, Map, Node, Scalar, plain
from bot.playbook.syntax.parse import parsed
from bot.playbook.syntax.source import SourceFile
from bot.scenario.yaml_text import scalar, text_lines

_PLAIN = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][\w./+-]*(?:[ :][\w./+-]+)*")
_HEAD_ALONE = re.compile(r"\w+:\s*(#.*)?")
_NOTHING = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
WIDEST = 90
"""Characters of a line that holds a list or a block between brackets."""


class YamlWord(str):
    """A word of YAML's own, such as `true`, which stands without quotes."""

    __slots__ = ()


def data_of(text: str) -> Any:
    """What a piece of YAML says; the text itself where it is none."""
    found = parsed(SourceFile("", text))
    wrong = found.root is None or isinstance(found.root, Scalar) or not found.whole
    return text if wrong or found.problems or found.root is None else plain(found.root)


def inline(value: Any) -> str:
    """On one line."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{inline(key)}: {inline(one)}" for key, one in value.items()) + "}"
        case list():
            return f"[{', '.join(map(inline, value))}]"
        case int() | YamlWord():
            return str(value)
        case str() if _PLAIN.fullmatch(value) and value.lower() not in _NOTHING:
            return value
        case _:
            return '""' if value is None else scalar(str(value))


def entry_lines(name: str, value: Any) -> list[str]:
    """A key with what stands below it."""
    written = inline(value)
    if isinstance(value, str):
        first, *more = [written] if written == value else text_lines(value.rstrip()).split("\n")
        return [f"{inline(name)}: {first}", *more]
    is_deep = name in ("push", "to", "taps") and isinstance(value, list | dict)
    fits = len(written) + len(name) <= WIDEST and not any(map(_is_long, _texts(value)))
    is_broadcast = isinstance(value, Mapping) and "push" in value
    if fits and not is_broadcast and not (is_deep and _is_nested(value)):
        return [f"{inline(name)}: {written}"]
    return [f"{inline(name)}:", *(f"  {line}" if line else "" for line in _block(value))]


def _block(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from entry_lines(key, one)
        return
    for one in value:
        if isinstance(one, Mapping) and (len(one) == 1 or len(inline(one)) > WIDEST):
            first, *more = _block(one)
        else:
            first, *more = [inline(one)]
        yield f"- {first}"
        yield from (f"  {line}" if line else "" for line in more)


def _is_nested(value: Any) -> bool:
    items = value.values() if isinstance(value, Mapping) else value
    return any(isinstance(one, Mapping | list) for one in items) and len(value) > 1


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)
    else:
        yield str(value)


def _is_long(text: str) -> bool:
    return "\n" in text or len(text) > WIDEST // 2


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
    """The file cannot be read as YAML, or the section is written between braces."""


def entry_in(text: str, section: str, name: str) -> WrittenEntry | None:
    """An entry of a file; `None` where there is none."""
    source = SourceFile("", text)
    root = parsed(source).root
    node = root.get(section) if isinstance(root, Map) else None
    if not isinstance(root, Map) or not isinstance(node, Map) or name not in node.pairs:
        return None
    key, value = node.pairs[name]
    end = max((one.end for one in _scalars(value)), default=key.end)
    last = source.place(max(0, len(text[:end].rstrip()) - 1)).line
    lines = source.lines[key.line - 1 : last]
    while (
        last < len(source.lines)
        and source.lines[last].strip()
        and set(source.lines[last].strip()) <= set("]}, ")
    ):
        last += 1
    own = source.lines[key.line - 1][: key.column - 1].strip() == ""
    return WrittenEntry(
        key.line, last, key.column - 1, plain(value), own and not _comments(source, value, lines)
    )


def _comments(source: SourceFile, value: Node, lines: list[str]) -> bool:
    begin = min((one.start for one in _scalars(value)), default=0)
    end = max((one.end for one in _scalars(value)), default=0)
    rest, at = "", begin
    for one in sorted(_scalars(value), key=lambda one: one.start):
        rest += source.text[at : one.start]
        at = one.end
    line_end = source.text.find("\n", max(at, 1) - 1)
    rest += source.text[end : line_end if line_end >= end else end]
    return "#" in rest or lines[0].rstrip().endswith("#") or "#" in _before(source.text, begin, lines[0])


def _before(text: str, begin: int, first: str) -> str:
    """What stands between the key and the first value."""
    start = text.rfind(first, 0, begin)
    return "" if start < 0 else re.sub(r"^[^:]*", "", text[start:begin])


def _scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case List(items=items):
            for item in items:
                yield from _scalars(item)
        case Map(pairs=pairs):
            for key, value in pairs.values():
                yield key
                yield from _scalars(value)


def with_entry(text: str, section: str, name: str, value: Any) -> str:
    """The file with this entry, in its place or behind the last one; `None` as value takes it out.

    Raises `EntriesUnread`, also where anything else of the file would say another thing.
    """
    changed = _changed(text, section, name, value)
    if _others(changed, section, name) != _others(text, section, name):
        raise EntriesUnread
    return changed


def _others(text: str, section: str, name: str) -> Mapping[str, Any]:
    """All that a file says but for one entry, and sections without any."""
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
        key, empty = root.pairs[section]
        head = lines[key.line - 1]
        if not (isinstance(empty, Scalar) and empty.nothing and _HEAD_ALONE.fullmatch(head)):
            raise EntriesUnread
        lines[key.line : key.line] = _indented(entry_lines(name, value), 2)
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

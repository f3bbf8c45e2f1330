"""From the parser's events to nodes: what YAML reads, and what the language takes of it.

The events are read, not PyYAML's nodes: they have no recursion (deep nesting cannot exhaust the stack), no
types by look, and aliases, tags and doubled keys are still to be seen. What the language has not (aliases,
merge keys, further documents) is reported and read all the same, so that it hides no other mistake.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import Code, mistake
from bot.playbook.shape.schema import KEYS
from bot.playbook.syntax.anchors import Anchors
from bot.playbook.syntax.complaints import placeholder_quotes, quoted, quotes_for_tag
from bot.playbook.syntax.doubled_keys import begins_next_item, doubled_key
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar
from bot.playbook.syntax.slips import with_space
from bot.playbook.syntax.source import SourceFile

_BLOCK_STYLES = ("|", ">")
"""Texts below such a sign: YAML ends them with a line break that is not part of the text."""

DEPTH_LIMIT = 64
"""How deep a file may be nested; the language needs about ten levels."""
NODES_MOST = 50_000
"""Values and keys of one file, at most: those of about 5,000 rules."""
MISTAKES_MOST = 200
"""Problems of one file's syntax, at most: the rest of the file is not read."""

_GLUED_COLON = re.compile(r"([^\s:：{}\[\]]+):([^\s:/])")
"""`when:{text` and `{to:走完}`: YAML takes the colon for a letter of the key."""

_KEY_WITH_WIDE_COLON = re.compile(r"^[ ]*(?:-[ ]+)*([a-z_]+)：")
"""A key (group 1) at the beginning of a line, with a full-width colon behind it."""


class TooMuch(Exception):
    """The file is nested too deep, or holds too much; the problem has been noted."""


class Builder:
    """Makes nodes out of the parser's events, without recursion."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.seen: list[tuple[Scalar, bool]] = []
        """Every text so far, and whether it is a key."""
        self._open: list[List | Map] = []
        """The lists and maps that have begun and not ended, the innermost last."""
        self._keys: list[Scalar | None] = []
        """For each of `_open` the key whose value comes next; `None` in a list, and before a key of a map."""
        self.lost = False
        """Names may be missing: those below a doubled key are in no node."""
        self.harmed = False
        """The nodes differ too much from what was meant to be checked further."""
        self.refused: set[Path] = set()
        """Paths of sections, and of names or items in them, whose nodes are not to be checked further."""
        self.more: list[Map] = []
        """The roots of further documents."""
        self._anchors = Anchors()
        self._merged: dict[int, list[Node]] = {}
        """What is to be merged into a map, by the map's id."""
        self._next_item: set[int] = set()
        """Items of lists in which another item began, but for its dash: their other keys are not reported."""
        self._documents = 0
        self.nodes = 0

    def take(self, event: Any, back: dict[int, int]) -> None:
        """Add one event of PyYAML's parser; `back` maps code points of its text to those of the file.

        Raises `TooMuch` where the file is beyond a limit.
        """
        mark: Any = event.start_mark
        match event:
            case yaml.ScalarEvent():
                self._refuse_extras(event)
                self._scalar(event, back)
            case yaml.MappingStartEvent():
                self._refuse_extras(event)
                self._down(Map(self.source.file, self._path(), mark.line + 1, mark.column + 1), event)
            case yaml.SequenceStartEvent():
                self._refuse_extras(event)
                flow = bool(event.flow_style)
                node = List(self.source.file, self._path(), mark.line + 1, mark.column + 1, flow)
                self._down(node, event)
            case yaml.CollectionEndEvent():
                self._up()
            case yaml.AliasEvent():
                named = self._anchors.copy(event.anchor, self._open)
                if named is None:
                    self._spoil(self._path())
                if not self._merges():
                    message = tr("a value that begins with * needs quotes")
                    self._complain(
                        event, "alias-used", message, self._quoted(mark) if named is None else _WRITE_OUT
                    )
                self._put(named or self._empty(event.start_mark))
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents == 2:
                    message = tr('this "---" begins a second document')
                    hint = tr('put all sections into one document, without "---" between them')
                    self._complain(event, "many-documents", message, hint)
            case _:
                pass

    def mark_unset(self, starts: Sequence[int]) -> None:
        """Mark the texts that begin at these offsets as replaced: each has its problem, and gets no other."""
        for scalar, is_key in self.seen:
            if scalar.start in starts:
                self._as_unintended(scalar)
                if is_key:
                    self._spoil(scalar.path)

    def _scalar(self, event: Any, back: dict[int, int]) -> None:
        start, end = event.start_mark, event.end_mark
        line = start.line + 1
        one_line = end.line == start.line
        width = (end.column if one_line else len(self.source.line(line).rstrip())) - start.column
        value = event.value.translate(back) if back else event.value
        if event.style in _BLOCK_STYLES:
            value = value.rstrip()
        plain = not event.style
        node = Scalar(
            *(value, plain, self.source.file, self._path(value)),
            *(line, start.column + 1, width, start.index, end.index),
        )
        if plain and not one_line:
            self._wide_colons(line + 1, end.line + 1)
        self._anchors.note(event.anchor, node)
        self._put(self._as_unintended(node) if event.anchor or event.tag else node)

    def _down(self, node: List | Map, event: Any) -> None:
        if len(self._open) == DEPTH_LIMIT:
            message = tr("this is nested more than {most} levels deep", most=DEPTH_LIMIT)
            self._stop(node, "yaml-syntax", message)
        self._anchors.note(event.anchor, node)
        self._put(node, event)
        self._open.append(node)
        self._keys.append(None)

    def _up(self) -> None:
        node = self._open.pop()
        self._keys.pop()
        if isinstance(node, Map):
            for merged in self._merged.pop(id(node), ()):
                for key, pair in merged.pairs.items() if isinstance(merged, Map) else ():
                    node.pairs.setdefault(key, pair)

    def _spoil(self, path: Path) -> None:
        """Exclude this place, and the entry that holds it, from further checks."""
        self.lost = True
        self.harmed = self.harmed or not path
        self.refused.add(path[:2])

    def _stop(self, node: Node, code: Code, message: Translatable, hint: Translatable | None = None) -> None:
        """Read no further: nothing is made of this file."""
        place = self.source.place_at(node.line, node.column)
        self.problems.append(mistake(place, code, message, hint=hint))
        self.harmed = True
        raise TooMuch

    def _bound(self, node: Node) -> None:
        """Count a node. Raises `TooMuch` where the file has too many of them, or too many problems."""
        self.nodes += 1
        if self.nodes > NODES_MOST:
            message = tr("this file holds more than {most} values", most=f"{NODES_MOST:,}")
            self._stop(node, "file-too-large", message, tr("put what is from here on into another file"))
        if len(self.problems) >= MISTAKES_MOST:
            message = tr("this file has more mistakes than {most}: nothing below is read", most=MISTAKES_MOST)
            self._stop(node, "yaml-syntax", message, tr("mend those above first"))

    def _put(self, node: Node, event: Any = None) -> None:
        """Add a node to the innermost open list or map, there as a key or a value; at the top as a root."""
        self._bound(node)
        if not self._open:
            if self._documents == 1:
                self.root = node
            elif isinstance(node, Map):
                self.more.append(node)
            elif not (isinstance(node, Scalar) and node.nothing):
                self.lost = True
            return
        parent = self._open[-1]
        if isinstance(parent, List):
            parent.items.append(node)
            if isinstance(node, Scalar):
                self.seen.append((node, False))
            return
        key = self._keys[-1]
        if key is None:
            key = self._keys[-1] = self._key(node, event)
            self.seen.append((key, True))
            return
        self._keys[-1] = None
        self._pair(parent, key, node)
        if isinstance(node, Scalar):
            self.seen.append((node, False))

    def _key(self, node: Node, event: Any) -> Scalar:
        if isinstance(node, Scalar):
            if node.unset:
                self._spoil(self._open[-1].path)
            return node
        mark = event.start_mark
        self._spoil(self._open[-1].path)
        if isinstance(node, Map) and self.source.text[mark.index - 1 : mark.index + 1] == "{{":
            close = self.source.text.find("}}", mark.index)
            width = close + 3 - mark.index if close >= 0 else 2
            self.problems.append(placeholder_quotes(self.source, mark.line + 1, mark.column, width))
        else:
            here = self.source.place_at(node.line, node.column)
            self.problems.append(
                mistake(here, "yaml-syntax", tr("a key must be a word, not a list or a block"))
            )
        return self._empty(mark)

    def _pair(self, parent: Map, key: Scalar, node: Node) -> None:
        """Add a key with its value to a map; or report a missing space, a merge key or a doubled key."""
        glued = _GLUED_COLON.match(key.value) if key.plain else None
        alone = isinstance(node, Scalar) and node.nothing
        if glued is not None and (glued[2] in "{[" or (alone and glued[1] in KEYS)):
            self._spoil(key.path)
            message = tr('a space is missing behind this ":"')
            rest = "" if glued[2] in "{[" else key.value[len(glued[1]) + 1 :]  # no block: it is not read here
            hint = with_space(glued[1], rest)
            here = self.source.place_at(key.line, key.column + len(glued[1]))
            self.problems.append(mistake(here, "yaml-syntax", message, hint=hint))
        elif key.plain and key.value == "<<":
            message = tr('merging with "<<" is not part of the language')
            hint = tr("write the keys out where they are needed")
            here = self.source.place_at(key.line, key.column)
            self.problems.append(mistake(here, "merge-key", message, hint=hint, width=key.width))
            self._merge(parent, node)
        elif key.value in parent.pairs:
            self.lost = True
            if begins_next_item(parent, key):
                self._next_item.add(id(parent))
                self._spoil(parent.path)
            if key.value == next(iter(parent.pairs)) or id(parent) not in self._next_item:
                self.problems.append(doubled_key(parent, key, node))
        else:
            parent.pairs[key.value] = (key, node)

    def _merges(self) -> bool:
        """Whether the next node is the value of `<<`, which is reported by itself."""
        key = self._keys[-1] if self._keys else None
        return key is not None and key.plain and key.value == "<<"

    def _merge(self, parent: Map, node: Node) -> None:
        """Remember what goes into `parent` where its own keys, before or behind, leave room."""
        merged = node.items if isinstance(node, List) else [node]
        if any(not isinstance(one, Map) for one in merged):
            self._spoil(parent.path)
        self._merged.setdefault(id(parent), []).extend(merged)

    def _wide_colons(self, first: int, last: int) -> None:
        for number in range(first, last + 1):
            line = self.source.line(number)
            match = _KEY_WITH_WIDE_COLON.match(line)
            if match and match[1] in KEYS:
                message = tr('the colon after "{key}" is a full-width one', key=match[1])
                here = self.source.place_at(number, match.start(1) + 1)
                hint, width = with_space(match[1], line[match.end() :]), match.end() - match.start(1)
                self.problems.append(mistake(here, "full-width-sign", message, hint=hint, width=width))

    def _path(self, key: str = "") -> Path:
        """The path of the node that comes next; `key` is what it says if it turns out to be a key."""
        if not self._open:
            return ()
        parent, before = self._open[-1], self._keys[-1]
        if isinstance(parent, List):
            return (*parent.path, len(parent.items))
        return (*parent.path, key if before is None else before.value)

    def _as_unintended(self, node: Scalar) -> Scalar:
        """The node, marked as one whose value is not what is meant; that is reported already."""
        node.raw, node.unset = node.value, True
        return node

    def _empty(self, mark: Any) -> Scalar:
        here = mark.line + 1, mark.column + 1
        return Scalar("", True, self.source.file, self._path(), *here, 0, mark.index, mark.index)

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            scalar = isinstance(event, yaml.ScalarEvent)
            hint = self._quoted(event.start_mark) if scalar else _WRITE_OUT
            self._complain(event, "alias-used", tr("a value that begins with & needs quotes"), hint)
        if event.tag is not None:
            mark = event.start_mark
            self.problems.append(quotes_for_tag(self.source, mark.line + 1, mark.column + 1, _width(event)))

    def _complain(self, event: Any, code: Code, message: Translatable, hint: Translatable) -> None:
        here = self.source.place_at(event.start_mark.line + 1, event.start_mark.column + 1)
        self.problems.append(mistake(here, code, message, hint=hint, width=_width(event)))

    def _quoted(self, mark: Any) -> Translatable:
        return quoted(self.source, mark.line + 1, mark.column)


def _width(event: Any) -> int:
    start, end = event.start_mark, event.end_mark
    return end.column - start.column if end.line == start.line else 1


_WRITE_OUT = tr("write it out where it is needed; anchors and aliases are not part of the language")

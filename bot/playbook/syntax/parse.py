"""From the text of a file to its nodes, or to problems in plain words (phase 1: syntax).

It reads the parser's events, not PyYAML's nodes: they have no recursion (deep nesting cannot exhaust the
stack), no types by look, and aliases, tags and doubled keys are still to be seen.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from bot.model.problem import Problem
from bot.model.said import Said, say
from bot.playbook.codes import Code, mistake
from bot.playbook.shape.schema import KEYS
from bot.playbook.syntax.comments import glued_comments
from bot.playbook.syntax.complaints import (
    complaint,
    glued,
    placeholder_quotes,
    quotes_for_tag,
    wide_colon,
    wide_commas,
)
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar
from bot.playbook.syntax.source import Source

DEPTH_LIMIT = 64
"""How deep a file may be nested; the language needs about ten levels."""

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser, seven times as fast; the pure one where PyYAML was built without it."""

_BREAKS_OF_1_1 = "\x85\u2028\u2029"
"""Characters that YAML 1.1 takes for line breaks and YAML 1.2 for ordinary ones."""

_KEY_WITH_WIDE_COLON = re.compile(r"^[ ]*(?:-[ ]+)*([a-z_]+)：")


def parse(source: Source) -> tuple[Node | None, list[Problem]]:
    """The root of a file (`None`: it is empty), and what is wrong with its syntax.

    With a problem of level error the tree is not to be used.
    """
    builder = _Builder(source)
    there, back = _private(source.text)
    try:
        for event in yaml.parse(source.text.translate(there), Loader=LOADER):
            builder.take(event, back)
    except _TooDeep:
        pass
    except yaml.YAMLError as error:
        problem = complaint(error, source, builder.seen)
        if all((p.code, p.place) != (problem.code, problem.place) for p in builder.problems):
            builder.problems.append(problem)
        return builder.root, builder.problems
    return builder.root, builder.problems + _quiet_losses(source, builder)


class _TooDeep(Exception):
    """The file is nested too deep; the problem has been noted."""


class _Builder:
    """Makes nodes out of the parser's events, without recursion."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.seen: list[tuple[Scalar, bool]] = []
        """Every text so far, and whether it is a key."""
        self._open: list[List | Map] = []
        self._keys: list[Scalar | None] = []
        self._next_item: set[int] = set()
        """Items of lists in which another item began, but for its dash: their other keys are not told of."""
        self._documents = 0

    def take(self, event: Any, back: dict[int, int]) -> None:
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
                self._open.pop()
                self._keys.pop()
            case yaml.AliasEvent():
                self._complain(event, "alias-used", say("a value that begins with * needs quotes"))
                self._put(self._empty(event.start_mark))
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents == 2:
                    self._complain(event, "many-documents", say('this "---" begins a second document'))
            case _:
                pass

    def _scalar(self, event: Any, back: dict[int, int]) -> None:
        start, end = event.start_mark, event.end_mark
        line = start.line + 1
        one_line = end.line == start.line
        width = (end.column if one_line else len(self.source.line(line).rstrip())) - start.column
        value = event.value.translate(back) if back else event.value
        plain = not event.style
        node = Scalar(
            *(value, plain, self.source.file, self._path(value)),
            *(line, start.column + 1, width, start.index, end.index),
        )
        if plain and not one_line:
            self._wide_colons(line + 1, end.line + 1)
        self._put(node)

    def _down(self, node: List | Map, event: Any) -> None:
        if len(self._open) == DEPTH_LIMIT:
            message = say("this is nested more than {most} levels deep", most=DEPTH_LIMIT)
            self.problems.append(mistake(self.source.here(node.line, node.column), "yaml-syntax", message))
            raise _TooDeep
        self._put(node, event)
        self._open.append(node)
        self._keys.append(None)

    def _put(self, node: Node, event: Any = None) -> None:
        if not self._open:
            if self._documents == 1:
                self.root = node
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
            return node
        mark = event.start_mark
        if isinstance(node, Map) and self.source.text[mark.index - 1 : mark.index + 1] == "{{":
            close = self.source.text.find("}}", mark.index)
            width = close + 3 - mark.index if close >= 0 else 2
            self.problems.append(placeholder_quotes(self.source, mark.line + 1, mark.column, width))
        else:
            here = self.source.here(node.line, node.column)
            self.problems.append(
                mistake(here, "yaml-syntax", say("a key must be a word, not a list or a block"))
            )
        return self._empty(mark)

    def _pair(self, parent: Map, key: Scalar, node: Node) -> None:
        if key.plain and key.value == "<<":
            message = say('merging with "<<" is not part of the language')
            hint = say("write the keys out where they are needed")
            self.problems.append(self._at(key, "merge-key", message, hint))
        elif key.value in parent.pairs:
            first = parent.pairs[key.value][0]
            note = say(
                "first defined at {file}:{line}:{column}",
                file=self.source.file,
                line=first.line,
                column=first.column,
            )
            message = say('the key "{key}" stands here twice', key=key.value)
            hint = None
            # the first key of a list's item once more: the next item was to begin here
            if parent.path and isinstance(parent.path[-1], int) and key.value == next(iter(parent.pairs)):
                self._next_item.add(id(parent))
                hint = say('begin the next one of the list with "- "')
            if hint is not None or id(parent) not in self._next_item:
                self.problems.append(self._at(key, "duplicate-key", message, hint, note))
        else:
            parent.pairs[key.value] = (key, node)

    def _wide_colons(self, first: int, last: int) -> None:
        for number in range(first, last + 1):
            line = self.source.line(number)
            found = _KEY_WITH_WIDE_COLON.match(line)
            if found and found[1] in KEYS:
                self.problems.append(wide_colon(self.source, number, found.start(1) + 1, found[1]))

    def _path(self, key: str = "") -> Path:
        """The path of the node that comes next; `key` is what it says if it turns out to be a key."""
        if not self._open:
            return ()
        parent, before = self._open[-1], self._keys[-1]
        if isinstance(parent, List):
            return (*parent.path, len(parent.items))
        return (*parent.path, key if before is None else before.value)

    def _empty(self, mark: Any) -> Scalar:
        here = mark.line + 1, mark.column + 1
        return Scalar("", True, self.source.file, self._path(), *here, 0, mark.index, mark.index)

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self._complain(event, "alias-used", say("a value that begins with & needs quotes"))
        if event.tag is not None:
            mark, end = event.start_mark, event.end_mark
            width = end.column - mark.column if end.line == mark.line else 1
            self.problems.append(quotes_for_tag(self.source, mark.line + 1, mark.column + 1, width))

    def _complain(self, event: Any, code: Code, message: Said) -> None:
        mark = event.start_mark
        width = event.end_mark.column - mark.column if event.end_mark.line == mark.line else 1
        hint = _EXTRAS[code]
        here = self.source.here(mark.line + 1, mark.column + 1)
        self.problems.append(mistake(here, code, message, hint=hint, width=width))

    def _at(
        self, key: Scalar, code: Code, message: Said, hint: Said | None = None, note: Said | None = None
    ) -> Problem:
        here = self.source.here(key.line, key.column)
        return mistake(here, code, message, hint=hint, note=note, width=key.width)


_EXTRAS: dict[str, Said] = {
    "alias-used": say("put it in quotes; anchors and aliases are not part of the language"),
    "many-documents": say('put all sections into one document, without "---" between them'),
}


def _private(text: str) -> tuple[dict[int, int], dict[int, int]]:
    """How to hide from a YAML 1.1 parser what is no line break in 1.2: characters that the text has not."""
    used = [c for c in _BREAKS_OF_1_1 if c in text]
    free = (chr(n) for n in range(0xE000, 0xF900) if chr(n) not in text)
    pairs = list(zip(used, free, strict=False))
    return {ord(a): ord(b) for a, b in pairs}, {ord(b): ord(a) for a, b in pairs}


def _quiet_losses(source: Source, builder: _Builder) -> list[Problem]:
    """What YAML reads without a complaint, and otherwise than it was meant."""
    found = [glued(source, offset) for offset in glued_comments(source, builder.seen)]
    if builder.root is not None and any(sign in source.text for sign in "，、［"):
        found += wide_commas(source, builder.root)
    return found

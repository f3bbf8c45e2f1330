"""From the text of a file to its nodes, or to problems in plain words (phase 1: syntax).

One mistake hides no other: where the parser gives up, the text, entry or section in which it did is left
out, and the rest is read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.shape.schema import KEYS
from bot.playbook.syntax.builder import MISTAKES_MOST, Builder, TooMuch
from bot.playbook.syntax.complaints import complaint
from bot.playbook.syntax.full_width import HalfWidth, half_width
from bot.playbook.syntax.left_out import entry_of, section_of, text_of, with_another_text, without
from bot.playbook.syntax.misread_signs import comment_behind, glued, in_text, wide_signs
from bot.playbook.syntax.nodes import Map, Node, Path, Scalar
from bot.playbook.syntax.sign_patterns import FullWidthSign
from bot.playbook.syntax.slips import comments_behind_texts, comments_in_texts, glued_comments
from bot.playbook.syntax.source import SourceFile, oversized

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser, seven times as fast; the pure one where PyYAML was built without it."""

_BREAKS_OF_1_1 = "\x85\u2028\u2029"
"""Characters that YAML 1.1 takes for line breaks and YAML 1.2 for ordinary ones."""

_NO_INDENTATION = ("\u3000", "\u00a0")
"""Spaces that look like indentation, and are a letter for YAML."""

_LEFT_OUT = 30
"""How often the rest of a file is read again, at most, each time without one more part."""


@dataclass(frozen=True)
class Parsed:
    """The root of a file, and what is wrong with its syntax.

    A file with a root can be checked further, even where a problem of level error was found.
    """

    root: Node | None
    """`None` where the file is empty, or cannot be read."""
    problems: list[Problem]
    whole: bool
    """Whether nothing of the file is missing in the nodes: no name is lost."""
    more: tuple[Map, ...] = ()
    """The roots of further documents, which `---` begins."""
    refused: frozenset[Path] = field(default_factory=frozenset)
    """Paths of sections, and of names or items in them, for which no further problem is reported."""
    given_up: str = ""
    """The text of the parts that could not be read."""
    signs: tuple[FullWidthSign, ...] = ()
    """The full-width signs of the file that are read as half-width ones."""
    nodes: int = 0
    """How many values and keys were read."""


def parse(source: SourceFile) -> tuple[Node | None, list[Problem]]:
    """The root of a file, and what is wrong with its syntax: with an error it is not to be used.

    `None` where a part of it is lost.
    """
    result = parsed(source)
    return (result.root if result.whole else None), result.problems


def parsed(source: SourceFile, keys: Collection[str] = KEYS) -> Parsed:
    """The nodes of a file, as far as it can be read; `keys` are those of its language."""
    if (too_large := oversized(source)) is not None:
        return Parsed(None, [too_large], whole=False)
    half = half_width(source.text, keys)
    if not half.signs:
        return _parsed(source)
    read = SourceFile(source.file, half.text)
    found, places = _parsed(read), _Places(source, read, half)
    for root in (found.root, *found.more):
        if root is not None:
            places.move(root)
    problems = [places.moved(one) for one in found.problems]
    return replace(found, problems=problems, signs=half.signs)


def _parsed(source: SourceFile) -> Parsed:
    """The nodes of a text: after each error it is read again without the part in which the parser failed."""
    builder, error = _attempt(source)
    if error is None:
        return _made(source, builder, [])
    readable, problems, given_up, texts = source, list(builder.problems), "", list[int]()
    lines_tried: set[int] = set()
    behind: dict[int, int] = {}  # by the begin of a section: an error here may follow from what was left out
    for _ in range(_LEFT_OUT):
        problem = complaint(error, readable, builder.seen)
        line = problem.place.line
        if all(one.place.line != line for one in problems):  # else it follows from that one
            problems.append(problem)
        text = None if line in lines_tried else text_of(readable, problem)
        lines_tried.add(line)
        lines = (line, *_lines_of(error))
        section = section_of(readable, line)
        doubtful = section is not None and behind.get(section.start) == line
        if section is None or section.start not in behind:
            section = section_of(readable, min(lines))
        entry = None if section is None or doubtful else entry_of(readable, section, lines)
        part = text or entry or section
        if part is None:
            break
        alone = readable.place(part.stop).line >= max(lines)
        if part is entry and section is not None:
            behind[section.start] = readable.place(part.stop).line
        given_up += readable.text[part]
        readable = without(readable, part) if text is None else with_another_text(readable, part)
        texts += [] if text is None else [text.start]
        builder, error = _attempt(readable)
        if error is None:
            builder.mark_unset(texts)
            return _made(readable, builder, problems, given_up)
        if not alone and part is section:  # errors in the rest may follow from what was left out
            break
    return Parsed(None, problems, whole=False)


def stopped_at(source: SourceFile, keys: Collection[str] = KEYS) -> int | None:
    """The line (from 1) at which the parser gives up; `None` where it reads to the end. Builds no nodes."""
    text, _ = _private(half_width(source.text, keys).text)
    try:
        loader = LOADER(text)
        if hasattr(loader, "raw_parse"):
            loader.raw_parse()  # libyaml's: a fifth of the time of its events
        else:
            while loader.check_event():
                loader.get_event()
    except yaml.YAMLError as error:
        return max(_lines_of(error), default=1)
    return None


@dataclass(frozen=True, slots=True)
class _Places:
    """From the places in a text as it is read to those in the file, which has full-width signs."""

    source: SourceFile
    read: SourceFile
    half: HalfWidth

    def move(self, root: Node) -> None:
        """Give all nodes their places in the file."""
        open_: list[Node] = [root]
        while open_:
            node = open_.pop()
            node.column, node.width = self._span(node.line, node.column, node.width)
            match node:
                case Scalar():
                    node.start, node.end = self.half.written(node.start), self.half.written(node.end)
                case Map(pairs=pairs):
                    open_ += [one for pair in pairs.values() for one in pair]
                case _:
                    open_ += node.items

    def moved(self, problem: Problem) -> Problem:
        """The problem at its place in the file."""
        place = problem.place
        column, width = self._span(place.line, place.column, problem.width)
        return replace(problem, place=replace(place, column=column), width=width)

    def _span(self, line: int, column: int, width: int) -> tuple[int, int]:
        offset = self.read.offset(line) + column - 1
        start, end = self.half.written(offset), self.half.written(offset + width)
        return start - self.source.offset(line) + 1, end - start


def _attempt(source: SourceFile) -> tuple[Builder, yaml.YAMLError | None]:
    """What is made of a file in one go, up to where the parser gives up."""
    builder = Builder(source)
    text, back = _private(source.text)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event, back)
    except TooMuch:
        pass
    except yaml.YAMLError as error:
        return builder, error
    return builder, None


def _made(source: SourceFile, builder: Builder, problems: list[Problem], given_up: str = "") -> Parsed:
    """The result of reading to the end; `problems` are those of the sections left out, `given_up`."""
    all_problems = dict.fromkeys((*problems, *builder.problems, *_quiet_losses(source, builder)))
    return Parsed(
        None if builder.harmed else builder.root,
        list(all_problems)[: MISTAKES_MOST + 1],
        whole=not (problems or builder.harmed or builder.lost),
        more=() if builder.harmed else tuple(builder.more),
        refused=frozenset(builder.refused),
        given_up=given_up,
        nodes=builder.nodes,
    )


def _lines_of(error: yaml.YAMLError) -> list[int]:
    """The lines (from 1) that an error of the parser is about."""
    marks = (getattr(error, "context_mark", None), getattr(error, "problem_mark", None))
    return [mark.line + 1 for mark in marks if mark is not None]


def _private(text: str) -> tuple[str, dict[int, int]]:
    """The text for a YAML 1.1 parser, and the way back from it, both by code point.

    Characters that are line breaks in YAML 1.1 only are replaced by private ones that the text does not have.
    """
    used = [c for c in _BREAKS_OF_1_1 if c in text]
    if not used:
        return text, {}
    free = (chr(n) for n in range(0xE000, 0xF900) if chr(n) not in text)
    pairs = list(zip(used, free, strict=False))
    return text.translate({ord(a): ord(b) for a, b in pairs}), {ord(b): ord(a) for a, b in pairs}


def _quiet_losses(source: SourceFile, builder: Builder) -> list[Problem]:
    """What YAML reads without a complaint, and otherwise than it was meant."""
    losses = []
    for offset, cut in glued_comments(source, builder.seen):
        cut.raw, cut.unset = cut.value, True
        losses.append(glued(source, offset))
    losses += [in_text(source, offset) for offset in comments_in_texts(source, builder.seen)]
    losses += [comment_behind(source, offset) for offset in comments_behind_texts(source, builder.seen)]
    losses += _wide_spaces(source, builder)
    if builder.root is not None and any(sign in source.text for sign in "，、［］｝"):
        losses += wide_signs(source, builder.root)
    return losses


def _wide_spaces(source: SourceFile, builder: Builder) -> list[Problem]:
    """Lines that begin with spaces which are no indentation: YAML takes them for a part of the name."""
    problems = []
    if not any(sign in source.text for sign in _NO_INDENTATION):
        return []
    for number, (key, is_key) in enumerate(builder.seen):
        if is_key and key.plain and key.value[:1] in _NO_INDENTATION:
            above = builder.seen[number - 1][0] if number else key
            builder.refused.update((key.path[:2], above.path[:2]))
            message = tr("this line begins with full-width spaces")
            hint = tr("indent by half-width spaces, as the line above")
            here = source.place_at(key.line, key.column)
            problems.append(mistake(here, "yaml-syntax", message, hint=hint, width=key.width))
    return problems

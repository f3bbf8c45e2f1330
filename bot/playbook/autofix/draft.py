"""A file with some of its lines rewritten, as it may have been meant, and whether that is right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

from bot.model.problem import Problem
from bot.playbook.shape.shape import Shape
from bot.playbook.shape.vocabulary import Vocabulary
from bot.playbook.syntax.nodes import Map, Node, Scalar
from bot.playbook.syntax.parse import Parsed, parsed, stopped_at
from bot.playbook.syntax.source import SourceFile, lines_of

SPACES = " \t\u3000\u00a0"
"""What is in front of lines, be it indentation for YAML or not."""
_BEGINS = re.compile(
    rf"^(?P<front>[{SPACES}]*)(?P<dashes>(?:-[ ]+)*)"
    rf"(?:(?P<key>[^\s:：#'\"{{}}\[\]|-][^:：#'\"{{}}\[\]]{{0,30}}?)(?::(?=\s|$)|[{SPACES}]*：))?"
)
"""The beginning of a line: spaces, dashes of items, and a key with its colon; each may be missing."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TEXT_BELOW = re.compile(r"(?:^|[\s:-])[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
"""`|` or `>` at the end of a line: a text of several lines begins below."""


@dataclass(frozen=True, slots=True)
class Line:
    """How a line begins."""

    text: str
    """The whole line."""
    front: str
    """The spaces in front of it, also full-width ones and tabs."""
    dashes: str
    """The dashes of items behind them, with their spaces."""
    key: str
    """The key behind those, without its colon; empty where there is none."""
    blank: bool
    """Whether it is empty, or holds a comment alone."""

    @property
    def column(self) -> int:
        """Its indentation in columns; a full-width space counts as two, and so does a tab here."""
        return sum(2 if sign in "\u3000\t" else 1 for sign in self.front)

    @property
    def inner(self) -> int:
        """The column behind its dashes: that of its key."""
        return self.column + len(self.dashes)

    @property
    def label(self) -> str:
        """What it is called: `- when`, `reply`, or its first words."""
        return (self.dashes + self.key) if self.key else self.text.strip()[:12]

    @property
    def known(self) -> bool:
        """Whether it is a line of the language, and no text."""
        return bool(self.dashes) or bool(_NAME.fullmatch(self.key))

    @property
    def opens_text(self) -> bool:
        """Whether a text begins below it: `reply: |`."""
        return not self.blank and bool(_TEXT_BELOW.search(self.text))


def line_of(text: str) -> Line:
    """How a line begins."""
    match = _BEGINS.match(text)
    assert match is not None, "everything in it may be missing"
    rest = text[match.end("front") :]
    return Line(
        text, match["front"], match["dashes"], (match["key"] or "").strip(), not rest or rest[0] == "#"
    )


@dataclass(frozen=True)
class Draft:
    """The lines of a file, some of them rewritten; numbers of lines are those of the file as it was."""

    file: str
    """Its path from the playbook's folder."""
    texts: tuple[str, ...]
    """The text of each line; one that was rewritten may hold several, with line breaks."""
    vocabulary: Vocabulary
    """The language of the file."""

    @classmethod
    def of(cls, source: SourceFile, vocabulary: Vocabulary) -> Draft:
        """The file as it is."""
        return cls(source.file, tuple(source.lines), vocabulary)

    @cached_property
    def lines(self) -> list[Line]:
        """How each begins."""
        return [line_of(text) for text in self.texts]

    def line(self, number: int) -> Line:
        """The line of that number (from 1)."""
        return self.lines[number - 1]

    def changed(self, lines: Mapping[int, str]) -> Draft:
        """With other lines in the place of some."""
        texts = list(self.texts)
        for number, text in lines.items():
            texts[number - 1] = text
        return replace(self, texts=tuple(texts))

    def part(self, first: int, last: int) -> Draft:
        """The file with empty lines outside of a part: reading the part alone is quicker."""
        head = self.head(first)
        return replace(
            self,
            texts=tuple(
                text if first <= number <= last or number == head else ""
                for number, text in enumerate(self.texts, 1)
            ),
        )

    @property
    def text(self) -> str:
        """The whole file."""
        return self._source.text

    @cached_property
    def _source(self) -> SourceFile:
        return SourceFile(self.file, "\n".join(self.texts))

    @cached_property
    def _parsed(self) -> Parsed:
        return parsed(self._source, self.vocabulary.keys)

    @cached_property
    def stop(self) -> int | None:
        """The line at which the parser gives up."""
        line = stopped_at(self._source, self.vocabulary.keys)
        return line if line is None else self._numbers[min(line, len(self._numbers)) - 1]

    @cached_property
    def _numbers(self) -> list[int]:
        """For each line the number of the line in the file that it replaces."""
        return [n for n, one in enumerate(self.texts, 1) for _ in lines_of(one)]

    def problems(self) -> list[Problem]:
        """What is wrong with its syntax and shape, by the lines of the file."""
        return self._read[0]

    @property
    def sections(self) -> frozenset[str]:
        """The sections that could be read."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[list[Problem], frozenset[str]]:
        parsed = self._parsed
        shape = Shape(self.vocabulary)
        for root in (parsed.root, *parsed.more):
            if root is not None:
                shape.refused(root, parsed.refused)
        problems = dict.fromkeys((*parsed.problems, *shape.problems))
        known = frozenset(self.vocabulary.sections)
        sections = known & parsed.root.pairs.keys() if isinstance(parsed.root, Map) else frozenset[str]()
        if not any("\n" in text for text in self.texts):
            return list(problems), sections
        numbers = self._numbers
        return [
            replace(
                problem, place=replace(problem.place, line=numbers[min(problem.place.line, len(numbers)) - 1])
            )
            for problem in problems
        ], sections

    def swallowed(self) -> set[int]:
        """The lines that go on with a text above them."""
        lines = self._source.lines
        return self._going_on(lambda one, line: one.plain or line_of(lines[line - 1]).known)

    def within_texts(self) -> set[int]:
        """The lines that look like an item or a key of the language, and are part of a text of several lines.

        Texts below `|` and `>` do not count: any line may stand in them.
        """
        source, keys = self._source, self.vocabulary.keys

        def is_within(text: Scalar, number: int) -> bool:
            line = line_of(source.line(number))
            return source.text[text.start] not in "|>" and (bool(line.dashes) or line.key in keys)

        return self._going_on(is_within)

    def _going_on(self, counts: Callable[[Scalar, int], bool]) -> set[int]:
        """The lines of a text below its first, for which `counts`, given the text and the line, holds."""
        source, root = self._source, self._parsed.root
        return {
            self._numbers[line - 1]
            for one in ([] if root is None else _texts(root))
            for line in range(one.line + 1, source.place(max(one.start, one.end - 1)).line + 1)
            if counts(one, line)
        }

    def in_section(self, number: int) -> bool:
        """Whether the leftmost line above a line is a section of the language."""
        above = (n for n in range(number - 1, 0, -1) if not self.line(n).blank and not self.line(n).column)
        return any(self._begins_section(n) or self.line(n).dashes for n in [next(above, 0)] if n)

    def _begins_section(self, number: int) -> bool:
        return _section(self.vocabulary).match(self.texts[number - 1]) is not None

    def head(self, number: int) -> int:
        """The line of the section around a line; 0 where there is none."""
        return next((n for n in range(min(number, len(self.texts)), 0, -1) if self._begins_section(n)), 0)

    def around(self, first: int, last: int) -> tuple[int, int]:
        """The lines of the entries in which these lines stand, with two before and one behind."""
        head, end = self._section(first, last)
        if not head:
            return 1, len(self.texts)
        starts = self._entries(head, end)
        before = [n for n in starts if n <= first]
        behind = [n for n in starts if n > last]
        return (before[-3:] or [head + 1])[0], behind[2] - 1 if len(behind) > 2 else end

    def entries(self, number: int) -> list[int]:
        """Where the entries of the section around a line begin."""
        return self._entries(*self._section(number, number))

    def _section(self, first: int, last: int) -> tuple[int, int]:
        """The line of the section around lines, 0 where there is none, and the last line of it."""
        ends = (n for n in range(last + 1, len(self.texts) + 1) if self._begins_section(n))
        return self.head(first), next(ends, len(self.texts) + 1) - 1

    def _entries(self, head: int, end: int) -> list[int]:
        """Where the entries of a section begin: at the column that most of them share."""
        below = [(n, line) for n in range(head + 1, end + 1) if not (line := self.line(n)).blank]
        if not below:
            return []
        first = below[0][1]
        alike = [line.column for _, line in below if first.dashes and line.label == first.label]
        column = Counter(alike).most_common(1)[0][0] if alike else first.column
        return [n for n, line in below if line.column == column and bool(line.dashes) == bool(alike)]


@cache
def _section(vocabulary: Vocabulary) -> re.Pattern[str]:
    return re.compile(rf"^(?:{'|'.join(vocabulary.file['properties'])})[ \t]*[:：]")


def _texts(node: Node) -> Iterator[Scalar]:
    """All texts below a node, keys among them."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Map):
        for key, value in node.pairs.values():
            yield key
            yield from _texts(value)
    else:
        for item in node.items:
            yield from _texts(item)

"""The entries of a file's sections, found by indentation alone: what the parser gives up on has them, too."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.model.translatable import Listing, Quoted, Translatable, TranslatableValue
from bot.playbook.shape.schema import KEYS
from bot.playbook.similar import folded
from bot.playbook.syntax.source import SourceFile

_SECTION = re.compile(r"[^\s#\-\[\]{}]")
"""With what a line at the left edge begins where it is the key of a section."""
_NAME = re.compile(r"""(?:-\s+menu:\s*)?["']?([^\s:"'{}\[\],#-][^:"'{}\[\],#]*)""")
"""The name of an entry (group 1): its key, or of a rich menu the value of `menu`."""
_ADDRESS = re.compile(r"https?://\S+")
_WORD = re.compile(r"""[^\s:"'{}\[\],]+""")
"""A word between YAML's own signs: it may be a name."""


@dataclass(frozen=True)
class Entry:
    """One rule, flow, menu or other entry of a section, as in the file; or a whole section."""

    section: str
    text: str
    whole: bool = False

    @cached_property
    def names(self) -> frozenset[str]:
        """What the rest of the playbook may call it by."""
        if self.whole:
            return frozenset(_WORD.findall(_ADDRESS.sub("", self.text))) - KEYS
        match = _NAME.match(self.text.lstrip())
        return frozenset({match[1].strip()} if match else ())

    @cached_property
    def folded(self) -> FoldedText:
        """Its text, for names that may stand in it."""
        return FoldedText(self.text)


class FoldedText:
    """A text folded once, in which many names are looked up as whole words, in whatever width and case."""

    def __init__(self, text: str) -> None:
        self._text = folded(text)

    def mentions(self, names: Iterable[str]) -> bool:
        """Whether it contains one of the names."""
        return bool(self._text) and any(self._has_word(folded(name)) for name in names)

    def _has_word(self, word: str) -> bool:
        start = self._text.find(word)
        while start >= 0:
            end = start + len(word)
            if not (_is_of_word(self._text[start - 1 : start]) or _is_of_word(self._text[end : end + 1])):
                return True
            start = self._text.find(word, start + 1)
        return False


def _is_of_word(sign: str) -> bool:
    r"""What `\w` is in a regular expression."""
    return sign.isalnum() or sign == "_"


def mentions(text: str, names: Iterable[str]) -> bool:
    """Whether the text contains one of the names, see `FoldedText`."""
    return FoldedText(text).mentions(names)


class Entries:
    """The entries of one file."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._sections: list[tuple[int, str]] = [(1, "")]
        """The line of each section's key, and its name; first what stands above all sections."""
        self._starts: list[int] = [1]
        """The lines at which sections and entries begin."""
        self._entries: dict[tuple[int, bool], Entry] = {}
        """Entries that were made before, by their first line, and whether they are whole sections."""
        indent = None
        for number, line in enumerate(source.lines, 1):
            text = line.lstrip()
            depth = len(line) - len(text)
            if not text or text.startswith("#"):
                continue
            if depth == 0 and _SECTION.match(text):
                self._sections.append((number, text.partition(":")[0].strip("\"' ")))
                indent = None
            elif indent is not None and depth > indent:
                continue
            else:
                indent = depth
            self._starts.append(number)

    def lines_at(self, line: int) -> range:
        """The lines of the entry around a line."""
        number = bisect_right(self._starts, line)
        ends = [*self._starts, len(self._source.lines) + 1]
        return range(ends[number - 1], ends[number])

    def at(self, line: int) -> Entry:
        """The entry that the line belongs to; the whole section where the line is its first."""
        section, name = self._sections[bisect_right(self._sections, (line, "\U0010ffff")) - 1]
        whole = line == section
        starts = [start for start, _ in self._sections] if whole else self._starts
        number = bisect_right(starts, line)
        first, end = (
            starts[number - 1],
            starts[number] if number < len(starts) else len(self._source.lines) + 1,
        )
        if (first, whole) not in self._entries:  # one of many mistakes is a text as long as the file
            text = "\n".join(self._source.lines[first - 1 : end - 1])
            self._entries[first, whole] = Entry(name, text, whole)
        return self._entries[first, whole]


def names_in(value: TranslatableValue, *, quoted: bool = False) -> Iterator[str]:
    """The values in a sentence about a playbook; with `quoted` only those of the file, no proposals."""
    match value:
        case Translatable(values=values):
            for _, one in values:
                yield from names_in(one, quoted=quoted)
        case Listing(items) if not quoted:
            for one in items:
                yield from names_in(one)
        case Quoted(text):
            yield from names_in(text)
        case str() if value.strip("…") and not quoted:
            yield value.strip("…")
        case _:
            pass

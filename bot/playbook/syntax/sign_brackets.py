"""Full-width signs within brackets and quotes, which may go on over several lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from bot.playbook.shape.suggest_words import split_values
from bot.playbook.syntax.sign_patterns import (
    BEHIND_A_VALUE,
    CLOSER,
    COMPARED,
    DEEPEST,
    HALF,
    LONGEST,
    NAMED,
    NEXT_KEY,
    ONE_LEVEL,
    QUOTED,
    SEVERAL,
    SPACES,
    TEXTS,
    UP_TO_QUOTE,
    WIDE_SPACES,
    Bracket,
    FullWidthSign,
    OpenBlock,
    is_ordinary,
)


@dataclass(slots=True)
class Cursor:
    """How far a file is read: the current line with what is around it, and the signs found so far."""

    keys: Collection[str]
    """All keys of the language."""
    blocks: list[OpenBlock] = field(default_factory=list)
    """The keys and items that the line is below, the innermost last."""
    signs: list[FullWidthSign] = field(default_factory=list)
    """The full-width signs that are read as half-width ones."""
    start: int = 0
    """The offset of the line in the file."""
    line: str = ""

    def read(self, begin: int, end: int, half: str) -> None:
        """Read a part of the line as these signs."""
        self.signs.append(FullWidthSign(self.start + begin, self.start + end, half))

    def with_space(self, begin: int, at: int, half: str) -> int:
        """Read what stands from `begin` to the sign at `at` as `half` and a space; the offset behind."""
        end = len(self.line) - len(self.line[at + 1 :].lstrip(SPACES))
        if end > at + 1 and WIDE_SPACES.isdisjoint(self.line[at + 1 : end]):
            self.read(begin, at + 1, half)
        else:
            self.read(begin, end, half if end == len(self.line) else f"{half} ")
        return end


class BracketScan:
    """The brackets, or the quote, that a value has begun with."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._open: list[Bracket] = []
        self._quote = ""
        """The quote that a text of several lines has begun with."""

    @property
    def is_open(self) -> bool:
        """Whether the value goes on in the next line."""
        return bool(self._open or self._quote)

    def leave(self) -> None:
        """The value is over, whatever was open."""
        self._open, self._quote = [], ""

    def _path(self) -> Iterator[str]:
        """The keys that lead to the value which is read, the nearest first."""
        for bracket in reversed(self._open):
            if bracket.key:
                yield bracket.key
        for one in reversed(self._cursor.blocks):
            if one.key:
                yield one.key

    def is_of_people(self) -> bool:
        """Whether people read what stands here."""
        path = list(self._path())
        return bool(path) and path[0] in TEXTS and COMPARED.isdisjoint(path)

    def read(self, at: int) -> None:
        """Read on within brackets or quotes, up to their end or that of the line."""
        line = self._cursor.line
        if not self._open and not self._quote and is_ordinary(line, at):
            return
        while at < len(line):
            sign = line[at]
            if self._quote:
                at = self._behind_quote(at)
                if not self._open and not self._quote:
                    return
            elif sign in SPACES:
                end = len(line) - len(line[at:].lstrip(SPACES))
                if not WIDE_SPACES.isdisjoint(line[at:end]):
                    self._cursor.read(at, end, " ")
                at = end
            elif sign == "#" and at and line[at - 1] in SPACES:
                return
            elif sign in "{[" or (sign in "｛［" and self._begins_flow(at)):
                self._open_bracket(at)
                at += 1
            elif sign in "}]" or (self._open and sign in "｝］" and self._ends_flow(at)):
                if sign in HALF:
                    self._cursor.read(at, at + 1, HALF[sign])
                del self._open[-1:]
                at += 1
            elif sign in '"“＂' and (end := self.quoted(at)):
                at = end
            elif sign in "\"'":
                self._quote = sign
                at += 1
            elif self._open:
                at = self._between(at)
            if not self._open and not self._quote:
                return

    def _behind_quote(self, at: int) -> int:
        """The offset behind the quote that ends a text; the end of the line where it goes on."""
        closed = UP_TO_QUOTE[self._quote].match(self._cursor.line, at)
        if closed is None:
            return len(self._cursor.line)
        self._quote = ""
        return closed.end()

    def _open_bracket(self, at: int) -> None:
        sign = self._cursor.line[at]
        half = HALF.get(sign, sign)
        if len(self._open) == DEEPEST:
            del self._open[0]
        if sign in HALF:
            self._cursor.read(at, at + 1, half)
        inner = ONE_LEVEL.match(self._cursor.line, at + 1)
        assert inner is not None, "it may be empty"
        alone = self._cursor.line[inner.end() : inner.end() + 1] in ("]", "］") and "," not in inner[0]
        splits = alone and not self.is_of_people() and bool(split_values(inner[0]))
        self._open.append(Bracket(CLOSER[half], splits))

    def _begins_flow(self, at: int) -> bool:
        """Whether a full-width bracket is one of YAML: it is closed as a value is, and holds several."""
        sign, line = self._cursor.line[at], self._cursor.line
        opening, closing = ("{｛", "}｝") if sign == "｛" else ("[［", "]］")
        depth, end = 0, at
        for end in range(at, min(len(line), at + LONGEST)):
            depth += (line[end] in opening) - (line[end] in closing)
            if not depth:
                break
        inner = line[at + 1 : end]
        if depth or not self._ends_value(end + 1):
            return False
        if sign == "［":
            return not self.is_of_people() and SEVERAL.search(inner) is not None
        named = NAMED.match(inner)
        return named is not None and (named[1] in self._cursor.keys or not self.is_of_people())

    def _ends_flow(self, at: int) -> bool:
        """Whether a full-width bracket closes the innermost one, and none is left over that would."""
        rest = self._cursor.line[at:].partition(" #")[0]
        closing = sum(sign in "}]｝］" for sign in rest)
        return (
            HALF[self._cursor.line[at]] == self._open[-1].closer
            and closing <= len(self._open)
            and self._ends_value(at + 1)
        )

    def _ends_value(self, at: int) -> bool:
        """Whether a value may end before this offset."""
        rest = self._cursor.line[at:].lstrip(SPACES)
        return not rest or rest[0] == "#" or bool(self._open and rest[0] in BEHIND_A_VALUE)

    def quoted(self, at: int) -> int:
        """Read the quotes around a whole value; the offset behind it, 0 where it is none."""
        match = QUOTED.match(self._cursor.line, at)
        if match is None or not self._ends_value(match.end()):
            return 0
        for place in (at, match.end() - 1):
            if self._cursor.line[place] != '"':
                self._cursor.read(place, place + 1, '"')
        return match.end()

    def _between(self, at: int) -> int:
        """Read a value or key without quotes between brackets, or what divides them; the offset behind it."""
        line, bracket, begin, opened = self._cursor.line, self._open[-1], at, 0
        is_key = bracket.closer == "}" and not bracket.key
        while at < len(line):
            sign = line[at]
            if sign == ",":
                bracket.key = ""
                return at + 1
            if sign in "[]{}" or (sign == "#" and line[at - 1] in SPACES and at > begin):
                return at
            if sign in ":：" and (end := self._behind_colon(begin, at, is_key=is_key)):
                return end
            if sign in "，、" and self._divides(begin, at):
                bracket.key = ""
                return self._cursor.with_space(at, at, ",")
            opened += sign in "｛［"
            if sign in "｝］":
                if not opened and self._ends_flow(at):
                    return at
                opened = max(0, opened - 1)
            at += 1
        return at

    def _behind_colon(self, begin: int, at: int, *, is_key: bool) -> int:
        """The offset of the value behind a colon; 0 where the colon is a part of the text."""
        line, bracket = self._cursor.line, self._open[-1]
        end = len(line) - len(line[at + 1 :].lstrip(SPACES))
        space, key = line[at + 1 : end], line[begin:at].rstrip(SPACES)
        if line[at] == ":" and (space[:1] in (" ", "\t") or end == len(line)):
            bracket.key = key.strip("\"'") or bracket.key
            return end
        quoted = not key and line[begin - 1] in "\"'”＂"
        if not is_key or (line[at] == ":" and not space) or line[end : end + 2] == "//":
            return 0
        parents = list(self._path())
        free = bool(parents) and not self.is_of_people() and parents[0] not in COMPARED
        if not quoted and key not in self._cursor.keys and not (free and key and " " not in key):
            return 0
        bracket.key = key or "…"
        return self._cursor.with_space(begin + len(key), at, ":")

    def _divides(self, begin: int, at: int) -> bool:
        """Whether a full-width comma divides values: behind a whole one, before a key, or in a list."""
        if at == begin:
            return True
        if self._open[-1].closer == "]":
            return self._open[-1].splits
        following = NEXT_KEY.match(self._cursor.line, at)
        return following is not None and following[1] in self._cursor.keys

"""Where full-width signs of a file stand in the place of YAML's own, line by line.

What is asked of a sign is its place, never how the file reads afterwards: what may stand there by the
columns, keys and brackets around it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.playbook.shape.suggest_words import split_values
from bot.playbook.syntax.sign_patterns import (
    BEHIND_A_VALUE,
    BELOW,
    CLOSER,
    COMPARED,
    DASH,
    DEEPEST,
    HALF,
    KEY,
    LINE,
    LONGEST,
    NAMED,
    NEXT_KEY,
    ONE_LEVEL,
    QUOTED,
    ROOMS,
    SEVERAL,
    SPACES,
    TEXT_BELOW,
    TEXTS,
    WIDE_SPACES,
    Bracket,
    FullWidthSign,
    OpenBlock,
    columns_below,
    is_ordinary,
    spaces,
)


class Scan:
    """A file while it is read, line by line."""

    def __init__(self, text: str, keys: Collection[str]) -> None:
        self._lines = [(one.start(), one[0]) for one in LINE.finditer(text) if one[0]]
        self._keys = keys
        self._signs: list[FullWidthSign] = []
        self._blocks: list[OpenBlock] = []
        self._opens = False
        """Whether the last key, or dash, has no value in its line."""
        self._flow: list[Bracket] = []
        self._quote = ""
        """The quote that a text of several lines has begun with."""
        self._owner = 0
        """The column of the key whose value is open over several lines."""
        self._in_text = False
        self._text_column: int | None = None
        self._start, self._line = 0, ""

    def signs(self) -> tuple[FullWidthSign, ...]:
        """All signs that are read otherwise, in their order."""
        for number in range(len(self._lines)):
            self._start, self._line = self._lines[number]
            self._take(number)
        return tuple(sorted(self._signs, key=lambda one: one.start))

    def _read(self, begin: int, end: int, half: str) -> None:
        """Read a part of the line as these signs."""
        self._signs.append(FullWidthSign(self._start + begin, self._start + end, half))

    def _take(self, number: int) -> None:
        line = self._line
        rest = line.lstrip(SPACES)
        front = line[: len(line) - len(rest)]
        wide = not WIDE_SPACES.isdisjoint(front)
        if self._in_text and self._is_of_text(front, rest):
            return
        if not rest:
            if wide:
                self._read(0, len(front), "")
            return
        if self._flow or self._quote:
            if len(front) > self._owner or rest[0] in "}]｝］":
                self._inside(0)
                return
            self._flow, self._quote = [], ""
        if rest[0] == "#":
            if wide:
                self._read(0, len(front), spaces(front, 2))
            return
        column = len(front)
        if wide:
            column = self._column(front, rest)
            if column < 0:
                return
            self._read(0, len(front), " " * column)
        self._block(number, len(front), column)

    def _is_of_text(self, front: str, rest: str) -> bool:
        """Whether the line is one of a text below `|`, with its indentation read."""
        plain = len(front) - len(front.lstrip(" "))
        if not rest and plain == len(front):
            return True
        column = plain
        if self._text_column is None or plain < self._text_column:
            column = len(spaces(front, 2))
        if rest and column <= self._owner:
            self._in_text = False
            return False
        if self._text_column is None and rest:
            self._text_column = plain if plain > self._owner else column
        if not rest:
            if plain < (self._text_column or self._owner + 1):
                self._read(0, len(front), "")
            return True
        wanted = self._text_column or column
        if plain < wanted:
            end = next((n for n in range(len(front) + 1) if len(spaces(front[:n], 2)) >= wanted), 0)
            if end:
                self._read(0, end, spaces(front[:end], 2))
        return True

    def _column(self, front: str, rest: str) -> int:
        """The column at which a line with full-width spaces in front stands; -1 where none is right."""
        is_item = DASH.match(rest) is not None
        if not is_item and KEY.match(rest) is None and rest[0] not in "{[｛［\"'":
            return -1
        columns = (len(spaces(front, room)) for room in ROOMS)
        return next((one for one in columns if self._fits(one, is_item=is_item)), -1)

    def _fits(self, column: int, *, is_item: bool) -> bool:
        if not self._blocks:
            return column == 0
        last = self._blocks[-1].column
        if self._opens and (column > last or (is_item and column == last)):
            return True
        return any(one.column == column and bool(one.key) != is_item for one in self._blocks)

    def _block(self, number: int, at: int, column: int) -> None:
        """The dashes, the key and the value of a line outside of brackets."""
        line, in_item = self._line, False
        while column < LONGEST and (dash := DASH.match(line, at)) and self._is_dash(dash, column):
            inner = self._behind_dash(dash[0], column, number)
            if not dash[0].startswith("-") or not WIDE_SPACES.isdisjoint(dash[0]):
                self._read(at, dash.end(), "-" + " " * (inner - column - 1))
            self._close(column, is_item=True)
            self._blocks.append(OpenBlock(column))
            at, column, in_item, self._opens = dash.end(), inner, True, True
        key = KEY.match(line, at)
        if key is None or not self._is_key(key, column, in_item=in_item):
            if self._opens:
                self._value(number, at)
            return
        self._close(column, is_item=False)
        self._blocks.append(OpenBlock(column, key["key"].strip("\"'")))
        self._colon(key)
        self._opens = True
        self._value(number, key.end())

    def _is_dash(self, dash: re.Match[str], column: int) -> bool:
        """Whether a dash begins an item: a long one only before a key of the language, or a bracket."""
        if dash[0][0] == "-":
            return True
        behind = self._line[dash.end() :]
        key = KEY.match(behind)
        is_known = key is not None and key["key"] in self._keys
        return behind[:1] in ("{", "｛") or is_known

    def _behind_dash(self, dash: str, column: int, number: int) -> int:
        """The column behind a dash: that of the line below, where spaces may be taken for one or for two."""
        if dash[0] == "-" and WIDE_SPACES.isdisjoint(dash):
            return column + max(len(dash), 2)
        seen = column + (1 if dash[0] == "-" else 2) + len(spaces(dash[1:], 2))
        below = columns_below(self._lines, number)
        return next((one for one in (column + 2, seen) if one in below), column + 2)

    def _close(self, column: int, *, is_item: bool) -> None:
        """Leave the blocks that a new item or key ends."""
        while self._blocks and (
            self._blocks[-1].column > column
            or (self._blocks[-1].column == column and not (is_item and self._blocks[-1].key))
        ):
            self._blocks.pop()

    def _is_key(self, found: re.Match[str], column: int, *, in_item: bool) -> bool:
        key, space, rest = found["key"], found["space"], self._line[found.end() :]
        here = not in_item and any(one.column == column and one.key for one in self._blocks)
        known = key in self._keys
        awaited = here or in_item or self._opens or (not self._blocks and not column)
        if found["colon"] == ":":
            if not space and rest:
                return False
            ordinary = not space or space[0] in " \t"
            return ordinary or here or (known and awaited)
        if rest[:2] == "//" or not WIDE_SPACES.isdisjoint(key) or " " in key:
            return False
        if known or here:
            return awaited
        names = self._opens and not in_item and not self._is_of_people()
        return names and (not rest or rest[0] in "{[｛［#")

    def _colon(self, key: re.Match[str]) -> None:
        """Read the colon behind a key, and the spaces around it."""
        gap = not WIDE_SPACES.isdisjoint(key["gap"])
        space = not WIDE_SPACES.isdisjoint(key["space"])
        if gap or key["colon"] == "：" or (space and key["space"][0] not in " \t"):
            self._with_space(key.start("gap") if gap else key.start("colon"), key.start("colon"), ":")

    def _value(self, number: int, at: int) -> None:
        """What stands behind a key or a dash in its line."""
        line, owner = self._line, self._blocks[-1].column if self._blocks else -1
        value = line[at:].rstrip(SPACES)
        if not value or value[0] == "#":
            return
        self._opens, self._owner = False, owner
        if value in BELOW and max(columns_below(self._lines, number), default=0) > owner:
            self._read(at, at + 1, BELOW[value])
            value = BELOW[value]
        if TEXT_BELOW.match(value):
            self._in_text, self._text_column = True, None
        elif value[0] in '"“＂' and self._ends_below(number) and self._quoted(at):
            return
        elif value[0] in "{[\"'｛［":
            self._inside(at)

    def _ends_below(self, number: int) -> bool:
        """Whether the next line is none that a value may go on in."""
        return min(columns_below(self._lines, number), default=0) <= self._owner

    def _path(self) -> Iterator[str]:
        """The keys that lead to the value which is read, the nearest first."""
        for bracket in reversed(self._flow):
            if bracket.key:
                yield bracket.key
        for one in reversed(self._blocks):
            if one.key:
                yield one.key

    def _is_of_people(self) -> bool:
        """Whether people read what stands here."""
        path = list(self._path())
        return bool(path) and path[0] in TEXTS and COMPARED.isdisjoint(path)

    def _inside(self, at: int) -> None:
        """Read on within brackets or quotes, up to their end or that of the line."""
        line = self._line
        if not self._flow and not self._quote and is_ordinary(line, at):
            return
        while at < len(line):
            sign = line[at]
            if self._quote:
                at = self._behind_quote(at)
                if not self._flow and not self._quote:
                    return
            elif sign in SPACES:
                end = len(line) - len(line[at:].lstrip(SPACES))
                if not WIDE_SPACES.isdisjoint(line[at:end]):
                    self._read(at, end, " ")
                at = end
            elif sign == "#" and at and line[at - 1] in SPACES:
                return
            elif sign in "{[" or (sign in "｛［" and self._begins_flow(at)):
                self._open_bracket(at)
                at += 1
            elif sign in "}]" or (self._flow and sign in "｝］" and self._ends_flow(at)):
                if sign in HALF:
                    self._read(at, at + 1, HALF[sign])
                del self._flow[-1:]
                at += 1
            elif sign in '"“＂' and (end := self._quoted(at)):
                at = end
            elif sign in "\"'":
                self._quote = sign
                at += 1
            elif self._flow:
                at = self._between(at)
            if not self._flow and not self._quote:
                return

    def _behind_quote(self, at: int) -> int:
        """The offset behind the quote that ends a text; the end of the line where it goes on."""
        pattern = r'(?:[^"\\]|\\.)*"' if self._quote == '"' else r"(?:[^']|'')*'(?!')"
        closed = re.compile(pattern).match(self._line, at)
        if closed is None:
            return len(self._line)
        self._quote = ""
        return closed.end()

    def _open_bracket(self, at: int) -> None:
        sign = self._line[at]
        half = HALF.get(sign, sign)
        if len(self._flow) == DEEPEST:
            del self._flow[0]
        if sign in HALF:
            self._read(at, at + 1, half)
        inner = ONE_LEVEL.match(self._line, at + 1)
        assert inner is not None, "it may be empty"
        alone = self._line[inner.end() : inner.end() + 1] in ("]", "］") and "," not in inner[0]
        splits = alone and not self._is_of_people() and bool(split_values(inner[0]))
        self._flow.append(Bracket(CLOSER[half], splits))

    def _begins_flow(self, at: int) -> bool:
        """Whether a full-width bracket is one of YAML: it is closed as a value is, and holds several."""
        sign, line = self._line[at], self._line
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
            return not self._is_of_people() and SEVERAL.search(inner) is not None
        named = NAMED.match(inner)
        return named is not None and (named[1] in self._keys or not self._is_of_people())

    def _ends_flow(self, at: int) -> bool:
        """Whether a full-width bracket closes the innermost one, and none is left over that would."""
        rest = self._line[at:].partition(" #")[0]
        closing = sum(sign in "}]｝］" for sign in rest)
        return (
            HALF[self._line[at]] == self._flow[-1].closer
            and closing <= len(self._flow)
            and self._ends_value(at + 1)
        )

    def _ends_value(self, at: int) -> bool:
        """Whether a value may end before this offset."""
        rest = self._line[at:].lstrip(SPACES)
        return not rest or rest[0] == "#" or bool(self._flow and rest[0] in BEHIND_A_VALUE)

    def _quoted(self, at: int) -> int:
        """Read the quotes around a whole value; the offset behind it, 0 where it is none."""
        match = QUOTED.match(self._line, at)
        if match is None or not self._ends_value(match.end()):
            return 0
        for place in (at, match.end() - 1):
            if self._line[place] != '"':
                self._read(place, place + 1, '"')
        return match.end()

    def _between(self, at: int) -> int:
        """Read a value or key without quotes between brackets, or what divides them; the offset behind it."""
        line, bracket, begin, opened = self._line, self._flow[-1], at, 0
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
                return self._with_space(at, at, ",")
            opened += sign in "｛［"
            if sign in "｝］":
                if not opened and self._ends_flow(at):
                    return at
                opened = max(0, opened - 1)
            at += 1
        return at

    def _behind_colon(self, begin: int, at: int, *, is_key: bool) -> int:
        """The offset of the value behind a colon; 0 where the colon is a part of the text."""
        line, bracket = self._line, self._flow[-1]
        end = len(line) - len(line[at + 1 :].lstrip(SPACES))
        space, key = line[at + 1 : end], line[begin:at].rstrip(SPACES)
        if line[at] == ":" and (space[:1] in (" ", "\t") or end == len(line)):
            bracket.key = key.strip("\"'") or bracket.key
            return end
        quoted = not key and line[begin - 1] in "\"'”＂"
        if not is_key or (line[at] == ":" and not space) or line[end : end + 2] == "//":
            return 0
        parents = list(self._path())
        free = bool(parents) and not self._is_of_people() and parents[0] not in COMPARED
        if not quoted and key not in self._keys and not (free and key and " " not in key):
            return 0
        bracket.key = key or "…"
        return self._with_space(begin + len(key), at, ":")

    def _with_space(self, begin: int, at: int, half: str) -> int:
        """Read what stands from `begin` to the sign at `at` as `half` and a space; the offset behind."""
        end = len(self._line) - len(self._line[at + 1 :].lstrip(SPACES))
        if end > at + 1 and WIDE_SPACES.isdisjoint(self._line[at + 1 : end]):
            self._read(begin, at + 1, half)
        else:
            self._read(begin, end, half if end == len(self._line) else f"{half} ")
        return end

    def _divides(self, begin: int, at: int) -> bool:
        """Whether a full-width comma divides values: behind a whole one, before a key, or in a list."""
        if at == begin:
            return True
        if self._flow[-1].closer == "]":
            return self._flow[-1].splits
        following = NEXT_KEY.match(self._line, at)
        return following is not None and following[1] in self._keys

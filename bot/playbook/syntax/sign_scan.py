"""Where full-width signs of a file stand in the place of YAML's own, line by line.

Whether a sign is syntax is decided by its place alone: by the columns, keys and brackets around it. The file
with the sign replaced is not parsed for that.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.playbook.syntax.sign_brackets import BracketScan, Cursor
from bot.playbook.syntax.sign_patterns import (
    BLOCK_HEADER,
    DASH,
    HALF_BLOCK_SIGN,
    KEY,
    LINE,
    LONGEST,
    ROOMS,
    SPACES,
    WIDE_SPACES,
    FullWidthSign,
    OpenBlock,
    columns_below,
    spaces,
)


class Scan:
    """A file while it is read, line by line."""

    def __init__(self, text: str, keys: Collection[str]) -> None:
        self._lines = [(one.start(), one[0]) for one in LINE.finditer(text) if one[0]]
        self._cursor = Cursor(keys)
        self._blocks = self._cursor.blocks
        self._brackets = BracketScan(self._cursor)
        self._opens = False
        """Whether the last key, or dash, has no value in its line."""
        self._owner = 0
        """The column of the key whose value is open over several lines."""
        self._in_text = False
        """Whether the line may belong to a text below `|` or `>`."""
        self._text_column: int | None = None
        """The indentation of that text; `None` before its first line."""

    def signs(self) -> tuple[FullWidthSign, ...]:
        """All signs that are read otherwise, in their order."""
        for number in range(len(self._lines)):
            self._cursor.start, self._cursor.line = self._lines[number]
            self._take(number)
        return tuple(sorted(self._cursor.signs, key=lambda one: one.start))

    def _take(self, number: int) -> None:
        line = self._cursor.line
        rest = line.lstrip(SPACES)
        front = line[: len(line) - len(rest)]
        wide = not WIDE_SPACES.isdisjoint(front)
        if self._in_text and self._is_of_text(front, rest):
            return
        if not rest:
            if wide:
                self._cursor.read(0, len(front), "")
            return
        if self._brackets.is_open:
            if len(front) > self._owner or rest[0] in "}]｝］":
                self._brackets.read(0)
                return
            self._brackets.leave()
        if rest[0] == "#":
            if wide:
                self._cursor.read(0, len(front), spaces(front, 2))
            return
        column = len(front)
        if wide:
            column = self._column(front, rest)
            if column < 0:
                return
            self._cursor.read(0, len(front), " " * column)
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
                self._cursor.read(0, len(front), "")
            return True
        wanted = self._text_column or column
        if plain < wanted:
            end = next((n for n in range(len(front) + 1) if len(spaces(front[:n], 2)) >= wanted), 0)
            if end:
                self._cursor.read(0, end, spaces(front[:end], 2))
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
        line, in_item = self._cursor.line, False
        while column < LONGEST and (dash := DASH.match(line, at)) and self._is_dash(dash, column):
            inner = self._behind_dash(dash[0], column, number)
            if not dash[0].startswith("-") or not WIDE_SPACES.isdisjoint(dash[0]):
                self._cursor.read(at, dash.end(), "-" + " " * (inner - column - 1))
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
        behind = self._cursor.line[dash.end() :]
        key = KEY.match(behind)
        is_known = key is not None and key["key"] in self._cursor.keys
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
        key, space, rest = found["key"], found["space"], self._cursor.line[found.end() :]
        here = not in_item and any(one.column == column and one.key for one in self._blocks)
        known = key in self._cursor.keys
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
        names = self._opens and not in_item and not self._brackets.is_of_people()
        return names and (not rest or rest[0] in "{[｛［#")

    def _colon(self, key: re.Match[str]) -> None:
        """Read the colon behind a key, and the spaces around it."""
        gap = not WIDE_SPACES.isdisjoint(key["gap"])
        space = not WIDE_SPACES.isdisjoint(key["space"])
        if gap or key["colon"] == "：" or (space and key["space"][0] not in " \t"):
            self._cursor.with_space(key.start("gap") if gap else key.start("colon"), key.start("colon"), ":")

    def _value(self, number: int, at: int) -> None:
        """What stands behind a key or a dash in its line."""
        line, owner = self._cursor.line, self._blocks[-1].column if self._blocks else -1
        value = line[at:].rstrip(SPACES)
        if not value or value[0] == "#":
            return
        self._opens, self._owner = False, owner
        if value in HALF_BLOCK_SIGN and max(columns_below(self._lines, number), default=0) > owner:
            self._cursor.read(at, at + 1, HALF_BLOCK_SIGN[value])
            value = HALF_BLOCK_SIGN[value]
        if BLOCK_HEADER.match(value):
            self._in_text, self._text_column = True, None
        elif value[0] in '"“＂' and self._ends_below(number) and self._brackets.quoted(at):
            return
        elif value[0] in "{[\"'｛［":
            self._brackets.read(at)

    def _ends_below(self, number: int) -> bool:
        """Whether the next line is none that a value may go on in."""
        return min(columns_below(self._lines, number), default=0) <= self._owner

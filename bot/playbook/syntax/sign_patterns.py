"""Patterns by which full-width signs are found that were meant as YAML's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SPACES = " \t\u3000\u00a0"
"""What is in front of lines, be it indentation for YAML or not."""
WIDE_SPACES = frozenset("\u3000\u00a0")
"""Those of them that YAML takes for text."""
ROOMS = (2, 1, 4)
"""Columns that a full-width space in front of a line may stand for: the first that leads to one in use."""
KEY_START = rf"[^{SPACES}:：\"'#&*!|>%@`{{}}\[\]｛｝［］，。“”]"
"""A character with which a key without quotes may begin."""
SIGN = re.compile("[：，、［］｛｝“”＂｜＞－–—\u3000\u00a0]")
"""Characters that may have been meant as YAML's own."""
DEEPEST = 64
"""Brackets that are open at a time; beyond that the outermost is forgotten."""
LONGEST = 1_000
"""Characters, at most: between two full-width brackets, in front of items within items, and of what is looked
at before a sign."""
LINE = re.compile(r"[^\r\n]*")
"""One line, without its end."""
DASH = re.compile(rf"(?:-(?:[ \t]+|(?=$))|-[ ]*[\u3000\u00a0][{SPACES}]*|[－–—][{SPACES}]*)")
"""What begins an item of a list: a dash, also a long or full-width one, with the spaces behind it."""
KEY = re.compile(
    rf"(?P<key>\"[^\"]*\"|'[^']*'|{KEY_START}[^:：#{{}}\[\]]*?)(?P<gap>[{SPACES}]*)(?P<colon>[:：])(?P<space>[{SPACES}]*)"
)
"""A key with its colon, also a full-width one, and the spaces around that."""
BLOCK_HEADER = re.compile(r"[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?$")
"""`|` or `>` at the end of a line: a text of several lines begins below."""
HALF_BLOCK_SIGN = {"｜": "|", "＞": ">"}
"""What full-width signs of such a header are read as."""
QUOTED = re.compile(r"[“＂][^“”„＂\"\\]+[”＂\"]|\"[^“”„＂\"\\]+[”＂](?=[^\"]*$)")
"""A text in quotes of which one at least is full-width: the second form begins with an ordinary one."""
UP_TO_QUOTE = {'"': re.compile(r'(?:[^"\\]|\\.)*"'), "'": re.compile(r"(?:[^']|'')*'(?!')")}
"""The rest of a text, and the quote that ends it, by the quote."""
NEXT_KEY = re.compile(rf"[，、][{SPACES}]*([A-Za-z_]+)[{SPACES}]*[:：]")
"""A full-width comma and the key after it (group 1): if that is of the language, the comma divides."""
NAMED = re.compile(rf"[{SPACES}]*([^{SPACES}:：,，{{}}\[\]｛｝［］\"'“”]+)[{SPACES}]*[:：]")
"""The first key within full-width braces (group 1); without one they are text."""
ONE_LEVEL = re.compile(r"[^\[\]{}［］｛｝\"'“”]*")
"""What follows a bracket, up to the next bracket or quote."""
HALF = {"｛": "{", "［": "[", "｝": "}", "］": "]"}
"""What full-width brackets are read as."""
CLOSER = {"{": "}", "[": "]"}
"""What closes a bracket."""
SEVERAL = re.compile(r"[,，、\[{［｛“\"]")
"""What full-width square brackets have inside where they are a list: something divided, nested or quoted."""
BEHIND_A_VALUE = ",，、}]｝］"
"""What may follow a value between brackets."""
TEXTS = frozenset(
    {"reply", "push", "text", "ask", "otherwise", "hand_over", "alt", "label", "title", "bot", "user"}
)
"""Keys whose values people read or write: full-width signs may be part of the text. A new key of the language
for such texts belongs here."""
COMPARED = frozenset({"when", "if", "unless"})
"""Keys of conditions: texts below them are compared, not sent, so a full-width sign is none of their text."""


@dataclass(frozen=True, slots=True)
class FullWidthSign:
    """A range of a file, by its offsets, and the half-width signs that it is read as."""

    start: int
    end: int
    half: str


@dataclass(slots=True)
class Bracket:
    """An open bracket; `key` is that of the value which is read, `splits` whether `，` divides values."""

    closer: str
    splits: bool
    key: str = ""


@dataclass(frozen=True, slots=True)
class OpenBlock:
    """A key of a block with its column, or an item of a list: without a name, and with its dash's."""

    column: int
    key: str = ""


def spaces(front: str, room: int) -> str:
    """As many spaces as these take, `room` for each full-width one."""
    return " " * sum(room if sign == "\u3000" else 1 for sign in front)


def is_ordinary(line: str, at: int) -> bool:
    """Whether a value has none of the signs, and ends in its line."""
    if SIGN.search(line, at) is not None:
        return False
    opening, closing, double, single = (line.count(sign, at) for sign in "{}\"'")
    return opening == closing and line.count("[", at) == line.count("]", at) and not (double | single) % 2


def columns_below(lines: Sequence[tuple[int, str]], number: int) -> set[int]:
    """Where the line after this one that has anything in it may stand; `lines` are offsets with texts."""
    for _, line in lines[number + 1 :]:
        if rest := line.lstrip(SPACES):
            front = line[: len(line) - len(rest)]
            return {len(spaces(front, room)) for room in ROOMS}
    return set()

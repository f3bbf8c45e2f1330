"""How full-width signs look, and what stands around them where they are YAML's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SPACES = " \t\u3000\u00a0"
"""What is in front of lines, be it indentation for YAML or not."""
WIDE_SPACES = frozenset("\u3000\u00a0")
ROOMS = (2, 1, 4)
"""Columns that a full-width space in front of a line may stand for: the first that leads to one in use."""
WORD = rf"[^{SPACES}:：\"'#&*!|>%@`{{}}\[\]｛｝［］，。“”]"
SIGN = re.compile("[：，、［］｛｝“”＂｜＞－–—\u3000\u00a0]")
DEEPEST = 64
LONGEST = 1_000
"""Characters of a value between full-width brackets, at most."""
LINE = re.compile(r"[^\r\n]*")
DASH = re.compile(rf"(?:-(?:[ \t]+|(?=$))|-[ ]*[\u3000\u00a0][{SPACES}]*|[－–—][{SPACES}]*)")
KEY = re.compile(
    rf"(?P<key>\"[^\"]*\"|'[^']*'|{WORD}[^:：#{{}}\[\]]*?)(?P<gap>[{SPACES}]*)(?P<colon>[:：])(?P<space>[{SPACES}]*)"
)
TEXT_BELOW = re.compile(r"[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?$")
BELOW = {"｜": "|", "＞": ">"}
QUOTED = re.compile(r"[“＂][^“”„＂\"\\]+[”＂\"]|\"[^“”„＂\"\\]+[”＂](?=[^\"]*$)")
"""A text in quotes of which one at least is full-width: the second form begins with an ordinary one."""
UP_TO_QUOTE = {'"': re.compile(r'(?:[^"\\]|\\.)*"'), "'": re.compile(r"(?:[^']|'')*'(?!')")}
"""The rest of a text, and the quote that ends it, by the quote."""
NEXT_KEY = re.compile(rf"[，、][{SPACES}]*([A-Za-z_]+)[{SPACES}]*[:：]")
NAMED = re.compile(rf"[{SPACES}]*([^{SPACES}:：,，{{}}\[\]｛｝［］\"'“”]+)[{SPACES}]*[:：]")
ONE_LEVEL = re.compile(r"[^\[\]{}［］｛｝\"'“”]*")
HALF = {"｛": "{", "［": "[", "｝": "}", "］": "]"}
CLOSER = {"{": "}", "[": "]"}
SEVERAL = re.compile(r"[,，、\[{［｛“\"]")
BEHIND_A_VALUE = ",，、}]｝］"
TEXTS = frozenset(
    {"reply", "push", "text", "ask", "otherwise", "hand_over", "alt", "label", "title", "bot", "user"}
)
"""Behind these stand texts that people read or write: a full-width comma or bracket may be a part of them."""
COMPARED = frozenset({"when", "if", "unless"})
"""Below these no text is sent."""


@dataclass(frozen=True, slots=True)
class FullWidthSign:
    """What stands between two offsets of a file, and the half-width signs that it is read as."""

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

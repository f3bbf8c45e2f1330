"""Which values somebody meant who wrote several as one text: `地址、怎麼去` where a list may stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from bot.playbook.syntax.nodes import Scalar

_BETWEEN = re.compile(
    r"\s*[、，；|｜]\s*|\s+(?:或|or)\s+|\s*(?<!\d)[,;]\s*|\s*[,;](?!\d)\s*|(?<=[\u4e00-\u9fff])[/／](?=[\u4e00-\u9fff])"
)
"""What stands between values as people write; a comma between digits belongs to a number."""
_OF_ONE_TEXT = re.compile("[。？！?!…［］]")
"""Ends of sentences; and full-width brackets, which are told of where the file is read."""
_LONGEST = 10
"""Characters in one of the values: commas in longer pieces are those of a sentence."""
_ASKS_FOR_QUOTES = re.compile(r"[\[\]{}#:,&*!|>'\"%@`]")


def split_values(text: str) -> tuple[str, ...]:
    """The values in a text that looks like several; none where it looks like one."""
    if _OF_ONE_TEXT.search(text):
        return ()
    pieces = tuple(_BETWEEN.split(text.strip()))
    several = len(pieces) > 1 and all(0 < len(piece) <= _LONGEST for piece in pieces)
    return pieces if several else ()


def unquoted_values(node: Scalar) -> tuple[str, ...]:
    """The same of a value in the file: what stands in quotes is meant as one."""
    return () if not node.plain or node.unset else split_values(node.value)


def listed(values: Iterable[str]) -> str:
    """The values as a list to paste."""
    return f"[{', '.join(map(pasted, values))}]"


def pasted(value: str) -> str:
    """One value to paste, in quotes where it asks for them."""
    return json.dumps(value, ensure_ascii=False) if _ASKS_FOR_QUOTES.search(value) else value

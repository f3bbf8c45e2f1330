"""What the pages in a browser say: each call of `tr`, `plural` and their like, and `data-word` in HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CALL = re.compile(
    r"\b(tr|plural|inContext|phrase|textProps|labelProps|hintProps)\((?!english\b|sentence\b|\w+\.dataset\.)"
)
_SENTENCE = re.compile(r'\s*("(?:[^"\\]|\\.)*")\s*')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|[\w$]+|\S')
_NAME = re.compile(r"[a-z]\w*")
_IN_HTML = re.compile(r'data-(?:word|label|hint)="([^"]+)"')
_SEVERAL = {"plural": 2, "inContext": 2}
"""How many texts stand first in a call, where it is more than one."""


@dataclass(frozen=True)
class Said:
    """A call: where it stands, the sentence, and the names of the values it is given."""

    where: str
    sentence: str
    values: frozenset[str] = frozenset()
    other: str | None = None
    """The sentence of any number but one."""
    context: str = ""
    """Below that of the page."""

    @property
    def key(self) -> str:
        """What finds its Chinese in the browser."""
        return f"{self.context}\4{self.sentence}" if self.context else self.sentence


def said_in(folder: Path) -> Iterator[Said]:
    """All that the scripts and pages of a folder say. Raises `ValueError` for what is no literal."""
    for path in sorted(folder.rglob("*.html")):
        for found in _IN_HTML.finditer(path.read_text("utf-8")):
            yield Said(path.name, found[1])
    for path in sorted(folder.rglob("*.js")):
        script = path.read_text("utf-8")
        for found in _CALL.finditer(script):
            line = script.count("\n", 0, found.start()) + 1
            yield _said(f"{path.relative_to(folder)}:{line}", found[1], script, found.end())


def _said(where: str, name: str, script: str, at: int) -> Said:
    texts: list[str] = []
    for _ in range(_SEVERAL.get(name, 1)):
        found = _SENTENCE.match(script, at)
        if found is None or script[found.end()] not in ",)":
            raise ValueError(f"{where}: not a literal: {script[at : at + 60]}")
        texts.append(json.loads(found[1]))
        at = found.end() + 1
    match name:
        case "inContext":
            return Said(where, texts[1], context=texts[0])
        case "plural":
            return Said(where, texts[0], frozenset(_names(script, at)) | {"number"}, other=texts[1])
        case "tr" if script[at - 1] == ",":
            return Said(where, texts[0], frozenset(_names(script, at)))
        case _:
            return Said(where, texts[0])


def _names(script: str, at: int) -> Iterator[str]:
    """The names in the object among the arguments of a call, from `at` within it."""
    inside, last = "", ""
    for token in _TOKEN.finditer(script, at):
        sign = token[0]
        if inside == "{" and last in "{," and _NAME.fullmatch(sign):
            yield sign
        if sign in "([{":
            inside += sign
        elif sign in ")]}":
            if not inside:
                return
            inside = inside[:-1]
        last = sign

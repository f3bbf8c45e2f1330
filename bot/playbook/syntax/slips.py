"""Lines that were nearly written right: a missing space, a glued comment, a sign of another language."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.hints import of_kind
from bot.playbook.shape.schema import KEYS
from bot.playbook.shape.suggest_keys import as_names, names_secret
from bot.playbook.syntax.nodes import Scalar
from bot.playbook.syntax.sign_patterns import COMPARED, TEXTS
from bot.playbook.syntax.source import SourceFile

_GLUED = re.compile(r"[ \t]#(?=\S)")
"""A `#` with a space before it and none behind it."""
_IN_TEXT = re.compile(r"(?:[^\x00-\x7f]|[A-Za-z0-9_]{2}|[\])}!?.,])(#)[ \t]+\S")
"""A `#` that touches the text before it, and is followed by a space. `C# 課程` is none: one letter."""
_BEHIND_TEXT = re.compile(r" # +\S")
"""A comment with one space before its `#`."""
_COMMENT = re.compile(r"(?:^|[ \t])#", re.MULTILINE)
"""A `#` that begins a comment in YAML, unless it stands in a text."""


def glued_comments(source: SourceFile, seen: Sequence[tuple[Scalar, bool]]) -> Iterator[tuple[int, Scalar]]:
    """The offset of every `#` that ends a value by mistake, with the value that it has cut.

    `seen` are the texts of the file in its order, each with whether it is a key. A comment on a line of its
    own, behind a key with its block below, or with a space after the `#` is meant as a comment.
    """
    text = source.text
    if not _GLUED.search(text):
        return
    starts = [scalar.start for scalar, _ in seen]
    done = -1
    for match in _GLUED.finditer(text):
        offset = match.end() - 1
        line = source.line_start(offset)
        before = bisect_right(starts, offset) - 1
        if line == done or (before >= 0 and offset < seen[before][0].end):
            continue
        done = line
        if before < 0 or _first_comment(text, line, starts, seen) != offset:
            continue
        last, is_key = seen[before]
        if last.end >= line and not is_key and text[line:offset].strip():
            yield offset, last


def comments_in_texts(source: SourceFile, seen: Sequence[tuple[Scalar, bool]]) -> Iterator[int]:
    """The offset of every `#` in a value without quotes that was probably to begin a comment: `好# 註解`."""
    if "# " not in source.text:
        return
    for scalar, is_key in seen:
        match = (
            _IN_TEXT.search(source.text, scalar.start, scalar.end) if scalar.plain and not is_key else None
        )
        if match is not None:
            yield match.start(1)


def comments_behind_texts(source: SourceFile, seen: Sequence[tuple[Scalar, bool]]) -> Iterator[int]:
    """The offset of every ` # ` behind one word of a text that people read, without quotes: `三樓 # 專櫃`."""
    if " # " not in source.text:
        return
    for scalar, is_key in seen:
        if scalar.plain and not is_key and _BEHIND_TEXT.match(source.text, scalar.end) and _is_read(scalar):
            yield scalar.end + 1


def _is_read(text: Scalar) -> bool:
    """Whether people read what stands here."""
    names = [one for one in text.path if isinstance(one, str)]
    return bool(text.value) and names[-1:] != [] and names[-1] in TEXTS and COMPARED.isdisjoint(names)


def _first_comment(
    text: str, line: int, starts: Sequence[int], seen: Sequence[tuple[Scalar, bool]]
) -> int | None:
    """The offset of the `#` that begins the comment of this line."""
    for match in _COMMENT.finditer(text, line):
        start = match.end() - 1
        before = bisect_right(starts, start) - 1
        if before < 0 or start >= seen[before][0].end:
            return start
    return None


_SHOWN = 40
"""Characters of a value that a hint repeats, at most."""
_GLUED_DASH = re.compile(r"^\s*(?:-\s+)*(-)[^\s-]")
"""The dash of an item (group 1) without a space behind it."""
_SLASHES = re.compile(r"^\s*(//)\s*(.*)$")
"""A comment as in other languages: `// text` (group 2)."""
_EQUALS = re.compile(r"^\s*(?:-\s+)*([a-z_]+)\s+(=)\s+(.*)$")
"""`key = value`, in groups 1 and 3."""
FENCE = re.compile(r"^\s*(```.*)$")
"""The fence around a piece of a file in a chat or a document."""


def slip(source: SourceFile, number: int) -> Problem | None:
    """The problem of a line with a fence, `//`, `=` for `:`, or a dash without its space; else `None`."""
    line = source.line(number)
    if match := FENCE.match(line):
        message = tr('"```" belongs to a chat or a document, not to the playbook')
        here = source.place_at(number, match.start(1) + 1)
        return mistake(here, "yaml-syntax", message, hint=tr("delete this line"), width=len(match[1]))
    if match := _SLASHES.match(line):
        message = tr('a comment begins with "#" here, not with "//"')
        here = source.place_at(number, match.start(1) + 1)
        shown = "…" if names_secret(match[2]) else match[2] or "…"
        return mistake(here, "yaml-syntax", message, hint=tr("write  # {text}", text=shown), width=2)
    if (match := _EQUALS.match(line)) and match[1] in KEYS:
        message = tr('behind "{key}" stands ":", not "="', key=match[1])
        here = source.place_at(number, match.start(2) + 1)
        return mistake(here, "yaml-syntax", message, hint=with_space(match[1], match[3]))
    if match := _GLUED_DASH.match(line):
        message = tr('a space is missing behind this "-"')
        here = source.place_at(number, match.start(1) + 1)
        return mistake(here, "yaml-syntax", message, hint=tr('begin each item of a list with "- "'))
    return None


def with_space(key: str, rest: str) -> Translatable:
    """The hint that shows a key and its value with a space between them."""
    value = rest.strip()
    shown = 0 < len(value) <= _SHOWN and not names_secret(key, value)
    return of_kind(
        "written", tr("write  {key}: {value}", key=key, value=as_names(key, value if shown else "…"))
    )

"""Where a ` #` with no space after it swallows what was meant as text: `週年慶 #全館85折`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from bot.playbook.syntax.nodes import Scalar
from bot.playbook.syntax.source import SourceFile

_GLUED = re.compile(r"[ \t]#(?=\S)")
_IN_TEXT = re.compile(r"(?:[^\x00-\x7f]|[A-Za-z0-9_]{2}|[\])}!?.,])(#)[ \t]+\S")
"""A `#` that touches the text before it, and is followed by a space. `C# 課程` is none: one letter."""
_COMMENT = re.compile(r"(?:^|[ \t])#", re.MULTILINE)


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
    for found in _GLUED.finditer(text):
        offset = found.end() - 1
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
        found = (
            _IN_TEXT.search(source.text, scalar.start, scalar.end) if scalar.plain and not is_key else None
        )
        if found is not None:
            yield found.start(1)


def _first_comment(
    text: str, line: int, starts: Sequence[int], seen: Sequence[tuple[Scalar, bool]]
) -> int | None:
    """The offset of the `#` that begins the comment of this line."""
    for found in _COMMENT.finditer(text, line):
        start = found.end() - 1
        before = bisect_right(starts, start) - 1
        if before < 0 or start >= seen[before][0].end:
            return start
    return None

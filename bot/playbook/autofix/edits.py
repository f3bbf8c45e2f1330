"""Edits of a file's text: made of lines written otherwise, and applied; all else in the file stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.model.problem import TextEdit
from bot.playbook.syntax.source import SourceFile

_BREAK = re.compile(r"\r\n|\r|\n")


def edits_of(source: SourceFile, lines: Mapping[int, str]) -> tuple[TextEdit, ...]:
    """The smallest edits after which these lines (by number) are so; one new text may be several lines."""
    found = (_edit(number, source.line(number), text) for number, text in sorted(lines.items()))
    return tuple(one for one in found if one.text or one.column != one.end_column)


def _edit(number: int, before: str, after: str) -> TextEdit:
    least = min(len(before), len(after))
    first = next((n for n in range(least) if before[n] != after[n]), least)
    last = next((n for n in range(least - first) if before[-1 - n] != after[-1 - n]), least - first)
    return TextEdit(number, first + 1, number, len(before) - last + 1, after[first : len(after) - last])


def applied(text: str, edits: Sequence[TextEdit]) -> str:
    """The text with these edits, which do not overlap; its line breaks are those it had."""
    source = SourceFile("", text)
    broken = _BREAK.search(text)
    end = "\n" if broken is None else broken[0]
    for edit in sorted(edits, key=lambda one: (one.line, one.column), reverse=True):
        start = source.offset(edit.line) + edit.column - 1
        stop = source.offset(edit.end_line) + edit.end_column - 1
        text = text[:start] + edit.text.replace("\n", end) + text[stop:]
    return text


def without_overlap(repairs: Iterable[tuple[TextEdit, ...]]) -> tuple[TextEdit, ...]:
    """The edits of those repairs of one file that can be made at once: of two that meet, the first."""
    chosen: list[TextEdit] = []
    for repair in dict.fromkeys(repairs):
        if not any(_meet(one, other) for one in repair for other in chosen):
            chosen += repair
    return tuple(chosen)


def _meet(one: TextEdit, other: TextEdit) -> bool:
    """Whether they touch a line in common: what one is good for may not be, after the other."""
    return one.line <= other.end_line and other.line <= one.end_line

"""Signs of a Chinese keyboard where YAML has its own, read as those: `reply：好` is `reply: 好`.

Only a sign in the place of syntax is read so, and only where it can mean nothing else: the colon behind a
key, not one within a text; a comma between values, not in a sentence that people read. Anything else stays as
it is written. A file in which signs are read so has one warning, with the repair that writes them so.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.model.problem import Problem, TextEdit
from bot.model.translatable import TranslatableValue, row, tr
from bot.playbook.codes import mistake
from bot.playbook.syntax.sign_patterns import KEY_START, LONGEST, SIGN, FullWidthSign
from bot.playbook.syntax.sign_scan import Scan
from bot.playbook.syntax.source import SourceFile

_KEY_BEFORE = re.compile(rf"[ \t]*(?:- *)*{KEY_START}[^:：#]*$")
"""A line up to a colon, where that may be the colon of a key."""
_QUOTES = frozenset("\"'“”＂")


@dataclass(frozen=True)
class HalfWidth:
    """A text of a file as it is read, with the signs that its file has instead."""

    text: str
    signs: tuple[FullWidthSign, ...]

    def written(self, offset: int) -> int:
        """The offset in the file of an offset in the text."""
        number = bisect_right(self._starts, offset) - 1
        if number < 0:
            return offset
        sign, behind = self.signs[number], offset - self._starts[number]
        if behind < len(sign.half):
            return min(sign.start + behind, sign.end)
        return sign.end + behind - len(sign.half)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each sign begins in the text."""
        starts, more = [], 0
        for sign in self.signs:
            starts.append(sign.start + more)
            more += len(sign.half) - (sign.end - sign.start)
        return starts


def half_width(text: str, keys: Collection[str]) -> HalfWidth:
    """The text of a file as YAML reads it; `keys` are all those of its language."""
    if not any(_may_be_read(text, one) for one in SIGN.finditer(text)):
        return HalfWidth(text, ())
    signs = Scan(text, keys).signs()
    pieces, end = [], 0
    for sign in signs:
        pieces += [text[end : sign.start], sign.half]
        end = sign.end
    return HalfWidth("".join((*pieces, text[end:])), signs)


def _may_be_read(text: str, sign: re.Match[str]) -> bool:
    """Whether a sign stands where it might be one of YAML: of most, the line up to it says that it is not."""
    if sign[0] in "\u3000\u00a0｝］":
        return True
    begin = text.rfind("\n", 0, sign.start()) + 1
    before = text[max(begin, sign.start() - LONGEST) : sign.start()]
    if " #" in before and _QUOTES.isdisjoint(before):
        return False
    if sign[0] in "：，、" and any(before.count(one) > before.count(other) for one, other in ("{}", "[]")):
        return True
    if sign[0] == "：":
        return _KEY_BEFORE.match(before) is not None
    if sign[0] == "”":
        return '"' in before
    return sign[0] not in "，、" and before.rstrip(" ")[-1:] in ("", *":：[{,，-")


def full_width_signs(source: SourceFile, signs: Sequence[FullWidthSign]) -> list[Problem]:
    """One warning for all signs of a file that are read as others; the repair writes these into the file."""
    if not signs:
        return []
    pairs = dict.fromkeys(
        pair for one in signs for pair in _pairs(source.text[one.start : one.end], one.half)
    )
    message = tr("this full-width sign is read as a half-width one ({signs})", signs=row(pairs))
    if len(signs) > 1:
        message = tr(
            "{many} full-width signs of this file, from here on, are read as half-width ones ({signs})",
            many=len(signs),
            signs=row(pairs),
        )
    hint = tr("it works as it is; its repair writes the half-width signs into the file")
    here, first = source.place(signs[0].start), signs[0]
    found = mistake(
        here, "full-width-sign", message, hint=hint, width=first.end - first.start, level="warning"
    )
    return [replace(found, repair=tuple(_edit(source, one) for one in signs))]


def _pairs(written: str, half: str) -> Iterator[TranslatableValue]:
    """What of a sign is read as what, in the order of the file."""
    signs = [sign for sign in written if not sign.isspace()]
    for sign, read in zip(signs, half.strip(), strict=False):
        if not sign.isascii():
            yield f"{sign} → {read}"
    if "\u3000" in written:
        yield tr("full-width space")
    if "\u00a0" in written:
        yield tr("no-break space")


def _edit(source: SourceFile, sign: FullWidthSign) -> TextEdit:
    start, end = source.place(sign.start), source.place(sign.end)
    return TextEdit(start.line, start.column, end.line, end.column, sign.half)

"""Lines that were nearly written right: a full-width sign, a missing space, a sign of another language."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from bot.model.problem import Problem
from bot.model.translatable import row, tr
from bot.playbook.codes import mistake
from bot.playbook.shape.advice import advices
from bot.playbook.shape.colons import WHOLE_LINE, all_half_width, half_width, wide_keys
from bot.playbook.shape.schema import KEYS
from bot.playbook.shape.suggest_keys import names_secret
from bot.playbook.syntax.nodes import List, Map, Node, Scalar
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


_SENDING = frozenset(("reply", "push", "text", "ask", "otherwise"))
_ELSEWHERE = frozenset(("when", "set", "hooks", "signals"))
"""Below these are values, and texts of people."""
_SHOWN = 40
"""Characters of a text that is shown again."""


def curly_quotes(
    source: SourceFile, node: Node, key: str = "", is_trigger: bool = False
) -> Iterator[Problem]:
    """`quotes-in-text`: in texts that the bot sends; quoted once more, or in a block, they are meant.

    Below a trigger or a value (`is_trigger`) only a mixed pair is reported.
    """
    match node:
        case Scalar(value=written, plain=True) if _whole(text := written.strip()) and (
            _mixed(text) or (key in _SENDING and not is_trigger)
        ):
            message = tr("people will see the quotes “ and ” around this text")
            if _mixed(text):
                message = tr("these two quotes are no pair, and belong to the text as it stands")
            hint = tr("leave them out")
            if len(text) <= _SHOWN and "\n" not in text:
                hint = tr("write it without them:  {text}", text=text[1:-1])
            here = source.place_at(node.line, node.column)
            yield mistake(here, "quotes-in-text", message, hint=hint, width=node.width, level="warning")
        case List(items=items):
            for item in items:
                yield from curly_quotes(source, item, key, is_trigger)
        case Map(pairs=pairs):
            for name, (_, value) in pairs.items():
                yield from curly_quotes(source, value, name, is_trigger or name in _ELSEWHERE)
        case Scalar():
            return


def _whole(text: str) -> bool:
    """Whether one pair of quotes, the first of them curly, is around all of it."""
    return len(text) > 2 and text[0] == "“" and text[-1] in '”"' and not set('“”"') & set(text[1:-1])


def _mixed(text: str) -> bool:
    return text.endswith('"')


_WIDE_COLON = re.compile(r"^\s*(?:-\s+)*(?:([a-z_]+)：|([^\s:：#'\"{}\[\]]{1,40})：\s*(?:#.*)?$)")
"""A key with a full-width colon: an English one anywhere, any other at the end of its line."""
_GLUED_DASH = re.compile(r"^\s*(?:-\s+)*(-)[^\s-]")
_WIDE_DASH = re.compile(r"^\s*([－–—])\s*\S")
_WIDE_SPACE = re.compile("^ *(?:- *)*(?:([\u3000\u00a0])\\s*(?:- *)?[a-z_]+:|[\\w.]+:([\u3000\u00a0]))")
"""A full-width or no-break space where the language has an ordinary one."""
_WIDE_BRACKET = re.compile(r"^\s*(?:-\s+)*[^\s:#'\"]+:\s+([｛［])")
_SLASHES = re.compile(r"^\s*(//)\s*(.*)$")
_EQUALS = re.compile(r"^\s*(?:-\s+)*([a-z_]+)\s+(=)\s+(.*)$")
FENCE = re.compile(r"^\s*(```.*)$")
"""The fence around a piece of a file in a chat or a document."""
_CHINESE_KEY = re.compile(r"^\s*(?:-\s+)*([^\s:：#'\"{}\[\]，。]{1,8})：\s*(\S.*)$")


def slip(source: SourceFile, number: int) -> Problem | None:
    """A mark of YAML in a line that was written nearly right."""
    line = source.line(number)
    if within := _wide_colons(source, number):
        return within
    if match := _WIDE_COLON.match(line):
        key = 1 if match[1] else 2
        return wide_colon(source, number, match.start(key) + 1, match[key])
    if (match := _CHINESE_KEY.match(line)) and match[1] in advices().keys_called:
        return wide_colon(source, number, match.start(1) + 1, match[1])
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
        return mistake(here, "yaml-syntax", message, hint=half_width(match[1], match[3]))
    if match := _WIDE_SPACE.match(line):
        message = tr("this is no ordinary space, but a full-width or no-break one")
        here = source.place_at(number, match.start(match.lastindex or 0) + 1)
        return mistake(here, "yaml-syntax", message, hint=tr("delete it, and type a half-width space"))
    if match := _GLUED_DASH.match(line):
        message = tr('a space is missing behind this "-"')
        here = source.place_at(number, match.start(1) + 1)
        return mistake(here, "yaml-syntax", message, hint=tr('begin each item of a list with "- "'))
    if match := _WIDE_BRACKET.match(line):
        half = "{}" if match[1] == "｛" else "[]"
        message = tr('this "{found}" is no bracket of the language', found=match[1])
        here = source.place_at(number, match.start(1) + 1)
        hint = tr(
            'write {opening} and {closing}, with half-width ": " and ", " between them',
            opening=half[0],
            closing=half[1],
        )
        return mistake(here, "yaml-syntax", message, hint=hint)
    if match := _WIDE_DASH.match(line):
        message = tr('this "{found}" is no "-" of the language', found=match[1])
        here = source.place_at(number, match.start(1) + 1)
        return mistake(here, "yaml-syntax", message, hint=tr('begin each item of a list with "- "'))
    return None


def _wide_colons(source: SourceFile, number: int) -> Problem | None:
    """Full-width colons behind keys between braces: all of the line at once, with the line written right."""
    line = source.line(number)
    matches = wide_keys(line)
    if not any("{" in line[: one.start(1)] for one in matches):
        return None
    meant = all_half_width(line).strip()
    keys = dict.fromkeys(one[1] for one in matches)
    here = source.place_at(number, matches[0].start(1) + 1)
    message = tr("the colon after {keys} is a full-width one", keys=row(keys))
    hint = tr("write half-width colons, each with a space behind it")
    if len(meant) <= WHOLE_LINE and not names_secret(meant):
        hint = tr("write  {line}  with half-width colons", line=meant)
    width = matches[-1].end(1) + 1 - matches[0].start(1)
    return mistake(here, "full-width-colon", message, hint=hint, width=width)


def wide_colon(source: SourceFile, line: int, column: int, key: str) -> Problem:
    """A key that is followed by `：`."""
    message = tr('the colon after "{key}" is a full-width one', key=key)
    rest = source.line(line)[column + len(key) :]
    return mistake(
        source.place_at(line, column),
        "full-width-colon",
        message,
        hint=half_width(key, rest),
        width=len(key) + 1,
    )

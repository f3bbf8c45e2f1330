"""What the YAML parser complains about, in plain words and with the code of the mistake behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.shape.schema import KEYS
from bot.playbook.syntax.comments import glued_comments
from bot.playbook.syntax.hiding import SECRET_LIKE
from bot.playbook.syntax.nodes import List, Map, Node, Scalar
from bot.playbook.syntax.source import Source

_WIDE_COLON = re.compile(r"^\s*(?:-\s+)*(?:([a-z_]+)：|([^\s:：#'\"{}\[\]]{1,40})：\s*(?:#.*)?$)")
"""A key with a full-width colon: an English one anywhere, any other at the end of its line."""

_GLUED_DASH = re.compile(r"^\s*(?:-\s+)*(-)[^\s-]")
_WIDE_DASH = re.compile(r"^\s*([－–—])\s*\S")
_GLUED_COLON = re.compile(r"^\s*(?:-\s+)*([\w.]+):[^\s/]")
_WIDE_SPACE = re.compile("^ *(?:- *)*(?:([\u3000\u00a0])\\s*(?:- *)?[a-z_]+:|[\\w.]+:([\u3000\u00a0]))")
"""A full-width or no-break space where the language has an ordinary one."""
_NESTED = re.compile(r"^\s*(?:-\s+)*([a-z_]+):\s+([a-z_]+):\s+\S")
"""Two keys in one line, the second as the value of the first."""
_KEY_BEHIND = re.compile(r"[{\[\"'].*?[}\]\"']\s+([a-z_]+):\s")
"""A whole value, and a key behind it."""
_VALUE = re.compile(r"^\s*(?:-\s+)*(?:[^\s:#'\"{\[]+\s*:\s+)?(?P<value>\S.*)$")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}?|\$\{[^{}]*\}?")
_WIDE_BRACKET = re.compile(r"^\s*(?:-\s+)*[^\s:#'\"]+:\s+([｛［])")
_WIDE_COMMA = re.compile(r"(，)\s*[A-Za-z_]+\s*$")
"""A full-width comma with a key behind it."""
_WIDE_SIGN = re.compile("[，、]")
"""What stands between values in Chinese."""
_HASH_IN_BRACKETS = re.compile(r"[{\[](?:[^#\"']*[:,\[{][ \t]+)?(#)\S")
"""A hashtag between brackets that nothing stands before: YAML takes it for a comment, bracket and all."""
_CLOSING = {"[": "]", "{": "}"}
_KEY_BEFORE = re.compile(r"^\s*(?:-\s+)*[^:#]*:\s+\S")


def complaint(error: yaml.YAMLError, source: Source, seen: Sequence[tuple[Scalar, bool]]) -> Problem:
    """The parser's error as a problem; `seen` are the texts that it had read before."""
    mark: Any = getattr(error, "problem_mark", None)
    context: Any = getattr(error, "context_mark", None) or mark
    if mark is None:
        return mistake(source.here(1, 1), "yaml-syntax", say("this file cannot be read as YAML"))
    first, last = context.line + 1, mark.line + 1
    for offset, _ in glued_comments(source, seen):
        place = source.place(offset)
        if first <= place.line <= last:
            return glued(source, offset)
    for number in range(min(first, seen[-1][0].line if seen else first), last + 1):
        if hidden := _HASH_IN_BRACKETS.search(source.line(number)):
            return glued(source, source.offset(number) + hidden.start(1))
    problem = getattr(error, "problem", None) or ""
    text = source.line(last)
    char = text[mark.column : mark.column + 1]
    if char == "\t" or "tab character" in problem or "\t" in text[: len(text) - len(text.lstrip())]:
        message = say("a tab cannot be used to indent")
        return mistake(source.here(last, mark.column + 1), "tab-indent", message, hint=say("use spaces"))
    if "cannot start any token" in problem:
        return _needs_quotes(source, last, mark.column, char)
    if "alphabetic or numeric" in problem or "expected <scalar>" in problem:
        message = say(
            "a value that begins with {char} needs quotes",
            char=source.line(first)[context.column : context.column + 1],
        )
        hint = say("put it in quotes; anchors and aliases are not part of the language")
        return mistake(source.here(first, context.column + 1), "alias-used", message, hint=hint)
    if "tag" in (getattr(error, "context", None) or "") or "tag" in problem:
        return quotes_for_tag(source, first, context.column + 1, 1)
    for number in range(max(1, first - 1), last + 1):
        if slip := _slip(source, number):
            return slip
    if seen and (late := _closed_late(source, seen[-1][0], first, last)):
        return late
    if "',' or '" in problem:
        return _unclosed(source, context, mark)
    return _by_text(source, problem, context, mark)


def _slip(source: Source, number: int) -> Problem | None:
    """A mark of YAML in a line that was written nearly right."""
    line = source.line(number)
    if found := _WIDE_COLON.match(line):
        key = 1 if found[1] else 2
        return wide_colon(source, number, found.start(key) + 1, found[key])
    if found := _WIDE_SPACE.match(line):
        message = say("this is no ordinary space, but a full-width or no-break one")
        here = source.here(number, found.start(found.lastindex or 0) + 1)
        return mistake(here, "yaml-syntax", message, hint=say("delete it, and type a half-width space"))
    if found := _GLUED_DASH.match(line):
        message = say('a space is missing behind this "-"')
        here = source.here(number, found.start(1) + 1)
        return mistake(here, "yaml-syntax", message, hint=say('begin each item of a list with "- "'))
    if found := _WIDE_BRACKET.match(line):
        half = "{}" if found[1] == "｛" else "[]"
        message = say('this "{found}" is no bracket of the language', found=found[1])
        here = source.here(number, found.start(1) + 1)
        hint = say(
            'write {opening} and {closing}, with half-width ": " and ", " between them',
            opening=half[0],
            closing=half[1],
        )
        return mistake(here, "yaml-syntax", message, hint=hint)
    if found := _WIDE_DASH.match(line):
        message = say('this "{found}" is no "-" of the language', found=found[1])
        here = source.here(number, found.start(1) + 1)
        return mistake(here, "yaml-syntax", message, hint=say('begin each item of a list with "- "'))
    return None


def _closed_late(source: Source, text: Scalar, first: int, last: int) -> Problem | None:
    """A quote that nobody closed: it ends where the next one begins, and the trouble is told from there."""
    if text.plain:
        return None
    closed = source.place(text.end - 1).line
    if not (text.line < closed and first <= closed <= last):
        return None
    quote = source.line(text.line)[text.column - 1]
    message = say("the {quote} that begins here is closed only in line {closed}", quote=quote, closed=closed)
    hint = say("add {quote} at the end of the text", quote=quote)
    return mistake(source.here(text.line, text.column), "yaml-syntax", message, hint=hint, width=text.width)


def _by_text(source: Source, problem: str, context: Any, mark: Any) -> Problem:
    line, column = mark.line + 1, mark.column + 1
    text = source.line(line)
    here, opened = source.here(line, column), source.here(context.line + 1, context.column + 1)
    if "mapping values are not allowed" in problem:
        if (nested := _NESTED.match(text)) and {nested[1], nested[2]} <= KEYS:
            message = say('"{inner}" stands on the line of "{outer}"', inner=nested[2], outer=nested[1])
            hint = say("write  {outer}: {{inner}: …}", outer=nested[1], inner=nested[2])
            return mistake(source.here(line, nested.start(2) + 1), "yaml-syntax", message, hint=hint)
        if _KEY_BEFORE.match(text[: mark.column]):
            message = say('this text contains ": ", put it in quotes')
            return mistake(here, "colon-in-text", message, hint=say('write the whole text as "…: …"'))
        above = _GLUED_COLON.match(source.line(line - 1)) if line > 1 else None
        if above is not None and above[1] in KEYS:
            return _glued_colon(source, line - 1, above)
        message = say("a key cannot stand here")
        hint = say("the line above has a value already, or this line is indented too far")
        return mistake(source.here(line, _indent(text)), "yaml-syntax", message, hint=hint)
    if "could not find expected ':'" in problem:
        if glued_colon := _GLUED_COLON.match(source.line(context.line + 1)):
            return _glued_colon(source, context.line + 1, glued_colon)
        message = say('this line has no ":" after its key')
        return mistake(opened, "yaml-syntax", message, hint=say('a key is followed by ": " and its value'))
    if "end of stream" in problem:
        quote = source.line(context.line + 1)[context.column : context.column + 1]
        return mistake(
            opened,
            "yaml-syntax",
            say("this {quote} is never closed", quote=quote),
            hint=say("add {quote} at the end of the text", quote=quote),
        )
    if "escape" in problem:
        message = say('this "\\" means something else in double quotes')
        return mistake(here, "yaml-syntax", message, hint=say("use single quotes, or write \\\\"))
    if "expected '-'" in problem or "'-' indicator" in problem:
        message = say("this line does not fit into the list above")
        return mistake(
            here, "yaml-syntax", message, hint=say('begin it with "- ", or indent it as its neighbours are')
        )
    if "block sequence entries" in problem or "sequence entries" in problem:
        message = say("a list cannot begin here")
        return mistake(
            here, "yaml-syntax", message, hint=say('begin the list on a line of its own, with "- "')
        )
    if "comment or line break" in problem:
        message = say("text cannot stand behind | or >")
        return mistake(here, "yaml-syntax", message, hint=say("begin the text on the next line, indented"))
    if "node content" in problem and (before := _opened_last(source, line)):
        bracket, place = before
        message = say("this {bracket} is never closed", bracket=bracket)
        return mistake(
            place, "yaml-syntax", message, hint=say("add {closing} at its end", closing=_CLOSING[bracket])
        )
    return _odd_value(source, line, column)


def _glued_colon(source: Source, line: int, found: re.Match[str]) -> Problem:
    message = say('a space is missing behind this ":"')
    hint = say('write "{key}: …"', key=found[1])
    return mistake(source.here(line, found.end(1) + 1), "yaml-syntax", message, hint=hint)


def _opened_last(source: Source, line: int) -> tuple[str, Place] | None:
    """The bracket that ends the last line with text before `line`."""
    for number in range(line - 1, 0, -1):
        text = source.line(number).rstrip()
        if text:
            return (text[-1], source.here(number, len(text))) if text[-1] in _CLOSING else None
    return None


def _odd_value(source: Source, line: int, column: int) -> Problem:
    """A line that goes on where its value seemed to have ended, or whose indentation fits nowhere."""
    found = _VALUE.match(source.line(line))
    if found and found.start("value") < column - 1:
        start, value = found.start("value"), found["value"]
        if value.startswith("{{"):
            return placeholder_quotes(source, line, start + 1, len(value))
        if value.startswith("!"):
            return quotes_for_tag(source, line, start + 1, len(value))
        if (key := _KEY_BEHIND.match(value)) and key[1] in KEYS:
            message = say('"{key}" stands on the line of another key', key=key[1])
            hint = say("begin  {key}:  on a line of its own, indented like the key above", key=key[1])
            return mistake(source.here(line, start + key.start(1) + 1), "yaml-syntax", message, hint=hint)
        if value[0] in "{[\"'":
            message = say("a text that begins with {value} must stand in quotes as a whole", value=value[0])
            hint = say("put it in single quotes") if value[0] == '"' else say("put it in double quotes")
            here = source.here(line, start + 1)
            return mistake(here, "yaml-syntax", message, hint=hint, width=len(value))
    message = say("this line does not fit here")
    hint = say("look at its indentation, and for a missing quote, bracket or colon above it")
    return mistake(source.here(line, column), "yaml-syntax", message, hint=hint)


def _needs_quotes(source: Source, line: int, column: int, char: str) -> Problem:
    text = source.line(line)[column:].rstrip()
    here = source.here(line, column + 1)
    message = say("a value that begins with {char} needs quotes", char=char)
    if char == "@":
        secret = SECRET_LIKE.search(source.line(line)[:column])
        shown = text if len(text) < 40 and '"' not in text and not secret else "@…"
        return mistake(
            here, "unquoted-at", message, hint=say('write "{shown}"', shown=shown), width=len(text)
        )
    return mistake(here, "yaml-syntax", message, hint=say("put it in quotes"), width=len(text))


def _unclosed(source: Source, context: Any, mark: Any) -> Problem:
    """Inside brackets something else than a comma or the bracket's end."""
    first, last = context.line + 1, mark.line + 1
    for number in range(first, last + 1):
        line = source.line(number)
        begin = context.column if number == first else 0
        end = mark.column + 1 if number == last else len(line)
        for found in _PLACEHOLDER.finditer(line, begin):
            if found.start() < end:
                return placeholder_quotes(source, number, found.start() + 1, len(found[0]))
    if first == last and (comma := _WIDE_COMMA.search(source.line(last)[: mark.column])):
        here = source.here(last, comma.start(1) + 1)
        message = say('this "，" is no comma of the language')
        return mistake(here, "full-width-comma", message, hint=say("write a half-width comma and a space"))
    bracket = source.line(first)[context.column : context.column + 1]
    here = source.here(first, context.column + 1)
    message = say("this {bracket} is never closed, or a comma is missing in it", bracket=bracket)
    hint = say("add {closing} at its end, or a comma between its values", closing=_CLOSING[bracket])
    return mistake(here, "yaml-syntax", message, hint=hint)


def glued(source: Source, offset: int) -> Problem:
    """A hashtag that YAML takes for a comment."""
    place = source.place(offset)
    tag = source.line(place.line)[place.column - 1 :].rstrip()
    message = say('everything from this "#" on is a comment and would be lost')
    hint = say('put the whole text in quotes; a comment has a space after its "#"')
    return mistake(place, "glued-comment", message, hint=hint, width=len(tag))


def in_text(source: Source, offset: int) -> Problem:
    """A comment that is none, for no space stands before it."""
    place = source.place(offset)
    rest = source.line(place.line)[place.column - 1 :].rstrip()
    message = say('this "#" begins no comment, it stands in the text')
    hint = say('for a comment leave a space before the "#"; else put the whole text in quotes')
    return mistake(place, "glued-comment", message, hint=hint, width=len(rest), level="warning")


def wide_colon(source: Source, line: int, column: int, key: str) -> Problem:
    """A key that is followed by `：`."""
    message = say('the colon after "{key}" is a full-width one', key=key)
    hint = say('write "{key}: " with a half-width colon and a space', key=key)
    return mistake(source.here(line, column), "full-width-colon", message, hint=hint, width=len(key) + 1)


def quotes_for_tag(source: Source, line: int, column: int, width: int) -> Problem:
    """A value that begins with `!`, which YAML takes for the name of a type."""
    message = say("a value that begins with ! needs quotes")
    hint = say("put it in quotes; types come from the place, never from the file")
    return mistake(source.here(line, column), "tag-used", message, hint=hint, width=width)


def placeholder_quotes(source: Source, line: int, column: int, width: int) -> Problem:
    """A placeholder where YAML reads braces as its own."""
    message = say("a text with {{ }} or ${ } needs quotes here")
    hint = say("put the whole text in double quotes")
    return mistake(source.here(line, column), "unquoted-placeholder", message, hint=hint, width=width)


def wide_commas(source: Source, node: Node) -> list[Problem]:
    """Lists whose brackets or commas are full-width ones: one value where several were meant."""
    match node:
        case Scalar(plain=True, value=value) if value[:1] == "［" and value[-1:] == "］":
            message = say('this is one text, not a list: "［" and "］" are no brackets of the language')
            hint = say("write [ and ], and half-width commas; or put the text in quotes")
            here = source.here(node.line, node.column)
            return [mistake(here, "full-width-comma", message, hint=hint, width=node.width, level="warning")]
        case List(items=[Scalar(plain=True) as only], flow=True) if sign := _WIDE_SIGN.search(only.value):
            message = say('this list holds one value: "{sign}" is no comma of the language', sign=sign[0])
            here = source.here(only.line, only.column)
            hint = say("separate the values with a half-width comma, or put the text in quotes")
            return [mistake(here, "full-width-comma", message, hint=hint, width=only.width, level="warning")]
        case List(items=items):
            return [problem for item in items for problem in wide_commas(source, item)]
        case Map(pairs=pairs):
            return [problem for _, value in pairs.values() for problem in wide_commas(source, value)]
        case _:
            return []


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip()) + 1

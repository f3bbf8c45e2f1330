"""What the YAML parser complains about, in plain words and with the code of the mistake behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from bot.model.place import Place
from bot.model.problem import Problem
from bot.playbook.codes import mistake
from bot.playbook.syntax.comments import glued_comments
from bot.playbook.syntax.hiding import SECRET_LIKE
from bot.playbook.syntax.nodes import List, Map, Node, Scalar
from bot.playbook.syntax.source import Source

_WIDE_COLON = re.compile(r"^\s*(?:-\s+)*(?:([a-z_]+)：|([^\s:：#'\"{}\[\]]{1,40})：\s*(?:#.*)?$)")
"""A key with a full-width colon: an English one anywhere, any other at the end of its line."""

_GLUED_DASH = re.compile(r"^\s*(?:-\s+)*(-)[^\s-]")
_WIDE_DASH = re.compile(r"^\s*([－–—])\s*\S")
_GLUED_COLON = re.compile(r"^\s*(?:-\s+)*([\w.]+):[^\s/]")
_VALUE = re.compile(r"^\s*(?:-\s+)*(?:[^\s:#'\"{\[]+\s*:\s+)?(?P<value>\S.*)$")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}?|\$\{[^{}]*\}?")
_WIDE_BRACKET = re.compile(r"^\s*(?:-\s+)*[^\s:#'\"]+:\s+([｛［])")
_WIDE_COMMA = re.compile(r"(，)\s*[A-Za-z_]+\s*$")
"""A full-width comma with a key behind it."""
_CLOSING = {"[": "]", "{": "}"}
_KEY_BEFORE = re.compile(r"^\s*(?:-\s+)*[^:#]*:\s+\S")


def complaint(error: yaml.YAMLError, source: Source, seen: Sequence[tuple[Scalar, bool]]) -> Problem:
    """The parser's error as a problem; `seen` are the texts that it had read before."""
    mark: Any = getattr(error, "problem_mark", None)
    context: Any = getattr(error, "context_mark", None) or mark
    if mark is None:
        return mistake(source.here(1, 1), "yaml-syntax", "this file cannot be read as YAML")
    first, last = context.line + 1, mark.line + 1
    for offset in glued_comments(source, seen):
        place = source.place(offset)
        if first <= place.line <= last:
            return glued(source, offset)
    problem = getattr(error, "problem", None) or ""
    text = source.line(last)
    char = text[mark.column : mark.column + 1]
    if char == "\t" or "tab character" in problem or "\t" in text[: len(text) - len(text.lstrip())]:
        message = "a tab cannot be used to indent"
        return mistake(source.here(last, mark.column + 1), "tab-indent", message, hint="use spaces")
    if "cannot start any token" in problem:
        return _needs_quotes(source, last, mark.column, char)
    if "alphabetic or numeric" in problem or "expected <scalar>" in problem:
        message = (
            f"a value that begins with {source.line(first)[context.column : context.column + 1]} needs quotes"
        )
        hint = "put it in quotes; anchors and aliases are not part of the language"
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
    if found := _GLUED_DASH.match(line):
        message = 'a space is missing behind this "-"'
        here = source.here(number, found.start(1) + 1)
        return mistake(here, "yaml-syntax", message, hint='begin each item of a list with "- "')
    if found := _WIDE_BRACKET.match(line):
        half = "{}" if found[1] == "｛" else "[]"
        message = f'this "{found[1]}" is no bracket of the language'
        here = source.here(number, found.start(1) + 1)
        hint = f'write {half[0]} and {half[1]}, with half-width ": " and ", " between them'
        return mistake(here, "yaml-syntax", message, hint=hint)
    if found := _WIDE_DASH.match(line):
        message = f'this "{found[1]}" is no "-" of the language'
        here = source.here(number, found.start(1) + 1)
        return mistake(here, "yaml-syntax", message, hint='begin each item of a list with "- "')
    return None


def _closed_late(source: Source, text: Scalar, first: int, last: int) -> Problem | None:
    """A quote that nobody closed: it ends where the next one begins, and the trouble is told from there."""
    if text.plain:
        return None
    closed = source.place(text.end - 1).line
    if not (text.line < closed and first <= closed <= last):
        return None
    quote = source.line(text.line)[text.column - 1]
    message = f"the {quote} that begins here is closed only in line {closed}"
    hint = f"add {quote} at the end of the text"
    return mistake(source.here(text.line, text.column), "yaml-syntax", message, hint=hint, width=text.width)


def _by_text(source: Source, problem: str, context: Any, mark: Any) -> Problem:
    line, column = mark.line + 1, mark.column + 1
    text = source.line(line)
    here, opened = source.here(line, column), source.here(context.line + 1, context.column + 1)
    if "mapping values are not allowed" in problem:
        if _KEY_BEFORE.match(text[: mark.column]):
            message = 'this text contains ": ", put it in quotes'
            return mistake(here, "colon-in-text", message, hint='write the whole text as "…: …"')
        message = "a key cannot stand here"
        hint = "the line above has a value already, or this line is indented too far"
        return mistake(source.here(line, _indent(text)), "yaml-syntax", message, hint=hint)
    if "could not find expected ':'" in problem:
        if glued_colon := _GLUED_COLON.match(source.line(context.line + 1)):
            message = 'a space is missing behind this ":"'
            colon = source.here(context.line + 1, glued_colon.end(1) + 1)
            hint = f'write "{glued_colon[1]}: …"'
            return mistake(colon, "yaml-syntax", message, hint=hint)
        message = 'this line has no ":" after its key'
        return mistake(opened, "yaml-syntax", message, hint='a key is followed by ": " and its value')
    if "end of stream" in problem:
        quote = source.line(context.line + 1)[context.column : context.column + 1]
        return mistake(
            opened, "yaml-syntax", f"this {quote} is never closed", hint=f"add {quote} at the end of the text"
        )
    if "escape" in problem:
        message = 'this "\\" means something else in double quotes'
        return mistake(here, "yaml-syntax", message, hint="use single quotes, or write \\\\")
    if "expected '-'" in problem or "'-' indicator" in problem:
        message = "this line does not fit into the list above"
        return mistake(
            here, "yaml-syntax", message, hint='begin it with "- ", or indent it as its neighbours are'
        )
    if "block sequence entries" in problem or "sequence entries" in problem:
        message = "a list cannot begin here"
        return mistake(here, "yaml-syntax", message, hint='begin the list on a line of its own, with "- "')
    if "comment or line break" in problem:
        message = "text cannot stand behind | or >"
        return mistake(here, "yaml-syntax", message, hint="begin the text on the next line, indented")
    if "node content" in problem and (before := _opened_last(source, line)):
        bracket, place = before
        message = f"this {bracket} is never closed"
        return mistake(place, "yaml-syntax", message, hint=f"add {_CLOSING[bracket]} at its end")
    return _odd_value(source, line, column)


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
        if value[0] in "{[\"'":
            message = f"a text that begins with {value[0]} must stand in quotes as a whole"
            hint = "put it in single quotes" if value[0] == '"' else "put it in double quotes"
            here = source.here(line, start + 1)
            return mistake(here, "yaml-syntax", message, hint=hint, width=len(value))
    message = "this line does not fit here"
    hint = "look at its indentation, and for a missing quote, bracket or colon above it"
    return mistake(source.here(line, column), "yaml-syntax", message, hint=hint)


def _needs_quotes(source: Source, line: int, column: int, char: str) -> Problem:
    text = source.line(line)[column:].rstrip()
    here = source.here(line, column + 1)
    message = f"a value that begins with {char} needs quotes"
    if char == "@":
        name = re.match(r"@[\w.-]*", text)
        secret = SECRET_LIKE.search(source.line(line)[:column])
        shown = name[0] if name and not secret else "@…"
        return mistake(here, "unquoted-at", message, hint=f'write "{shown}"', width=len(text))
    return mistake(here, "yaml-syntax", message, hint="put it in quotes", width=len(text))


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
        message = 'this "，" is no comma of the language'
        return mistake(here, "full-width-comma", message, hint="write a half-width comma and a space")
    bracket = source.line(first)[context.column : context.column + 1]
    here = source.here(first, context.column + 1)
    message = f"this {bracket} is never closed, or a comma is missing in it"
    hint = f"add {_CLOSING[bracket]} at its end, or a comma between its values"
    return mistake(here, "yaml-syntax", message, hint=hint)


def glued(source: Source, offset: int) -> Problem:
    """A hashtag that YAML takes for a comment."""
    place = source.place(offset)
    tag = source.line(place.line)[place.column - 1 :].rstrip()
    message = 'everything from this "#" on is a comment and would be lost'
    hint = 'put the whole text in quotes; a comment has a space after its "#"'
    return mistake(place, "glued-comment", message, hint=hint, width=len(tag))


def wide_colon(source: Source, line: int, column: int, key: str) -> Problem:
    """A key that is followed by `：`."""
    message = f'the colon after "{key}" is a full-width one'
    hint = f'write "{key}: " with a half-width colon and a space'
    return mistake(source.here(line, column), "full-width-colon", message, hint=hint, width=len(key) + 1)


def quotes_for_tag(source: Source, line: int, column: int, width: int) -> Problem:
    """A value that begins with `!`, which YAML takes for the name of a type."""
    message = "a value that begins with ! needs quotes"
    hint = "put it in quotes; types come from the place, never from the file"
    return mistake(source.here(line, column), "tag-used", message, hint=hint, width=width)


def placeholder_quotes(source: Source, line: int, column: int, width: int) -> Problem:
    """A placeholder where YAML reads braces as its own."""
    message = "a text with {{ }} or ${ } needs quotes here"
    hint = "put the whole text in double quotes"
    return mistake(source.here(line, column), "unquoted-placeholder", message, hint=hint, width=width)


def wide_commas(source: Source, node: Node) -> list[Problem]:
    """Lists whose brackets or commas are full-width ones: one value where several were meant."""
    match node:
        case Scalar(plain=True, value=value) if value[:1] == "［" and value[-1:] == "］":
            message = 'this is one text, not a list: "［" and "］" are no brackets of the language'
            hint = "write [ and ], and half-width commas; or put the text in quotes"
            here = source.here(node.line, node.column)
            return [mistake(here, "full-width-comma", message, hint=hint, width=node.width, level="warning")]
        case List(items=[Scalar(plain=True, value=value) as only], flow=True) if "，" in value:
            message = 'this list holds one value: "，" is no comma of the language'
            here = source.here(only.line, only.column)
            return [
                mistake(
                    here,
                    "full-width-comma",
                    message,
                    hint="separate the values with a half-width comma, or put the text in quotes",
                    width=only.width,
                    level="warning",
                )
            ]
        case List(items=items):
            return [problem for item in items for problem in wide_commas(source, item)]
        case Map(pairs=pairs):
            return [problem for _, value in pairs.values() for problem in wide_commas(source, value)]
        case _:
            return []


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip()) + 1

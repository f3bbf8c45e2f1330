"""What the YAML parser complains about, in plain words and with the code of the mistake behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import Code, mistake
from bot.playbook.hints import of_kind
from bot.playbook.shape.schema import KEYS
from bot.playbook.shape.suggest_keys import names_secret
from bot.playbook.syntax.misread_signs import glued
from bot.playbook.syntax.nodes import Scalar
from bot.playbook.syntax.slips import FENCE, glued_comments, slip, with_space
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.yaml_text import in_quotes

_GLUED_COLON = re.compile(r"^\s*(?:-\s+)*([\w.]+):[^\s/]")
"""A key (group 1) at the beginning of a line, without a space behind its colon."""
_NESTED = re.compile(r"^\s*(?:-\s+)*([a-z_]+):\s+([a-z_]+):\s+\S")
"""Two keys in one line, the second as the value of the first."""
_KEY_BEHIND = re.compile(r"[{\[\"'].{0,200}?[}\]\"']\s{0,9}[,，]?\s{0,9}\b([a-z_]{1,40}):\s")
"""A whole value, and a key behind it."""
_VALUE = re.compile(r"^\s*(?:-\s+)*(?:[^\s:#'\"{\[]+\s*:\s+)?(?P<value>\S.*)$")
"""The value of a line, behind its dashes and its key."""
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}?|\$\{[^{}]*\}?")
"""`{{ … }}` or `${…}`, also with a closing brace missing."""
_HASH_IN_BRACKETS = re.compile(r"[{\[](?:[^#\"']{0,200}[:,\[{][ \t]{1,9})?(#)\S")
"""A hashtag as the first item between brackets: YAML takes it for a comment, bracket and all."""
_CLOSING_QUOTES = frozenset("”“„＂」』'’")
_LOOKED_BACK = 20
"""How many of the texts before an error are looked at for texts of several lines."""
_SHOWN = 40
"""Characters of a text that a hint repeats, at most."""
_OF_OTHER_PROGRAMS = re.compile(r"!(?:secret|env|env_var|vault)\s", re.IGNORECASE)
"""A tag with which other programs (Home Assistant, Ansible) name a secret."""
_HASH_BEHIND_TEXT = re.compile(r"[^\s,\[{}\]\"'][ \t]+(#)(?=[ \t])")
"""A ` # ` behind a text; group 1 is the `#`."""
_BEFORE_TEXT = re.compile(r"(?:[:,][ \t]+|[{\[](?=[^\[{]))[ \t]*")
"""What stands before a text between brackets: a colon, a comma, or the opening bracket."""
_KEY_NEXT = re.compile(r"\w+:(?=\s)")
_ENDS_VALUE = frozenset("]}\"'")
"""Characters with which a value in brackets or quotes ends."""
_CLOSING = {"[": "]", "{": "}"}
_SPOKEN = re.compile(r"^([\s-]*)(reply|push|text|ask|otherwise):\s+[^\s|>\[{]")
"""A text behind its key, which may go on below."""
_KEY_BEFORE = re.compile(r"^\s*(?:-\s+)*[^:#]*:\s+\S")
"""A line that has a key and the beginning of its value."""


def complaint(error: yaml.YAMLError, source: SourceFile, seen: Sequence[tuple[Scalar, bool]]) -> Problem:
    """The parser's error as a problem; `seen` are the texts that it had read before."""
    mark: Any = getattr(error, "problem_mark", None)
    context: Any = getattr(error, "context_mark", None) or mark
    if mark is None:
        return mistake(source.place_at(1, 1), "yaml-syntax", tr("this file cannot be read as YAML"))
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
        message = tr("a tab cannot be used to indent")
        return mistake(source.place_at(last, mark.column + 1), "tab-indent", message, hint=tr("use spaces"))
    if "cannot start any token" in problem:
        fenced = slip(source, last) if FENCE.match(text) else None
        return fenced or _needs_quotes(source, last, mark.column, char)
    if "alphabetic or numeric" in problem or "expected <scalar>" in problem:
        message = tr(
            "a value that begins with {char} needs quotes",
            char=source.line(first)[context.column : context.column + 1],
        )
        hint = quoted(source, first, context.column)
        return mistake(source.place_at(first, context.column + 1), "alias-used", message, hint=hint)
    if "tag" in (getattr(error, "context", None) or "") or "tag" in problem:
        return quotes_for_tag(source, first, context.column + 1, 1)
    texts = {
        number
        for text, _ in seen[-_LOOKED_BACK:]
        if not text.plain
        for number in range(text.line + 1, source.place(text.end - 1).line + 1)
    }
    for number in range(max(1, first - 1), last + 1):
        if number not in texts and (nearly := slip(source, number)):
            return nearly
    if seen and (late := _closed_late(source, seen[-1][0], first, last)):
        return late
    if "',' or '" in problem:
        return _unclosed(source, context, mark)
    return _by_text(source, problem, context, mark)


def _closed_late(source: SourceFile, text: Scalar, first: int, last: int) -> Problem | None:
    """A quote that is not closed: it ends where the next one begins, where the parser reports an error."""
    if text.plain:
        return None
    closed = source.place(text.end - 1).line
    if not (text.line < closed and first <= closed <= last):
        return None
    quote = source.line(text.line)[text.column - 1]
    if quote not in "\"'":
        return None
    message = tr("the {quote} that begins here is closed only in line {closed}", quote=quote, closed=closed)
    hint = tr("add {quote} at the end of the text", quote=quote)
    return mistake(
        source.place_at(text.line, text.column), "yaml-syntax", message, hint=hint, width=text.width
    )


def _by_text(source: SourceFile, problem: str, context: Any, mark: Any) -> Problem:
    """The problem for an error by the parser's own sentence (of PyYAML and libyaml), and by its line."""
    line, column = mark.line + 1, mark.column + 1
    text = source.line(line)
    here, opened = source.place_at(line, column), source.place_at(context.line + 1, context.column + 1)
    if "mapping values are not allowed" in problem:
        if (nested := _NESTED.match(text)) and {nested[1], nested[2]} <= KEYS:
            message = tr('"{inner}" stands on the line of "{outer}"', inner=nested[2], outer=nested[1])
            hint = tr("write  {outer}: {{inner}: …}", outer=nested[1], inner=nested[2])
            return mistake(source.place_at(line, nested.start(2) + 1), "yaml-syntax", message, hint=hint)
        if _KEY_BEFORE.match(text[: mark.column]):
            message = tr('this text contains ": ", put it in quotes')
            value = _VALUE.match(text)
            hint = of_kind("quotes", tr("put the whole text in quotes"))
            if value is not None:
                hint = quoted(source, line, value.start("value"))
            return mistake(here, "colon-in-text", message, hint=hint)
        above = _GLUED_COLON.match(source.line(line - 1)) if line > 1 else None
        if above is not None and above[1] in KEYS:
            return _glued_colon(source, line - 1, above)
        message = tr("a key cannot stand here")
        hint = tr("the line above has a value already, or this line is indented too far")
        return mistake(source.place_at(line, _indent(text)), "yaml-syntax", message, hint=hint)
    if "could not find expected ':'" in problem:
        if glued_colon := _GLUED_COLON.match(source.line(context.line + 1)):
            return _glued_colon(source, context.line + 1, glued_colon)
        message = tr('this line has no ":" after its key')
        hint = tr('a key is followed by ": " and its value')
        above = _SPOKEN.match(source.line(context.line))
        if above is not None and len(above[1]) == context.column:
            hint = tr(
                "for a text of several lines write  {key}: |  and begin the text on the next line, two spaces"
                ' further in; for a key of its own write ": " behind it',
                key=above[2],
            )
        return mistake(opened, "yaml-syntax", message, hint=hint)
    if "end of stream" in problem:
        whole = source.line(context.line + 1).rstrip()
        quote = whole[context.column : context.column + 1]
        hint = tr("add {quote} at the end of the text", quote=quote)
        if whole[-1:] in _CLOSING_QUOTES:
            hint = tr("write {quote} at its end instead of {found}", quote=quote, found=whole[-1])
        return mistake(opened, "yaml-syntax", tr("this {quote} is never closed", quote=quote), hint=hint)
    if "escape" in problem:
        message = tr('this "\\" means something else in double quotes')
        return mistake(here, "yaml-syntax", message, hint=tr("use single quotes, or write \\\\"))
    if "expected '-'" in problem or "'-' indicator" in problem:
        message = tr("this line does not fit into the list above")
        return mistake(
            here, "yaml-syntax", message, hint=tr('begin it with "- ", or indent it as its neighbours are')
        )
    if "block sequence entries" in problem or "sequence entries" in problem:
        key = text[: mark.column].strip().removeprefix("- ").rstrip(": ") or "…"
        message = tr('a list cannot begin on the line of "{key}:"', key=key)
        hint = tr(
            'break the line behind  {key}: , and begin the list on the next one, with "- "',
            key=key,
        )
        return mistake(here, "yaml-syntax", message, hint=hint)
    if "comment or line break" in problem:
        message = tr("text cannot stand behind | or >")
        return mistake(here, "yaml-syntax", message, hint=tr("begin the text on the next line, indented"))
    if "node content" in problem and (before := _opened_last(source, line)):
        bracket, place = before
        message = tr("this {bracket} is never closed", bracket=bracket)
        return mistake(
            place, "yaml-syntax", message, hint=tr("add {closing} at its end", closing=_CLOSING[bracket])
        )
    return _odd_value(source, line, column)


def _glued_colon(source: SourceFile, line: int, match: re.Match[str]) -> Problem:
    message = tr('a space is missing behind this ":"')
    hint = with_space(match[1], source.line(line)[match.end(1) + 1 :])
    return mistake(source.place_at(line, match.end(1) + 1), "yaml-syntax", message, hint=hint)


def _opened_last(source: SourceFile, line: int) -> tuple[str, Place] | None:
    """The bracket that ends the last line with text before `line`."""
    for number in range(line - 1, 0, -1):
        text = source.line(number).rstrip()
        if text:
            return (text[-1], source.place_at(number, len(text))) if text[-1] in _CLOSING else None
    return None


def _odd_value(source: SourceFile, line: int, column: int) -> Problem:
    """A line that goes on where its value seemed to have ended, or whose indentation fits nowhere."""
    match = _VALUE.match(source.line(line))
    if match and match["value"].startswith("? "):
        return _needs_quotes(source, line, match.start("value"), "?")
    if match and match.start("value") < column - 1:
        start, value = match.start("value"), match["value"]
        if value.startswith("{{"):
            return placeholder_quotes(source, line, start + 1, len(value))
        if value.startswith("!"):
            return quotes_for_tag(source, line, start + 1, len(value))
        if (key := _KEY_BEHIND.match(value)) and key[1] in KEYS:
            message = tr('"{key}" stands on the line of another key', key=key[1])
            above = source.line(line)[:start].strip(" -:")
            hint = tr("move  {key}:  to the next line, in line with  {above}", key=key[1], above=above)
            return mistake(source.place_at(line, start + key.start(1) + 1), "yaml-syntax", message, hint=hint)
        if value[0] in "{[\"'":
            message = tr("a text that begins with {value} must stand in quotes as a whole", value=value[0])
            hint = quoted(source, line, start) if value[0] in "{[" else _quotes_within(source, line, start)
            here = source.place_at(line, start + 1)
            return mistake(here, "yaml-syntax", message, hint=hint, width=len(value))
    if source.line(line).startswith("- when:"):
        message = tr("this rule stands outside  rules:")
        hint = tr("cut it out, and paste it below  rules: , with two spaces before its dash")
        return mistake(source.place_at(line, 1), "yaml-syntax", message, hint=hint, width=len("- when"))
    message = tr("this line does not fit here")
    hint = tr("look at its indentation, and for a missing quote, bracket or colon above it")
    return mistake(source.place_at(line, column), "yaml-syntax", message, hint=hint)


def _needs_quotes(source: SourceFile, line: int, column: int, char: str) -> Problem:
    text = source.line(line)[column:].rstrip()
    message = tr("a value that begins with {char} needs quotes", char=char)
    code: Code = "unquoted-at" if char == "@" else "yaml-syntax"
    here = source.place_at(line, column + 1)
    return mistake(here, code, message, hint=quoted(source, line, column), width=len(text))


def quoted(source: SourceFile, line: int, column: int) -> Translatable:
    """The text that begins here, in quotes to paste."""
    before = source.line(line)[:column]
    end, shown = in_quotes(source.line(line), column)
    if end - column > _SHOWN or shown == '""' or names_secret(before, shown):
        return of_kind("quotes", tr("put the whole text in quotes"))
    return of_kind("quotes", tr("write  {shown}", shown=shown))


def _quotes_within(source: SourceFile, line: int, column: int) -> Translatable:
    """Quotes within a text, or around a part of it: its writer says which of them people see."""
    end, _ = in_quotes(source.line(line), column)
    text, quote = source.line(line)[column:end], source.line(line)[column]
    inner = text[1:-1] if text[-1] == quote and len(text) > 1 else text
    _, shown = in_quotes(inner, 0)
    if len(text) > _SHOWN or names_secret(source.line(line)[:column], text):
        return tr("for quotes that people are to see write 「 and 」")
    return tr("for quotes that people are to see write 「 and 」, or so:  {shown}", shown=shown)


def _unclosed(source: SourceFile, context: Any, mark: Any) -> Problem:
    """Inside brackets something else than a comma or the bracket's end."""
    first, last = context.line + 1, mark.line + 1
    for number in range(first, last + 1):
        line = source.line(number)
        begin = context.column if number == first else 0
        end = mark.column + 1 if number == last else len(line)
        for match in _PLACEHOLDER.finditer(line, begin):
            if match.start() < end:
                return placeholder_quotes(source, number, match.start() + 1, len(match[0]))
    for number in range(first, last + 1):
        if text := _cut_text(source, number):
            return text
    if goes_on := _goes_on(source, last, mark.column):
        return goes_on
    bracket = source.line(first)[context.column : context.column + 1]
    here = source.place_at(first, context.column + 1)
    message = tr("this {bracket} is never closed, or a comma is missing in it", bracket=bracket)
    hint = tr("add {closing} at its end, or a comma between its values", closing=_CLOSING[bracket])
    return mistake(here, "yaml-syntax", message, hint=hint)


def _cut_text(source: SourceFile, number: int) -> Problem | None:
    """A text between brackets with a ` # `: what closes them stands behind it, so it is no comment."""
    line = source.line(number)
    for match in _HASH_BEHIND_TEXT.finditer(line):
        rest = line[match.end() :]
        if any(rest.count(closing) > rest.count(opening) for opening, closing in _CLOSING.items()):
            return _in_brackets(source, number, match.start(1), "comment-in-text")
    return None


def _goes_on(source: SourceFile, number: int, column: int) -> Problem | None:
    """A text between brackets that has a colon, or goes on behind the bracket or quotes it begins with."""
    line = source.line(number)
    before = line[:column].rstrip()
    if line[column : column + 1] == ":" and before[-1:] not in _ENDS_VALUE:
        return _in_brackets(source, number, column, "colon-in-text")
    begins_key = _KEY_NEXT.match(line, column)
    if before[-1:] in _ENDS_VALUE and not begins_key and line[column : column + 1] not in ("", "#", *"[{\"'"):
        return _in_brackets(source, number, column, "yaml-syntax")
    return None


def _in_brackets(source: SourceFile, number: int, column: int, code: Code) -> Problem | None:
    """The problem of the text between brackets at this column; `None` where no text begins before it."""
    line = source.line(number)
    starts = [match.end() for match in _BEFORE_TEXT.finditer(line, 0, column) if match.end() < column]
    if code == "yaml-syntax":
        starts = [at for at in starts if line[at] in "[\"'"]
    if not starts:
        return None
    start = starts[-1]
    width = in_quotes(line, start)[0] - start
    message, hint = tr('this text contains ": ", put it in quotes'), quoted(source, number, start)
    if code == "comment-in-text":
        message = tr('everything from this "#" on is a comment, also the bracket that closes the text')
    elif code == "yaml-syntax":
        message = tr("a text that begins with {value} must stand in quotes as a whole", value=line[start])
        if line[start] in "\"'":
            hint = _quotes_within(source, number, start)
    return mistake(source.place_at(number, start + 1), code, message, hint=hint, width=width)


def quotes_for_tag(source: SourceFile, line: int, column: int, width: int) -> Problem:
    """The problem of a value that begins with `!`, which YAML takes for the name of a type."""
    message = tr("a value that begins with ! needs quotes")
    hint = quoted(source, line, column - 1)
    if _OF_OTHER_PROGRAMS.match(source.line(line), column - 1):
        message = tr("this way to name a secret is of another program")
        hint = tr("for a value from the environment write  ${NAME}")
    return mistake(source.place_at(line, column), "tag-used", message, hint=hint, width=width)


def placeholder_quotes(source: SourceFile, line: int, column: int, width: int) -> Problem:
    """The problem of a placeholder whose braces YAML reads as its own."""
    message = tr("a text with {{ }} or ${ } needs quotes here")
    before = source.line(line)[: column - 1]
    hint = of_kind("quotes", tr("put the whole text in double quotes"))
    if source.line(line).startswith("${{", column - 1 - before.endswith("$")):
        hint = tr('leave out the "$", which people would see, and put the whole text in double quotes')
    elif not set("{[") & set(before) and (value := _VALUE.match(source.line(line))):
        hint = quoted(source, line, value.start("value"))
    return mistake(source.place_at(line, column), "unquoted-placeholder", message, hint=hint, width=width)


def _indent(text: str) -> int:
    """The column (from 1) at which the text of a line begins."""
    return len(text) - len(text.lstrip()) + 1

"""Completion for an editor: the keys and values that may be written at the cursor, each with its meaning.

It follows the JSON Schema that editors get (`shape/editors`), and the indentation alone, as a file in the
middle of an edit is seldom valid YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

SchemaPart: TypeAlias = Mapping[str, Any]
"""A part of the JSON Schema."""
YamlPath: TypeAlias = tuple[str | None, ...]
"""The keys that lead to a place in the file; `None` for an item of a list."""

SHOWN = 90
"""Most suggestions."""
_ENTRY = re.compile(r"(?P<indent> *)(?P<rest>.*)")
"""A line: its spaces, and the rest."""
LONGEST = 1_000
"""Most characters of a line; longer ones count as empty."""
DEEPEST = 40
"""Keys and items of a path, at most."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that may stand at a place."""

    word: str
    says: str
    """What it means."""
    whole: str
    """The text that is inserted when it is chosen: a key with its colon."""


@dataclass(frozen=True, slots=True)
class YamlPlace:
    """Where the cursor is."""

    path: YamlPath
    """The keys that lead there."""
    is_value: bool
    """Whether a value is being written, not a key."""
    beside: frozenset[str]
    """The keys that the same block has already."""


def suggestions(schema: SchemaPart, text: str, line: int, column: int) -> list[Suggestion]:
    """What may be written at this line and column, both counted from 1; the usual first."""
    place = place_in(text, line, column)
    made = dict[str, Suggestion]()
    for one in parts_at(schema, place.path):
        for word, part in _words(schema, one, is_value=place.is_value):
            if word not in made and word not in place.beside:
                made[word] = part
    return list(made.values())[:SHOWN]


def place_in(text: str, line: int, column: int) -> YamlPlace:
    """The place of the cursor, from the indentation of the lines above it."""
    lines = [one if len(one) <= LONGEST else "" for one in text.split("\n")]
    before = lines[line - 1][: column - 1] if line <= len(lines) else ""
    stack: list[tuple[int, str | None]] = []
    for written in lines[: line - 1]:
        _read(stack, written)
    is_value = _read(stack, before, to_the_cursor=True)
    beside = frozenset[str]() if is_value else frozenset(_beside(lines, line - 1, before))
    return YamlPlace(tuple(key for _, key in stack), is_value, beside)


def _read(stack: list[tuple[int, str | None]], written: str, *, to_the_cursor: bool = False) -> bool:
    """Update the stack of (column, key) by one line; whether a value follows its last key."""
    match = _ENTRY.fullmatch(written)
    assert match is not None, "it matches every line"
    at, rest = len(match["indent"]), match["rest"]
    if not to_the_cursor and (not rest or rest.startswith("#")):
        return False
    is_item = rest == "-" or rest.startswith("- ")
    while stack and (stack[-1][0] > at or (stack[-1][0] == at and (stack[-1][1] is not None or is_item))):
        stack.pop()
    while (rest == "-" or rest.startswith("- ")) and len(stack) <= DEEPEST:
        stack.append((at, None))
        rest, skipped = rest[1:].lstrip(" "), len(rest) - len(rest[1:].lstrip(" "))
        at += skipped
    key = _key_of(rest)
    if key is None:
        return _in_flow(stack, at, rest) if to_the_cursor else False
    name, value = key
    stack.append((at, name))
    if not to_the_cursor:
        return False
    return _in_flow(stack, at + 1, value) if value[:1] in ("{", "[") else True


def _in_flow(stack: list[tuple[int, str | None]], at: int, value: str) -> bool:
    """Update the stack by `{…}` and `[…]` up to the cursor; whether a value is written there."""
    opened: list[tuple[str, int]] = []
    """The brackets that are open, each with the height of the stack inside of it."""
    is_value, word = False, ""
    for sign in value:
        match sign:
            case "{" | "[":
                if sign == "[":
                    stack.append((at, None))
                opened.append((sign, len(stack)))
                is_value, word = sign == "[", ""
            case "}" | "]":
                if opened:
                    closed, depth = opened.pop()
                    del stack[depth - (closed == "[") :]
                is_value, word = True, ""
            case ":" if opened and opened[-1][0] == "{":
                stack.append((at, word.strip().strip("\"'")))
                is_value, word = True, ""
            case ",":
                if opened:
                    del stack[opened[-1][1] :]
                is_value, word = bool(opened) and opened[-1][0] == "[", ""
            case _:
                word += sign
    return is_value


def _beside(lines: Sequence[str], number: int, before: str) -> Iterator[str]:
    """The keys of the same block: above, unless an item begins here, and below; until it ends."""
    at = _column(before)
    for step in (1,) if before.lstrip().startswith("- ") else (-1, 1):
        place = number + step
        while 0 <= place < len(lines):
            written = lines[place]
            place += step
            if not written.strip() or written.lstrip().startswith("#"):
                continue
            begins_item = written.lstrip().startswith("- ")
            if _column(written) < at or (step > 0 and begins_item and _column(written) <= at):
                break
            if _column(written) == at and (key := _key_of(written.lstrip(" -"))):
                yield key[0]
                if begins_item:
                    break


def _column(written: str) -> int:
    """The column of a line's first key, behind the dashes of items."""
    return len(written) - len(written.lstrip(" -"))


def _key_of(rest: str) -> tuple[str, str] | None:
    """The key at the begin of a text, and what follows its colon; `None` where there is no key."""
    quote = rest[:1]
    if quote in ('"', "'"):
        end = rest.find(quote, 1)
        after = rest[end + 1 :].lstrip() if end > 0 else ""
        return (rest[1:end], after[1:].lstrip()) if after.startswith(":") else None
    if not rest or rest[0] in "#:,{}[]":
        return None
    name, colon, value = rest.partition(":")
    if not colon or (value and not value[0].isspace()) or any(sign in name for sign in "{}[]\"'"):
        return None
    return name.rstrip(), value.lstrip()


def parts_at(schema: SchemaPart, path: YamlPath) -> Iterator[SchemaPart]:
    """The parts of the schema that describe a place."""
    parts: list[SchemaPart] = [schema]
    for step in path[:DEEPEST]:
        inside = [inner for part in parts for one in _either(schema, part) for inner in _inside(one, step)]
        parts = list({id(inner): inner for inner in inside}.values())  # each part once
    for part in parts if len(path) <= DEEPEST else ():
        yield from _either(schema, part)


def _either(schema: SchemaPart, part: SchemaPart) -> Iterator[SchemaPart]:
    """A part, and all alternatives that the schema allows in its place."""
    if "$ref" in part:
        yield from _either(schema, schema["$defs"][part["$ref"].rpartition("/")[2]])
    yield part
    if "oneOrMore" in part:
        yield from _either(schema, schema["$defs"][part["oneOrMore"]])
    for key in ("anyOf", "oneOf", "allOf"):
        for inner in part.get(key, ()):
            yield from _either(schema, inner)
    for key in ("else", "then"):  # the usual one first
        if isinstance(part.get(key), Mapping):
            yield from _either(schema, part[key])


def _inside(part: SchemaPart, step: str | None) -> Iterator[SchemaPart]:
    """The parts below one key, or of an item."""
    if step is None:
        if isinstance(items := part.get("items"), Mapping):
            yield items
        elif part.get("type") != "array" and "properties" in part:
            yield part  # one thing may stand for a list of one
        return
    if step in part.get("properties", {}):
        yield part["properties"][step]
    elif isinstance(more := part.get("additionalProperties"), Mapping):
        yield more


def _words(schema: SchemaPart, part: SchemaPart, *, is_value: bool) -> Iterator[tuple[str, Suggestion]]:
    """The keys or values that a part of the schema names."""
    if not is_value:
        for word, inner in part.get("properties", {}).items():
            yield word, Suggestion(word, _says(inner), f"{word}: ")
    values = part.get("enum", ()) or (part["const"],) if "const" in part or "enum" in part else ()
    for value in (*values, *(one for one in part.get("examples", ()) if is_value)):
        word = str(value).lower() if isinstance(value, bool) else str(value)
        if isinstance(value, str | int | float | bool) and word:
            yield word, Suggestion(word, _says(part), word)


def _says(part: SchemaPart) -> str:
    """The title and description of a part."""
    title, says = str(part.get("title", "")), str(part.get("description", ""))
    return f"{title}\n{says}" if title and says else title or says

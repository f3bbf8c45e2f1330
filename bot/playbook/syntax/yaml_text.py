"""Texts and data as people write them in YAML: in quotes only where they would be read another way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_PLAIN = re.compile(r"[^\W\d_][\w，。！？、；…～「」『』（）《》]*(?: [\w，。！？、；…～「」『』（）《》]+)*")
"""Begins with a letter, and holds nothing that means anything to YAML, in a list or in braces either."""

_PLAIN_IN_ENTRIES = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][\w./+-]*(?:[ :][\w./+-]+)*")
"""Also numbers, moments and paths: of an entry all are read as texts, whatever they look like."""
WIDEST = 90
"""Characters of a line that holds a list or a block between brackets."""

_NOTHING = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
"""Words that some program takes for something else than a text."""

_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_SEEN = frozenset("\u200d\u3000")
"""What Python does not count as printable, and a person sees all the same: emoji joiners, wide spaces."""


def scalar(text: str) -> str:
    """A text as one YAML scalar on one line."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOTHING:
        return text
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(c: str) -> str:
    if c in _SHORT:
        return _SHORT[c]
    if c.isprintable() or c in _SEEN:
        return c
    code = ord(c)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_OF_A_LINE = re.compile(r"(?:(?![ \t]+#(?:[ \t]|$)).)*")
"""A text up to the end of its line, or to a comment."""
_BETWEEN_BRACKETS = re.compile(r"(?:\{\{.*?\}\}|\$\{[^{}]*\}|\[[^\[\]{}]*\](?=[ \t]*[^\s,\]}])|[^,{}\[\]])*")
"""A text between brackets up to the next comma or bracket; placeholders with their braces belong to it."""


_BEFORE_VALUE = re.compile(r"(?:[:,]|(?:^|(?<= ))-)[ \t]+|[\[{][ \t]*")
"""What a value may stand behind: a colon, a comma, a dash or an opening bracket, with the spaces."""


def value_starts(line: str, place: int) -> list[int]:
    """The offsets in a line at which a value that holds this one may begin, the nearest first."""
    found = (match.end() for match in _BEFORE_VALUE.finditer(line, 0, place + 1))
    return sorted((at for at in found if at <= place), reverse=True)


def in_quotes(line: str, start: int) -> tuple[int, str]:
    """The offset behind the text that begins at `start`, and the text in quotes, with nothing else changed.

    It ends with its line, or where a comment begins; between brackets with the next comma.
    """
    before = line[:start]
    between = any(before.count(opening) > before.count(closing) for opening, closing in ("{}", "[]"))
    match = (_BETWEEN_BRACKETS if between else _OF_A_LINE).match(line, start)
    text = "" if match is None else match[0].rstrip()
    quote = next((one for one in "\"'" if one not in text and (one == "'" or "\\" not in text)), "")
    return start + len(text), f"{quote}{text}{quote}" if quote else scalar(text)


def text_lines(text: str) -> str:
    """A text as a YAML value of its own: one of several lines below `|-`, where it reads back the same."""
    lines = text.split("\n")
    first = next((line for line in lines if line), "")
    blank = any(line and not line.strip() for line in lines) or not lines[-1]
    seen = all(c.isprintable() or c in _SEEN for line in lines for c in line)
    if len(lines) == 1 or blank or not seen or first.startswith(" "):
        return scalar(text)
    return "\n".join(["|-", *(f"  {line}" if line else "" for line in lines)])


def one_or_list(items: Iterable[str]) -> str:
    """YAML values: one alone, several between brackets."""
    written = list(items)
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"


def braces(pairs: Mapping[str, str]) -> str:
    """Keys with things that are YAML already."""
    return "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"


def nested(answer: Mapping[str, Any]) -> str:
    """JSON of texts and objects, on one line."""
    return braces(
        {key: nested(value) if isinstance(value, Mapping) else scalar(value) for key, value in answer.items()}
    )


class YamlWord(str):
    """A word of YAML's own, such as `true`, which stands without quotes."""

    __slots__ = ()


def inline(value: Any) -> str:
    """A value as YAML on one line: a mapping, a list, a number, a text or `None`."""
    match value:
        case Mapping():
            return braces({inline(key): inline(one) for key, one in value.items()})
        case list():
            return f"[{', '.join(map(inline, value))}]"
        case int() | YamlWord():
            return str(value)
        case str() if _PLAIN_IN_ENTRIES.fullmatch(value) and value.lower() not in _NOTHING:
            return value
        case _:
            return '""' if value is None else scalar(str(value))


def entry_lines(name: str, value: Any) -> list[str]:
    """The lines of a key with its value: one line where it fits into `WIDEST`, else a block below the key."""
    written = inline(value)
    if isinstance(value, str):
        first, *more = [written] if written == value else text_lines(value.rstrip()).split("\n")
        return [f"{inline(name)}: {first}", *more]
    is_deep = name in ("push", "to", "taps") and isinstance(value, list | dict)
    fits = len(written) + len(name) <= WIDEST and not any(map(_is_long, _texts(value)))
    is_broadcast = isinstance(value, Mapping) and "push" in value
    if fits and not is_broadcast and not (is_deep and _is_nested(value)):
        return [f"{inline(name)}: {written}"]
    return [f"{inline(name)}:", *(f"  {line}" if line else "" for line in _block(value))]


def item_lines(value: Mapping[str, Any]) -> list[str]:
    """An entry of a list, with each of its keys on lines of its own."""
    first, *more = _block(value)
    return [f"- {first}", *(f"  {line}" if line else "" for line in more)]


def _block(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from entry_lines(key, one)
        return
    for one in value:
        if isinstance(one, Mapping) and (len(one) == 1 or len(inline(one)) > WIDEST):
            first, *more = _block(one)
        else:
            first, *more = [inline(one)]
        yield f"- {first}"
        yield from (f"  {line}" if line else "" for line in more)


def _is_nested(value: Any) -> bool:
    items = value.values() if isinstance(value, Mapping) else value
    return any(isinstance(one, Mapping | list) for one in items) and len(value) > 1


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)
    else:
        yield str(value)


def _is_long(text: str) -> bool:
    return "\n" in text or len(text) > WIDEST // 2

"""What does this JSON say? Also where strict parsers refuse it, because losing an event is worse.

orjson is asked first. What it refuses but LINE or a proxy might send (lone surrogates, invalid UTF-8, a byte
order mark, NaN, control characters, deep nesting) is read by the standard library and cleaned, so that
orjson can write it, MongoDB can keep it, and comparing or copying it can never exhaust the stack.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

import orjson

MAX_DEPTH = 100
"""Where cleaning is needed, objects and arrays nested deeper become `null`; LINE's own nest less than 10.
orjson itself writes about 250 levels."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[{\]}]', re.DOTALL)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_OUR_64_BITS = range(-(2**63), 2**64)


def read_json(body: bytes) -> Any:
    """The value that `body` holds. Raises `ValueError` where it is no JSON by any reading."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        text = _shallow(body.decode("utf-8-sig", "replace"))
        return cleaned(json.loads(text, strict=False, parse_int=_number))


def write_json(value: Any) -> tuple[bytes, Any]:
    """The JSON of a value from `read_json`, and the value that this JSON holds.

    That is `value` itself, unless it is nested too deep to be written: then what lies too deep is `null`.
    """
    try:
        return orjson.dumps(value), value
    except TypeError:
        value = cleaned(value)
        return orjson.dumps(value), value


def cleaned(value: Any, room: int = MAX_DEPTH) -> Any:
    """`value` as strict JSON can hold it: lone surrogates are U+FFFD, numbers beyond 64 bits are floats or
    `null`, and so is what lies deeper than `room`."""
    match value:
        case str():
            return _LONE_SURROGATE.sub("\ufffd", value)
        case dict():
            return {cleaned(k): cleaned(v, room - 1) for k, v in value.items()} if room else None
        case list():
            return [cleaned(v, room - 1) for v in value] if room else None
        case float():
            return value if math.isfinite(value) else None
        case _:
            return value


def _number(digits: str) -> int | float:
    """An integer as orjson reads it: beyond 64 bits a float. Python's own `int` refuses 4,300 digits."""
    if len(digits) <= 20 and (number := int(digits)) in _OUR_64_BITS:
        return number
    return float(digits)


def _shallow(text: str) -> str:
    """JSON text without what is nested deeper than the parser's own stack is safe for."""
    kept: list[str] = []
    depth = start = 0
    for token in _TOKEN.finditer(text):
        mark = token.group()
        if mark in ("[", "{"):
            depth += 1
            if depth == MAX_DEPTH + 1:
                kept.append(text[start : token.start()] + "null")
        elif mark in ("]", "}"):
            depth -= 1
            if depth == MAX_DEPTH:
                start = token.end()
    if depth > MAX_DEPTH:
        raise ValueError("JSON ends inside of its nesting")
    return "".join(kept) + text[start:]

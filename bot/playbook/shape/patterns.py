"""Which texts can be heard, and which are patterns: literal text, `*`, `{name}`, `{name:type}`."""

from __future__ import annotations

import re

from bot.engine.texts.text import fold
from bot.model.said import Said, row, say
from bot.playbook.shape.faults import FormatFault

FIELD_TYPES = ("digits", "word", "number", "date", "phone", "rest")
_FIELD = re.compile(r"\{([^{}]*)\}")
_INSIDE = re.compile(r"(?P<name>[a-z][a-z0-9_]{0,39})(?::(?P<type>\w+))?")


def heard(text: str) -> FormatFault | None:
    """Words that people may say; something is left of them when texts are compared."""
    if fold(text):
        return None
    says = say("can never be heard: nothing of it is left when texts are compared")
    return FormatFault("bad-value", says, say("write the words that people say"))


def pattern(text: str) -> FormatFault | None:
    """The whole of a text that is heard, with fields in it."""
    if not text.strip():
        hint = say("write the words that people say")
        return FormatFault("bad-pattern", say("cannot be empty"), hint, of_place=True)
    names: list[str] = []
    end = None
    for found in _FIELD.finditer(text):
        fault = _field(found[1].strip(), names) or _neighbours(text, found, end)
        if fault is not None:
            return fault
        end = found.end()
    if re.search(r"[{}]", _FIELD.sub("", text)):
        return _wrong(say("has a brace that is not closed"), say("write {name} or {name:digits}"))
    return None


def _field(inside: str, names: list[str]) -> FormatFault | None:
    """What is wrong inside of a field's braces; its name joins the names before it."""
    parts = _INSIDE.fullmatch(inside)
    if parts is None:
        hint = say("write {name} or {name:digits}; names here are small English letters, digits and _")
        return _wrong(say("has a {…} that is no field"), hint)
    if parts["type"] not in (None, *FIELD_TYPES):
        return _wrong(
            say('asks for the unknown type "{parts}"', parts=parts["type"]),
            say("known are {types}", types=row(FIELD_TYPES)),
        )
    if parts["name"] in names:
        return _wrong(
            say('has the field "{parts}" twice', parts=parts["name"]),
            say("give each field a name of its own"),
        )
    names.append(parts["name"])
    return None


def _neighbours(text: str, found: re.Match[str], end: int | None) -> FormatFault | None:
    """Where two fields, or a field and a `*`, stand so that nobody can see where the first ends."""
    if "*" in (text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]):
        hint = say("use {name:rest} for all that follows, or put a text between them")
        return _wrong(say("has a * that touches a field"), hint)
    if end == found.start():
        hint = say("put a text between them, so that one can see where the first ends")
        return _wrong(say("has two fields that touch"), hint)
    return None


def _wrong(says: Said, hint: Said) -> FormatFault:
    return FormatFault("bad-pattern", says, hint)

"""Which texts are patterns of triggers: words that people say, with fields in them, `{order:digits}`."""

from __future__ import annotations

import re

from bot.model.translatable import Translatable, row, tr
from bot.playbook.shape.names import NAME
from bot.playbook.shape.vocabulary import FormatFault

_FIELD_TYPES = ("digits", "word", "number", "date", "phone", "rest")
"""The types of a field in a pattern of texts: `{order:digits}`."""

_FIELD = re.compile(r"\{([^{}]*)\}")

_INSIDE = re.compile(rf"(?P<name>{NAME})(?::(?P<type>\w+))?")
"""What stands in the braces of a field: its name, and its type if it has one."""


def pattern(text: str) -> FormatFault | None:
    """The whole text of a trigger, with fields in it."""
    if not text.strip():
        hint = tr("write the words that people say")
        return FormatFault("bad-pattern", tr("cannot be empty"), hint, of_place=True)
    names: list[str] = []
    end = None
    for match in _FIELD.finditer(text):
        fault = _field(match[1].strip(), names) or _neighbours(text, match, end)
        if fault is not None:
            return fault
        end = match.end()
    if re.search(r"[{}]", _FIELD.sub("", text)):
        return _wrong(tr("has a brace that is not closed"), tr("write {name} or {name:digits}"))
    return None


def _field(inside: str, names: list[str]) -> FormatFault | None:
    """What is wrong inside of a field's braces; its name joins the names before it."""
    parts = _INSIDE.fullmatch(inside)
    if parts is None:
        hint = tr("write {name} or {name:digits}; names here are small English letters, digits and _")
        return _wrong(tr("has a {…} that is no field"), hint)
    if parts["type"] not in (None, *_FIELD_TYPES):
        return _wrong(
            tr('asks for the unknown type "{parts}"', parts=parts["type"]),
            tr("known are {types}", types=row(_FIELD_TYPES)),
        )
    if parts["name"] in names:
        return _wrong(
            tr('has the field "{parts}" twice', parts=parts["name"]),
            tr("give each field a name of its own"),
        )
    names.append(parts["name"])
    return None


def _neighbours(text: str, match: re.Match[str], end: int | None) -> FormatFault | None:
    """Where two fields, or a field and a `*`, have no border between them."""
    if "*" in (text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]):
        hint = tr("use {name:rest} for all that follows, or put a text between them")
        return _wrong(tr("has a * that touches a field"), hint)
    if end == match.start():
        hint = tr("put a text between them, so that one can see where the first ends")
        return _wrong(tr("has two fields that touch"), hint)
    return None


def _wrong(says: Translatable, hint: Translatable) -> FormatFault:
    return FormatFault("bad-pattern", says, hint)

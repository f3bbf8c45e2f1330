"""Taking a text with `{{ group.name or TEXT }}` apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.engine.template import Placeholder, Template
from bot.playbook.codes import Code
from bot.playbook.shape.language import PLACEHOLDER_GROUPS_LATER, PLACEHOLDERS, PLACEHOLDERS_LATER, not_yet
from bot.playbook.similar import LISTED, hint_for, shown

_PIECE = re.compile(r"\\\{\{|\{\{((?:(?!\{\{).)*?)\}\}|\{\{", re.DOTALL)
"""A literal brace, a placeholder, or one that is not closed before the next; linear in the text."""

_INSIDE = re.compile(r"(?P<name>\S+)(?:\s+as\s+(?P<format>\S+))?(?:\s+or\s+(?P<default>.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class BadPlaceholder(Exception):
    """A placeholder that cannot be filled: what is wrong with it and how to mend it."""

    code: Code
    message: str
    hint: str | None
    written: str
    """The placeholder as it stands in the text."""


def template_of(text: str) -> tuple[Template, list[BadPlaceholder]]:
    r"""The text in pieces, and what is wrong with its placeholders. `\{{` is a literal `{{`."""
    if "{{" not in text:
        return Template((text,)), []
    parts: list[str | Placeholder] = []
    wrong: list[BadPlaceholder] = []
    end = 0
    literal = ""
    for found in _PIECE.finditer(text):
        literal += text[end : found.start()]
        end = found.end()
        if found[0] == "\\{{":
            literal += "{{"
            continue
        placeholder = _placeholder(found)
        if isinstance(placeholder, BadPlaceholder):
            wrong.append(placeholder)
            continue
        if literal:
            parts.append(literal)
        parts.append(placeholder)
        literal = ""
    literal += text[end:]
    if literal or not parts:
        parts.append(literal)
    return Template(tuple(parts)), wrong


def _placeholder(found: re.Match[str]) -> Placeholder | BadPlaceholder:
    written, inside = found[0], found[1]
    if inside is None:
        hint = "close it with }}; a literal {{ is written \\{{"
        return BadPlaceholder("placeholder-unknown", "this {{ is never closed", hint, "{{")
    inside = inside.strip()
    if inside.endswith((" or", "\nor")):
        hint = 'write a text behind "or", or leave it out'
        return BadPlaceholder("placeholder-unknown", 'there is no text behind "or"', hint, written)
    parts = _INSIDE.fullmatch(inside)
    if parts is None:
        message = f"{shown(inside)} is no placeholder"
        hint = "write {{ group.name }} or {{ group.name or TEXT }}; a literal {{ is written \\{{"
        return BadPlaceholder("placeholder-unknown", message, hint, written)
    name = parts["name"]
    if name not in PLACEHOLDERS:
        return _unknown(name, written)
    if parts["format"] is not None:
        return BadPlaceholder("not-yet", not_yet(f"as {parts['format']}"), None, written)
    return Placeholder(name, parts["default"] or "")


def _unknown(name: str, written: str) -> BadPlaceholder:
    group, dot, own = name.partition(".")
    if name in PLACEHOLDERS_LATER or (group in PLACEHOLDER_GROUPS_LATER and dot and own):
        return BadPlaceholder("not-yet", not_yet(f"{{{{ {name} }}}}"), None, written)
    known = (*PLACEHOLDERS, *PLACEHOLDERS_LATER)
    listed = f", known are {', '.join(PLACEHOLDERS)}" if len(PLACEHOLDERS) <= LISTED else ""
    return BadPlaceholder(
        "placeholder-unknown", f"nothing is called {shown(name)}{listed}", hint_for(name, known), written
    )

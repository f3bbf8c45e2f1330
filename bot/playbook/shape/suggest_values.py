"""What somebody meant who wrote a text where a block stands, or nothing where a value does."""

from __future__ import annotations

import re

from bot.model.translatable import Translatable, tr
from bot.playbook.shape.actions import ACTIONS
from bot.playbook.shape.conditions import CONDITIONS
from bot.playbook.shape.suggest_campaigns import MEMBERS
from bot.playbook.shape.suggest_keys import SIGNS
from bot.playbook.syntax.nodes import Path

_HEARD = "{text: 營業時間}"
_EXAMPLES = {
    "when": _HEARD,
    "text": "營業時間",
    "text_contains": "優惠",
    "if": "{tag: VIP}",
    "reply": "您好",
    "push": "您好",
}
"""What is written behind keys that somebody left empty; behind actions else what the tables have."""

_GLUED = re.compile(r"[a-z_]+:")
"""A key without the space behind its colon: that is mended."""
_COMPARED = re.compile(r"([a-z][a-z0-9_]*)\s*(>=|<=|==|[<>=≥≤])\s*(\S{1,20})")
"""`points >= 100`, as other languages write it."""


def suggest_comparison(value: str, title: str, usual: str | None) -> Translatable | None:
    """The block that was meant: `points >= 100`, or the value of the usual key of a place of this title."""
    compared = _COMPARED.fullmatch(value)
    if compared is not None:
        name, sign, bound = compared.groups()
        if title == "set" and sign == "=":
            return tr("write  {{key}: {value}}", key=name, value=bound)
        meant = tr("write  {{name}: {{how}: {value}}}", name=name, how=SIGNS[sign], value=bound)
        if title == "condition":
            meant = tr("write  {meant}", meant=f"{{attribute: {{{name}: {{{SIGNS[sign]}: {bound}}}}}}}")
        return meant
    if title == "rule" and not value.isascii() and len(value) < 40:
        return tr("write  {expected}", expected=f"- {{when: {{text: {value}}}, reply: …}}")
    kind, space, of = value.partition(" ")
    if title == "condition" and space and kind in CONDITIONS and len(value) < 40:
        return tr("write  {{key}: {value}}", key=kind, value=of.strip())
    if title == "condition" and value in MEMBERS:
        return tr("write  {meant}", meant="{bound: phone}")
    if title == "condition" and value in CONDITIONS:
        return tr("write  {{key}: {value}}", key=value, value=CONDITIONS[value].example)
    if title == "condition" and len(value) < 40:
        return tr("write  {tag: {value}},  or for hours  {during: {value}}", value=value)
    if usual is None or len(value) >= 40 or _GLUED.match(value):
        return None
    return tr("write  {{key}: {value}}", key=usual, value=value)


def example_of(key: str, otherwise: str) -> str:
    """What may stand behind a key, to paste: it names no card that the playbook may not have."""
    return _EXAMPLES.get(key, otherwise)


def example_for(path: Path) -> Translatable | None:
    """How the action at the end of this path is written with its value."""
    key = path[-1] if path else None
    if isinstance(key, str) and key in _EXAMPLES:
        return tr("write it such as  {key}: {example}", key=key, example=_EXAMPLES[key])
    word = ACTIONS.get(key) if isinstance(key, str) else None
    return tr("write it such as  {key}: {example}", key=str(key), example=word.example) if word else None

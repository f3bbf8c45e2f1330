"""Values in their types: what a playbook writes down, and what an action is to set."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from bot.engine.step import Operand, TodayWord
from bot.engine.template import Placeholder, Template
from bot.model.value import Type, Value
from bot.playbook.compile import times
from bot.playbook.compile.placeholder_names import TYPE_NAMES
from bot.playbook.compile.scope import Scope
from bot.playbook.similar import LISTED, hint_for, shown
from bot.playbook.syntax.nodes import Node, Scalar

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
EXAMPLES: dict[Type, str] = {
    "text": "乾性",
    "number": "100",
    "date": "2026-11-01",
    "time": "09:30",
    "date_time": "2026-11-01 09:30",
    "yes_no": "true",
}
WORDS = {"today": TodayWord(now=False), "now": TodayWord(now=True)}
WORDS_FOR: dict[str, tuple[Type, ...]] = {"today": ("date",), "now": ("date_time", "time", "date")}


def value_of(text: str, type_: Type, zone: ZoneInfo) -> Value | None:
    """The value of this type that the text is written for; `None` where it is none."""
    match type_:
        case "text":
            return text
        case "number":
            return number_of(text)
        case "date":
            return None if times.day(text) is None else text
        case "time":
            return None if times.clock(text) is None else text
        case "date_time":
            day = times.day(text)
            return times.moment(text if day is None else f"{text} 00:00", zone)
        case "yes_no":
            return {"true": True, "false": False}.get(text)


def number_of(text: str) -> int | float | None:
    """`100`, `-1.5`."""
    if not _NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def literal(scope: Scope, node: Scalar, type_: Type, name: str) -> Value | None:
    """A value of a type; reported where it is none. `name` is what is compared with it or set to it."""
    value = value_of(node.value, type_, scope.book.zone)
    if value is None:
        message = f"{shown(name)} is {TYPE_NAMES[type_]}, and {shown(node.value)} is not"
        scope.wrong(node, "type-mismatch", message, f"write it such as {EXAMPLES[type_]}")
    return value


def allowed(scope: Scope, node: Scalar, value: Value, values: tuple[Value, ...] | None, name: str) -> None:
    """Report a value that is none of those that there are."""
    if values is None or value in values:
        return
    known = [str(one) for one in values]
    listed = f": {', '.join(known)}" if len(known) <= LISTED else ""
    message = f"{shown(node.value)} is none of the values of {shown(name)}{listed}"
    scope.wrong(node, "value-not-allowed", message, hint_for(node.value, known))


def operand(
    scope: Scope, node: Node, type_: Type, name: str, values: tuple[Value, ...] | None = None
) -> Operand | None:
    """What an action sets something to: a value, `today`, `now`, or a text with placeholders."""
    single = scope.scalar(node)
    if single is None or single.unset:
        return None
    if type_ in WORDS_FOR.get(single.value, ()):
        return WORDS[single.value]
    if "{{" in single.value:
        return _template(scope, single, type_, name)
    value = literal(scope, single, type_, name)
    if value is not None:
        allowed(scope, single, value, values, name)
    return value


def _template(scope: Scope, node: Scalar, type_: Type, name: str) -> Template:
    template = scope.template(node)
    if type_ == "text":
        return template
    parts = template.parts
    if len(parts) != 1 or not isinstance(parts[0], Placeholder) or parts[0].format is not None:
        message = f"{shown(name)} is {TYPE_NAMES[type_]}, and this is a text"
        scope.wrong(node, "type-mismatch", message, "write one placeholder alone, without a format")
    elif parts[0].type != type_ and scope.where.needs is None:
        from_ = f"{parts[0].group}.{parts[0].name}"
        message = f"{shown(name)} is {TYPE_NAMES[type_]}, and {shown(from_)} is {TYPE_NAMES[parts[0].type]}"
        scope.wrong(node, "type-mismatch", message)
    elif parts[0].default is not None and value_of(parts[0].default, type_, scope.book.zone) is None:
        message = f"{shown(name)} is {TYPE_NAMES[type_]}, and {shown(parts[0].default)} is not"
        scope.wrong(node, "type-mismatch", message, f"write it such as {EXAMPLES[type_]}")
    return template

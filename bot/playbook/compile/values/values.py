"""Values in their types: what a playbook writes down, and what an action is to set."""

from __future__ import annotations

import re
from unicodedata import normalize
from zoneinfo import ZoneInfo

from bot.engine.compiled.step import Operand, TodayWord
from bot.engine.texts.template import Placeholder, Template
from bot.engine.types.table import TYPES
from bot.engine.types.value_type import ValueType
from bot.model.said import Said, row, say
from bot.model.value import Type, Value
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.shape.meant_keys import SAID_SIGNS, SIGNS
from bot.playbook.shape.meant_times import meant_clocks, meant_dates
from bot.playbook.shape.meant_words import meant_word
from bot.playbook.similar import LISTED, hint_for, shown
from bot.playbook.syntax.nodes import Node, Scalar

_SIGN = re.compile(r"\s*(>=|<=|==|[<>=≥≤])\s*(\S{1,20})$")
"""A comparison as other languages write it."""
_SPOKEN = re.compile(
    rf"(?P<before>{'|'.join(SAID_SIGNS)})?\s*(?P<value>\d+(?:\.\d+)?)\s*[元點次歲]?\s*(?P<behind>{'|'.join(SAID_SIGNS)})?"
)
"""A comparison as people say it."""
_SAID_MOMENTS = {"今天": "today", "今日": "today", "現在": "now", "目前": "now"}
WORDS = {"today": TodayWord(now=False), "now": TodayWord(now=True)}


def literal(scope: Scope, node: Scalar, type_: Type, name: str) -> Value | None:
    """A value of a type; reported where it is none. `name` is what is compared with it or set to it."""
    value = TYPES[type_].written(node.value, scope.book.zone)
    if value is None:
        message = say(
            "{name} is {type}, and {text} is not",
            name=shown(name),
            type=TYPES[type_].called,
            text=shown(node.value),
        )
        hint = _meant(node.value, type_, scope.book.zone)
        such = say("write it such as {example}", example=TYPES[type_].example)
        scope.wrong(node, "type-mismatch", message, hint or such)
    return value


_SUM = re.compile(r"([a-z][a-z0-9_]*)\s*([+-])\s*(\d{1,9})")
"""`points + 1`."""


def _meant(text: str, type_: Type, zone: ZoneInfo) -> Said | None:
    """What to write for a value that was written as people do: `> 100`, `100 以上`, `１００`, `今天`."""
    said = normalize("NFKC", text).strip()
    if type_ == "number" and (sum_ := _SUM.fullmatch(said)) is not None:
        name, sign, number = sum_.groups()
        meant = f"increase: {{{name}: {'-' if sign == '-' else ''}{number}}}"
        return say("to add or take away, write instead of set  {meant}", meant=meant)
    if type_ == "date" and (month := meant_word(said, ("this", "next"))) is not None:
        return say("write  {{how}: {value}}", how="in_month", value=month)
    compared, spoken = _SIGN.match(said), _SPOKEN.fullmatch(said)
    if compared is not None:
        return say("write  {{how}: {value}}", how=SIGNS[compared[1]], value=compared[2])
    if spoken is not None and (spoken["before"] or spoken["behind"]):
        how = SAID_SIGNS[spoken["before"] or spoken["behind"]]
        return say("write  {{how}: {value}}", how=how, value=spoken["value"])
    if _SAID_MOMENTS.get(said) in TYPES[type_].now_words:
        return say("write  {meant}", meant=_SAID_MOMENTS[said])
    if type_ == "number":
        said = re.sub(r"(?<=\d),(?=\d{3})", "", said).removeprefix("+").rstrip("元點次歲")
    meant = _meant_value(said, TYPES[type_])
    return say("write  {meant}", meant=meant) if TYPES[type_].written(meant, zone) is not None else None


def _meant_value(said: str, type_: ValueType) -> str:
    if type_.has_day:
        return meant_dates(said)
    if type_.has_clock:
        return meant_clocks(said)
    return meant_word(said, ("true", "false")) or said


def allowed(scope: Scope, node: Scalar, value: Value, values: tuple[Value, ...] | None, name: str) -> None:
    """Report a value that is none of those that there are."""
    if values is None or value in values:
        return
    known = [str(one) for one in values]
    message = say("{value} is none of the values of {name}", value=shown(node.value), name=shown(name))
    if len(known) <= LISTED:
        message = say(
            "{value} is none of the values of {name}: {known}",
            value=shown(node.value),
            name=shown(name),
            known=row(known),
        )
    hint = hint_for(node.value, known)
    if hint is None and name in scope.book.attributes:
        hint = say(
            "write one of these, or add it to the values of {name} below  attributes:", name=shown(name)
        )
    scope.wrong(node, "value-not-allowed", message, hint)


def operand(
    scope: Scope, node: Node, type_: Type, name: str, values: tuple[Value, ...] | None = None
) -> Operand | None:
    """What an action sets something to: a value, `today`, `now`, or a text with placeholders."""
    single = scope.scalar(node)
    if single is None or single.unset:
        return None
    if single.value in TYPES[type_].now_words:
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
        message = say("{name} is {type}, and this is a text", name=shown(name), type=TYPES[type_].called)
        scope.wrong(node, "type-mismatch", message, say("write one placeholder alone, without a format"))
    elif parts[0].type != type_ and scope.where.needs is None:
        from_ = f"{parts[0].group}.{parts[0].name}"
        message = say(
            "{name} is {type}, and {source} is {other}",
            name=shown(name),
            type=TYPES[type_].called,
            source=shown(from_),
            other=TYPES[parts[0].type].called,
        )
        scope.wrong(node, "type-mismatch", message)
    elif parts[0].default is not None and TYPES[type_].written(parts[0].default, scope.book.zone) is None:
        message = say(
            "{name} is {type}, and {default} is not",
            name=shown(name),
            type=TYPES[type_].called,
            default=shown(parts[0].default),
        )
        scope.wrong(
            node, "type-mismatch", message, say("write it such as {example}", example=TYPES[type_].example)
        )
    return template

"""Values in their types: what a playbook writes down, and what an action is to set."""

from __future__ import annotations

import re
from unicodedata import normalize
from zoneinfo import ZoneInfo

from bot.engine.step import Operand, TodayWord
from bot.engine.template import Placeholder, Template
from bot.model.said import Said, row, say
from bot.model.value import Type, Value
from bot.playbook.compile import times
from bot.playbook.compile.placeholder_names import TYPE_NAMES
from bot.playbook.compile.scope import Scope
from bot.playbook.shape.meant_keys import SAID_SIGNS, SIGNS
from bot.playbook.shape.meant_times import meant_clocks, meant_dates
from bot.playbook.shape.meant_words import meant_word
from bot.playbook.similar import LISTED, hint_for, shown
from bot.playbook.syntax.nodes import Node, Scalar

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?")
_SIGN = re.compile(r"\s*(>=|<=|==|[<>=≥≤])\s*(\S{1,20})$")
"""A comparison as other languages write it."""
_SPOKEN = re.compile(
    rf"(?P<before>{'|'.join(SAID_SIGNS)})?\s*(?P<value>\d+(?:\.\d+)?)\s*[元點次歲]?\s*(?P<behind>{'|'.join(SAID_SIGNS)})?"
)
"""A comparison as people say it."""
_SAID_MOMENTS = {"今天": "today", "今日": "today", "現在": "now", "目前": "now"}
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
        message = say(
            "{name} is {type}, and {text} is not",
            name=shown(name),
            type=TYPE_NAMES[type_],
            text=shown(node.value),
        )
        hint = _meant(node.value, type_, scope.book.zone)
        such = say("write it such as {example}", example=EXAMPLES[type_])
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
    if type_ in WORDS_FOR.get(_SAID_MOMENTS.get(said, ""), ()):
        return say("write  {meant}", meant=_SAID_MOMENTS[said])
    if type_ == "number":
        said = re.sub(r"(?<=\d),(?=\d{3})", "", said).removeprefix("+").rstrip("元點次歲")
    meant = {"date": meant_dates, "time": meant_clocks, "date_time": meant_dates}.get(type_, str)(said)
    if type_ == "yes_no":
        meant = meant_word(said, ("true", "false")) or said
    return say("write  {meant}", meant=meant) if value_of(meant, type_, zone) is not None else None


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
        message = say("{name} is {type}, and this is a text", name=shown(name), type=TYPE_NAMES[type_])
        scope.wrong(node, "type-mismatch", message, say("write one placeholder alone, without a format"))
    elif parts[0].type != type_ and scope.where.needs is None:
        from_ = f"{parts[0].group}.{parts[0].name}"
        message = say(
            "{name} is {type}, and {source} is {other}",
            name=shown(name),
            type=TYPE_NAMES[type_],
            source=shown(from_),
            other=TYPE_NAMES[parts[0].type],
        )
        scope.wrong(node, "type-mismatch", message)
    elif parts[0].default is not None and value_of(parts[0].default, type_, scope.book.zone) is None:
        message = say(
            "{name} is {type}, and {default} is not",
            name=shown(name),
            type=TYPE_NAMES[type_],
            default=shown(parts[0].default),
        )
        scope.wrong(
            node, "type-mismatch", message, say("write it such as {example}", example=EXAMPLES[type_])
        )
    return template

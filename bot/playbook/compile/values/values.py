"""Compiles values in their types: fixed ones, and those that actions set. Advises on values written as people
write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args
from unicodedata import normalize
from zoneinfo import ZoneInfo

from bot.engine.compiled.step import Operand, TodayWord
from bot.engine.texts.pattern import Anything, Capture, CaptureType, Pattern
from bot.engine.texts.template import Placeholder, Template
from bot.engine.texts.text import fold
from bot.engine.types.table import TYPES
from bot.engine.types.value_type import ValueType
from bot.model.translatable import Translatable, row, tr
from bot.model.value import Type, Value
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.hints import write
from bot.playbook.shape.names import RESERVED
from bot.playbook.shape.suggest_keys import SIGNS, SPOKEN_SIGNS
from bot.playbook.shape.suggest_times import suggest_clocks, suggest_dates
from bot.playbook.shape.suggest_words import listed, suggest_word, unquoted_values
from bot.playbook.similar import LISTED, hint_for, quoted
from bot.playbook.syntax.nodes import List, Node, Scalar, maps, text_at

_PART = re.compile(r"\{\s*([a-z][a-z0-9_]*)(?::(\w+))?\s*\}|\*+")
"""A capture `{name:type}`, or `*` for anything."""
EVERYTHING = Pattern("*", (Anything(),))
"""The pattern of the trigger `any_message`."""


def pattern_of(text: str, *, strict: bool = False) -> Pattern:
    """The pattern of a text such as `查 {number}`, whose form the shape has checked."""
    parts: list[str | Capture | Anything] = []
    end = 0
    for match in _PART.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        parts.append(Anything() if match[1] is None else _capture(match[1], match[2]))
        end = match.end()
    if end < len(text):
        parts.append(text[end:])
    return Pattern(text, tuple(parts), strict)


def _capture(name: str, type_: str | None) -> Capture:
    known: tuple[CaptureType, ...] = get_args(CaptureType)
    return Capture(name, next((one for one in known if one == type_), "any"))


_SENDING_KEYS = ("send", "trigger", "type")
"""Keys of taps, links and pages whose text is sent in the person's name."""
_LONGEST = 100
"""Most characters of a text with spaces that may be a list without brackets."""
_LIST_SIGNS = "，、"
"""Separators that are reported when the file is read, if a bracketed list has a single value with one of
them."""


def check_texts(scope: Scope, key: str, node: Node) -> None:
    """Warn of texts of a trigger that look like a list, unless a tap sends just that text."""
    if isinstance(node, Scalar | List):
        for text in _list_like(scope, node):
            if fold(text.value) not in _spoken_texts(scope):
                _warn(scope, key, node, text)


def added_tags(scope: Scope, node: Node | None) -> tuple[str, ...]:
    """The tags that something adds. They need not be declared; reserved names are reported, and lists without
    brackets warned of."""
    names = tuple(scope.scalars(node))
    for name in names:
        if name.value in RESERVED:
            message = tr("{name} means something already", name=quoted(name.value))
            scope.wrong(name, "reserved-name", message, tr("choose another name"))
    if node is not None:
        for name in _list_like(scope, node):
            nested = "/" in name.value or "／" in name.value  # 興趣/保養 is how some sort their tags
            if name.value not in scope.book.section("tags") and not nested:
                _warn(scope, "add_tags", node, name)
    return tuple(name.value for name in names)


def _list_like(scope: Scope, node: Node) -> Iterator[Scalar]:
    """The texts of a node that look like a list."""
    items = node.items if isinstance(node, List) else [node]
    for item in items:
        if isinstance(item, Scalar) and _values(scope, item):
            in_brackets = isinstance(node, List) and node.flow
            if not (in_brackets and len(items) == 1 and any(sign in item.value for sign in _LIST_SIGNS)):
                yield item


def _warn(scope: Scope, key: str, node: Node, text: Scalar) -> None:
    """Warn of a text that looks like a list, with the list that was probably meant."""
    message = tr("{text} is taken as one, with all its signs", text=quoted(text.value))
    items = node.items if isinstance(node, List) else [node]
    meant = [
        one for item in items if isinstance(item, Scalar) for one in _values(scope, item) or (item.value,)
    ]
    hint = tr("for several write  {key}: {listed};  for one put it in quotes", key=key, listed=listed(meant))
    scope.wrong(text, "list-without-brackets", message, hint, level="warning")


def _values(scope: Scope, item: Scalar) -> tuple[str, ...]:
    """The values that were probably meant by a text that looks like a list, or has several lines; else
    none."""
    folded = item.plain and not item.unset and " " in item.value and scope.book.find(item.value, item) is None
    return tuple(item.value.split()) if folded and len(item.value) <= _LONGEST else unquoted_values(item)


def _spoken_texts(scope: Scope) -> frozenset[str]:
    """The texts that taps, links and pages send in a person's name, normalized for comparison."""
    cache = scope.book.cache
    if "said for people" not in cache:
        sent = (text_at(block, key) for block in maps(scope.book.root) for key in _SENDING_KEYS)
        cache["said for people"] = frozenset(map(fold, sent))
    found: frozenset[str] = cache["said for people"]
    return found


_SIGN = re.compile(r"\s*(>=|<=|==|[<>=≥≤])\s*(\S{1,20})$")
"""A comparison as programming languages write it, such as `>= 100`."""
_SPOKEN = re.compile(
    rf"(?P<before>{'|'.join(SPOKEN_SIGNS)})?\s*(?P<value>\d+(?:\.\d+)?)\s*[元點次歲]?\s*(?P<behind>{'|'.join(SPOKEN_SIGNS)})?"
)
"""A comparison in words, such as 「100 元以上」."""
_SPOKEN_MOMENTS = {"今天": "today", "今日": "today", "現在": "now", "目前": "now"}
"""Chinese words for `today` and `now`."""
WORDS = {"today": TodayWord(now=False), "now": TodayWord(now=True)}
"""Words for a moment, with what an action sets for them."""


def literal(scope: Scope, node: Scalar, type_: Type, name: str) -> Value | None:
    """The fixed value of a type; `None`, and reported with advice, where the text is none. `name` is the
    attribute or field that it is for."""
    value = TYPES[type_].from_playbook(node.value, scope.book.zone)
    if value is None:
        message = tr(
            "{name} is {type}, and {text} is not",
            name=quoted(name),
            type=TYPES[type_].called,
            text=quoted(node.value),
        )
        hint = _suggestion(node.value, type_, scope.book.zone)
        such = tr("write it such as {example}", example=TYPES[type_].example)
        scope.wrong(node, "type-mismatch", message, hint or such)
    return value


_SUM = re.compile(r"([a-z][a-z0-9_]*)\s*([+-])\s*(\d{1,9})")
"""A sum that is written instead of `increase`, such as `points + 1`."""


def _suggestion(text: str, type_: Type, zone: ZoneInfo) -> Translatable | None:
    """Advice on a value written as people do: `> 100`, `100 以上`, `１００`, `今天`."""
    normalized = normalize("NFKC", text).strip()
    if type_ == "number" and (sum_ := _SUM.fullmatch(normalized)) is not None:
        name, sign, number = sum_.groups()
        meant = f"increase: {{{name}: {'-' if sign == '-' else ''}{number}}}"
        return tr("to add or take away, write instead of set  {meant}", meant=meant)
    if type_ == "date" and (month := suggest_word(normalized, ("this", "next"))) is not None:
        return tr("write  {{how}: {value}}", how="in_month", value=month)
    compared, spoken = _SIGN.match(normalized), _SPOKEN.fullmatch(normalized)
    if compared is not None:
        return tr("write  {{how}: {value}}", how=SIGNS[compared[1]], value=compared[2])
    if spoken is not None and (spoken["before"] or spoken["behind"]):
        how = SPOKEN_SIGNS[spoken["before"] or spoken["behind"]]
        return tr("write  {{how}: {value}}", how=how, value=spoken["value"])
    if _SPOKEN_MOMENTS.get(normalized) in TYPES[type_].now_words:
        return write(_SPOKEN_MOMENTS[normalized])
    if type_ == "number":
        normalized = re.sub(r"(?<=\d),(?=\d{3})", "", normalized).removeprefix("+").rstrip("元點次歲")
    meant = _suggested_value(normalized, TYPES[type_])
    return write(meant) if TYPES[type_].from_playbook(meant, zone) is not None else None


def _suggested_value(text: str, type_: ValueType) -> str:
    if type_.has_day:
        return suggest_dates(text)
    if type_.has_clock:
        return suggest_clocks(text)
    return suggest_word(text, ("true", "false")) or text


def allowed(scope: Scope, node: Scalar, value: Value, values: tuple[Value, ...] | None, name: str) -> None:
    """Report a value that is not one of `values`; `None` allows all."""
    if values is None or value in values:
        return
    known = [str(one) for one in values]
    message = tr("{value} is none of the values of {name}", value=quoted(node.value), name=quoted(name))
    if len(known) <= LISTED:
        message = tr(
            "{value} is none of the values of {name}: {known}",
            value=quoted(node.value),
            name=quoted(name),
            known=row(known),
        )
    hint = hint_for(node.value, known)
    if hint is None and name in scope.book.attributes:
        hint = tr(
            "write one of these, or add it to the values of {name} below  attributes:", name=quoted(name)
        )
    scope.wrong(node, "value-not-allowed", message, hint)


def operand(
    scope: Scope, node: Node, type_: Type, name: str, values: tuple[Value, ...] | None = None
) -> Operand | None:
    """What an action sets: a value, `today` or `now`, or a template. `None` where it is wrong, which is
    reported, or comes from an unset variable."""
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
    """A text with placeholders for a value of this type: for text any, for other types one placeholder
    alone."""
    template = scope.template(node)
    if type_ == "text":
        return template
    parts = template.parts
    if len(parts) != 1 or not isinstance(parts[0], Placeholder) or parts[0].format is not None:
        message = tr("{name} is {type}, and this is a text", name=quoted(name), type=TYPES[type_].called)
        scope.wrong(node, "type-mismatch", message, tr("write one placeholder alone, without a format"))
    elif parts[0].type != type_ and scope.where.needs is None:
        from_ = f"{parts[0].group}.{parts[0].name}"
        message = tr(
            "{name} is {type}, and {source} is {other}",
            name=quoted(name),
            type=TYPES[type_].called,
            source=quoted(from_),
            other=TYPES[parts[0].type].called,
        )
        scope.wrong(node, "type-mismatch", message)
    elif (
        parts[0].default is not None and TYPES[type_].from_playbook(parts[0].default, scope.book.zone) is None
    ):
        message = tr(
            "{name} is {type}, and {default} is not",
            name=quoted(name),
            type=TYPES[type_].called,
            default=quoted(parts[0].default),
        )
        scope.wrong(
            node, "type-mismatch", message, tr("write it such as {example}", example=TYPES[type_].example)
        )
    return template

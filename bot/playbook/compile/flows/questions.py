"""Compiles the questions of states and of fields of forms: their text, the answers that are valid, where an
answer is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from bot.engine.compiled.card import Card
from bot.engine.compiled.flow import AnswerBound, AnswerForm, AnswerType, Choice, NowWord, Question
from bot.engine.compiled.playbook import AttributeInfo
from bot.engine.flows.answers import ANSWERS, SEPARATORS, SOME_DAY, kind_named, limits
from bot.engine.texts.pattern import Pattern
from bot.engine.times import time_texts
from bot.engine.times.bounds import DateWord, When
from bot.engine.times.hours import Hours
from bot.engine.types.table import TYPES
from bot.engine.types.value_type import RANGE, ValueType
from bot.model.translatable import row, tr
from bot.model.value import below
from bot.playbook.compile import times
from bot.playbook.compile.actions.person import own_attribute
from bot.playbook.compile.connections.people import has_notice
from bot.playbook.compile.flows.rules import to_state
from bot.playbook.compile.scope.placeholder_names import answer_type
from bot.playbook.compile.scope.position import AnswerScope
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import NameFault
from bot.playbook.compile.scope.used_cards import cards
from bot.playbook.compile.values.hours import hours_of
from bot.playbook.compile.values.values import allowed, pattern_of
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, at_keys, place_of

BOUNDED: Mapping[str, tuple[AnswerType, ...]] = {
    key: tuple(name for name, kind in ANSWERS.items() if key in kind.bounds)
    for key in (*RANGE, "during", "on", "max_length", "pattern", "abroad")
}
"""By the bound of an answer, as it is written: the types of answers that it is for."""
DAYS_WITH_ALL_MONTHS = 4 * 366
"""Days in a row in which every length of month and year occurs."""


class Bounds(NamedTuple):
    """The limits of a valid answer; `None`: no such limit."""

    least: AnswerBound | None
    """The smallest answer."""
    most: AnswerBound | None
    """The largest answer."""
    during: Hours | None
    """Hours that must be open at the date and time of the answer."""
    on: str | None = None
    """Of a time of day: the question whose answer is its date."""


def bounds_of(scope: Scope, block: Map, type_: AnswerType) -> Bounds:
    """The bounds in the block of an answer; reports those that do not fit its type, and those that no answer
    satisfies."""
    for key in BOUNDED:
        if key in block.pairs and type_ not in BOUNDED[key]:
            message = tr(
                "{key} is for {types}, this answer is {type}",
                key=quoted(key),
                types=row(BOUNDED[key], "and"),
                type=quoted(type_),
            )
            scope.wrong(block.pairs[key][0], "comparison-not-for-type", message, tr("leave it out"))
    least, most = _bound(scope, block, "at_least", type_), _bound(scope, block, "at_most", type_)
    if _is_empty(AnswerForm(type_, at_least=least, at_most=most), scope.book.zone):
        first, last = (scope.scalar(block.get(key)) for key in ("at_least", "at_most"))
        message = tr(
            "no answer is at least {least} and at most {most}",
            least=first.value if first is not None else "",
            most=last.value if last is not None else "",
        )
        scope.wrong(
            block.pairs["at_most"][0], "empty-range", message, tr("write the smaller one as  at_least")
        )
    return Bounds(least, most, _during(scope, block, type_), _on(scope, block, type_))


def _during(scope: Scope, block: Map, type_: AnswerType) -> Hours | None:
    node = block.get("during")
    return None if node is None or type_ not in BOUNDED["during"] else hours_of(scope, node)


def _on(scope: Scope, block: Map, type_: AnswerType) -> str | None:
    """The question whose answer is the date of a time of day. `during` needs it, and nothing else: reported
    where one of the two is missing."""
    name, during = scope.scalar(block.get("on")), block.get("during")
    if type_ not in BOUNDED["on"]:
        return None
    if name is None or during is None:
        if name is not None or during is not None:
            _alone(scope, block, *(("during", "on") if name is None else ("on", "during")))
        return None
    kind = answer_type(scope.where, name.value)
    if isinstance(kind, NameFault):
        scope.fault(name, kind)
    elif kind != "date":
        type_name = TYPES[kind].called
        message = tr("{name} is {type}, and a day is meant here", name=quoted(name.value), type=type_name)
        scope.wrong(name, "type-mismatch", message, tr("name the question whose answer is a date"))
    return name.value


def _alone(scope: Scope, block: Map, key: str, other: str) -> None:
    message = tr('"{name}" stands without "{other}"', name=key, other=other)
    scope.wrong(block.pairs[key][0], "missing-key", message, tr("add  {key}: …", key=other))


def _is_empty(form: AnswerForm, zone: ZoneInfo) -> bool:
    """Whether the bounds exclude every answer, on whatever day it is given."""
    if form.at_least is None or form.at_most is None:
        return False
    if isinstance(form.at_least, DateWord | NowWord) is not isinstance(form.at_most, DateWord | NowWord):
        return False  # a fixed date and a relative one: they exclude every answer on some days only
    for days in range(DAYS_WITH_ALL_MONTHS):
        least, most = limits(form, When(SOME_DAY + timedelta(days=days), zone))
        if least is None or most is None or not below(most, least):
            return False
    return True


def _bound(scope: Scope, block: Map, key: str, type_: AnswerType) -> AnswerBound | None:
    """The value of a bound, in the type of the answer; `None`, and reported, where it has another."""
    single = scope.scalar(block.get(key))
    if single is None or type_ not in BOUNDED[key]:
        return None
    kind = TYPES[ANSWERS[type_].gives]
    value = _bound_of(single.value, kind, scope.book.zone)
    if value is None:
        message = tr(
            "this answer is {type}, and {text} is not",
            type=kind.called,
            text=quoted(single.value),
        )
        example = kind.example
        hint = tr("write it such as {example}", example=example)
        if kind.relative is not None:
            hint = tr("write it such as {example}, or  {other}", example=example, other=kind.relative)
        scope.wrong(single, "type-mismatch", message, hint)
    return value


def _bound_of(text: str, kind: ValueType, zone: ZoneInfo) -> AnswerBound | None:
    """A bound as it is written. An answer with date and time may also be bounded by `now` or by a date
    alone."""
    if kind.has_day:
        word = times.today(text) or (times.now(text) if kind.has_clock else None)
        if word is not None:
            return word
        if kind.has_clock and (day := time_texts.day(text)) is not None:
            return day
    return kind.from_playbook(text, zone)


TAGS = "tags"
"""The value of `save` that turns the choices into tags."""


def answer_scope(node: Map, attributes: Mapping[str, AttributeInfo]) -> AnswerScope:
    """What the answer to a state's question gives to texts and conditions that refer to it."""
    type_ = _type(node, attributes)
    of, most = (
        at_keys(node, "answer", "of"),
        at_keys(node, "answer", "max_length") if type_ == "text" else None,
    )
    choices = None
    if type_ == "choice" and isinstance(of, List):
        choices = tuple(item.value for item in of.items if isinstance(item, Scalar))
    longest = int(most.value) if isinstance(most, Scalar) and most.value.isdecimal() else None
    return AnswerScope(ANSWERS[type_].gives, choices, type_, longest)


def _type(node: Map, attributes: Mapping[str, AttributeInfo]) -> AnswerType:
    """The type of an answer: as it is written, else that of the attribute it is saved to, else text."""
    answer, save = node.get("answer"), node.get("save")
    written = answer.get("type") if isinstance(answer, Map) else answer
    if isinstance(written, Scalar):
        if written.value == "choice" and isinstance(answer, Map) and answer.get("choices") is not None:
            return "choices"
        return kind_named(written.value) or "text"
    if isinstance(save, Scalar) and save.value in attributes:
        return attributes[save.value].type
    return "text"


def question_of(scope: Scope, node: Map, ask: tuple[Card, ...], at: Literal["state", "form"]) -> Question:
    """Compiles the question of a state or of a form's field; `ask` are the messages that ask it."""
    form = _form(scope, node)
    info = _saved(scope, node, form)
    key = node.pairs["ask"][0]
    private = ANSWERS[form.type].personal is not None or (info is not None and info.private)
    if private and not has_notice(scope):
        _no_privacy(scope, key, form, at)
    if form.type == "choices" and at == "state" and scope.where.flow and not scope.where.flow.page:
        message = tr("several choices at once can be answered on a page or in a form only")
        scope.wrong(
            key, "action-not-here", message, tr("write  page: true  into the flow, or ask for one choice")
        )
    too_many = to_state(scope, node.get("too_many"))
    return Question(
        place=place_of(key),
        ask=ask,
        answer=form,
        save=None if info is None else (info.key, info.slot, info.type),
        save_tags=_is(node.get("save"), TAGS),
        otherwise=None if node.get("otherwise") is None else cards(scope, node.get("otherwise")),
        tries=scope.whole(node.get("tries")),
        too_many=too_many,
        private=private,
    )


_NOTICE = """privacy:
  version: 1
  controller: 公司全名
  purpose: 會員管理、客戶服務與行銷
  kinds: 姓名、手機號碼、電子信箱
  period: 會員期間及終止後五年
  recipients: 本公司，以及受託處理簡訊與系統維運的廠商，於中華民國境內使用
  rights_contact: service@example.com
  url: https://example.com/privacy
  terms: https://example.com/terms"""
"""A whole privacy notice to paste, with every key."""


def _no_privacy(scope: Scope, key: Scalar, form: AnswerForm, at: str) -> None:
    """Report a question for personal data without a privacy notice: an error in a state, a warning in a
    form."""
    what = ANSWERS[form.type].personal or tr("something private")
    message = tr("{what} is asked for, and the playbook has no privacy notice", what=what)
    hint = tr("write into bot.yaml, in the words of the shop:\n{notice}", notice=_NOTICE)
    scope.wrong(key, "privacy-missing", message, hint, level="error" if at == "state" else "warning")


def _is(node: Node | None, text: str) -> bool:
    return isinstance(node, Scalar) and node.value == text


def _form(scope: Scope, node: Map) -> AnswerForm:
    """What a valid answer is."""
    type_, answer = _type(node, scope.book.attributes), node.get("answer")
    block = answer if isinstance(answer, Map) else None
    if block is None:
        return AnswerForm(type_)
    bounds = bounds_of(scope, block, type_)
    return AnswerForm(
        type_,
        choices=_choices(scope, block, type_),
        at_least=bounds.least,
        at_most=bounds.most,
        during=bounds.during,
        on=bounds.on,
        max_length=scope.whole(block.get("max_length")) if type_ == "text" else None,
        pattern=_pattern(scope, block) if type_ == "text" else None,
        abroad=scope.switch(block.get("abroad")),
    )


def _choices(scope: Scope, block: Map, type_: AnswerType) -> tuple[Choice, ...]:
    """The choices, each with the other words that mean it (`words`)."""
    words = block.get("words")
    known = [text.value for text in scope.scalars(block.get("of"))]
    others = {
        name.value: tuple(text.value for text in scope.scalars(texts)) for name, texts in scope.pairs(words)
    }
    if type_ == "choices":
        for name in (
            *scope.scalars(block.get("of")),
            *(t for _, n in scope.pairs(words) for t in scope.scalars(n)),
        ):
            _check_whole(scope, name)
    return tuple(Choice(name, others.get(name, ())) for name in known)


def _check_whole(scope: Scope, choice: Scalar) -> None:
    """Of several choices, none may hold a separator of choices: it would be read as two."""
    sign = next((sign for sign in SEPARATORS if sign in choice.value), None)
    if sign is not None:
        message = tr(
            "{choice} has {sign} in it, which stands between several choices",
            choice=quoted(choice.value),
            sign=quoted(sign),
        )
        hint = tr("write a space or {other} instead", other=quoted("・"))
        scope.wrong(choice, "choice-splits", message, hint)


def _pattern(scope: Scope, block: Map) -> Pattern | None:
    single = scope.scalar(block.get("pattern"))
    return None if single is None else pattern_of(single.value)


def _saved(scope: Scope, node: Map, form: AnswerForm) -> AttributeInfo | None:
    """The attribute that the answer is saved to; `None` where it is not saved, or becomes tags."""
    name = scope.scalar(node.get("save"))
    if name is None:
        return None
    if name.value == TAGS:
        if form.type != "choices":
            message = tr("only the choices of a question for several become tags")
            hint = tr("write  answer: {of: […], choices: several},  or save to an attribute")
            scope.wrong(name, "type-mismatch", message, hint)
        return None
    info = own_attribute(scope, name)
    if info is not None:
        _fits(scope, name, info, form, node.get("answer"))
    return info


def _fits(scope: Scope, name: Scalar, info: AttributeInfo, form: AnswerForm, answer: Node | None) -> None:
    """Report an attribute that cannot store every valid answer."""
    type_ = ANSWERS[form.type].gives
    if form.type == "choices" or not ANSWERS[form.type].storable:
        what = (
            tr("several choices are")
            if form.type == "choices"
            else tr("an answer of type {type} is", type=form.type)
        )
        hint = tr("write  save: tags") if form.type == "choices" else tr("leave  save  out")
        scope.wrong(name, "type-mismatch", tr("{what} not kept in an attribute", what=what), hint)
    elif type_ != info.type:
        message = tr(
            "{key} is {type}, and the answer is {other}",
            key=quoted(info.key),
            type=TYPES[info.type].called,
            other=TYPES[type_].called,
        )
        scope.wrong(name, "type-mismatch", message, tr("ask for  answer: {type}", type=info.type))
    elif info.values is not None and form.type != "choice":
        values = [str(value) for value in info.values]
        message = tr(
            "{key} has only the values {values}, and any answer is taken",
            key=quoted(info.key),
            values=row(values),
        )
        scope.wrong(
            name, "value-not-allowed", message, tr("ask for  answer: [{values}]", values=", ".join(values))
        )
    else:
        for choice in scope.scalars(at_keys(answer, "of")):
            allowed(scope, choice, choice.value, info.values, info.key)

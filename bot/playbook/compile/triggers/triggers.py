"""Compiles triggers and goals in canonical form, and says which fields their events have (language, sections
4.2 and 10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bot.engine.compiled.goal import Goal
from bot.engine.compiled.rule import (
    OnAnythingElse,
    OnMessage,
    OnNews,
    OnPattern,
    OnPostback,
    OnText,
    OnTextContaining,
    Trigger,
)
from bot.engine.texts.pattern import Capture
from bot.engine.types.table import PICKED
from bot.model.asked import ASKED, fields_of
from bot.model.news import MESSAGES as OTHER_MESSAGES
from bot.model.news import (
    NEWS,
    OF_ORDERS,
    ORDER_FIELDS,
    REFUND_FIELDS,
    REFUND_OF_PART,
)
from bot.model.translatable import Translatable, tr
from bot.playbook.compile.scope.position import EntryEvent
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.triggers import date_triggers as dates
from bot.playbook.compile.triggers import news_triggers as news
from bot.playbook.compile.values.values import EVERYTHING, check_texts, pattern_of
from bot.playbook.promotions import part_by_news
from bot.playbook.shape.triggers import MESSAGES, TIMES
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, text_at

Hearing: TypeAlias = Literal["rule", "flow", "state", "start"]
"""Where the triggers are written: in a rule outside of flows, in a rule of a flow, in a rule of a state, or
in the `when` that starts a flow."""

WITH_FIELDS = frozenset(request.answer for request in ASKED.values() if request.fields)
"""News of which some outcomes have fields."""


@dataclass(frozen=True, slots=True)
class CompiledTrigger:
    """A trigger, and the fields of its event."""

    trigger: Trigger
    way: EntryEvent


def triggers_of(scope: Scope, node: Node | None, hearing: Hearing) -> tuple[tuple[Trigger, ...], Scope]:
    """All triggers of a `when`, and the scope of what may read their event. One that is not allowed here, or
    refers to a name that is not there, is reported and left out."""
    results = [_trigger(scope, item, hearing) for item in scope.items(node)]
    compiled = [one for one in results if one is not None]
    ways = tuple(trigger.way for trigger in compiled)
    within = scope.at(kind="rule", ways=ways, unclear=len(compiled) < len(results))
    return tuple(one.trigger for one in compiled), within


def _trigger(scope: Scope, node: Map, hearing: Hearing) -> CompiledTrigger | None:
    kind, (key, value) = next(pair for pair in node.pairs.items() if pair[0] in KINDS)
    if not _is_allowed(scope, key, hearing):
        return None
    trigger = KINDS[kind](scope, node, key, value)
    if kind == "enters" and "at" in node.pairs and isinstance(trigger, OnNews):
        trigger = _at_a_time(scope, node, trigger, hearing)
    return None if trigger is None else CompiledTrigger(trigger, _way(scope, node, kind, trigger))


def _at_a_time(scope: Scope, node: Map, trigger: OnNews, hearing: Hearing) -> OnNews:
    """`enters` with `at`: only the start of a flow may wait for a time of day; reported elsewhere."""
    if hearing == "start":
        return replace(trigger, at=scope.clock(node.get("at")))
    message = tr('"at" is for journeys: a rule acts when somebody comes into the audience')
    hint = tr("leave it out, or write it as the  when  of a flow")
    scope.wrong(node.pairs["at"][0], "refinement-elsewhere", message, hint)
    return trigger


def _is_allowed(scope: Scope, key: Scalar, hearing: Hearing) -> bool:
    """Whether the trigger may be written here; reported where not."""
    wrong = _out_of_place(key.value, hearing)
    if wrong is not None:
        scope.wrong(key, "trigger-not-here", *wrong)
    return wrong is None


def _out_of_place(kind: str, hearing: Hearing) -> tuple[Translatable, Translatable] | None:
    """Why a trigger may not be written here, and advice; `None` where it may."""
    named = quoted(kind)
    if hearing == "start" and kind in MESSAGES:
        return (
            tr("a journey does not begin with {named}: it begins with news or a date", named=named),
            tr("begin it by a rule:  {when: {{kind}: …}, start: …}", kind=kind),
        )
    if kind in TIMES and hearing != "start":
        return tr("{named} begins journeys, a rule cannot hear it", named=named), tr(
            "write it as the  when  of a flow"
        )
    if kind == "after" and hearing != "state":
        message = tr("there is no state that {named} could be counted from", named=named)
        if hearing == "flow":
            message = tr("a flow's rules have no state that {named} could be counted from", named=named)
        return message, tr("write it into the rules of a state")
    if kind in NEWS and NEWS[kind].answer and hearing in ("rule", "start"):
        return (
            tr("{named} comes to the state that asked for it, and is heard only in flows", named=named),
            tr("write it into the rules of that state"),
        )
    if kind == "anything_else" and hearing in ("flow", "state"):
        return tr("{named} is asked last of all rules, so a flow cannot have it", named=named), tr(
            "in a flow write  any_message"
        )
    return None


def _way(scope: Scope, node: Map, kind: str, trigger: Trigger) -> EntryEvent:
    """The fields of the event of a trigger."""
    match trigger:
        case OnPattern(pattern):
            return EntryEvent(
                kind, {part.name: part.value_type for part in pattern.parts if isinstance(part, Capture)}
            )
        case OnNews(kind="attribute_changed", subjects=(key,), where=where):
            type_ = scope.book.attributes[key].type
            certain = {test.field for test in where}  # a value that is tested is there
            return EntryEvent(kind, {"old": type_, "new": type_}, frozenset({"old", "new"} - certain))
        case OnNews(kind="shop", subjects=subjects) if subjects and subjects[0] in OF_ORDERS:
            fields = REFUND_FIELDS if subjects[0] == REFUND_OF_PART else ORDER_FIELDS
            return EntryEvent(f"{kind}: {subjects[0]}", fields)
        case OnNews(kind="signal", subjects=(name,)):
            return EntryEvent(kind, scope.book.signals.get(name, {}))
        case OnNews(kind="hook", subjects=(name,)):
            if _results(trigger) == {"failed"}:
                return EntryEvent(tr("{kind} that failed", kind=kind))
            fields = scope.book.returns.get(name, {})
            return EntryEvent(kind, fields, frozenset(fields))
        case OnNews(kind=kind, subjects=names) if kind in part_by_news():
            perhaps = frozenset(part_by_news()[kind].perhaps(scope, kind, names, _results(trigger)))
            return EntryEvent(kind, NEWS[kind].fields, perhaps)
        case OnNews(kind=kind, subjects=(outcome,)) if kind in WITH_FIELDS:
            return EntryEvent(f"{kind}: {outcome}", fields_of(kind, outcome))
        case OnNews(kind=kind, subjects=subjects) if kind in WITH_FIELDS:
            return EntryEvent(f"{kind}: {', '.join(subjects or ())}")
        case OnNews(kind=kind):
            return EntryEvent(kind, NEWS[kind].fields)
        case OnPostback():
            return EntryEvent(kind, {picked: picked for picked in PICKED}, frozenset(PICKED))
        case _:
            fields = OTHER_MESSAGES.get(kind, {})
            return EntryEvent(kind, fields, frozenset(fields))


def _results(trigger: OnNews) -> set[str]:
    """The results that the trigger is narrowed to; empty: any."""
    tests = (test for field in trigger.where if field.field == "result" for test in field.tests)
    return {str(value) for test in tests for value in getattr(test, "values", ())}


def _strict(node: Map) -> bool:
    return text_at(node, "strict") == "true"


def _texts(scope: Scope, key: Scalar, node: Node) -> tuple[str, ...]:
    """The texts of a trigger; warns of one that looks like several."""
    check_texts(scope, key.value, node)
    return tuple(scope.text(text) for text in scope.scalars(node))


def _on_text(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger:
    return OnText(_texts(scope, key, value), _strict(node))


def _on_containing(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger:
    return OnTextContaining(_texts(scope, key, value), _strict(node), key.value == "text_contains_all")


def _on_pattern(scope: Scope, node: Map, key: Scalar, value: Node) -> Trigger:
    strict = _strict(node)
    return OnPattern(pattern_of(scope.text(value), strict=strict), key.value == "postback_pattern", strict)


_Make: TypeAlias = Callable[[Scope, Map, Scalar, Node], Trigger | None]
"""Compiles one trigger from its block, its key and its value; `None` where it is wrong, which is reported."""
KINDS: dict[str, _Make] = {
    "text": _on_text,
    "text_contains": _on_containing,
    "text_contains_all": _on_containing,
    "anything_else": lambda scope, node, key, value: OnAnythingElse(),
    **dict.fromkeys(OTHER_MESSAGES, lambda scope, node, key, value: OnMessage(key.value)),
    "postback": lambda scope, node, key, value: OnPostback(tuple(map(scope.text, scope.scalars(value)))),
    "text_pattern": _on_pattern,
    "postback_pattern": _on_pattern,
    "any_message": lambda scope, node, key, value: OnPattern(EVERYTHING),
    **dict.fromkeys(news.WORDS, news.word_news),
    **dict.fromkeys(news.NAMED, news.named_news),
    "attribute_changed": news.attribute_news,
    "shop": news.shop_news,
    "flow_ended": news.flow_ended_news,
    "ended": news.ended_news,
    "after": dates.on_after,
    "date": dates.on_date,
    "anniversary": dates.on_date,
}
"""What compiles a trigger, by its key."""


def goal_of(scope: Scope, node: Node | None) -> Goal | None:
    """The goal of a flow or broadcast; `None` where none is written, or it is wrong, which is reported."""
    if not isinstance(node, Map):
        return None
    triggers, _ = triggers_of(scope, node, "start")
    within = scope.duration(node.get("within"))
    news = [trigger for trigger in triggers if isinstance(trigger, OnNews)]
    return Goal(news[0], within) if news and within is not None else None

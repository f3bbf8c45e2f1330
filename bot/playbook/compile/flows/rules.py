"""Compiles rules (triggers, condition, actions; language, section 4.1) and the items of branches, and says
which placeholders are known to have a value in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Literal

from bot.engine.compiled.flow import Start
from bot.engine.compiled.rule import OncePer, OnDate, OnNews, Rule, Trigger
from bot.engine.times.local_time import NO_TIME
from bot.model.place import Place
from bot.model.translatable import Translatable, row, tr
from bot.playbook.compile.actions.steps import leaves_itself
from bot.playbook.compile.conditions.conditions import BOUND, behind, condition_of, guarantees
from bot.playbook.compile.flows.missing_year import asking_for_years
from bot.playbook.compile.scope.book import Book
from bot.playbook.compile.scope.position import FlowScope
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.triggers.triggers import Hearing, triggers_of
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, at_keys, first_of, path_text, plain

_ATTRIBUTE = "attribute."
"""Begin of the placeholders of attributes."""


def known_by(triggers: Sequence[Trigger]) -> frozenset[str]:
    """The placeholders that have a value whichever of these triggers fires."""
    if not triggers:
        return frozenset()
    return frozenset.intersection(*(_known_by(trigger) for trigger in triggers))


def _known_by(trigger: Trigger) -> frozenset[str]:
    match trigger:
        case OnDate(slot=slot):
            return frozenset({f"{_ATTRIBUTE}{slot.partition('.')[2]}"})
        case OnNews(kind="attribute_changed", subjects=(key,), where=where) if any(
            test.field == "new" for test in where
        ):
            return frozenset({f"{_ATTRIBUTE}{key}"})
        case OnNews(kind="bound", subjects=(kind,)):
            return BOUND.get(kind, frozenset())
        case _:
            return frozenset()


def known_within(book: Book, here: FlowScope, start: Start | None) -> frozenset[str]:
    """The attributes that everybody in a flow has: it starts only by `when`, which requires them, and no
    action of the playbook clears them."""
    if start is None or here.page or here.name in book.named_under("start", "run"):
        return frozenset()
    known = known_by(start.when) | guarantees(start.condition)
    return frozenset(name for name in known if name.startswith(_ATTRIBUTE)) - forgotten_anywhere(book)


def forgotten_anywhere(book: Book) -> frozenset[str]:
    """The attributes that some action of the playbook clears."""
    return frozenset(_ATTRIBUTE + name for name in book.named_under("clear"))


MOST_PLACES = 1_000_000
"""Largest `first`, which is the number of people that a rule is for."""

_NAME = re.compile(r"\w{1,20}")
"""A text short enough to propose it as name: 1 to 20 letters, digits or `_`."""

_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


def rules_of(scope: Scope, node: Node | None, hearing: Hearing) -> tuple[Rule, ...]:
    """The rules of a list, in order. `hearing` says where the list is, which decides what triggers it may
    have."""
    made = ((item, rule_of(scope, item, hearing)) for item in scope.items(node))
    return tuple(one for item, rule in made for one in asking_for_years(scope, item, rule))


def rule_of(scope: Scope, node: Map, hearing: Hearing) -> Rule:
    """Compiles a rule. Its condition and actions may read the fields that the events of all its triggers
    have."""
    triggers, event_scope = triggers_of(scope, node.get("when"), hearing)
    within = event_scope.at(known=event_scope.where.known | known_by(triggers))
    condition = condition_of(within, node.get("if"))
    do = behind(within, condition).steps(node.get("do"))
    to = to_state(scope, node.get("to"))
    if to is not None and any(leaves_itself(scope, step) for step in do):
        message = tr("the rule leaves this flow by  exit,  so it cannot go to a state of it")
        scope.wrong(node.pairs["to"][0], "after-exit", message, tr("leave one of them out"))
    once = once_per(scope, node)
    if once is not None and once.per == "person" and node.get("name") is None:
        message = tr("without a name, a changed trigger or condition begins this anew for everybody")
        scope.wrong(
            node.pairs["once_per"][0], "limit-without-name", message, _name_to_add(node), level="warning"
        )
    since, until = term(scope, node, tr("this rule ends before it begins"))
    return Rule(
        place=place_at_first(node),
        when=triggers,
        condition=condition,
        do=do,
        key=_key(scope, node),
        to=to,
        once_per=once,
        interrupt=scope.switch(node.get("interrupt")),
        also=scope.switch(node.get("also")),
        with_staff=scope.switch(node.get("with_staff")),
        since=since,
        until=until,
        first=_first(scope, node),
        name=_name(node),
    )


def _first(scope: Scope, node: Map) -> int | None:
    """The number of people that a rule is for. They are counted under its name, so it must have one."""
    first = scope.whole(node.get("first"))
    if first is None:
        return None
    key = node.pairs["first"][0]
    if not 1 <= first <= MOST_PLACES:
        message = tr("a rule is for 1 to {most} people", most=MOST_PLACES)
        scope.wrong(
            node.pairs["first"][1], "bad-value", message, tr("write it such as {example}", example=100)
        )
    if node.get("name") is None:
        message = tr("the people are counted under the name of the rule, and it has none")
        scope.wrong(key, "limit-without-name", message, _name_to_add(node))
    return first


def _name_to_add(node: Map) -> Translatable:
    """Advice with a name to paste: a text of the rule's trigger, where one is short enough."""
    texts = [
        text
        for when in _listed(node.get("when"))
        if isinstance(when, Map)
        for text in _listed(when.get("text"))
    ]
    example = next(
        (text.value for text in texts if isinstance(text, Scalar) and _NAME.fullmatch(text.value)), "…"
    )
    return tr("add  name: {name}", name=example)


def _listed(node: Node | None) -> Sequence[Node]:
    """The items of a list; a single node as the only one."""
    return node.items if isinstance(node, List) else [] if node is None else [node]


def term(scope: Scope, node: Node | None, empty: Translatable) -> tuple[datetime | None, datetime | None]:
    """`from` and `until` of a rule, a menu or a flow's `active`, in UTC. `empty` is reported where the end is
    not after the begin."""
    since, until = scope.moment(at_keys(node, "from")), scope.moment(at_keys(node, "until"))
    if isinstance(node, Map) and since is not None and until is not None and until <= since:
        scope.wrong(node.pairs["until"][0], "empty-range", empty, tr("write a later  until"))
    return since, until


def branch_of(scope: Scope, node: Node | None) -> tuple[Rule, ...]:
    """The items of a state's `branch`: rules without a trigger, which are evaluated without an event."""
    here = scope.put(replace(scope.where, ways=(), unclear=False))
    return tuple(_item(here, item) for item in here.items(node))


def _item(scope: Scope, node: Map) -> Rule:
    """Compiles an item of a branch."""
    condition = condition_of(scope, node.get("if"))
    do = behind(scope, condition).steps(node.get("do"))
    return Rule(place_at_first(node), (), condition, do, _key(scope, node), to_state(scope, node.get("to")))


def to_state(scope: Scope, node: Node | None) -> str | None:
    """The name of a state of this flow; reported where it has none of that name."""
    name = scope.scalar(node)
    if name is None or scope.where.flow is None:
        return None
    states = scope.where.flow.states
    if name.value not in states:
        message = tr(
            "the flow {flow} has no state {name}", flow=quoted(scope.where.flow.name), name=quoted(name.value)
        )
        near = hint_for(name.value, states)
        scope.wrong(name, "unknown-state", message, near or tr("its states are {states}", states=row(states)))
        return None
    return name.value


def once_per(scope: Scope, node: Map) -> OncePer | None:
    """How often a rule or flow is carried out for one person; `None`: always."""
    single = scope.scalar(node.get("once_per"))
    if single is None or single.value == "always":
        return None
    per: Literal["person", "conversation", "day"]
    for per in ("person", "conversation", "day"):
        if single.value == per:
            return OncePer(per, NO_TIME)
    span = scope.duration(single)
    return None if span is None else OncePer("span", span)


def _key(scope: Scope, node: Map) -> str:
    """The key under which the runs of a rule are counted: its name, else a hash of its triggers and
    condition, so that changing these starts the count anew."""
    if (name := _name(node)) is not None:
        return name
    flow = scope.where.flow
    where = [] if flow is None else [flow.name, scope.where.state]
    form = [where, *(None if part is None else plain(part) for part in (node.get("when"), node.get("if")))]
    return sha256(_AS_JSON(form).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _name(node: Map) -> str | None:
    name = node.get("name")
    return name.value if isinstance(name, Scalar) else None


def named_rules(node: Node | None) -> Iterator[Scalar]:
    """The names of the rules in a list."""
    for item in node.items if isinstance(node, List) else []:
        name = item.get("name") if isinstance(item, Map) else None
        if isinstance(name, Scalar):
            yield name


def place_at_first(node: Map) -> Place:
    """The place of a rule: its path, and the line of its first key."""
    first = first_of(node)
    return Place(first.file, first.line, first.column, path_text(node.path))

"""Compiles conditions in canonical form, where each has one key (language, section 5), and says what is known
of a contact for whom one holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TypeAlias

from bot.engine.conditions.around import During, OnChannel, SmsCreditIs, WithStaff
from bot.engine.conditions.comparisons import IsKnown, Test
from bot.engine.conditions.condition import All, Any, Condition, Not
from bot.engine.conditions.people import AtStore, BoundBefore, InFlow, IsBound
from bot.engine.conditions.values import (
    CONTACT_FIELDS,
    PRIVATE_FIELDS,
    AnswerTest,
    AttributeTest,
    ContactTest,
    EventTest,
    HasTag,
)
from bot.model.translatable import Translatable, row, tr
from bot.playbook.compile.conditions.audience_conditions import in_audience
from bot.playbook.compile.conditions.comparisons import Subject, inferred_type, tests_of
from bot.playbook.compile.conditions.setting_conditions import setting_holds
from bot.playbook.compile.conditions.splits import drawn, ranges
from bot.playbook.compile.scope.placeholder_names import answer_type, event_field
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import NameFault, is_refused, unknown
from bot.playbook.compile.values.hours import called, hours_of
from bot.playbook.promotions import LANGUAGE_PARTS
from bot.playbook.shape.conditions import CONDITIONS
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of, text_at


def condition_of(scope: Scope, node: Node | None) -> Condition | None:
    """The compiled condition; `None` where none is written."""
    return None if node is None else _condition(scope, node)


def _condition(scope: Scope, node: Node) -> Condition:
    ((key, value),) = scope.pairs(node)
    return _readers()[key.value](scope, key, value)


def _list(scope: Scope, node: Node) -> tuple[Condition, ...]:
    return tuple(_condition(scope, item) for item in scope.items(node))


_Read: TypeAlias = Callable[[Scope, Scalar, Node], Condition]
"""Compiles one condition from its key and value."""


def named_condition(
    leaf: Callable[..., Condition],
    more: Callable[[Scope, Scalar, Node], Sequence[object]] | None = None,
    together: Callable[[tuple[Condition, ...]], Condition] = Any,
) -> _Read:
    """A reader of a condition on names of a section, such as `tag: [VIP]`, or on a block of them, such as
    `tag: {VIP: {within: 30d}}`.

    `leaf` makes the condition of a place, names and what `more` reads from the value below a name. Several
    names of a block are joined by `together`.
    """

    def read(scope: Scope, key: Scalar, node: Node) -> Condition:
        section = CONDITIONS[key.value].value["section"]
        if more is None or not isinstance(node, Map):
            names = (name.value for name in scope.scalars(node) if scope.has_name(section, name))
            return leaf(place_of(key), tuple(names))
        parts = [
            leaf(place_of(name), (name.value,), *more(scope, name, value))
            for name, value in scope.pairs(node)
            if scope.has_name(section, name)
        ]
        return parts[0] if len(parts) == 1 else together(tuple(parts))

    return read


def _words(leaf: Callable[..., Condition]) -> _Read:
    """A reader of a condition on words of a closed set, which the shape has checked."""
    return lambda scope, key, node: leaf(place_of(key), tuple(word.value for word in scope.scalars(node)))


def _each(of: Callable[[Scope, Scalar, Node], Condition | None], *, of_event: bool = False) -> _Read:
    """A reader of a block of names with tests, all of which must hold; `of` compiles one of them. `of_event`:
    it is refused where no event is known, such as in an audience."""

    def read(scope: Scope, key: Scalar, node: Node) -> Condition:
        if of_event and scope.where.without_event is not None:
            return _needs_event(scope, key, scope.where.without_event)
        made = [part for name, tests in scope.pairs(node) if (part := of(scope, name, tests)) is not None]
        return made[0] if len(made) == 1 else All(tuple(made))

    return read


def _since(scope: Scope, name: Scalar, node: Node) -> Sequence[object]:
    """The durations of `{within: 30d, over: 7d}`: since when a tag is on."""
    spans = {key.value: scope.duration(value) for key, value in scope.pairs(node)}
    return spans.get("within"), spans.get("over")


def _states(scope: Scope, flow: Scalar, node: Node) -> Sequence[object]:
    """The states named below a flow; unknown ones are reported."""
    here = scope.book.flows.get(flow.value)
    names = []
    for state in scope.scalars(node):
        if here is not None and state.value not in here.states:
            message = tr(
                "the flow {flow} has no state {state}", flow=quoted(flow.value), state=quoted(state.value)
            )
            scope.wrong(state, "unknown-state", message, hint_for(state.value, here.states))
        names.append(state.value)
    return (tuple(names),)


def _of_attribute(scope: Scope, name: Scalar, node: Node) -> Condition | None:
    info = scope.book.attributes.get(name.value)
    if info is None:
        if not is_refused(scope.book, "attributes", name.value):
            of = inferred_type(node)
            scope.fault(name, unknown(scope.book, "attributes", name.value, scope.book.attributes, of))
        return None
    subject = Subject(name.value, info.type, info.values, info.private)
    return AttributeTest(place_of(name), info.slot, info.type, tests_of(scope, node, subject))


def _of_contact(scope: Scope, name: Scalar, node: Node) -> Condition:
    type_ = CONTACT_FIELDS[name.value]
    private = name.value in PRIVATE_FIELDS
    subject = Subject(name.value, type_, private=private, phone=name.value == "phone")
    return ContactTest(place_of(name), name.value, type_, tests_of(scope, node, subject))


def _audience(scope: Scope, key: Scalar, node: Node) -> Condition:
    parts = [in_audience(scope, name, _condition) for name in scope.scalars(node)]
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def _in_split(scope: Scope, name: Scalar, node: Node) -> Condition | None:
    if not scope.has_name("splits", name):
        return None
    shares = ranges(scope.book.section("splits")[name.value][1])
    groups = []
    for group in scope.scalars(node):
        if group.value in shares:
            groups.append(group.value)
        else:
            message = tr(
                "the split {name} has no group {group}: {shares}",
                name=quoted(name.value),
                group=quoted(group.value),
                shares=row(shares),
            )
            hint = hint_for(group.value, shares) or tr("write one of these, or add it to  splits:")
            scope.wrong(group, "unknown-split", message, hint)
    return drawn(name, scope.book.section("splits")[name.value][1], groups)


def _of_answer(scope: Scope, name: Scalar, node: Node) -> Condition | None:
    type_ = answer_type(scope.where, name.value)
    if isinstance(type_, NameFault):
        scope.fault(name, type_)
        return None
    assert scope.where.flow is not None  # answer_type has found it there
    choices = scope.where.flow.answers[name.value].choices
    return AnswerTest(
        place_of(name),
        name.value,
        type_,
        tests_of(scope, node, Subject(name.value, type_, choices, passing=True)),
    )


def _of_event(scope: Scope, name: Scalar, node: Node) -> Condition | None:
    type_ = event_field(scope.book, scope.where, name.value)
    if isinstance(type_, NameFault):
        scope.fault(name, type_)
    if not isinstance(type_, str):
        return None
    subject = Subject(f"event.{name.value}", type_, passing=True)
    return EventTest(place_of(name), name.value, type_, tests_of(scope, node, subject))


def _needs_event(scope: Scope, key: Scalar, what: Translatable) -> Condition:
    """Report a condition on an event or answer in `what`, which is evaluated without one; always holds."""
    message = tr(
        "{what} is asked at any time, when there is no {key} to read",
        what=what,
        key=key.value,
    )
    hint = tr("save it to an attribute or a tag, and ask for that")
    scope.wrong(key, "condition-needs-event", message, hint)
    return All(())


def _store_group(scope: Scope, key: Scalar, node: Node) -> Condition:
    """Being a clerk of any store of these groups."""
    groups = {name.value for name in scope.scalars(node) if scope.has_name("store_groups", name)}
    grouped = (name.value for name, store in scope.book.blocks("stores") if text_at(store, "group") in groups)
    return AtStore(place_of(key), tuple(grouped))


_OWN: Mapping[str, _Read] = {
    "tag": named_condition(HasTag, _since, All),
    "not": lambda scope, key, node: Not(_condition(scope, node)),
    "any": lambda scope, key, node: Any(_list(scope, node)),
    "all": lambda scope, key, node: All(_list(scope, node)),
    "bound": _words(IsBound),
    "bound_before": lambda scope, key, node: BoundBefore(place_of(key)),
    "during": lambda scope, key, node: During(place_of(key), called(node), hours_of(scope, node)),
    "attribute": _each(_of_attribute),
    "contact": _each(_of_contact),
    "audience": _audience,
    "channel": named_condition(OnChannel),
    "split": _each(_in_split),
    "setting": _each(setting_holds),
    "in_flow": named_condition(InFlow, _states),
    "answer": _each(_of_answer, of_event=True),
    "event": _each(_of_event, of_event=True),
    "store": named_condition(AtStore),
    "store_group": _store_group,
    "staff": lambda scope, key, node: WithStaff(place_of(key), scope.switch(node)),
    "sms_credit": _words(SmsCreditIs),
}
"""Readers of all conditions that belong to no kind of promotion, by key."""


@cache
def _readers() -> Mapping[str, _Read]:
    """Readers of all conditions by key, with those of promotions."""
    return {**_OWN, **LANGUAGE_PARTS.table(lambda part: part.conditions)}


BOUND: Mapping[str, frozenset[str]] = {
    "phone": frozenset({"contact.phone"}),
    "shop": frozenset({"contact.member_no"}),
    "clerk": frozenset({"clerk.name", "store.title"}),
}
"""By the kind of binding: the placeholders that have a value for everybody who is bound so."""


def guarantees(condition: Condition | None) -> frozenset[str]:
    """The placeholders that have a value wherever the condition holds, such as `attribute.skin` for a test of
    it."""
    match condition:
        case All(parts):
            return frozenset().union(*(guarantees(part) for part in parts))
        case AttributeTest(slot=slot, tests=tests) if _implies_known(tests):
            return frozenset({f"attribute.{slot.partition('.')[2]}"})
        case ContactTest(field="clerk", tests=tests) if _implies_known(tests):
            return BOUND["clerk"]
        case ContactTest(field=field, tests=tests) if _implies_known(tests):
            return frozenset({f"contact.{field}"})
        case EventTest(field=field, tests=tests) if _implies_known(tests):
            return frozenset({f"event.{field}"})
        case IsBound(kinds=(kind,)):
            return BOUND.get(kind, frozenset())
        case AtStore():
            return BOUND["clerk"]
        case _:
            return frozenset()


def _implies_known(tests: tuple[Test, ...]) -> bool:
    """Whether one of the tests holds only for a value that is there: any but `known: false`."""
    return any(not (isinstance(test, IsKnown) and not test.known) for test in tests)


def behind(scope: Scope, condition: Condition | None) -> Scope:
    """The scope of the actions that are done where the condition holds: it knows what the condition
    guarantees."""
    return scope.knowing(guarantees(condition))

"""Conditions from their canonical form, one key each (language, section 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

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
    HasCoupon,
    HasStamps,
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
from bot.playbook.shape.sections import Section
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of

BOUND_KINDS: Mapping[str, Literal["phone", "shop", "clerk"]] = {
    "phone": "phone",
    "shop": "shop",
    "clerk": "clerk",
}
"""The words of `bound` as they are written, typed."""


def condition_of(scope: Scope, node: Node | None) -> Condition | None:
    """A condition; `None` where there is none."""
    return None if node is None else _condition(scope, node)


def _condition(scope: Scope, node: Node) -> Condition:
    ((key, value),) = scope.pairs(node)
    return KINDS[key.value](scope, key, value)


def _list(scope: Scope, node: Node) -> tuple[Condition, ...]:
    return tuple(_condition(scope, item) for item in scope.items(node))


def _all_of(parts: Iterable[Condition]) -> Condition:
    made = tuple(parts)
    return made[0] if len(made) == 1 else All(made)


def _not(scope: Scope, key: Scalar, node: Node) -> Condition:
    return Not(_condition(scope, node))


def _tag(scope: Scope, key: Scalar, node: Node) -> Condition:
    if not isinstance(node, Map):
        return HasTag(place_of(key), tuple(_known(scope, "tags", node)))
    return _all_of(
        _tag_since(scope, name, value) for name, value in scope.pairs(node) if scope.has_name("tags", name)
    )


def _tag_since(scope: Scope, name: Scalar, node: Node) -> Condition:
    spans = {key.value: scope.duration(value) for key, value in scope.pairs(node)}
    return HasTag(place_of(name), (name.value,), spans.get("within"), spans.get("over"))


def _known(scope: Scope, section: Section, node: Node) -> list[str]:
    return [name.value for name in scope.scalars(node) if scope.has_name(section, name)]


def _bound(scope: Scope, key: Scalar, node: Node) -> Condition:
    kinds = (BOUND_KINDS.get(kind.value) for kind in scope.scalars(node))
    return IsBound(place_of(key), tuple(kind for kind in kinds if kind is not None))


def _bound_before(scope: Scope, key: Scalar, node: Node) -> Condition:
    return BoundBefore(place_of(key))


def _during(scope: Scope, key: Scalar, node: Node) -> Condition:
    return During(place_of(key), called(node), hours_of(scope, node))


def _attribute(scope: Scope, key: Scalar, node: Node) -> Condition:
    return _all_of(part for name, tests in scope.pairs(node) if (part := _of_attribute(scope, name, tests)))


def _of_attribute(scope: Scope, name: Scalar, node: Node) -> Condition | None:
    info = scope.book.attributes.get(name.value)
    if info is None:
        if not is_refused(scope.book, "attributes", name.value):
            of = inferred_type(node)
            scope.fault(name, unknown(scope.book, "attributes", name.value, scope.book.attributes, of))
        return None
    subject = Subject(name.value, info.type, info.values, info.private)
    return AttributeTest(place_of(name), info.slot, info.type, tests_of(scope, node, subject))


def _contact(scope: Scope, key: Scalar, node: Node) -> Condition:
    return _all_of(_of_contact(scope, name, tests) for name, tests in scope.pairs(node))


def _of_contact(scope: Scope, name: Scalar, node: Node) -> Condition:
    type_ = CONTACT_FIELDS[name.value]
    private = name.value in PRIVATE_FIELDS
    subject = Subject(name.value, type_, private=private, phone=name.value == "phone")
    return ContactTest(place_of(name), name.value, type_, tests_of(scope, node, subject))


def _audience(scope: Scope, key: Scalar, node: Node) -> Condition:
    parts = [in_audience(scope, name, _condition) for name in scope.scalars(node)]
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def _coupon(scope: Scope, key: Scalar, node: Node) -> Condition:
    if not isinstance(node, Map):
        return HasCoupon(place_of(key), tuple(_known(scope, "coupons", node)))
    parts = [
        HasCoupon(place_of(name), (name.value,), scope.text(value) == "used")
        for name, value in scope.pairs(node)
        if scope.has_name("coupons", name)
    ]
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def _stamp_card(scope: Scope, key: Scalar, node: Node) -> Condition:
    if not isinstance(node, Map):
        return HasStamps(place_of(key), tuple(_known(scope, "stamp_cards", node)))
    parts = [
        HasStamps(place_of(name), (name.value,), _stamps(scope, value))
        for name, value in scope.pairs(node)
        if scope.has_name("stamp_cards", name)
    ]
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def _stamps(scope: Scope, node: Node) -> int:
    """So many stamps; 0: a card was filled."""
    if scope.text(node) == "full":
        return 0
    number = scope.whole(node)
    if not number:
        message = tr("this is no number of stamps")
        scope.wrong(node, "bad-value", message, tr("write it such as  5,  or  full"))
    return number or 1


def _channel(scope: Scope, key: Scalar, node: Node) -> Condition:
    return OnChannel(place_of(key), tuple(_known(scope, "channels", node)))


def _split(scope: Scope, key: Scalar, node: Node) -> Condition:
    parts = [_in_split(scope, name, groups) for name, groups in scope.pairs(node)]
    return _all_of(part for part in parts if part is not None)


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


def _setting(scope: Scope, key: Scalar, node: Node) -> Condition:
    return _all_of(setting_holds(scope, name, tests) for name, tests in scope.pairs(node))


def _in_flow(scope: Scope, key: Scalar, node: Node) -> Condition:
    if not isinstance(node, Map):
        return InFlow(place_of(key), tuple(_known(scope, "flows", node)))
    parts = [
        InFlow(place_of(name), (name.value,), tuple(_states(scope, name.value, states)))
        for name, states in scope.pairs(node)
        if scope.has_name("flows", name)
    ]
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def _states(scope: Scope, flow: str, node: Node) -> list[str]:
    here = scope.book.flows.get(flow)
    names = []
    for state in scope.scalars(node):
        if here is not None and state.value not in here.states:
            message = tr("the flow {flow} has no state {state}", flow=quoted(flow), state=quoted(state.value))
            scope.wrong(state, "unknown-state", message, hint_for(state.value, here.states))
        names.append(state.value)
    return names


def _answer(scope: Scope, key: Scalar, node: Node) -> Condition:
    if scope.where.without_event is not None:
        return _needs_event(scope, key, scope.where.without_event)
    parts = [_of_answer(scope, name, tests) for name, tests in scope.pairs(node)]
    return _all_of(part for part in parts if part is not None)


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


def _event(scope: Scope, key: Scalar, node: Node) -> Condition:
    if scope.where.without_event is not None:
        return _needs_event(scope, key, scope.where.without_event)
    parts = [_of_event(scope, name, tests) for name, tests in scope.pairs(node)]
    return _all_of(part for part in parts if part is not None)


def _of_event(scope: Scope, name: Scalar, node: Node) -> Condition | None:
    type_ = event_field(scope.book, scope.where, name.value)
    if isinstance(type_, NameFault):
        scope.fault(name, type_)
    if not isinstance(type_, str):
        return None
    subject = Subject(f"event.{name.value}", type_, passing=True)
    return EventTest(place_of(name), name.value, type_, tests_of(scope, node, subject))


def _needs_event(scope: Scope, key: Scalar, what: Translatable) -> Condition:
    message = tr(
        "{what} is asked at any time, when there is no {key} to read",
        what=what,
        key=key.value,
    )
    hint = tr("save it to an attribute or a tag, and ask for that")
    scope.wrong(key, "condition-needs-event", message, hint)
    return All(())


def _store(scope: Scope, key: Scalar, node: Node) -> Condition:
    return AtStore(place_of(key), tuple(_known(scope, "stores", node)))


def _store_group(scope: Scope, key: Scalar, node: Node) -> Condition:
    groups = _known(scope, "store_groups", node)
    return AtStore(place_of(key), tuple(_stores_of(scope, groups)))


def _stores_of(scope: Scope, groups: list[str]) -> list[str]:
    names = []
    for name, (_, store) in scope.book.section("stores").items():
        group = store.get("group") if isinstance(store, Map) else None
        if isinstance(group, Scalar) and group.value in groups:
            names.append(name)
    return names


def _staff(scope: Scope, key: Scalar, node: Node) -> Condition:
    return WithStaff(place_of(key), isinstance(node, Scalar) and node.value == "true")


def _sms_credit(scope: Scope, key: Scalar, node: Node) -> Condition:
    return SmsCreditIs(place_of(key), tuple(level.value for level in scope.scalars(node)))


KINDS: dict[str, Callable[[Scope, Scalar, Node], Condition]] = {
    "tag": _tag,
    "not": _not,
    "any": lambda scope, key, node: Any(_list(scope, node)),
    "all": lambda scope, key, node: All(_list(scope, node)),
    "bound": _bound,
    "bound_before": _bound_before,
    "during": _during,
    "attribute": _attribute,
    "contact": _contact,
    "audience": _audience,
    "coupon": _coupon,
    "stamp_card": _stamp_card,
    "channel": _channel,
    "split": _split,
    "setting": _setting,
    "in_flow": _in_flow,
    "answer": _answer,
    "event": _event,
    "store": _store,
    "store_group": _store_group,
    "staff": _staff,
    "sms_credit": _sms_credit,
}


BOUND: Mapping[str, frozenset[str]] = {
    "phone": frozenset({"contact.phone"}),
    "shop": frozenset({"contact.member_no"}),
    "clerk": frozenset({"clerk.name", "store.title"}),
}
"""What is known of who is bound."""


def guarantees(condition: Condition | None) -> frozenset[str]:
    """The placeholders of which a condition that holds has found that they are known."""
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
    return any(not (isinstance(test, IsKnown) and not test.known) for test in tests)


def behind(scope: Scope, condition: Condition | None) -> Scope:
    """The scope of what is done where the condition holds."""
    return scope.knowing(guarantees(condition))

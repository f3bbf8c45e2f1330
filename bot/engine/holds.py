"""Whether a condition holds for a person in memory, on one channel, at one moment (language, section 5).

Total: what is not known, or does not fit its type, makes a test false, and its `not` true. The other compiler
of conditions, `bot.store.filter`, says the same for everybody who has an identity on the channel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import ge, gt, le, lt
from typing import Any as AnyType

from bot.engine.bounds import Comparator, When, bounds, month, month_days, operand, put_on
from bot.engine.condition import (
    Ago,
    All,
    Anniversary,
    AnswerTest,
    Any,
    AtStore,
    AttributeTest,
    BoundBefore,
    Condition,
    Constant,
    ContactTest,
    Contains,
    DateWord,
    During,
    EventTest,
    HasTag,
    InFlow,
    InMonth,
    InSplit,
    Is,
    IsBound,
    IsKnown,
    IsOpen,
    Not,
    OnChannel,
    OnDay,
    OnList,
    Order,
    SmsCreditIs,
    Test,
    WithStaff,
)
from bot.model.contact import Answer, Contact, Identity
from bot.model.decision import SmsCredit
from bot.model.value import PRIVATE_SLOT, Type, Value, fits, month_day, storable

SEEDS = 10007
"""How many seeds there are: a prime, so that every factor of a split spreads them evenly."""


@dataclass(slots=True)
class ConditionContext:
    """Of whom, where and when conditions are asked; `contact`, `answers` and `event` move on within a turn.

    `answers` are those of the flow that asks, `event` the fields that its event has, `taken` as in `World`.
    """

    contact: Contact
    channel: str
    when: When
    sms_credit: SmsCredit = "fine"
    answers: Mapping[str, Answer] = field(default_factory=dict)
    event: Mapping[str, Value] = field(default_factory=dict)
    taken: Mapping[str, int] = field(default_factory=dict)


def holds(condition: Condition, asked: ConditionContext) -> bool:
    """Whether the condition holds."""
    return _HOLDS[type(condition)](condition, asked)


def value_of(
    condition: AttributeTest | ContactTest | AnswerTest | EventTest, asked: ConditionContext
) -> Value | None:
    """The value that is tested; `None` where nothing is known, or what there is does not fit the type.

    A private attribute has one slot for all types: there what does not fit is known, but equal to nothing.
    """
    value: Value | None
    match condition:
        case AttributeTest():
            known = asked.contact.attributes.get(condition.slot)
            value = None if known is None else known.value
            if condition.slot[0] == PRIVATE_SLOT:
                return value if storable(value) else None
        case ContactTest():
            value = _FIELDS[condition.field](asked)
        case AnswerTest():
            answer = asked.answers.get(condition.name)
            value = None if answer is None else answer.value
        case EventTest():
            value = asked.event.get(condition.field)
    return value if value is not None and fits(condition.type, value) else None


def passes(test: Test, value: Value | None, type_: Type, when: When) -> bool:
    """Whether one test holds for a value, `None` where it is not known; one of another type passes none."""
    if type(test) is IsKnown:
        return (value is not None) is test.known
    return value is not None and fits(type_, value) and _PASSES[type(test)](test, value, type_, when)


def _all(condition: All, asked: ConditionContext) -> bool:
    return all(_HOLDS[type(part)](part, asked) for part in condition.parts)


def _any(condition: Any, asked: ConditionContext) -> bool:
    return any(_HOLDS[type(part)](part, asked) for part in condition.parts)


def _not(condition: Not, asked: ConditionContext) -> bool:
    return not _HOLDS[type(condition.part)](condition.part, asked)


def _constant(condition: Constant, asked: ConditionContext) -> bool:
    return condition.holds


def _has_tag(condition: HasTag, asked: ConditionContext) -> bool:
    wanted, now = condition.tags, asked.when.now
    for tag in asked.contact.tags:
        if tag.name in wanted and (tag.expires is None or tag.expires > now):
            if condition.within is None and condition.over is None:
                return True
            since = put_on(condition.within, condition.over, asked.when)
            if all(_COMPARE[how](tag.at, bound) for how, bound in since):
                return True
    return False


def _is_bound(condition: IsBound, asked: ConditionContext) -> bool:
    contact = asked.contact
    return any(
        contact.clerk is not None if kind == "clerk" else kind in contact.bindings for kind in condition.kinds
    )


def _bound_before(condition: BoundBefore, asked: ConditionContext) -> bool:
    return asked.contact.bound_before is not None


def _during(condition: During, asked: ConditionContext) -> bool:
    return condition.hours.open_at(asked.when.now, asked.when.zone)


def _tested(condition: AttributeTest | ContactTest | AnswerTest | EventTest, asked: ConditionContext) -> bool:
    value = value_of(condition, asked)
    return all(passes(test, value, condition.type, asked.when) for test in condition.tests)


def _on_list(condition: OnList, asked: ConditionContext) -> bool:
    return condition.list in asked.contact.lists


def _on_channel(condition: OnChannel, asked: ConditionContext) -> bool:
    return asked.channel in condition.channels


def _in_split(condition: InSplit, asked: ConditionContext) -> bool:
    bucket = (asked.contact.seed * condition.a + condition.b) % SEEDS
    return any(low <= bucket < high for low, high in condition.ranges)


def _in_flow(condition: InFlow, asked: ConditionContext) -> bool:
    flows, states = condition.flows, condition.states
    for instance in asked.contact.flows:
        if instance.flow in flows and (states is None or instance.state in states):
            return True
    return False


def _at_store(condition: AtStore, asked: ConditionContext) -> bool:
    clerk = asked.contact.clerk
    return clerk is not None and clerk.store in condition.stores


def _with_staff(condition: WithStaff, asked: ConditionContext) -> bool:
    return _identity(asked).staff is condition.staff


def _sms_credit(condition: SmsCreditIs, asked: ConditionContext) -> bool:
    return asked.sms_credit in condition.levels


def _is(test: Is, value: Value, type_: Type, when: When) -> bool:
    if type_ not in ("date", "date_time"):
        return value in test.values
    return any(value == operand(wanted, type_, when) for wanted in test.values)


def _order(test: Order, value: Value, type_: Type, when: When) -> bool:
    wanted = test.value
    if type_ == "date_time" or type(wanted) is DateWord:
        return _COMPARE[test.how](value, operand(wanted, type_, when))
    return _COMPARE[test.how](value, wanted)


def _bounded(test: Ago | OnDay, value: Value, type_: Type, when: When) -> bool:
    return all(_COMPARE[how](value, bound) for how, bound in bounds(test, type_, when))


def _contains(test: Contains, value: Value, type_: Type, when: When) -> bool:
    if not isinstance(value, str):
        return False  # only a text can be asked for its parts, as the playbook's check says
    return value.startswith(test.text) if test.at_start else test.text in value


def _anniversary(test: Anniversary, value: Value, type_: Type, when: When) -> bool:
    return month_day(value) in month_days(test, when)


def _in_month(test: InMonth, value: Value, type_: Type, when: When) -> bool:
    found = month_day(value)
    return found is not None and found.startswith(month(test, when))


def _is_open(test: IsOpen, value: Value, type_: Type, when: When) -> bool:
    return test.hours.open_then(value, when.zone)


def _identity(asked: ConditionContext) -> Identity:
    return asked.contact.identity(asked.channel)


_COMPARE: Mapping[Comparator, Callable[[AnyType, AnyType], bool]] = {
    "at_least": ge,
    "at_most": le,
    "more_than": gt,
    "less_than": lt,
}

_FIELDS: Mapping[str, Callable[[ConditionContext], Value | None]] = {
    "name": lambda asked: asked.contact.name,
    "language": lambda asked: asked.contact.language,
    "phone": lambda asked: asked.contact.phone,
    "email": lambda asked: asked.contact.email,
    "member_no": lambda asked: asked.contact.member_no,
    "friend": lambda asked: _identity(asked).friend,
    "marketing": lambda asked: asked.contact.marketing,
    "followed": lambda asked: _identity(asked).since,
    "last_seen": lambda asked: _identity(asked).seen,
    "last_push": lambda asked: _identity(asked).pushed,
    "last_staff": lambda asked: _identity(asked).staffed,
    "last_order": lambda asked: asked.contact.last_order,
    "clerk": lambda asked: None if asked.contact.clerk is None else asked.contact.clerk.code,
    "clerk_since": lambda asked: None if asked.contact.clerk is None else asked.contact.clerk.at,
}

_HOLDS: Mapping[type, Callable[[AnyType, ConditionContext], bool]] = {
    All: _all,
    Any: _any,
    Not: _not,
    Constant: _constant,
    HasTag: _has_tag,
    IsBound: _is_bound,
    BoundBefore: _bound_before,
    During: _during,
    AttributeTest: _tested,
    ContactTest: _tested,
    AnswerTest: _tested,
    EventTest: _tested,
    OnList: _on_list,
    OnChannel: _on_channel,
    InSplit: _in_split,
    InFlow: _in_flow,
    AtStore: _at_store,
    WithStaff: _with_staff,
    SmsCreditIs: _sms_credit,
}

_PASSES: Mapping[type, Callable[[AnyType, Value, Type, When], bool]] = {
    Is: _is,
    Order: _order,
    Contains: _contains,
    Ago: _bounded,
    OnDay: _bounded,
    Anniversary: _anniversary,
    InMonth: _in_month,
    IsOpen: _is_open,
}

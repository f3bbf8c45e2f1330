"""Why a condition holds or not: the parts that decide it, in words, for the trace (semantics 32)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.engine.comparison_words import comparison_words, value_words
from bot.engine.condition import (
    PRIVATE_FIELDS,
    All,
    AnswerTest,
    Any,
    AtStore,
    AttributeTest,
    BoundBefore,
    Condition,
    Constant,
    ContactTest,
    During,
    EventTest,
    HasTag,
    InFlow,
    InSplit,
    IsBound,
    Not,
    OnChannel,
    OnList,
    SmsCreditIs,
    WithStaff,
)
from bot.engine.holds import SEEDS, ConditionContext, holds, passes, value_of
from bot.model.place import Place
from bot.model.value import PRIVATE_SLOT


@dataclass(frozen=True, slots=True)
class Because:
    """A part of a condition that decided it, and what was found. `text` may hold what is known of a person.

    A part that must not hold (`unless`) is told as `unless tag VIP: on since …`.
    `place` is `None` only for an empty list.
    """

    place: Place | None
    text: str


def why(condition: Condition, asked: ConditionContext) -> Because:
    """What made the condition hold, or fail: the first part that decides, else all parts together."""
    leaves = list(_deciding(condition, asked))
    if not leaves:
        return Because(None, "nothing is asked")
    return Because(leaves[0][0].place, "; ".join(_as_wanted(leaf, wanted, asked) for leaf, wanted in leaves))


def _as_wanted(leaf: _Leaf, wanted: bool, asked: ConditionContext) -> str:
    told = _told(leaf, asked).replace("; ", ";\N{NO-BREAK SPACE}")  # what somebody wrote is not cut there
    return told if wanted else f"unless {told}"


_Leaf = (
    Constant
    | HasTag
    | IsBound
    | BoundBefore
    | During
    | AttributeTest
    | ContactTest
    | OnList
    | OnChannel
    | InSplit
    | InFlow
    | AnswerTest
    | EventTest
    | AtStore
    | WithStaff
    | SmsCreditIs
)


def _deciding(
    condition: Condition, asked: ConditionContext, wanted: bool = True
) -> Iterator[tuple[_Leaf, bool]]:
    """The parts without which the answer could be another; each with whether it is to hold, or must not."""
    match condition:
        case All() | Any():
            # one part that fails decides an "all", one that holds an "any"
            decides = isinstance(condition, Any)
            first = [part for part in condition.parts if holds(part, asked) is decides][:1]
            for part in first or condition.parts:
                yield from _deciding(part, asked, wanted)
        case Not():
            yield from _deciding(condition.part, asked, not wanted)
        case _:
            yield condition, wanted


def _told(leaf: _Leaf, asked: ConditionContext) -> str:
    yes = holds(leaf, asked)
    match leaf:
        case Constant():
            return leaf.because
        case HasTag():
            return f"tag {_names(leaf.tags)}: {_tagged(leaf, asked)}"
        case IsBound():
            return f"bound {_names(leaf.kinds)}: {_yes(yes)}"
        case BoundBefore():
            return f"bound phone before: {_yes(yes)}"
        case During():
            return f"during {leaf.name}: {_yes(yes)}"
        case AttributeTest() | ContactTest() | AnswerTest() | EventTest():
            return _tested(leaf, asked)
        case OnList():
            return f"on list {leaf.list}: {_yes(yes)}"
        case OnChannel():
            return f"channel {_names(leaf.channels)}: it is {asked.channel}"
        case InSplit():
            bucket = (asked.contact.seed * leaf.a + leaf.b) % SEEDS
            return f"split {leaf.name} {_names(leaf.groups)}: {_yes(yes)}, bucket {bucket}"
        case InFlow():
            states = f" in {_names(leaf.states)}" if leaf.states is not None else ""
            return f"in flow {_names(leaf.flows)}{states}: {_yes(yes)}"
        case AtStore():
            clerk = asked.contact.clerk
            found = "no clerk" if clerk is None else f"it is {clerk.store}"
            return f"store {_names(leaf.stores)}: {found}"
        case WithStaff():
            return f"staff {str(leaf.staff).lower()}: {_yes(yes)}"
        case SmsCreditIs():
            return f"sms_credit {_names(leaf.levels)}: it is {asked.sms_credit}"


def _tested(leaf: AttributeTest | ContactTest | AnswerTest | EventTest, asked: ConditionContext) -> str:
    value = value_of(leaf, asked)
    failing = [test for test in leaf.tests if not passes(test, value, leaf.type, asked.when)]
    tests = " and ".join(comparison_words(test, asked.when.zone) for test in failing[:1] or leaf.tests)
    return f"{_subject(leaf)} {tests}: {_found(leaf, value, asked.when.zone)}"


def _found(leaf: AttributeTest | ContactTest | AnswerTest | EventTest, value: object, zone: ZoneInfo) -> str:
    if value is None:
        return "not known"
    secret = (isinstance(leaf, AttributeTest) and leaf.slot[0] == PRIVATE_SLOT) or (
        isinstance(leaf, ContactTest) and leaf.field in PRIVATE_FIELDS
    )
    return "known, private" if secret else f"it is {value_words(value, zone)}"


def _subject(leaf: AttributeTest | ContactTest | AnswerTest | EventTest) -> str:
    match leaf:
        case AttributeTest():
            return f"attribute {leaf.slot.partition('.')[2]}"
        case ContactTest():
            return f"contact {leaf.field}"
        case AnswerTest():
            return f"answer {leaf.name}"
        case EventTest():
            return f"event {leaf.field}"


def _tagged(leaf: HasTag, asked: ConditionContext) -> str:
    there = [tag for tag in asked.contact.tags if tag.name in leaf.tags]
    if not there:
        return "not on"
    on = [tag for tag in there if tag.expires is None or tag.expires > asked.when.now]
    if not on:
        return "expired"
    return "on since " + ", ".join(value_words(tag.at, asked.when.zone) for tag in on)


def _names(names: tuple[str, ...]) -> str:
    return " or ".join(names)


def _yes(yes: bool) -> str:
    return "yes" if yes else "no"

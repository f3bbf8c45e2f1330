"""Conditions as data: one small language for rules, flows, menus and audiences (requirement F6).

Each says of one person, on one channel, at one moment whether it holds, and why (semantics 32); the modules
beside this one have those that ask one thing. `bot.store.contacts.filter` makes a MongoDB filter of a
condition, and always agrees. Total: what is not known, or does not fit its type, makes a test false, and
its `not` true.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.engine.conditions import reasons
from bot.engine.conditions.comparisons import Is, IsKnown, Test
from bot.engine.times.bounds import When
from bot.engine.times.hours import Hours
from bot.model.contact import Contact, Identity
from bot.model.decision import SmsCredit
from bot.model.instance import Answer
from bot.model.place import Place
from bot.model.trace import TraceNote
from bot.model.value import Value


@dataclass(slots=True)
class ConditionContext:
    """Person, channel and time of an evaluation; `contact`, `answers` and `event` change within a turn."""

    contact: Contact
    channel: str
    when: When
    sms_credit: SmsCredit = "fine"
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Answers and inputs of the flow whose rule is evaluated, by name; empty outside flows."""
    event: Mapping[str, Value] = field(default_factory=dict)
    """The fields of the event that the rule is tried on."""
    taken: Mapping[str, int] = field(default_factory=dict)
    """The places of rules with `first` that are known to be taken, by the rule's key."""

    @property
    def identity(self) -> Identity:
        """The person's identity on the channel."""
        return self.contact.identity(self.channel)


class Condition:
    """A condition on a person."""

    __slots__ = ()

    @abstractmethod
    def holds(self, context: ConditionContext) -> bool:
        """Whether it holds."""

    @property
    @abstractmethod
    def in_short(self) -> str:
        """What a picture says of it, in the words of the language: `tag VIP and not bound phone`."""

    @abstractmethod
    def children(self) -> Sequence[Condition]:
        """The conditions right below it."""

    def leaves(self) -> Iterator[Leaf]:
        """The single conditions that it is made of, each once: an audience named twice is one object."""
        seen = set[int]()
        ahead: list[Condition] = [self]
        while ahead:
            condition = ahead.pop()
            if id(condition) in seen:
                continue
            seen.add(id(condition))
            if isinstance(condition, Leaf):
                yield condition
            ahead.extend(reversed(condition.children()))

    @abstractmethod
    def deciding(self, context: ConditionContext, wanted: bool = True) -> Iterator[tuple[Leaf, bool]]:
        """The single conditions that decide whether it holds; each with whether it is to hold (`wanted`)."""


@dataclass(frozen=True, slots=True)
class All(Condition):
    """Every one of them holds; an empty one always does."""

    parts: tuple[Condition, ...]

    def holds(self, context: ConditionContext) -> bool:
        for part in self.parts:  # noqa: SIM110 - half the cost of `all`
            if not part.holds(context):
                return False
        return True

    @property
    def in_short(self) -> str:
        return " and ".join(_bracketed(part, Any) for part in self.parts) or "always"

    def children(self) -> Sequence[Condition]:
        return self.parts

    def deciding(self, context: ConditionContext, wanted: bool = True) -> Iterator[tuple[Leaf, bool]]:
        failed = next((part for part in self.parts if not part.holds(context)), None)
        for part in self.parts if failed is None else (failed,):
            yield from part.deciding(context, wanted)


@dataclass(frozen=True, slots=True)
class Any(Condition):
    """At least one of them holds."""

    parts: tuple[Condition, ...]

    def holds(self, context: ConditionContext) -> bool:
        for part in self.parts:  # noqa: SIM110
            if part.holds(context):
                return True
        return False

    @property
    def in_short(self) -> str:
        return " or ".join(_bracketed(part, All) for part in self.parts) or "never"

    def children(self) -> Sequence[Condition]:
        return self.parts

    def deciding(self, context: ConditionContext, wanted: bool = True) -> Iterator[tuple[Leaf, bool]]:
        found = next((part for part in self.parts if part.holds(context)), None)
        for part in self.parts if found is None else (found,):
            yield from part.deciding(context, wanted)


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """It does not hold: also where nothing is known."""

    part: Condition

    def holds(self, context: ConditionContext) -> bool:
        return not self.part.holds(context)

    @property
    def in_short(self) -> str:
        return f"not {_bracketed(self.part, (All, Any))}"

    def children(self) -> Sequence[Condition]:
        return (self.part,)

    def deciding(self, context: ConditionContext, wanted: bool = True) -> Iterator[tuple[Leaf, bool]]:
        return self.part.deciding(context, not wanted)


def _bracketed(part: Condition, kinds: type | tuple[type, ...]) -> str:
    words = part.in_short
    return f"({words})" if isinstance(part, kinds) and len(getattr(part, "parts", ())) > 1 else words


@dataclass(frozen=True, slots=True)
class Buckets:
    """A range of a split's buckets (`InSplit`), `high` not included."""

    low: int
    high: int


Asks: TypeAlias = Test | Hours | Buckets
Alternatives: TypeAlias = tuple[tuple[tuple[str, Asks], ...], ...]
"""A condition as `check` compares conditions: it holds where any of the outer tuple does, of which each holds
where all of its tests do. A test: its subject (`tag VIP`), and what is tested of it."""

KNOWN = IsKnown(True)


def any_known(subjects: Iterable[str]) -> Alternatives:
    """Any of these is there."""
    return tuple(((subject, KNOWN),) for subject in subjects)


def one_of(subject: str, names: Iterable[str]) -> Alternatives:
    """There is one, and it is any of these."""
    return tuple(((subject, Is((name,))),) for name in names)


@dataclass(frozen=True, slots=True)
class Leaf(Condition):
    """A single condition: it tests one thing, and has its place in the playbook."""

    place: Place

    @abstractmethod
    def reason(self, context: ConditionContext) -> TraceNote:
        """What it asks, and what was found, for the trace; it may hold what is known of a person."""

    @property
    def moved_by_time(self) -> bool:
        """Whether time alone may change it. The end of a tag or of a pinned menu is a timer of its person."""
        return False

    @property
    def alternatives(self) -> Alternatives:
        """What it asks, as `check` compares conditions; a kind that does not say it is like itself alone."""
        return any_known((repr(self),))

    def children(self) -> Sequence[Condition]:
        return ()

    def deciding(self, context: ConditionContext, wanted: bool = True) -> Iterator[tuple[Leaf, bool]]:
        yield self, wanted


@dataclass(frozen=True, slots=True)
class Because:
    """The parts of a condition that decided it, each with what was found, and the place of the first.

    `facts` may hold personal data; one that must not hold is within `reasons.UNLESS`. `place` is
    `None` only for an empty list.
    """

    place: Place | None
    facts: tuple[TraceNote, ...]

    @property
    def text(self) -> str:
        """In English, for programs."""
        return "; ".join(map(str, self.facts))


def why(condition: Condition, context: ConditionContext) -> Because:
    """What made the condition hold, or fail: the first part that decides, else all parts together."""
    leaves = list(condition.deciding(context))
    if not leaves:
        return Because(None, (TraceNote(reasons.NOTHING),))
    return Because(
        leaves[0][0].place, tuple(_negated_unless(leaf, wanted, context) for leaf, wanted in leaves)
    )


def _negated_unless(leaf: Leaf, wanted: bool, context: ConditionContext) -> TraceNote:
    reason = leaf.reason(context)
    return reason if wanted else TraceNote(reasons.UNLESS, (reason,))

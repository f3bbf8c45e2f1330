"""Conditions on what is known of a person: tags, attributes, the contact, answers of a flow, the event."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.engine.conditions import reasons
from bot.engine.conditions.comparisons import Ago, Test, passes
from bot.engine.conditions.condition import KNOWN, Alternatives, Asks, ConditionContext, Leaf
from bot.engine.times.bounds import COMPARE, put_on
from bot.engine.times.local_time import Duration
from bot.engine.times.value_words import listed, span_words, value_words
from bot.engine.types.table import TYPES
from bot.model.trace import TraceNote
from bot.model.value import PRIVATE_SLOT, Type, Value, storable

CONTACT_FIELDS: dict[str, Type] = {
    "name": "text",
    "language": "text",
    "phone": "text",
    "email": "text",
    "member_no": "text",
    "friend": "yes_no",
    "marketing": "yes_no",
    "followed": "date_time",
    "last_seen": "date_time",
    "last_push": "date_time",
    "last_staff": "date_time",
    "last_order": "date_time",
    "clerk": "text",
    "clerk_since": "date_time",
}
"""The fields that `contact:` may ask for, with their types."""

PRIVATE_FIELDS = frozenset({"phone", "email", "member_no"})
"""Fields that are stored sealed (encrypted): only `is` and `known` can test them."""

_FIELDS: Mapping[str, Callable[[ConditionContext], Value | None]] = {
    "name": lambda context: context.contact.name,
    "language": lambda context: context.contact.language,
    "phone": lambda context: context.contact.phone,
    "email": lambda context: context.contact.email,
    "member_no": lambda context: context.contact.member_no,
    "friend": lambda context: context.identity.friend,
    "marketing": lambda context: context.contact.marketing,
    "followed": lambda context: context.identity.since,
    "last_seen": lambda context: context.identity.seen,
    "last_push": lambda context: context.identity.pushed,
    "last_staff": lambda context: context.identity.staffed,
    "last_order": lambda context: context.contact.last_order,
    "clerk": lambda context: None if context.contact.clerk is None else context.contact.clerk.code,
    "clerk_since": lambda context: None if context.contact.clerk is None else context.contact.clerk.at,
}


class ValueTest(Leaf):
    """All tests hold for a value."""

    __slots__ = ()

    type: Type
    tests: tuple[Test, ...]

    @abstractmethod
    def current(self, context: ConditionContext) -> Value | None:
        """What is known, of whatever type."""

    @property
    @abstractmethod
    def subject(self) -> TraceNote:
        """What is tested, in the trace."""

    @property
    def subject_key(self) -> str:
        """What is tested, when conditions are compared."""
        return str(self.subject)

    @property
    def label(self) -> str:
        """What is tested, in a picture."""
        return str(self.subject.values[0])

    @property
    def private(self) -> bool:
        """Whether the value is left out of the trace."""
        return False

    def value(self, context: ConditionContext) -> Value | None:
        """The value that is tested; `None` where nothing is known, or what there is does not fit the type."""
        value = self.current(context)
        return value if value is not None and TYPES[self.type].fits(value) else None

    def holds(self, context: ConditionContext) -> bool:
        value = self.value(context)
        return all(passes(test, value, self.type, context.when) for test in self.tests)

    def reason(self, context: ConditionContext) -> TraceNote:
        value = self.value(context)
        failing = [test for test in self.tests if not passes(test, value, self.type, context.when)]
        zone = context.when.zone
        tests = tuple(test.note(zone) for test in failing[:1] or self.tests)
        if value is None:
            return TraceNote(reasons.UNKNOWN, (self.subject, tests))
        if self.private:
            return TraceNote(reasons.PRIVATE, (self.subject, tests))
        return TraceNote(reasons.VALUE, (self.subject, tests, value_words(value, zone)))

    @property
    def in_short(self) -> str:
        return f"{self.label} {' and '.join(test.words for test in self.tests)}"

    @property
    def moved_by_time(self) -> bool:
        return any(test.moved_by_time for test in self.tests)

    @property
    def alternatives(self) -> Alternatives:
        return (tuple((self.subject_key, test) for test in self.tests),)


@dataclass(frozen=True, slots=True)
class AttributeTest(ValueTest):
    """All tests hold for the value under this slot (`n.points`, `x.carrier`)."""

    slot: str
    type: Type
    tests: tuple[Test, ...]

    def current(self, context: ConditionContext) -> Value | None:
        known = context.contact.attributes.get(self.slot)
        return None if known is None else known.value

    def value(self, context: ConditionContext) -> Value | None:
        """The value. A private one of another type is known, and equal to nothing: types share one slot."""
        value = self.current(context)
        fitting = storable(value) if self.private else value is not None and TYPES[self.type].fits(value)
        return value if fitting else None

    @property
    def subject(self) -> TraceNote:
        return TraceNote(reasons.ATTRIBUTE, (self.slot.partition(".")[2],))

    @property
    def subject_key(self) -> str:
        return f"attribute {self.slot}"

    @property
    def private(self) -> bool:
        return self.slot[0] == PRIVATE_SLOT


@dataclass(frozen=True, slots=True)
class ContactTest(ValueTest):
    """All tests hold for a field of the contact, or of its identity on the channel asked about."""

    field: str
    type: Type
    tests: tuple[Test, ...]

    def current(self, context: ConditionContext) -> Value | None:
        return _FIELDS[self.field](context)

    @property
    def subject(self) -> TraceNote:
        return TraceNote(reasons.CONTACT, (self.field,))

    @property
    def private(self) -> bool:
        return self.field in PRIVATE_FIELDS


@dataclass(frozen=True, slots=True)
class AnswerTest(ValueTest):
    """All tests hold for an answer or input of the flow whose rule is evaluated."""

    name: str
    type: Type
    tests: tuple[Test, ...]

    def current(self, context: ConditionContext) -> Value | None:
        answer = context.answers.get(self.name)
        return None if answer is None else answer.value

    @property
    def subject(self) -> TraceNote:
        return TraceNote(reasons.ANSWER, (self.name,))


@dataclass(frozen=True, slots=True)
class EventTest(ValueTest):
    """All tests hold for a field of the event that a rule is tried on."""

    field: str
    type: Type
    tests: tuple[Test, ...]

    def current(self, context: ConditionContext) -> Value | None:
        return context.event.get(self.field)

    @property
    def subject(self) -> TraceNote:
        return TraceNote(reasons.EVENT, (self.field,))


@dataclass(frozen=True, slots=True)
class HasTag(Leaf):
    """Has any of these tags, put on within a span, or longer ago than it."""

    tags: tuple[str, ...]
    within: Duration | None = None
    over: Duration | None = None

    def holds(self, context: ConditionContext) -> bool:
        wanted, now = self.tags, context.when.now
        for tag in context.contact.tags:
            if tag.name in wanted and (tag.expires is None or tag.expires > now):
                if self.within is None and self.over is None:
                    return True
                since = put_on(self.within, self.over, context.when)
                if all(COMPARE[how](tag.at, bound) for how, bound in since):
                    return True
        return False

    def reason(self, context: ConditionContext) -> TraceNote:
        there = [tag for tag in context.contact.tags if tag.name in self.tags]
        if not there:
            return TraceNote(reasons.TAG_OFF, (self.tags,))
        on = [tag for tag in there if tag.expires is None or tag.expires > context.when.now]
        if not on:
            return TraceNote(reasons.TAG_EXPIRED, (self.tags,))
        since = tuple(value_words(tag.at, context.when.zone) for tag in on)
        return TraceNote(reasons.TAG_ON, (self.tags, since))

    @property
    def in_short(self) -> str:
        within = f" within {span_words(self.within)}" if self.within else ""
        over = f" over {span_words(self.over)}" if self.over else ""
        return f"tag {listed(self.tags)}{within}{over}"

    @property
    def moved_by_time(self) -> bool:
        return self.within is not None or self.over is not None

    @property
    def alternatives(self) -> Alternatives:
        spans: list[Asks] = [] if self.within is None else [Ago("within", self.within)]
        spans += [] if self.over is None else [Ago("over", self.over)]
        return tuple(tuple((f"tag {tag}", asks) for asks in spans or [KNOWN]) for tag in self.tags)

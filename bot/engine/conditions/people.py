"""Which people: those on a list, in a group of a split, in a flow, bound, or reachable by a broadcast.

`bot.store.contacts.audiences` asks MongoDB whom a broadcast reaches; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.engine.conditions import reasons
from bot.engine.conditions.around import Constant
from bot.engine.conditions.condition import (
    KNOWN,
    All,
    Alternatives,
    Any,
    Buckets,
    Condition,
    ConditionContext,
    Leaf,
    Not,
    any_known,
    one_of,
)
from bot.engine.times.value_words import listed
from bot.model.contact import Contact
from bot.model.contact_kind import CROWDS
from bot.model.trace import TraceNote

SEEDS = 10007
"""How many seeds there are: a prime, so that every factor of a split spreads them evenly."""


ListColumn: TypeAlias = Literal[
    "phone",  # E.164
    "line_id",  # LINE's user id
    "member_no",  # the member's number at the shop
]
"""By what a list names people."""


@dataclass(frozen=True, slots=True)
class ListedPeople:
    """A list of people as it was read from a CSV file.

    Only proven entries count: the person's phone or number is bound, the LINE user is an account of theirs.
    """

    key: str
    """`name@sha`: the audience, and a hash of the content."""
    column: ListColumn
    entries: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    file: str = field(default="", compare=False)
    """The CSV's path below the playbook's folder."""

    @property
    def name(self) -> str:
        """The audience that it is."""
        return self.key.rpartition("@")[0] or self.key

    def has(self, contact: Contact) -> bool:
        """Whether this person is on it: a set look-up, whatever its length."""
        match self.column:
            case "phone":
                return "phone" in contact.bindings and contact.phone in self.entries
            case "member_no":
                return bool(contact.bindings) and contact.member_no in self.entries
            case "line_id":
                return any(identity.user in self.entries for identity in contact.identities)


def lists_of(contact: Contact, lists: Iterable[ListedPeople]) -> tuple[str, ...]:
    """The lists with this person, as stored: `contact.lists`."""
    return tuple(one.key for one in lists if one.has(contact))


@dataclass(frozen=True, slots=True)
class OnList(Leaf):
    """The person is on a list. MongoDB finds the list's key in `contact.lists`, which every turn sets."""

    people: ListedPeople

    def holds(self, context: ConditionContext) -> bool:
        return self.people.has(context.contact)

    def reason(self, context: ConditionContext) -> TraceNote:
        kind = reasons.LISTED if self.holds(context) else reasons.NOT_LISTED
        return TraceNote(kind, (self.people.name, self.people.key.removeprefix(self.people.name)))

    @property
    def in_short(self) -> str:
        return f"audience {self.people.name}"

    @property
    def alternatives(self) -> Alternatives:
        return any_known((f"list {self.people.key}",))


@dataclass(frozen=True, slots=True)
class InSplit(Leaf):
    """The seed's bucket, `(seed · a + b) mod 10007`, is in one of these ranges (end not included).

    `name` is the split's, `groups` those whose ranges these are: for traces and pictures.
    """

    a: int
    b: int
    ranges: tuple[tuple[int, int], ...]
    name: str = ""
    groups: tuple[str, ...] = ()

    def holds(self, context: ConditionContext) -> bool:
        return self.has(context.contact.seed)

    def has(self, seed: int) -> bool:
        """Whether who has this seed is in one of the groups."""
        bucket = self._bucket(seed)
        return any(low <= bucket < high for low, high in self.ranges)

    def _bucket(self, seed: int) -> int:
        return (seed * self.a + self.b) % SEEDS

    def reason(self, context: ConditionContext) -> TraceNote:
        kind = reasons.DRAWN if self.holds(context) else reasons.NOT_DRAWN
        return TraceNote(kind, (self.name, self.groups, self._bucket(context.contact.seed)))

    @property
    def in_short(self) -> str:
        return f"split {self.name} {listed(self.groups)}"

    @property
    def alternatives(self) -> Alternatives:
        return tuple(((f"split {self.a} {self.b}", Buckets(low, high)),) for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class InFlow(Leaf):
    """Is in one of these flows, on any channel; with `states`, in one of those."""

    flows: tuple[str, ...]
    states: tuple[str, ...] | None = None

    def holds(self, context: ConditionContext) -> bool:
        flows, states = self.flows, self.states
        for instance in context.contact.flows:
            if instance.flow in flows and (states is None or instance.state in states):
                return True
        return False

    def reason(self, context: ConditionContext) -> TraceNote:
        if self.states is None:
            return TraceNote(reasons.IN_FLOW if self.holds(context) else reasons.NOT_IN_FLOW, (self.flows,))
        kind = reasons.IN_STATE if self.holds(context) else reasons.NOT_IN_STATE
        return TraceNote(kind, (self.flows, self.states))

    @property
    def in_short(self) -> str:
        return f"in_flow {listed(self.flows)}" + ("" if self.states is None else f" at {listed(self.states)}")

    @property
    def alternatives(self) -> Alternatives:
        if self.states is None:
            return any_known(f"in_flow {flow}" for flow in self.flows)
        return tuple(
            ((f"in_flow {flow}", KNOWN), (f"in_flow {flow} {state}", KNOWN))
            for flow in self.flows
            for state in self.states
        )


@dataclass(frozen=True, slots=True)
class IsBound(Leaf):
    """Bound in any of these ways."""

    kinds: tuple[Literal["phone", "shop", "clerk"], ...]

    def holds(self, context: ConditionContext) -> bool:
        contact = context.contact
        return any(
            contact.clerk is not None if kind == "clerk" else kind in contact.bindings for kind in self.kinds
        )

    def reason(self, context: ConditionContext) -> TraceNote:
        return TraceNote(reasons.BOUND if self.holds(context) else reasons.NOT_BOUND, (self.kinds,))

    @property
    def in_short(self) -> str:
        return f"bound {listed(self.kinds)}"

    @property
    def alternatives(self) -> Alternatives:
        return any_known(f"bound {kind}" for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class BoundBefore(Leaf):
    """Has had a phone bound once in life."""

    def holds(self, context: ConditionContext) -> bool:
        return context.contact.bound_before is not None

    def reason(self, context: ConditionContext) -> TraceNote:
        return TraceNote(reasons.BOUND_BEFORE if self.holds(context) else reasons.NEVER_BOUND)

    @property
    def in_short(self) -> str:
        return "bound_before phone"

    @property
    def alternatives(self) -> Alternatives:
        return any_known(("bound_before",))


@dataclass(frozen=True, slots=True)
class AtStore(Leaf):
    """The person's clerk belongs to one of these stores."""

    stores: tuple[str, ...]

    def holds(self, context: ConditionContext) -> bool:
        clerk = context.contact.clerk
        return clerk is not None and clerk.store in self.stores

    def reason(self, context: ConditionContext) -> TraceNote:
        clerk = context.contact.clerk
        if clerk is None:
            return TraceNote(reasons.NO_CLERK, (self.stores,))
        return TraceNote(reasons.STORE, (self.stores, clerk.store))

    @property
    def in_short(self) -> str:
        return f"store {listed(self.stores)}"

    @property
    def alternatives(self) -> Alternatives:
        return one_of("store", self.stores)


Unreachable: TypeAlias = Literal[
    "blocked",  # the person has blocked the account
    "stopped",  # the person, staff or the shop's record says *no* to marketing
    "not_here",  # there is no LINE account of the person on this channel, or it is a group
]
"""Why no broadcast is sent to a contact."""


def why_unreachable(contact: Contact, channel: str, consent_from: str) -> Unreachable | None:
    """Why this person is in no audience of a channel; `None`: they may be sent what they are meant for.

    Somebody who has written, but whose friendship LINE has not reported, may be a friend from
    before the bot: LINE delivers nothing to others, and counts nothing. A *no* of the shop's is read by
    itself where `consent_from` heeds it: the contact's folded one may still be of the former playbook.
    """
    identity = contact.identity(channel)
    if identity.user is None or contact.kind in CROWDS:
        return "not_here"
    if identity.friend is False:
        return "blocked"
    by_shop = consent_from != "here" and contact.marketing_shop is False
    return "stopped" if contact.marketing is False or by_shop else None


def listed_people_of(condition: Condition) -> tuple[ListedPeople, ...]:
    """The lists that a condition asks for, each once."""
    found = (leaf.people for leaf in condition.leaves() if isinstance(leaf, OnList))
    return tuple({people.key: people for people in found}.values())


def of_people_on(condition: Condition, lists: Collection[str]) -> Condition:
    """The condition for people who are on these lists (by key) and on no other: each test of a list becomes a
    constant."""
    match condition:
        case All(parts=parts):
            return All(tuple(of_people_on(part, lists) for part in parts))
        case Any(parts=parts):
            return Any(tuple(of_people_on(part, lists) for part in parts))
        case Not(part=part):
            return Not(of_people_on(part, lists))
        case OnList(place=place, people=people):
            is_on = people.key in lists
            kind = reasons.LISTED if is_on else reasons.NOT_LISTED
            return Constant(place, is_on, TraceNote(kind, (people.name, "")))
        case _:
            return condition


def never_holds(condition: Condition) -> bool:
    """Whether it can hold for nobody at all; `False`: it has to be evaluated."""
    return _plain(condition) is False


def _plain(condition: Condition) -> bool | None:
    """What it is for everybody; `None`: that depends."""
    match condition:
        case Constant(decided=decided):
            return decided
        case Not(part=part):
            found = _plain(part)
            return None if found is None else not found
        case All(parts=parts):
            parts_plain = [_plain(part) for part in parts]
            return False if False in parts_plain else None if None in parts_plain else True
        case Any(parts=parts):
            parts_plain = [_plain(part) for part in parts]
            return True if True in parts_plain else None if None in parts_plain else False
        case _:
            return None

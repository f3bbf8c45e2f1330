"""Which people: those on a list, in a group of a split, in a flow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.engine.conditions.condition import KNOWN, Alternatives, Buckets, Leaf, any_known, any_of, yes_or_no
from bot.engine.conditions.context import ConditionContext
from bot.engine.times.value_words import listed
from bot.model.contact import Contact

SEEDS = 10007
"""How many seeds there are: a prime, so that every factor of a split spreads them evenly."""


ListColumn: TypeAlias = Literal["phone", "line_id", "member_no"]
"""What a list holds of people: phones (E.164), LINE's user ids, numbers at the shop."""


@dataclass(frozen=True, slots=True)
class ListedPeople:
    """A list of people as it was read from a CSV: `key` is `name@sha`, and tells two readings apart.

    Who is on it has proven what stands there: the phone or the number is bound, the LINE user is who writes.
    """

    key: str
    column: ListColumn
    entries: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    @property
    def name(self) -> str:
        """The audience that it is."""
        return self.key.rpartition("@")[0] or self.key

    def has(self, contact: Contact) -> bool:
        """Whether this person stands on it: a look into a set, however long the list is."""
        match self.column:
            case "phone":
                return "phone" in contact.bindings and contact.phone in self.entries
            case "member_no":
                return bool(contact.bindings) and contact.member_no in self.entries
            case "line_id":
                return any(identity.user in self.entries for identity in contact.identities)


def lists_of(contact: Contact, lists: Iterable[ListedPeople]) -> tuple[str, ...]:
    """The lists that this person stands on, as the database knows them: `contact.lists`."""
    return tuple(one.key for one in lists if one.has(contact))


@dataclass(frozen=True, slots=True)
class OnList(Leaf):
    """Stands on a list. MongoDB asks for its key in `contact.lists`, which follows."""

    people: ListedPeople

    def holds(self, asked: ConditionContext) -> bool:
        return self.people.has(asked.contact)

    def told(self, asked: ConditionContext) -> str:
        return f"on list {self.people.key}: {yes_or_no(self.holds(asked))}"

    @property
    def in_short(self) -> str:
        return f"audience {self.people.name}"

    @property
    def alternatives(self) -> Alternatives:
        return any_known((f"list {self.people.key}",))


@dataclass(frozen=True, slots=True)
class InSplit(Leaf):
    """The seed's bucket, `(seed · a + b) mod 10007`, lies in one of these ranges (end not included).

    `name` is the split's, `groups` those asked for: for people who look.
    """

    a: int
    b: int
    ranges: tuple[tuple[int, int], ...]
    name: str = ""
    groups: tuple[str, ...] = ()

    def holds(self, asked: ConditionContext) -> bool:
        return self.has(asked.contact.seed)

    def has(self, seed: int) -> bool:
        """Whether who has this seed is in one of the groups."""
        bucket = self._bucket(seed)
        return any(low <= bucket < high for low, high in self.ranges)

    def _bucket(self, seed: int) -> int:
        return (seed * self.a + self.b) % SEEDS

    def told(self, asked: ConditionContext) -> str:
        found = f"{yes_or_no(self.holds(asked))}, bucket {self._bucket(asked.contact.seed)}"
        return f"split {self.name} {any_of(self.groups)}: {found}"

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

    def holds(self, asked: ConditionContext) -> bool:
        flows, states = self.flows, self.states
        for instance in asked.contact.flows:
            if instance.flow in flows and (states is None or instance.state in states):
                return True
        return False

    def told(self, asked: ConditionContext) -> str:
        states = "" if self.states is None else f" in {any_of(self.states)}"
        return f"in flow {any_of(self.flows)}{states}: {yes_or_no(self.holds(asked))}"

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

"""Which people: those on a list, in a group of a split, in a flow."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.conditions.condition import KNOWN, Alternatives, Buckets, Leaf, any_known, any_of, yes_or_no
from bot.engine.conditions.context import ConditionContext
from bot.engine.times.value_words import listed

SEEDS = 10007
"""How many seeds there are: a prime, so that every factor of a split spreads them evenly."""


@dataclass(frozen=True, slots=True)
class OnList(Leaf):
    """Stands on a frozen list, `name@sha`."""

    list: str

    def holds(self, asked: ConditionContext) -> bool:
        return self.list in asked.contact.lists

    def told(self, asked: ConditionContext) -> str:
        return f"on list {self.list}: {yes_or_no(self.holds(asked))}"

    @property
    def in_short(self) -> str:
        return f"audience {self.list.partition('@')[0]}"

    @property
    def alternatives(self) -> Alternatives:
        return any_known((f"list {self.list}",))


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
        bucket = self._bucket(asked)
        return any(low <= bucket < high for low, high in self.ranges)

    def _bucket(self, asked: ConditionContext) -> int:
        return (asked.contact.seed * self.a + self.b) % SEEDS

    def told(self, asked: ConditionContext) -> str:
        found = f"{yes_or_no(self.holds(asked))}, bucket {self._bucket(asked)}"
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

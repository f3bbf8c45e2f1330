"""Whether somebody is bound, or has been: to a phone, to the shop, to a clerk of some store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.engine.conditions.condition import Alternatives, Leaf, any_known, any_of, one_of, yes_or_no
from bot.engine.conditions.context import ConditionContext
from bot.engine.times.value_words import listed


@dataclass(frozen=True, slots=True)
class IsBound(Leaf):
    """Bound in any of these ways."""

    kinds: tuple[Literal["phone", "shop", "clerk"], ...]

    def holds(self, asked: ConditionContext) -> bool:
        contact = asked.contact
        return any(
            contact.clerk is not None if kind == "clerk" else kind in contact.bindings for kind in self.kinds
        )

    def told(self, asked: ConditionContext) -> str:
        return f"bound {any_of(self.kinds)}: {yes_or_no(self.holds(asked))}"

    @property
    def in_short(self) -> str:
        return f"bound {listed(self.kinds)}"

    @property
    def alternatives(self) -> Alternatives:
        return any_known(f"bound {kind}" for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class BoundBefore(Leaf):
    """Has had a phone bound once in life."""

    def holds(self, asked: ConditionContext) -> bool:
        return asked.contact.bound_before is not None

    def told(self, asked: ConditionContext) -> str:
        return f"bound phone before: {yes_or_no(self.holds(asked))}"

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

    def holds(self, asked: ConditionContext) -> bool:
        clerk = asked.contact.clerk
        return clerk is not None and clerk.store in self.stores

    def told(self, asked: ConditionContext) -> str:
        clerk = asked.contact.clerk
        found = "no clerk" if clerk is None else f"it is {clerk.store}"
        return f"store {any_of(self.stores)}: {found}"

    @property
    def in_short(self) -> str:
        return f"store {listed(self.stores)}"

    @property
    def alternatives(self) -> Alternatives:
        return one_of("store", self.stores)

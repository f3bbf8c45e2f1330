"""What an outcome brings of promotions, without its knowing their kinds (decision 069)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

T = TypeVar("T")


class Brought:
    """Something that an outcome brings: a coupon, an appointment. Each kind has its own."""

    __slots__ = ()


def brought(**found: Brought | None) -> Mapping[str, Brought]:
    """What is there of these, by name."""
    return {name: one for name, one in found.items() if one is not None}


class BringsPromotions(Protocol):
    """An outcome, as far as this reads it."""

    @property
    def brought(self) -> Mapping[str, Brought]: ...


@dataclass(frozen=True)
class Brings(Generic[T]):
    """What outcomes bring by this name: `Brings("grant", Grant)`."""

    name: str
    record: type[T]

    def of(self, outcome: BringsPromotions) -> T | None:
        """What this outcome brings; `None`: nothing."""
        return cast("T | None", outcome.brought.get(self.name))

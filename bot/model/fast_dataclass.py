"""Values that nobody changes, of which several are made for each event.

A frozen dataclass sets each field through `object.__setattr__`: of ten fields it costs six times what one
costs that may be changed. So these are frozen for the type checker alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["fast_dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass as fast_dataclass
else:
    from dataclasses import dataclass

    def fast_dataclass(*, frozen, slots):
        """`dataclass(frozen=True, slots=True)`: equal and hashed by its fields."""
        return dataclass(slots=slots, unsafe_hash=frozen)

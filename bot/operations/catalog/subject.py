"""A subject of operations: what their names begin with, and their command."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.promotions import PROMOTIONS


@dataclass(frozen=True, slots=True)
class OperationSubject:
    """`name` begins the names of its operations. `command` is its word of the command line (none: its command
    is written by hand), `says` what that is for. `position`: which place of all subjects it has, of a kind of
    promotion."""

    name: str
    command: str
    says: str
    position: int = 1

    @property
    def module(self) -> str:
        """Where its operations are declared."""
        if self.name in PROMOTIONS:
            return f"bot.promotions.{self.name}.operations.declared"
        return f"bot.operations.declared.{self.name}"

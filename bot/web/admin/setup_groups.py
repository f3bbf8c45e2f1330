"""The items of a set-up as their page has them: by area, what needs somebody before what is fine (A3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model.translatable import Translatable
from bot.operations.doctor.finding import AREAS, FindingArea, SetupFinding


@dataclass(frozen=True, slots=True)
class SetupToDo:
    """An item that needs somebody."""

    of: SetupFinding
    beside: str
    """The item at which the page opens once this one is done; empty: none."""


@dataclass(frozen=True, slots=True)
class SetupGroup:
    """The items of an area."""

    area: FindingArea
    title: Translatable
    to_do: Sequence[SetupToDo]
    fine: Sequence[SetupFinding]

    @property
    def all(self) -> int:
        """The number of its items."""
        return len(self.to_do) + len(self.fine)


def setup_groups(findings: Sequence[SetupFinding]) -> list[SetupGroup]:
    """The areas with at least one finding, in their order."""
    found = []
    for area, title in AREAS.items():
        group = [one for one in findings if one.area == area]
        fine = [one for one in group if not one.needs_staff]
        if group:
            found.append(SetupGroup(area, title, list(_to_do(group)), fine))
    return found


def _to_do(group: Sequence[SetupFinding]) -> Iterator[SetupToDo]:
    """Each with the item below it, or above the last one; empty where it stands alone."""
    rows = [one for one in group if one.needs_staff]
    for at, one in enumerate(rows):
        others = [*rows[at + 1 :], *rows[:at][-1:]]
        yield SetupToDo(one, others[0].item if others else "")

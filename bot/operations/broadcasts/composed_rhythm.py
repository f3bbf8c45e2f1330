"""How often a composed broadcast is repeated: the fields of a form, from and to the text of the playbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

RhythmKind: TypeAlias = Literal["day", "week", "month"]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
"""A time of day: `09:30`."""
_WRITTEN = re.compile(
    r"(?:(?P<day>day)|week on (?P<weekdays>[a-z,]+)|month on (?P<number>[1-9]|[12]\d|3[01]))"
    rf" at (?P<clock>{_CLOCK})"
)
"""A rhythm of the playbook that the form has: `day at 10:00`, `week on mon,thu at 10:00`, `month on 1 at
10:00`."""


@dataclass(frozen=True, slots=True)
class ComposedRhythm:
    """Each day, each week on `weekdays`, or each month on `day`, at `clock` (`10:00`)."""

    kind: RhythmKind = "week"
    weekdays: tuple[str, ...] = ("mon",)
    day: str = "1"
    clock: str = "10:00"

    @property
    def text(self) -> str:
        """As the playbook writes it."""
        on = {"day": "", "week": f" on {','.join(self.weekdays)}", "month": f" on {self.day}"}
        return f"{self.kind}{on[self.kind]} at {self.clock}"


def rhythm_of(text: str) -> ComposedRhythm:
    """What a playbook's text says. Raises `ValueError`, where the form has no fields for that."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    clock = found["clock"]
    if found["day"]:
        return ComposedRhythm("day", clock=clock)
    if found["number"]:
        return ComposedRhythm("month", day=found["number"], clock=clock)
    weekdays = tuple(found["weekdays"].split(","))
    if weekdays != in_week(weekdays):
        raise ValueError(text)
    return ComposedRhythm("week", weekdays, clock=clock)


def in_week(weekdays: Sequence[str]) -> tuple[str, ...]:
    """Those that there are, each once, Monday first."""
    return tuple(one for one in WEEKDAYS if one in weekdays)


def rhythm_from(kind: str, weekdays: Sequence[str], day: str, clock: str) -> ComposedRhythm:
    """What a form has sent; what no field of ours would send is as in a new one."""
    new = ComposedRhythm()
    known = next((one for one in get_args(RhythmKind) if one == kind), new.kind)
    number = day if re.fullmatch(r"[1-9]|[12]\d|3[01]", day) else new.day
    at = clock if re.fullmatch(_CLOCK, clock) else new.clock
    return ComposedRhythm(known, in_week(weekdays) or new.weekdays, number, at)

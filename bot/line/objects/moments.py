"""The dates and times that LINE's date picker takes and gives, each in the form of its mode.

https://developers.line.biz/en/reference/messaging-api/#datetime-picker-action
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

PickerBound: TypeAlias = Literal["initial", "min", "max"]
BOUNDS: tuple[PickerBound, ...] = ("initial", "min", "max")

_DATE = r"(19\d\d|20\d\d|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_FORMS = {
    "date": re.compile(_DATE, re.ASCII),
    "time": re.compile(_TIME, re.ASCII),
    "datetime": re.compile(f"{_DATE}[Tt]{_TIME}", re.ASCII),
}
EXAMPLES = {"date": "2026-11-01", "time": '"09:30"', "datetime": "2026-11-01T09:30"}


def is_moment(mode: str, value: str) -> bool:
    """Whether a value has the form that the date picker gives in that mode."""
    form = _FORMS.get(mode)
    return form is not None and form.fullmatch(value) is not None


def misfit(mode: str, given: Mapping[PickerBound, str]) -> PickerBound | None:
    """The first of the bounds that LINE would not take: no moment of the mode, or not in their order."""
    for name in BOUNDS:
        if name in given and not is_moment(mode, given[name]):
            return name
    low, high, first = given.get("min", ""), given.get("max", "~"), given.get("initial")
    if low.upper() >= high.upper():
        return "max"
    return "initial" if first is not None and not low.upper() <= first.upper() <= high.upper() else None

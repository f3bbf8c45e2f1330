"""A date that somebody wrote without its year is suggested as the next one to come."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.model.problem import Problem
from bot.playbook.shape.meant_times import SOME_YEAR

_DATE = re.compile(rf"{SOME_YEAR}-(\d\d)-(\d\d)")
_WITHOUT_YEAR = (
    "write the year as well, such as  {meant}",
    "write  {since}  and below it  {until}",
)
"""The hints to dates without a year; the last date in them is when it ends."""


def year_to_come(problem: Problem, now: datetime) -> Problem:
    """The problem with the year of its hint after `now`; any other problem as it is."""
    hint = problem.hint
    if problem.code != "bad-date" or hint is None or hint.template not in _WITHOUT_YEAR:
        return problem
    days = [found.groups() for _, value in hint.values for found in _DATE.finditer(str(value))]
    if not days:
        return problem
    end = days[-1]
    last = now.year + (end < (f"{now.month:02}", f"{now.day:02}"))

    def dated(found: re.Match[str]) -> str:
        return f"{last - (found.groups() > end)}-{found[1]}-{found[2]}"

    values = tuple((name, _DATE.sub(dated, str(value))) for name, value in hint.values)
    return replace(problem, hint=replace(hint, values=values))

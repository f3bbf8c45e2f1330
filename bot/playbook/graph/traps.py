"""Finds what is valid and probably not meant: a yearly date that works once in a life, minutes in place of
months, two conditions under `unless` that must both hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.engine.compiled.rule import OncePer, OnDate
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.graph.conditions import always_holds
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Scalar, maps, place_of, scalars

_SPANS = frozenset(("wait", "for", "once_per", "expires", "within", "over", "in_next"))
"""Keys whose durations are mostly days or months; not those of questions, which are given up in minutes."""
_MONTHS_LIKE = re.compile(r"(3|6|9|12|18|24)m")
"""Numbers with `m` that people use for months; minutes are mostly multiples of five."""
_A_YEAR = 12
"""Months. The next anniversary comes a leap day later at most."""


def yearly_once(survey: Survey) -> Iterator[Problem]:
    """`yearly-once`: a journey of a yearly date whose `once_per` excludes the next year."""
    for flow in survey.playbook.flows.values():
        start = flow.start
        if start is None or not any(isinstance(one, OnDate) and one.yearly for one in start.when):
            continue
        if start.once_per is not None and _beyond_a_year(start.once_per):
            message = tr(
                "the date of {flow} comes each year, and nobody has it a second time then",
                flow=quoted(flow.name),
            )
            place = survey.place("flows", flow.name, "once_per")
            hint = tr("for each year write  once_per: 300d")
            yield mistake(place, "yearly-once", message, hint=hint, level="warning")


def _beyond_a_year(once: OncePer) -> bool:
    """Whether `once_per` lasts longer than a year."""
    months = once.span.months + once.span.about.days / 30.5
    return once.per == "person" or (once.per == "span" and months > _A_YEAR)


def minutes_like_months(survey: Survey) -> Iterator[Problem]:
    """`minutes-like-months`: `6m` is six minutes, where six months are as likely."""
    for node in maps(survey.root):
        for key, value in node.pairs.values():
            if not (isinstance(value, Scalar) and key.path[-1] in _SPANS):
                continue
            if match := _MONTHS_LIKE.fullmatch(value.value):
                number = int(match[1])
                message = tr("{written} is {number} minutes", written=quoted(value.value), number=number)
                hint = tr(
                    "for {number} months write  {number}mo;  for {number} minutes  {seconds}s  is clear",
                    number=number,
                    seconds=number * 60,
                )
                yield mistake(place_of(value), "minutes-like-months", message, hint=hint, level="warning")


def not_both(survey: Survey) -> Iterator[Problem]:
    """`unless-both`: a list under `unless` excludes only people for whom all of it holds; mostly `any` is
    meant.

    Not where the condition always holds, which `condition-always` reports.
    """
    certain = {leaf.place for one in survey.conditions if always_holds(one) for leaf in one.leaves()}
    for node in maps(survey.root):
        key, parts = node.pairs.get("all", (None, None))
        if key is None or key.path[-1] != "unless" or not isinstance(parts, List):
            continue
        if certain.isdisjoint(place_of(one) for one in scalars(parts, with_keys=True)):
            message = tr("this stops only people for whom all {number} hold", number=len(parts.items))
            hint = tr(
                "for neither write  unless: {any: [..., ...]};  if both are meant  unless: {all: [..., ...]}"
            )
            yield mistake(place_of(key), "unless-both", message, hint=hint, level="warning")

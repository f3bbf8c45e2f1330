"""The moments at which what a playbook does changes of itself: something of it begins or ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.engine.compiled.every_rule import every_rule
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnText, OnTextContaining, Rule

Of = Literal["rule", "menu", "flow", "broadcast"]


@dataclass(frozen=True, slots=True)
class ScheduledChange:
    """Something begins or ends. A rule goes by its name, else by what it hears, else by its place alone."""

    of: Of
    name: str | None
    begins: bool
    place: str | None = None
    """`file:line` of a rule whose name says too little: it has none, or another with dates has the same."""


@dataclass(frozen=True, slots=True)
class Turning:
    """All that changes at one moment: first what begins, each in the order of the playbook."""

    at: datetime
    changes: tuple[ScheduledChange, ...]


def next_turning(playbook: Playbook, after: datetime, until: datetime) -> Turning | None:
    """The first that is later than `after` and by `until`, or `None`."""
    found = [one for one in _changes(playbook) if after < one[0] <= until]
    if not found:
        return None
    first = min(at for at, _ in found)
    there = dict.fromkeys(change for at, change in found if at == first)
    return Turning(first, tuple(sorted(there, key=lambda change: not change.begins)))


def _changes(playbook: Playbook) -> Iterator[tuple[datetime, ScheduledChange]]:
    dated = {rule.place: rule for rule in every_rule(playbook) if rule.since or rule.until}.values()
    names = Counter(_called(rule) for rule in dated)
    for rule in dated:
        name, place = _called(rule), f"{rule.place.file}:{rule.place.line}"
        says_it = name is not None and names[name] == 1
        yield from _both("rule", name, rule.since, rule.until, None if says_it else place)
    for menu in playbook.menus:
        yield from _both("menu", menu.name, menu.since, menu.until)
    for flow in playbook.flows.values():
        yield from _both("flow", flow.title, flow.active_from, flow.active_until)


def _called(rule: Rule) -> str | None:
    if rule.name is not None:
        return rule.name
    heard = (text for when in rule.when if isinstance(when, OnText | OnTextContaining) for text in when.texts)
    return next(heard, None)


def _both(
    of: Of, name: str | None, since: datetime | None, until: datetime | None, place: str | None = None
) -> Iterator[tuple[datetime, ScheduledChange]]:
    if since is not None:
        yield since, ScheduledChange(of, name, begins=True, place=place)
    if until is not None:
        yield until, ScheduledChange(of, name, begins=False, place=place)

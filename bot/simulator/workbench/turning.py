"""The moments at which what a playbook does changes of itself: something of it begins or ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.engine.playbook import Playbook, every_rule
from bot.engine.rule import OnText, OnTextContaining, Rule

Of = Literal["rule", "menu", "flow"]


@dataclass(frozen=True, slots=True, order=True)
class Turning:
    """Something begins or ends; a rule with `first` goes by its name, others by what they hear."""

    at: datetime
    of: Of
    name: str
    begins: bool


def next_turning(playbook: Playbook, after: datetime, until: datetime) -> Turning | None:
    """The first that is later than `after` and by `until`, or `None`."""
    return min((one for one in _turnings(playbook) if after < one.at <= until), default=None)


def _turnings(playbook: Playbook) -> Iterator[Turning]:
    for rule in every_rule(playbook):
        yield from _both("rule", _called(rule), rule.since, rule.until)
    for menu in playbook.menus:
        yield from _both("menu", menu.name, menu.since, menu.until)
    for flow in playbook.flows.values():
        yield from _both("flow", flow.title, flow.active_from, flow.active_until)


def _called(rule: Rule) -> str:
    if rule.first is not None:
        return rule.key  # it has a name
    heard = [text for when in rule.when if isinstance(when, OnText | OnTextContaining) for text in when.texts]
    return heard[0] if heard else f"{rule.place.file}:{rule.place.line}"


def _both(of: Of, name: str, since: datetime | None, until: datetime | None) -> Iterator[Turning]:
    if since is not None:
        yield Turning(since, of, name, begins=True)
    if until is not None:
        yield Turning(until, of, name, begins=False)

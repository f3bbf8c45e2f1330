"""The rules of a whole playbook, inside and outside flows."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.flow import rules_of
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import Rule


def every_rule(playbook: Playbook) -> Iterator[Rule]:
    """All rules, those of flows after the others."""
    yield from playbook.rules
    for flow in (*playbook.flows.values(), *playbook.variants.values()):
        yield from rules_of(flow)


def places_of(playbook: Playbook) -> dict[str, int]:
    """By key of each rule with `first` the number of people it is for."""
    return {rule.key: rule.first for rule in every_rule(playbook) if rule.first is not None}

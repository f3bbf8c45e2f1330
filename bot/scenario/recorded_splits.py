"""For which groups of splits a recording's first person was drawn, where that had a part in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import Condition
from bot.engine.conditions.people import InSplit
from bot.model.place import Place
from bot.scenario.draw import group_of
from bot.scenario.recorded_turn import RecordedTurn


def groups_of(
    turns: Sequence[RecordedTurn], playbook: Playbook, sent: Collection[str] = ()
) -> dict[str, str]:
    """The groups of the first person, in splits of rules, flows and (`sent`) broadcasts of a recording."""
    places = {step.place for turn in turns for step in turn.decision.trace}
    flows = {one.flow for turn in turns for one in (*turn.before.flows, *turn.decision.contact.flows)}
    flows |= {end.flow for turn in turns for end in turn.decision.ended}
    rules = (rule for rule in playbook.rules if places & {rule.place, *_places(rule.condition)})
    parts = [
        *(rule.condition for rule in rules),
        *(playbook.flows[name] for name in flows & playbook.flows.keys()),
    ]
    asked = {split.name for part in parts for split in _splits(part)}
    asked |= {one.split or "" for name, one in playbook.broadcasts.items() if name in sent}
    return {name: group_of(playbook, name, turns[0].before.seed) for name in playbook.splits if name in asked}


def _places(condition: Condition | None) -> Iterator[Place]:
    return (split.place for split in _splits(condition))


def _splits(part: object) -> Iterator[InSplit]:
    """Every condition on a split within a part of the playbook."""
    if isinstance(part, InSplit):
        yield part
    elif is_dataclass(part) and not isinstance(part, type):
        for one in fields(part):
            yield from _splits(getattr(part, one.name))
    elif isinstance(part, tuple | list):
        for item in part:
            yield from _splits(item)
    elif isinstance(part, Mapping):
        for item in part.values():
            yield from _splits(item)

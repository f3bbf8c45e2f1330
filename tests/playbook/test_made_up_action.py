"""An action of which `check` knows nothing but what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.engine.compiled.step import Short, Step
from bot.playbook.graph.examine import examine
from tests.playbooks import loaded

PLAYBOOK = """
attributes: {points: {type: number}, skin: {type: text}}
signals: {greeted: , again: }
flows:
  welcome: {states: {one: {push: 歡迎, end: true}}}
rules:
  - {when: {text: 你好}, note: greets}
  - {when: {signal: again}, note: greets again}
  - {when: {signal: greeted}, if: {tag: VIP}, push: 歡迎你}
  - {when: {tag_removed: 新客}, if: {attribute: {points: {at_least: 1}}}, push: 再見了}
  - {when: {text: c}, if: {attribute: {skin: 乾性}}, reply: 乾性肌膚}
tags: {VIP: , 新客: {added_by: staff}}
"""


@dataclass(frozen=True, slots=True)
class Greets(Step):
    """Puts `VIP` on and `新客` off, sets `skin`, raises `points`, raises `greeted`, starts `welcome`."""

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("greets"),)

    @property
    def adds_tags(self) -> tuple[str, ...]:
        return ("VIP",)

    @property
    def removes_tags(self) -> tuple[str, ...]:
        return ("新客",)

    @property
    def sets(self) -> tuple[str, ...]:
        return ("skin",)

    @property
    def changes(self) -> tuple[str, ...]:
        return ("points",)

    @property
    def raises(self) -> str:
        return "greeted"

    @property
    def starts(self) -> str:
        return "welcome"


def found(*steps: type[Step]) -> set[str]:
    """The codes of what is wrong where the first rules do this instead."""
    there = loaded(PLAYBOOK)
    assert there.playbook is not None
    rules = list(there.playbook.rules)
    for number, step in enumerate(steps):
        rules[number] = replace(rules[number], do=(step(rules[number].place),))
    problems = examine(replace(there.playbook, rules=tuple(rules)), there.document.root, there.sources)
    return {problem.code for problem in problems if problem.level != "info"}


def test_what_it_says_that_it_does_is_done() -> None:
    assert found() == {"tag-never-added", "attribute-never-set", "flow-unused", "signal-never-sent"}
    assert found(Greets) == {"signal-never-sent"}, "of `again`"


@dataclass(frozen=True, slots=True)
class RoundAndRound(Greets):
    """Its own tag is its end, and it hears itself."""

    @property
    def removes_tags(self) -> tuple[str, ...]:
        return ("VIP",)

    @property
    def raises(self) -> str:
        return "again"


def test_what_it_says_may_be_at_odds() -> None:
    assert found(Greets, RoundAndRound) == {"tag-in-both", "raise-cycle"}

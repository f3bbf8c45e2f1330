"""What each kind of promotion gives the compiler and the check, beside its words (`shape/promotions.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.step import Step
from bot.engine.conditions.condition import Condition
from bot.model.flow_occupancy import PromotionUsage
from bot.model.problem import Problem
from bot.model.promotions import parts_of
from bot.playbook.compile.messages.bubbles import MessageMaker
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.graph.survey import Survey
from bot.playbook.syntax.nodes import Node, Scalar

Check: TypeAlias = Callable[[Survey], Iterator[Problem]]
Names: TypeAlias = Sequence[str] | None
"""What news are about: names of a section, or any of them."""
Perhaps: TypeAlias = Callable[[Scope, str, Names, Set[str]], Set[str]]
AtStake: TypeAlias = Callable[[Playbook, PromotionUsage, Mapping[str, Any]], Iterator[Problem]]


def _nothing_at_stake(
    playbook: Playbook, usage: PromotionUsage, counts: Mapping[str, Any]
) -> Iterator[Problem]:
    yield from ()


@dataclass(frozen=True, slots=True)
class LanguagePart:
    """How one kind is compiled and checked.

    `checks` are of a whole playbook. By word: `cards` makes messages, `actions` reads those that their
    declaration does not make, `conditions` reads conditions, `perhaps` gives the fields that not every news
    has. `at_stake` is what an edit would do to what people have.
    """

    checks: tuple[Check, ...]
    perhaps: Mapping[str, Perhaps]
    cards: Mapping[str, MessageMaker] = field(default_factory=dict)
    actions: Mapping[str, Callable[[Scope, Scalar, Node], Step | None]] = field(default_factory=dict)
    conditions: Mapping[str, Callable[[Scope, Scalar, Node], Condition]] = field(default_factory=dict)
    at_stake: AtStake = _nothing_at_stake


def language_parts() -> tuple[LanguagePart, ...]:
    """Of all kinds."""
    return parts_of("playbook")

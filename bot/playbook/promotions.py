"""What each kind of promotion gives the compiler and the check, beside its words (`shape/promotions.py`).

A kind (coupons, stamp cards, draws …) declares it in its folder of `bot/promotions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.step import Step
from bot.engine.conditions.condition import Condition
from bot.model.problem import Problem
from bot.model.promotions import Parts
from bot.playbook.compile.messages.bubbles import MessageMaker
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.graph.survey import Survey
from bot.playbook.syntax.nodes import Node, Scalar

SurveyCheck: TypeAlias = Callable[[Survey], Iterator[Problem]]
"""A check of a whole playbook."""
Names: TypeAlias = Sequence[str] | None
"""What news are about: names of a section; `None`: any of them."""
Perhaps: TypeAlias = Callable[[Scope, str, Names, Set[str]], Set[str]]
"""Of a scope, news, what they are about, and their results: the fields that only some of these news have."""


def _no_rewards(entry: object) -> Iterable[str]:
    """The default of `rewards`."""
    return ()


def _never_elsewhere(playbook: Playbook, names: Names) -> bool:
    """The default of `elsewhere`."""
    return False


@dataclass(frozen=True, slots=True)
class LanguagePart:
    """How one kind is compiled and checked. Its results are heard by rules as its news."""

    compiled: Callable[[Scope], Mapping[str, Any]]
    """Compiles its section: the entries by name, each with a title."""
    perhaps: Perhaps
    """The fields that not all of its news have."""
    at_stake: Callable[[Playbook, Any, Any], Iterator[Problem]]
    """Warnings of what this playbook would change of what people have.

    It is given the playbook, what the store counts of contacts, and what else the store knows.
    """
    later: tuple[str, ...] = ()
    """The results of its news that are no answer to an action."""
    elsewhere: Callable[[Playbook, Names], bool] = _never_elsewhere
    """Whether its answers also come without an action."""
    ends: bool = True
    """Whether its entries have an end, `until`."""
    rewards: Callable[[Any], Iterable[str]] = _no_rewards
    """The names of the coupons that an entry gives."""
    own_news: bool = False
    """Whether these coupons are news of this kind alone, and not of coupons."""
    checks: tuple[SurveyCheck, ...] = ()
    """Checks of a whole playbook."""
    cards: Mapping[str, MessageMaker] = field(default_factory=dict)
    """What makes its messages, by the word of the card."""
    actions: Mapping[str, Callable[[Scope, Scalar, Node], Step | None]] = field(default_factory=dict)
    """What compiles its actions, by word, where the declaration of the word does not suffice."""
    conditions: Mapping[str, Callable[[Scope, Scalar, Node], Condition]] = field(default_factory=dict)
    """What compiles its conditions, by word."""


LANGUAGE_PARTS = Parts("playbook", LanguagePart)
"""The contributions of all kinds."""


@cache
def part_by_news() -> Mapping[str, LanguagePart]:
    """The part of each kind, by the word of its news (a trigger)."""
    return {kind.news: part for kind, part in LANGUAGE_PARTS.by_kind.items()}


def asked_for(step: Step, news: str) -> str | None:
    """The name of the entry for which a step asks; `None` where its answer does not come as this news."""
    if step.asks is None or step.asks.answer != news:
        return None
    return str(getattr(step, step.about))

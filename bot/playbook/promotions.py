"""What each kind of promotion gives the compiler and the check, beside its words (`shape/promotions.py`)."""

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
Names: TypeAlias = Sequence[str] | None
"""What news are about: names of a section, or any of them."""
Perhaps: TypeAlias = Callable[[Scope, str, Names, Set[str]], Set[str]]


def _no_rewards(entry: object) -> Iterable[str]:
    return ()


def _never_elsewhere(playbook: Playbook, names: Names) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class LanguagePart:
    """How one kind is compiled and checked.

    `compiled` makes its section, whose entries have a title and an `until` where it `ends`. What comes of
    it is heard as its news; `perhaps` gives the fields that not all of these have, `later` the results that
    are no answer to an action, `elsewhere` whether answers come without one, too. `rewards` are the coupons
    that an entry gives, which are news of it alone where they are `own_news`. `checks` are of a whole
    playbook. By word: `cards` makes messages, `actions` reads those that their declaration does not make,
    `conditions` reads conditions. `at_stake` is what an edit would do to what people have, which
    the store counts of contacts and reads besides.
    """

    compiled: Callable[[Scope], Mapping[str, Any]]
    perhaps: Perhaps
    at_stake: Callable[[Playbook, Any, Any], Iterator[Problem]]
    later: tuple[str, ...] = ()
    elsewhere: Callable[[Playbook, Names], bool] = _never_elsewhere
    ends: bool = True
    rewards: Callable[[Any], Iterable[str]] = _no_rewards
    own_news: bool = False
    checks: tuple[SurveyCheck, ...] = ()
    cards: Mapping[str, MessageMaker] = field(default_factory=dict)
    actions: Mapping[str, Callable[[Scope, Scalar, Node], Step | None]] = field(default_factory=dict)
    conditions: Mapping[str, Callable[[Scope, Scalar, Node], Condition]] = field(default_factory=dict)


LANGUAGE_PARTS = Parts("playbook", LanguagePart)


@cache
def part_by_news() -> Mapping[str, LanguagePart]:
    """By the word under which it is heard."""
    return {kind.news: part for kind, part in LANGUAGE_PARTS.by_kind.items()}


def asked_for(step: Step, news: str) -> str | None:
    """The entry for which a step asks, whose answer comes as this news."""
    if step.asks is None or step.asks.answer != news:
        return None
    return str(getattr(step, step.about))

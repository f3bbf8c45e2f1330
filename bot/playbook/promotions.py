"""What each kind of promotion gives the compiler and the check, beside its words (`shape/promotions.py`).

A kind (coupons, stamp cards, draws …) declares it in its folder of `bot/promotions`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.step import Step
from bot.engine.conditions.condition import Condition
from bot.model.problem import Problem
from bot.model.promotions import Parts
from bot.model.translatable import Quoted, Translatable, plural, tr
from bot.playbook.codes import Code, mistake
from bot.playbook.compile.messages.bubbles import MessageMaker
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import nearest, quoted
from bot.playbook.syntax.folder_names import section_place
from bot.playbook.syntax.nodes import Node, Scalar
from bot.playbook.syntax.source import underlined

SurveyCheck: TypeAlias = Callable[[Survey], Iterator[Problem]]
"""A check of a whole playbook."""
Names: TypeAlias = Sequence[str] | None
"""What news are about: names of a section; `None`: any of them."""
Perhaps: TypeAlias = Callable[[Scope, str, Names, Set[str]], Set[str]]
"""Of a scope, news, what they are about, and their results: the fields that only some of these news have."""


@dataclass(frozen=True, slots=True)
class Removed:
    """The warning for entries of a section that people have something of, and that are gone."""

    code: Code
    says: Callable[[Translatable, Quoted], Translatable]
    """Makes the message of how many people there are, and the entry's name."""
    keep: Translatable
    """The hint where no entry has a similar name."""
    people: Callable[[Any], Mapping[str, int]] = lambda usage: usage
    """How many people there are by entry, of what the store counts of contacts."""

    def removed(self, section: str, usage: object, known: Collection[str]) -> Iterator[Problem]:
        """A warning for each entry of this section that is not `known` to the playbook."""
        for name, number in sorted(self.people(usage).items()):
            if name not in known:
                new = nearest(name, known)
                hint = self.keep if new is None else _renamed(section, name, new)
                message = self.says(people_have(number), quoted(name))
                yield mistake(section_place(section), self.code, message, hint=hint, level="warning")


def _renamed(section: str, old: str, new: str) -> Translatable:
    """Advice where a similar name is declared."""
    return tr(
        "if it is {new} now, give it back its name:  {section}: {{old}: …}",
        new=new,
        section=section,
        old=old,
    )


def people_have(number: int) -> Translatable:
    """How many people, as the begin of a sentence."""
    return plural("1 person has", "{number} people have", number)


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
    perhaps: Perhaps = lambda scope, kind, names, results: set()
    """The fields that not all of its news have."""
    removed: Removed | None = None
    """The warning for entries that are gone, where people have something of them that they lose."""
    at_stake: Callable[[Playbook, Any, Any], Iterable[Problem]] = lambda playbook, usage, besides: ()
    """Warnings of what else this playbook would change of what people have.

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


def promotions_at_stake(
    playbook: Playbook, usage: Mapping[str, Any], besides: Mapping[str, Any], sources: Mapping[str, str]
) -> list[Problem]:
    """Warnings for what this playbook would change of what people have.

    By section, `usage` is what the store counts of contacts, `besides` what else it knows. `sources` are the
    texts of the files.
    """
    found = list[Problem]()
    for kind, part in LANGUAGE_PARTS.by_kind.items():
        if kind.section in usage:
            counted = usage[kind.section]
            if part.removed is not None:
                found += part.removed.removed(kind.section, counted, kind.entries(playbook))
            found += part.at_stake(playbook, counted, besides.get(kind.section))
    return list(underlined(found, sources))


def asked_for(step: Step, news: str) -> str | None:
    """The name of the entry for which a step asks; `None` where its answer does not come as this news."""
    if step.asks is None or step.asks.answer != news:
        return None
    return str(getattr(step, step.about))

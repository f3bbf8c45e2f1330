"""Warns, before an edit is published, of what it would do to promotions that people have (N1–N5)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.engine.compiled.playbook import Playbook
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Quoted, Translatable, plural, tr
from bot.playbook.codes import Code, mistake
from bot.playbook.promotions import LANGUAGE_PARTS
from bot.playbook.similar import nearest, quoted
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.playbook.syntax.source import underlined


def promotions_at_stake(
    playbook: Playbook, usage: Mapping[str, Any], besides: Mapping[str, Any], sources: Mapping[str, str]
) -> list[Problem]:
    """Warnings for what this playbook would change of what people have.

    By section, `usage` is what the store counts of contacts, `besides` what else it knows. `sources` are the
    texts of the files.
    """
    found = [
        problem
        for kind, part in LANGUAGE_PARTS.by_kind.items()
        if kind.section in usage
        for problem in part.at_stake(playbook, usage[kind.section], besides.get(kind.section))
    ]
    return list(underlined(found, sources))


@dataclass(frozen=True, slots=True)
class Removed:
    """The warning for entries of a section that people have something of, and that are gone."""

    section: str
    code: Code
    says: Callable[[Translatable, Quoted], Translatable]
    """Makes the message of how many people there are, and the entry's name."""
    keep: Translatable
    """The hint where no entry has a similar name."""

    def removed(self, held: Mapping[str, int], known: Collection[str]) -> Iterator[Problem]:
        """A warning for each entry that is not `known` to the playbook; `held` counts people by entry."""
        for name, number in sorted(held.items()):
            if name not in known:
                new = nearest(name, known)
                hint = self.keep if new is None else self._renamed(name, new)
                message = self.says(people_have(number), quoted(name))
                place = Place(BOT_YAML, 1, 1, self.section)
                yield mistake(place, self.code, message, hint=hint, level="warning")

    def _renamed(self, old: str, new: str) -> Translatable:
        """Advice where a similar name is declared."""
        return tr(
            "if it is {new} now, give it back its name:  {section}: {{old}: …}",
            new=new,
            section=self.section,
            old=old,
        )


def people_have(number: int) -> Translatable:
    """How many people, as the begin of a sentence."""
    return plural("1 person has", "{number} people have", number)

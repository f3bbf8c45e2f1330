"""Whose data, and which kinds of them, were touched in a period (個資法 §12): what is answered of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from bot.model.answer_fields import Clock, Internal, TextTable
from bot.model.audit import AuditEntry, AuditKind
from bot.model.clerk import OfEverybody, SeenPeople
from bot.model.translatable import Translatable, TranslatableValue, row, tr
from bot.operations.actors import CONSOLE, actor_words, done_by
from bot.operations.audiences import TargetAudience
from bot.operations.audit_words import KINDS as KIND_WORDS
from bot.operations.concerned_person import DATA, TOUCHES, ConcernedPerson, DataKind, Touch
from bot.playbook.similar import printable
from bot.store.events.concerned_people import PeopleSource


@dataclass(frozen=True, slots=True)
class IncidentPeriod:
    """Of when, of whom: `by` an actor's name as the audit log, or `oaflow admin`, has it; `all_data`:
    everybody who is stored."""

    since: datetime
    until: datetime
    by: str | None = None
    all_data: bool = False


@dataclass(frozen=True, slots=True)
class DataExit:
    """Data that left in a table in the period: `audience` (empty: everybody), of so many people, by whom.

    `is_known`: the playbook has this audience still. `kinds` are those of its columns.
    """

    at: datetime
    by: str
    audience: str
    number: str
    kinds: Annotated[frozenset[DataKind], Internal()]
    target: Annotated[TargetAudience | None, Internal()] = field(default=None, repr=False)


@dataclass(slots=True)
class IncidentFigures:
    """How many people are concerned: `sure`, `possible` (nothing shows that it was done), `erased` since;
    `crowds` are groups and rooms, whose members nobody knows. `kinds` and `touches`: of so many people."""

    people: int = 0
    sure: int = 0
    possible: int = 0
    erased: int = 0
    crowds: int = 0
    kinds: Counter[DataKind] = field(default_factory=Counter)
    touches: Counter[Touch] = field(default_factory=Counter)

    def add(self, person: ConcernedPerson) -> None:
        """One more."""
        self.people += 1
        if person.certificate is not None:
            self.erased += 1
        elif person.certain:
            self.sure += 1
        else:
            self.possible += 1
        self.kinds.update(person.kinds)
        self.touches.update(person.touches)


@dataclass(slots=True)
class Incident:
    """What is known of a period: `sign_ins`, `wrong_tries` at the account, `entries` (done to no one
    contact) and how many of each kind (`changes`), `exits`, whom the account has `seen` by its roles, and
    what cannot be known: `unknown`."""

    period: IncidentPeriod
    actors: Sequence[str] | None
    entries: Annotated[Sequence[AuditEntry], Internal()] = ()
    changes: Counter[AuditKind] = field(default_factory=Counter)
    exits: Sequence[DataExit] = ()
    seen: Annotated[Sequence[SeenPeople | OfEverybody], Internal()] = ()
    sign_ins: int = 0
    wrong_tries: int = 0
    unknown: list[Translatable] = field(default_factory=list)
    figures: IncidentFigures = field(default_factory=IncidentFigures)

    @property
    def source(self) -> PeopleSource:
        """Where its people are looked for."""
        period = self.period
        return PeopleSource(
            period.since,
            period.until,
            self.actors,
            processed=period.by is None and not period.all_data,
            seen=self.seen,
            stored=period.all_data or bool(self.exits),
        )

    def lines(self, at: Clock) -> Iterator[TranslatableValue | TextTable]:
        """The numbers, and what nobody can know."""
        figures, period = self.figures, self.period
        if not period.all_data:
            yield tr("from {since} to {until}", since=at(period.since), until=at(period.until))
        if self.actors:
            yield tr("by {names}", names=row(map(actor_words, self.actors)))
        if any(one.startswith(CONSOLE) for one in self.actors or ()):
            yield tr(
                "signed in {number} times since a week before, wrong tries at the account then: {wrong}",
                number=self.sign_ins,
                wrong=self.wrong_tries,
            )
        yield tr(
            "{people} people are concerned: {sure} surely, {possible} perhaps, {erased} are erased since",
            people=f"{figures.people:,}",
            sure=f"{figures.sure:,}",
            possible=f"{figures.possible:,}",
            erased=f"{figures.erased:,}",
        )
        yield from _counted({DATA[kind]: figures.kinds[kind] for kind in DataKind})
        yield from _counted({TOUCHES[touch]: figures.touches[touch] for touch in Touch})
        if self.changes:
            yield tr("what was done to no one person then:")
            yield from _counted({KIND_WORDS[kind]: number for kind, number in self.changes.items()})
        for way in self.exits:
            yield tr(
                "{at}: {audience}, {number} people, {by}",
                at=at(way.at),
                audience=printable(way.audience) if way.audience else tr("everybody"),
                number=way.number or "?",
                by=done_by(way.by),
            )
        yield tr("what nobody can know:")
        yield from (tr("  {sentence}", sentence=one) for one in self.unknown)


def _counted(numbers: Mapping[Translatable, int]) -> Iterator[TextTable]:
    rows = [("", name, number) for name, number in numbers.items() if number]
    if rows:
        yield TextTable((), rows)

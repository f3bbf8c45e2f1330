"""What kinds of promotions give scenarios: ports in memory, what is given, done, expected, recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.promotion_section import PromotionSection
from bot.model.contact import Contact
from bot.model.event import Outcome, PageAnswer
from bot.model.held import Held
from bot.model.promotions import Parts
from bot.model.screen import Screen
from bot.model.translatable import Translatable
from bot.playbook.shape.words import Schema, Word
from bot.playbook.syntax.nodes import Map, Node
from bot.scenario.given import Given
from bot.scenario.reading import Reading
from bot.scenario.recorded_turn import RecordedTurn
from bot.scenario.steps import Act, AnswersPage, Opens, PromotionStep, ShopTells
from bot.services.caller import Caller
from bot.services.promotions import Port, Ports

PlayedBy: TypeAlias = Any
"""A `bot.scenario.player.Player`, which imports this module."""


@dataclass(frozen=True, slots=True)
class MemoryContext:
    """What ports in memory are made of."""

    given: Given
    contacts: Mapping[str, Contact]
    """All that there are at any time, by their ids."""
    id_of: Callable[[str], str]
    """The id by which a contact is known now: it may have been merged."""
    playbook: Callable[[], Playbook]


@dataclass(frozen=True, slots=True)
class GivenWord:
    """A word of `given`."""

    word: Word
    read: Callable[[Reading, Node], Any]
    """The value for `Given.promotions`."""
    recorded: Callable[[Iterable[RecordedTurn], Playbook], Iterator[str]]
    """Its lines below `given:` of a recording."""
    definition: tuple[str, Schema]
    """Name and schema of its entries."""
    order: int = 0
    """Words are listed by it, the least first."""


@dataclass(frozen=True, slots=True)
class PersonWord:
    """A word of a person in `given`."""

    word: Word
    read: Callable[[Reading, Node], Any]
    holds: Held[Any]
    """What a contact holds by it."""
    held: Callable[[Any, str, Playbook, datetime], tuple[Any, ...]]
    """The held items for the value that was read, the LINE user, the playbook and the moment."""
    recorded: Callable[[Contact, Playbook, datetime], str | None]
    """How a contact has it in a recording, as YAML; `None`: it is not written."""


@dataclass(frozen=True, slots=True)
class NamedOption:
    """An option of `oaflow explain` that gives a person what names of a section say, as this word of a person
    (`PersonWord`) does."""

    option: str
    help: str
    word: str
    section: PromotionSection[Any]
    thing: Translatable


@dataclass(frozen=True, slots=True)
class ContactWord:
    """A word of the check `contact`."""

    word: Word
    read: Callable[[Reading, Node], Any]
    differs: Callable[[PlayedBy, Any, Contact], Iterator[Translatable]]
    """How a contact differs from the value that was read, a sentence each."""
    order: int = 0
    """Words are listed by it, the least first."""


@dataclass(frozen=True, slots=True)
class ActWord:
    """A word of `user` or `staff`: reads the step, and the value of its word."""

    word: Word
    read: Callable[[Reading, Map, Node], Act | None]


@dataclass(frozen=True, slots=True)
class OrderWord:
    """A word of news of an order."""

    word: Word
    read: Callable[[Reading, Node, str], Any]
    """The value of the word; the last argument is the subject of the news."""
    happens: Callable[[PlayedBy, ShopTells, Any], None]
    """Called with the value before the news are decided."""


@dataclass(frozen=True, slots=True)
class PlayedPage:
    """A page of a promotion, as a scenario plays it."""

    inputs: tuple[str, ...] = ()
    """The inputs of its link."""
    opened: Callable[[PlayedBy, Opens], None] | None = None
    """Called where a step opens the page."""
    screen: str = ""
    """The kind of screen on which `submits` answers."""
    submits: Callable[[PlayedBy, AnswersPage, Screen], str] | None = None
    """What the page sends where a step answers on it."""
    recorded: Callable[[PageAnswer, Contact, Playbook], str | None] | None = None
    """The step of an answer in a recording; `None`: it needs none."""


def _no_ports(context: MemoryContext) -> Ports:
    return {}


def _never(ports: Ports, until: datetime) -> datetime | None:
    return None


async def _nothing(ports: Ports, playbook: Playbook, request: Any, caller: Caller, result: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class ScenarioPart:
    """What a kind of promotions gives scenarios."""

    ports: Callable[[MemoryContext], Ports] = _no_ports
    next_due: Callable[[Ports, datetime], datetime | None] = _never
    """When it does something without an event, up to a moment; `None`: not by then."""
    given: Mapping[str, GivenWord] = field(default_factory=dict)
    person: Mapping[str, PersonWord] = field(default_factory=dict)
    by_name: Sequence[NamedOption] = ()
    """Its options of `oaflow explain`."""
    contact: Mapping[str, ContactWord] = field(default_factory=dict)
    user: Mapping[str, ActWord] = field(default_factory=dict)
    staff: Mapping[str, ActWord] = field(default_factory=dict)
    user_beside: Mapping[str, tuple[Word, tuple[str, ...]]] = field(default_factory=dict)
    """Words that stand beside others of `user`, each with the words that it may stand beside."""
    staff_beside: Mapping[str, tuple[Word, tuple[str, ...]]] = field(default_factory=dict)
    """As `user_beside`, of `staff`."""
    orders: Mapping[str, OrderWord] = field(default_factory=dict)
    plays: Mapping[type[PromotionStep], Callable[[PlayedBy, Any], None]] = field(default_factory=dict)
    """Does its steps, by their types."""
    page: PlayedPage | None = None
    recorded: Mapping[type[Any], Callable[[Any, Playbook], str | None]] = field(default_factory=dict)
    """Writes its events, by their types, as steps of a recording. Empty: no step is needed; `None`: no step
    can say it."""
    outcome: Callable[[Outcome, str], str] | None = None
    """The line of the last step of a recording, changed by an outcome that came of it."""
    chosen: Callable[[Playbook, Collection[tuple[str, str]]], Mapping[str, Any]] = lambda playbook, chosen: {}
    """The `given` values that the chosen outcomes need."""
    prepare: Callable[[Ports, Playbook, Any, Caller, str], Awaitable[None]] = _nothing
    """Gives the world what an outcome needs."""
    real: frozenset[tuple[str, str]] = frozenset()
    """Outcomes that cannot be made up, each as the answer and its result."""
    stays: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """By an answer and its chosen result: what the real outcome has brought and the chosen one has, too."""


PromotionTable: TypeAlias = Literal[
    "given",
    "person",
    "contact",
    "user",
    "staff",
    "user_beside",
    "staff_beside",
    "orders",
    "plays",
    "recorded",
]
"""The fields of `ScenarioPart` that are tables, by word or type."""


SCENARIO_PARTS = Parts("scenario", ScenarioPart)
"""The parts of all kinds of promotions."""


@cache
def all_of(table: PromotionTable) -> Mapping[Any, Any]:
    """A table of all kinds in one, those with an `order` by it. Raises `ValueError` as `Parts.table`."""
    rows = SCENARIO_PARTS.table(attrgetter(table)).items()
    return dict(sorted(rows, key=lambda row: getattr(row[1], "order", 0)))


def played_page(page: str | None) -> PlayedPage | None:
    """The page of this name, if it is of promotions, and something is to be played there."""
    return next((part.page for kind, part in SCENARIO_PARTS.by_kind.items() if kind.page == page), None)


def amends(news: str) -> Callable[[Outcome, str], str] | None:
    """What gives the line of the last step as it is after an outcome of this name."""
    return next((part.outcome for kind, part in SCENARIO_PARTS.by_kind.items() if kind.news == news), None)


def promotions_in(
    reading: Reading, table: Literal["given", "person", "contact"], said: Mapping[str, Node]
) -> Mapping[str, Any]:
    """What a block says by words of promotions."""
    return {name: one.read(reading, said[name]) for name, one in all_of(table).items() if name in said}


def ports_in_memory(context: MemoryContext) -> dict[Port[Any], Any]:
    """All that services of promotions need of the outside."""
    return SCENARIO_PARTS.table(lambda part: part.ports(context))


def next_due(ports: Ports, until: datetime) -> datetime | None:
    """When promotions next do something without an event, up to a moment; `None`: not by then."""
    dues = (part.next_due(ports, until) for part in SCENARIO_PARTS)
    return min((due for due in dues if due is not None), default=None)

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
"""A `bot.scenario.player.Player`, who stands above this module."""


@dataclass(frozen=True, slots=True)
class MemoryContext:
    """What ports in memory are made of. `contacts` are all that there are at any time, by their ids; `id_of`
    gives the contact that one is by now, which may have been merged."""

    given: Given
    contacts: Mapping[str, Contact]
    id_of: Callable[[str], str]
    playbook: Callable[[], Playbook]


@dataclass(frozen=True, slots=True)
class GivenWord:
    """A word of `given`: `read` gives what `Given.promotions` has of it, `recorded` its lines of a recording.

    `definition` is the shape of its entries, where it has one: its name, and its schema. Of several words
    that with the least `order` stands first.
    """

    word: Word
    read: Callable[[Reading, Node], Any]
    recorded: Callable[[Iterable[RecordedTurn], Playbook], Iterator[str]]
    definition: tuple[str, Schema]
    order: int = 0


@dataclass(frozen=True, slots=True)
class PersonWord:
    """A word of a person who is given: what a contact `holds` by it, and how it is written of a contact in a
    recording, if at all."""

    word: Word
    read: Callable[[Reading, Node], Any]
    holds: Held[Any]
    held: Callable[[Any, str, Playbook, datetime], tuple[Any, ...]]
    recorded: Callable[[Contact, Playbook, datetime], str | None]


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
    """A word of the check `contact`: how a contact differs from what it says. `order` as of `GivenWord`."""

    word: Word
    read: Callable[[Reading, Node], Any]
    differs: Callable[[PlayedBy, Any, Contact], Iterator[Translatable]]
    order: int = 0


@dataclass(frozen=True, slots=True)
class ActWord:
    """A word of `user` or `staff`: reads the step, and the value of its word."""

    word: Word
    read: Callable[[Reading, Map, Node], Act | None]


@dataclass(frozen=True, slots=True)
class OrderWord:
    """A word of news of an order, whose subject `read` is given; `happens`: before the news are heard."""

    word: Word
    read: Callable[[Reading, Node, str], Any]
    happens: Callable[[PlayedBy, ShopTells, Any], None]


@dataclass(frozen=True, slots=True)
class PlayedPage:
    """A page: the `inputs` of its link, with which it is `opened`; what it `submits` where it shows `screen`
    and somebody answers; how an answer is `recorded`, `None`: it needs no step."""

    inputs: tuple[str, ...] = ()
    opened: Callable[[PlayedBy, Opens], None] | None = None
    screen: str = ""
    submits: Callable[[PlayedBy, AnswersPage, Screen], str] | None = None
    recorded: Callable[[PageAnswer, Contact, Playbook], str | None] | None = None


def _no_ports(context: MemoryContext) -> Ports:
    return {}


def _never(ports: Ports, until: datetime) -> datetime | None:
    return None


async def _nothing(ports: Ports, playbook: Playbook, request: Any, caller: Caller, result: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class ScenarioPart:
    """What a kind gives.

    `next_due`: when it does something by itself, up to a moment. `user_beside`, `staff_beside`: words that
    stand beside those of acts. `plays` does its steps; `recorded` writes its events (by their types) as
    steps: empty: it needs none; `None`: a scenario has no words for it. `outcome`: the line of the last
    step as it is after one. `chosen`: what is given where such outcomes are wanted; `prepare`: has in
    the world what an outcome needs; `real`: outcomes that nobody can make up, each behind its news.
    """

    ports: Callable[[MemoryContext], Ports] = _no_ports
    next_due: Callable[[Ports, datetime], datetime | None] = _never
    given: Mapping[str, GivenWord] = field(default_factory=dict)
    person: Mapping[str, PersonWord] = field(default_factory=dict)
    by_name: Sequence[NamedOption] = ()
    contact: Mapping[str, ContactWord] = field(default_factory=dict)
    user: Mapping[str, ActWord] = field(default_factory=dict)
    staff: Mapping[str, ActWord] = field(default_factory=dict)
    user_beside: Mapping[str, tuple[Word, tuple[str, ...]]] = field(default_factory=dict)
    staff_beside: Mapping[str, tuple[Word, tuple[str, ...]]] = field(default_factory=dict)
    orders: Mapping[str, OrderWord] = field(default_factory=dict)
    plays: Mapping[type[PromotionStep], Callable[[PlayedBy, Any], None]] = field(default_factory=dict)
    page: PlayedPage | None = None
    recorded: Mapping[type[Any], Callable[[Any, Playbook], str | None]] = field(default_factory=dict)
    outcome: Callable[[Outcome, str], str] | None = None
    chosen: Callable[[Playbook, Collection[tuple[str, str]]], Mapping[str, Any]] = lambda playbook, chosen: {}
    prepare: Callable[[Ports, Playbook, Any, Caller, str], Awaitable[None]] = _nothing
    real: frozenset[tuple[str, str]] = frozenset()
    stays: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """By news and a result that is chosen instead of the real one: what of that is brought all the same."""


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


SCENARIO_PARTS = Parts("scenario", ScenarioPart)


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
    """When promotions do something by themselves, up to a moment."""
    dues = (part.next_due(ports, until) for part in SCENARIO_PARTS)
    return min((due for due in dues if due is not None), default=None)

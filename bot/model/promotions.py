"""The kinds of promotions: a folder of `bot/promotions` each, of one shape (decision 069)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, NewType, Protocol, TypeVar

from bot.model.brought import Brings
from bot.model.held import Held
from bot.model.mark import Mark
from bot.model.trace import NoteKind
from bot.model.translatable import Translatable
from bot.model.value import Type

K = TypeVar("K")
T = TypeVar("T")
V = TypeVar("V")
PROMOTIONS = ("coupons", "stamps", "draws", "referrals", "appointments")
"""All kinds, in the order in which playbooks, pages and lists have them. A new kind is a name here."""
FOLDER = Path(__file__).parent.parent / "promotions"
"""Each has its folder in it."""


class DeclaresPromotions(Protocol):
    """A compiled playbook, as far as this reads it."""

    @property
    def promotions(self) -> Mapping[str, Mapping[str, Any]]: ...


SectionName = NewType("SectionName", str)
"""The key of a section of promotions: a name only where a kind declares it."""


@dataclass(frozen=True, slots=True, eq=False)
class PromotionKind:
    """One kind, as all of the program may know it. What comes of it is heard as `news` with these `fields`.

    Its results are the outcomes of what is asked for, but those that are `silent`, and `more`. In traces
    it is noted by `note`, with its name and result: the coupon 折100, given.
    """

    section: SectionName
    """Its section of the playbook."""
    page: str
    """Its page of members, which is built in."""
    screen: str
    """The kind of the page's screen (`Screen.kind`), and what that shows, in words (`says`)."""
    says: Translatable
    news: str
    note: NoteKind
    fields: Mapping[str, Type]
    more: tuple[str, ...]
    page_title: str
    """What its page is called, as pages say it."""
    trace_rows: Mapping[str, str]
    """In a trace, what a row says of an entry, by its result or what was done; `""`: any news of it."""
    trace_page: str
    """In a trace, what its page is called."""
    trace_events: Mapping[str, str] = field(default_factory=dict)
    """In a trace, what its news say, by result, beside the outcomes of requests."""
    trace_lists: tuple[str, ...] = ()
    """Names of values of notes that are several names."""
    trace_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By name of a value of notes that is one word of a closed set, the sentence for each word."""
    silent: tuple[str, ...] = ()
    holds: tuple[Held[Any], ...] = ()
    """What contacts hold of it."""
    brings: tuple[Brings[Any], ...] = ()
    """What its outcomes bring."""
    requests: tuple[type[Any], ...] = ()
    """What it asks of the world: kinds of `PromotionRequest`."""
    acts: tuple[type[Any], ...] = ()
    """What is done about it: kinds of `PromotionAct`."""
    counted: str = ""
    """Instead of a flow, in `Mark.flow`: no flow is called so. Empty: nothing is counted."""
    indexed: Callable[[Mark], str | None] = lambda mark: None
    """See `bot.model.counts.indexed_as`."""
    notices: tuple[type[Any], ...] = ()
    """What it reports to the world: kinds of `PromotionNotice`."""

    def entries(self, playbook: DeclaresPromotions) -> Mapping[str, Any]:
        """What a playbook declares of it, by name, as `PromotionSection` gives it with its type."""
        return playbook.promotions.get(self.section, {})

    def names(self) -> Mapping[str, PromotionKind]:
        """Itself, by each of its names that no other kind may have."""
        held = (f"held {one.name}" for one in self.holds)
        counted = (f"counted {self.counted}",) if self.counted else ()
        own = (f"section {self.section}", f"page {self.page}", f"screen {self.screen}", f"news {self.news}")
        return dict.fromkeys((*own, f"note {self.note.code}", *counted, *held), self)


@cache
def kinds() -> tuple[PromotionKind, ...]:
    """All of them. Raises `ValueError` where two have the same name."""
    return apart(import_module(f"bot.promotions.{name}.model").KIND for name in PROMOTIONS)


def apart(found: Iterable[PromotionKind]) -> tuple[PromotionKind, ...]:
    """These kinds. Raises `ValueError` where two of them have the same section, page, screen, news …"""
    all_ = tuple(found)
    one_table(kind.names() for kind in all_)
    return all_


def _part(kind: str, room: str, of: type[T]) -> T | None:
    path = FOLDER.joinpath(kind, *room.split("."))
    if (path / "__init__.py").is_file():
        room = f"{room}.part"
    elif not path.with_suffix(".py").is_file():
        return None
    module = import_module(f"bot.promotions.{kind}.{room}")
    part = getattr(module, "PART", None)
    if part is None or not isinstance(part, of):
        raise TypeError(f"{module.__name__}: PART is no {of.__name__}")
    return part


@dataclass(frozen=True)  # with slots a generic class cannot be made frozen in Python 3.11
class Parts(Generic[T]):
    """What kinds give a room (`engine`, `store` …), of this type: `PART` of a kind's module of the room's
    name, or of `part` in its folder of that name. A kind that has nothing for it has neither.

    They are loaded where they are first asked for; raises `TypeError` where one is of another type.
    """

    room: str
    of: type[T]

    @cached_property
    def by_kind(self) -> Mapping[PromotionKind, T]:
        """In the order of kinds."""
        found = zip(kinds(), (_part(name, self.room, self.of) for name in PROMOTIONS), strict=True)
        return {kind: part for kind, part in found if part is not None}

    def __iter__(self) -> Iterator[T]:
        return iter(self.by_kind.values())

    def table(self, of: Callable[[T], Mapping[Any, V]]) -> dict[Any, V]:
        """A table of all kinds in one. Raises `ValueError` where two of them have the same name."""
        return one_table(map(of, self))


def one_table(tables: Iterable[Mapping[K, V]]) -> dict[K, V]:
    """These in one, in their order. Raises `ValueError` where two have the same name."""
    found: dict[K, V] = {}
    for table in tables:
        if twice := found.keys() & table.keys():
            raise ValueError(f"two kinds have {', '.join(sorted(map(str, twice)))}")
        found |= table
    return found

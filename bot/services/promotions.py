"""The services of all kinds of promotions (coupons, stamps …), made alike in a bot and in a scenario.

Each kind has a folder in `bot/promotions`, whose module `services` gives a `ServicePart`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeAlias, TypeVar, cast

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.promotions import Parts
from bot.services.contact_ports import ContactDirectory, ContactIndex
from bot.services.effects import CountEnd, EffectHandlers, NoticeHandlers, uncounted
from bot.services.own_events import StoreEvents

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Port(Generic[T]):
    """A key for something that services of promotions need, of type `T`; `name` is for errors."""

    name: str

    def of(self, ports: Mapping[Port[Any], Any]) -> T:
        """The value for this key. Raises `KeyError` where there is none."""
        return cast(T, ports[self])


Ports: TypeAlias = Mapping[Port[Any], Any]
"""The values for the keys: over MongoDB in a bot, in memory in a scenario."""


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """What services are made of."""

    ports: dict[Port[Any], Any]
    """A kind may add what kinds after it need of it."""
    playbook: Callable[[], Playbook]
    """The live playbook."""
    contacts: ContactDirectory
    people: ContactIndex
    store: StoreEvents
    """Stores events of our own durably."""
    clock: Clock
    count: CountEnd = uncounted
    """Counts a result in the figure of the kind."""


@dataclass(frozen=True, slots=True)
class PromotionService:
    """What a kind does in a bot."""

    carries_out: EffectHandlers = field(default_factory=dict)
    """The functions that carry out its effects."""
    hears: NoticeHandlers = field(default_factory=dict)
    """The functions that take notices."""
    look: Callable[[], Coroutine[Any, Any, None]] | None = None
    """Periodic work: every few seconds by the owner of part 0, in a scenario whenever time passes."""


@dataclass(frozen=True, slots=True)
class OutcomeFigure:
    """A Prometheus counter of results: its name, help text and labels."""

    name: str
    meaning: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServicePart:
    """What a kind of promotions gives to this module."""

    serve: Callable[[ServiceContext], PromotionService]
    """Makes its service; called in the order of the kinds."""
    counted: OutcomeFigure | None = None
    brought_by: Callable[[Contact], Iterable[str]] = lambda contact: ()
    """See `codes_that_brought`."""
    has_link: Callable[[Contact, str], bool] = lambda contact, code: False
    """See `has_link` below."""


_PARTS = Parts("services", ServicePart)


def codes_that_brought(contact: Contact) -> Iterator[str]:
    """The codes of links by which this person came, while they may still count as a referral."""
    return (code for part in _PARTS for code in part.brought_by(contact))


def has_link(contact: Contact, code: str) -> bool:
    """Whether this person has a personal link with this code."""
    return any(part.has_link(contact, code) for part in _PARTS)


def promotion_services(
    context: ServiceContext, counter: Callable[[OutcomeFigure], CountEnd] | None = None
) -> Iterator[PromotionService]:
    """The services of all kinds. `counter` makes the function that counts a figure; `None`: none counts."""
    for part in _PARTS:
        count = uncounted if counter is None or part.counted is None else counter(part.counted)
        yield part.serve(replace(context, count=count))

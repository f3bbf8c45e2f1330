"""The services of promotions, made alike for a bot and for a scenario."""

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
    """Something that a service of promotions needs, of this type; `name` is for errors."""

    name: str

    def of(self, ports: Mapping[Port[Any], Any]) -> T:
        """The one that there is here. Raises `KeyError` where nothing gives it."""
        return cast(T, ports[self])


Ports: TypeAlias = Mapping[Port[Any], Any]
"""What there is of each: over MongoDB in a bot, in memory in a scenario."""


@dataclass(frozen=True, slots=True)
class ServiceContext:
    """What services are made of. `store` makes events durable, as a webhook's are; `count` counts what came
    of what was asked of this kind. A kind may add to `ports` what those after it need of it."""

    ports: dict[Port[Any], Any]
    playbook: Callable[[], Playbook]
    contacts: ContactDirectory
    people: ContactIndex
    store: StoreEvents
    clock: Clock
    count: CountEnd = uncounted


@dataclass(frozen=True, slots=True)
class PromotionService:
    """What a kind does in a bot. `look` is done now and then: in a bot every few seconds, by the owner of
    part 0; in a scenario whenever time passes."""

    carries_out: EffectHandlers = field(default_factory=dict)
    hears: NoticeHandlers = field(default_factory=dict)
    look: Callable[[], Coroutine[Any, Any, None]] | None = None


@dataclass(frozen=True, slots=True)
class OutcomeFigure:
    """A figure of what came of what was asked: its name, its meaning, its labels."""

    name: str
    meaning: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServicePart:
    """What a kind gives: its services, made once the ports and the kinds before it are there.

    `brought_by`: the codes of links by which somebody has come, as far as that may still count; `has_link`:
    whether a link of theirs has this code.
    """

    serve: Callable[[ServiceContext], PromotionService]
    counted: OutcomeFigure | None = None
    brought_by: Callable[[Contact], Iterable[str]] = lambda contact: ()
    has_link: Callable[[Contact, str], bool] = lambda contact, code: False


_PARTS = Parts("services", ServicePart)


def codes_that_brought(contact: Contact) -> Iterator[str]:
    """The codes of links by which somebody has come, as far as that may still count."""
    return (code for part in _PARTS for code in part.brought_by(contact))


def has_link(contact: Contact, code: str) -> bool:
    """Whether a link of theirs has this code."""
    return any(part.has_link(contact, code) for part in _PARTS)


def promotion_services(
    context: ServiceContext, counter: Callable[[OutcomeFigure], CountEnd] | None = None
) -> Iterator[PromotionService]:
    """The services of all kinds; a `counter` makes what counts a figure."""
    for part in _PARTS:
        count = uncounted if counter is None or part.counted is None else counter(part.counted)
        yield part.serve(replace(context, count=count))

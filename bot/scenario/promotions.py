"""What kinds of promotions give scenarios: ports in memory, what is given, done, expected, recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.promotions import parts_of
from bot.scenario.given import Given
from bot.services.promotions import Port, Ports


@dataclass(frozen=True, slots=True)
class MemoryContext:
    """What ports in memory are made of. `contacts` are all that there are at any time, by their ids; `id_of`
    gives the contact that one is by now, which may have been merged."""

    given: Given
    contacts: Mapping[str, Contact]
    id_of: Callable[[str], str]
    playbook: Callable[[], Playbook]


def _no_ports(context: MemoryContext) -> Ports:
    return {}


def _never(ports: Ports, until: datetime) -> datetime | None:
    return None


@dataclass(frozen=True, slots=True)
class ScenarioPart:
    """What a kind gives. `next_due`: when it does something by itself, up to a moment."""

    ports: Callable[[MemoryContext], Ports] = _no_ports
    next_due: Callable[[Ports, datetime], datetime | None] = _never


def parts() -> tuple[ScenarioPart, ...]:
    """Of all kinds, in their order."""
    return parts_of("scenario")


def ports_in_memory(context: MemoryContext) -> dict[Port[Any], Any]:
    """All that services of promotions need of the outside."""
    return {port: there for part in parts() for port, there in part.ports(context).items()}


def next_due(ports: Ports, until: datetime) -> datetime | None:
    """When promotions do something by themselves, up to a moment."""
    return min(_dues(ports, until), default=None)


def _dues(ports: Ports, until: datetime) -> Iterator[datetime]:
    for part in parts():
        if (due := part.next_due(ports, until)) is not None:
            yield due

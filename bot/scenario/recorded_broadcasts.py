"""Broadcasts that went out while somebody played, as steps of a recorded scenario."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model.contact import Contact
from bot.model.message import Message
from bot.scenario.recorded_time import Telling
from bot.scenario.yaml_text import braces, scalar


@dataclass(frozen=True, slots=True)
class CameTo:
    """What a broadcast has brought to a person, whom the scenario calls `person`, and left on them."""

    person: str
    messages: tuple[Message, ...]
    before: Contact
    after: Contact


@dataclass(frozen=True, slots=True)
class BroadcastCame:
    """A broadcast has begun at this moment, by its own time or `by_hand`; `to`: whom it has reached."""

    now: datetime
    sending: str
    broadcast: str
    by_hand: bool
    to: tuple[CameTo, ...]

    def also(self, other: BroadcastCame) -> BroadcastCame:
        """The same one, and whom another part of it has reached."""
        return replace(self, to=(*self.to, *other.to))

    def called(self, person: str) -> BroadcastCame:
        """With the name that the scenario has for whom it has reached."""
        return replace(self, to=tuple(replace(one, person=person) for one in self.to))


def sent_steps(came: BroadcastCame, time: Telling) -> list[str]:
    """The steps: somebody sends it, or its time comes; then who got it."""
    name, people = scalar(came.broadcast), ", ".join(sorted(scalar(one.person) for one in came.to))
    if came.by_hand:
        lines = [*time.act(came.now), f"- broadcast: {name}"]
    else:
        lines = time.wait(came.now, until=True)
        time.timer(came.now, came.now)
    return [*lines, f"- sent: {braces({name: f'[{people}]'})}"]


def by_sending(came: Iterable[tuple[int, BroadcastCame]]) -> dict[int, BroadcastCame]:
    """Each sending once, where it came first; `came` with the numbers of their places."""
    places: dict[str, int] = {}
    found: dict[int, BroadcastCame] = {}
    for number, one in sorted(came, key=lambda pair: pair[0]):
        first = places.setdefault(one.sending, number)
        found[first] = found[first].also(one) if first in found else one
    return found

"""Turns of people, as recordings read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.contact import Contact
from bot.model.decision import Decision
from bot.model.event import Event


class RecordedTurn(Protocol):
    """A turn of a person."""

    @property
    def event(self) -> Event: ...
    @property
    def before(self) -> Contact: ...
    @property
    def decision(self) -> Decision: ...


@dataclass(frozen=True, slots=True)
class PlayedTurn:
    """A turn of a person, whom the scenario calls `person`.

    `tapped`: by the button of this label; `by_page`: a page sent it in the person's name; `from_sms`: it is
    the code that came, which `recorded` finds out by itself.
    """

    person: str
    event: Event
    before: Contact
    decision: Decision
    now: datetime
    version: str = ""
    tapped: str | None = None
    by_page: bool = False
    from_sms: bool = False


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The clock was moved to here, by so much."""

    now: datetime
    by: timedelta = timedelta()


def turns_of(turns: Iterable[PlayedTurn]) -> dict[str, PlayedTurn]:
    """The first turn of each person."""
    first: dict[str, PlayedTurn] = {}
    for turn in turns:
        first.setdefault(turn.person, turn)
    return first

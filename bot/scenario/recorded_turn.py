"""A turn of a person, as recordings read it."""

from __future__ import annotations

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

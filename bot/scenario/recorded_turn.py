"""Turns of people in a recording, and what came of them for the chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.contact import Contact
from bot.model.decision import Decision, Push, Reply
from bot.model.event import Event
from bot.model.message import Message
from bot.model.staff_chat import StaffWrites


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
    """A turn that was played."""

    person: str
    """The name of the person in the scenario."""
    event: Event
    before: Contact
    decision: Decision
    now: datetime
    """When it was played."""
    version: str = ""
    """Of the playbook."""
    tapped: str | None = None
    """The label of the button that was tapped."""
    by_page: bool = False
    """Whether a page sent the text in the person's name."""
    from_sms: bool = False
    """Whether the text is the code of an SMS; `recorded` finds that out."""
    photos: int = 1
    """Photos sent at once, of which this is the first; `recorded` counts them."""


def messages_of(turn: PlayedTurn) -> Iterator[Message]:
    """What arrived in this person's chat. An answer of staff is left out: it has a step of its own."""
    what = turn.event.what
    by_staff = what.messages if isinstance(what, StaffWrites) else ()
    for action in turn.decision.actions:
        if isinstance(action, Reply) or (isinstance(action, Push) and arrives(turn, action)):
            yield from (message for message in action.messages if message not in by_staff)


def arrives(turn: PlayedTurn, push: Push) -> bool:
    """Whether a push comes to this chat: not on another channel, and not where the person has blocked the
    account."""
    channel = turn.event.channel
    here = push.channel in (None, channel)
    return here and turn.decision.contact.identity(channel).friend is not False


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The clock was moved by a span to this moment."""

    now: datetime
    by: timedelta = timedelta()


def turns_of(turns: Iterable[PlayedTurn]) -> dict[str, PlayedTurn]:
    """The first turn of each person."""
    first: dict[str, PlayedTurn] = {}
    for turn in turns:
        first.setdefault(turn.person, turn)
    return first

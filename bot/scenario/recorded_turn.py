"""Turns of people, as recordings read them."""

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
    """A turn of a person, whom the scenario calls `person`.

    `tapped`: by the button of this label; `by_page`: a page sent it in the person's name. `recorded` finds
    out by itself: `from_sms`: it is the code that came; it is the first of so many `photos` sent at once.
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
    photos: int = 1


def messages_of(turn: PlayedTurn) -> Iterator[Message]:
    """What arrived in this person's chat, but for an answer of staff's, of which its own step says so."""
    what = turn.event.what
    by_staff = what.messages if isinstance(what, StaffWrites) else ()
    for action in turn.decision.actions:
        if isinstance(action, Reply) or (isinstance(action, Push) and arrives(turn, action)):
            yield from (message for message in action.messages if message not in by_staff)


def arrives(turn: PlayedTurn, push: Push) -> bool:
    """Whether a push comes to this chat: not on another channel, and not to who has blocked the account."""
    channel = turn.event.channel
    here = push.channel in (None, channel)
    return here and turn.decision.contact.identity(channel).friend is not False


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

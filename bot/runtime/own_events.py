"""Events from inside, such as what came of something asked: in the inbox like LINE's, and read back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from bot.model.effects import EffectRequest
from bot.model.event import Event, Outcome, Source
from bot.model.inbox import InboxEntry, Received
from bot.model.outgoing import Outgoing
from bot.model.part import part_of
from bot.runtime.own_json import NotOurs, read, written

_OWN = b"oaflow "
"""What an entry of ours begins with. LINE's are JSON, so no webhook can look like one."""

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730001")


def own_event(contact: str, event: Event) -> Received:
    """An event of our own for this contact, as it is put into the inbox."""
    raw = _OWN + written(event)
    return Received(InboxEntry(event.id, event.channel, contact, part_of(contact), event.at, raw), event)


def outcome_event(
    call: Outgoing, asked: EffectRequest, outcome: Outcome, contact: str, at: datetime
) -> Received:
    """What came of an effect, for whoever asked. Its id is the call's, so that twice counts once."""
    identity = f"{call.channel}:{uuid.uuid5(_IDS, call.id).hex}"
    return own_event(
        contact,
        Event(identity, call.channel, Source("user", call.to), at, outcome, token=asked.token),
    )


def reading(line: Callable[[InboxEntry], Event]) -> Callable[[InboxEntry], Event]:
    """How an entry of the inbox becomes an event again: ours here, LINE's by `line`. Raises `ValueError`."""

    def event_of(entry: InboxEntry) -> Event:
        if not entry.raw.startswith(_OWN):
            return line(entry)
        event = read(entry.raw.removeprefix(_OWN))
        if not isinstance(event, Event):
            raise NotOurs("this is no event")
        return event

    return event_of

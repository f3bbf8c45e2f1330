"""Events from inside, such as what came of something asked: in the inbox like LINE's, and read back."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from bot.model.effects import EffectRequest
from bot.model.event import Event, News, Outcome, Source
from bot.model.inbox import InboxEntry, Received
from bot.model.outgoing import Outgoing
from bot.model.part import part_of
from bot.runtime.own_json import NotOurs, read, written

_OWN = b"oaflow "
"""What an entry of ours begins with. LINE's are JSON, so no webhook can look like one."""

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730001")
_NEWS_IDS = uuid.UUID("6f61666c-6f77-4e65-8e77-730000000001")

STORE_SECONDS = 10.0
"""Seconds within which events of ours are stored, where nobody waits for them."""

StoreEvents: TypeAlias = Callable[[Sequence[Received], float], Awaitable[None]]
"""Making events durable, as a webhook's are, within so many seconds. Raises `DatabaseUnavailable`."""


def own_event(contact: str, event: Event) -> Received:
    """An event of our own for this contact, as it is put into the inbox."""
    raw = _OWN + written(event)
    return Received(InboxEntry(event.id, event.channel, contact, part_of(contact), event.at, raw), event)


def own_news(
    contact: str, channel: str, news: News, cause: str, at: datetime, user: str | None = None
) -> Received:
    """News for this contact that no one of them has brought about. Of one `cause` they come once.

    `user` is LINE's id of the person on the channel, where the news are about that.
    """
    identity = f"{channel}:{uuid.uuid5(_NEWS_IDS, f'{news.kind} {news.subject} {contact} {cause}').hex}"
    source = Source("none", "") if user is None else Source("user", user)
    return own_event(contact, Event(identity, channel, source, at, news))


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

"""From what a turn decided to the calls that will be made to LINE."""

from __future__ import annotations

import uuid
from datetime import datetime

import orjson

from bot.model.contact import Contact
from bot.model.decision import Action, LeaveChat, Push, Reply
from bot.model.event import Event
from bot.model.outgoing import Outgoing

_KEYS = uuid.UUID("6f61666c-6f77-4c49-8e45-726574727931")


def outgoing(actions: tuple[Action, ...], event: Event, contact: Contact, now: datetime) -> list[Outgoing]:
    """The calls for these actions, in order. The same event gives the same ids and retry keys, always."""
    return [_call(action, f"{event.id}#{n}", event, contact, now) for n, action in enumerate(actions)]


def _call(action: Action, identity: str, event: Event, contact: Contact, now: datetime) -> Outgoing:
    to = contact.identity(event.channel).user or event.source.id
    match action:
        case Reply(token, messages):
            body = orjson.dumps({"messages": messages})
            return Outgoing(
                identity, event.id, event.channel, "reply", to, body, now, token.received, token.value
            )
        case Push(messages):
            body = orjson.dumps({"messages": messages})
            key = str(uuid.uuid5(_KEYS, identity))
            return Outgoing(identity, event.id, event.channel, "push", to, body, now, event.at, None, key)
        case LeaveChat(kind):
            body = orjson.dumps({"kind": kind})
            return Outgoing(identity, event.id, event.channel, "leave", to, body, now, event.at)

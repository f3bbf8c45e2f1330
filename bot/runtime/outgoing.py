"""From what a turn decided to what will be done in the world."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

import orjson

from bot.model.contact import Contact
from bot.model.decision import (
    Action,
    CallHook,
    CheckCode,
    ConfirmPhone,
    Decision,
    Ended,
    FindClerk,
    FindMember,
    FreePhone,
    LeaveChat,
    LinkMenu,
    MoveMember,
    Note,
    NotifyStaff,
    Push,
    RefreshMember,
    Reply,
    SendCode,
    ShowLoading,
    ShowOnPage,
)
from bot.model.event import Event
from bot.model.outgoing import Outgoing, OutgoingKind
from bot.runtime.own_json import written

_KEYS = uuid.UUID("6f61666c-6f77-4c49-8e45-726574727931")

NOT_YET = (LinkMenu, ShowOnPage, ConfirmPhone, FreePhone)
"""Actions that a later version carries out. `oaflow run` says so when it starts, the timeline each time."""


def outgoing(decision: Decision, event: Event, now: datetime) -> list[Outgoing]:
    """What is to be done, in order. The same event gives the same ids and retry keys, always."""
    contact = decision.contact
    todo = (*decision.actions, *decision.ended)
    calls = (_call(action, f"{event.id}#{n}", event, contact, now) for n, action in enumerate(todo))
    return [call for call in calls if call is not None]


def left_undone(actions: Iterable[Action]) -> tuple[str, ...]:
    """What of these actions is not carried out by this version, for the timeline."""
    return tuple(
        f"{type(action).__name__}: not carried out yet" for action in actions if isinstance(action, NOT_YET)
    )


def _call(
    action: Action | Ended, identity: str, event: Event, contact: Contact, now: datetime
) -> Outgoing | None:
    to = contact.identity(event.channel).user or event.source.id

    def call(kind: OutgoingKind, body: bytes) -> Outgoing:
        return Outgoing(identity, event.id, event.channel, kind, to, body, now, event.at)

    match action:
        case Reply(token, messages):
            body = orjson.dumps({"messages": messages})
            return Outgoing(
                identity, event.id, event.channel, "reply", to, body, now, token.received, token.value
            )
        case Push(messages, elsewhere):
            body = orjson.dumps({"messages": messages})
            key = str(uuid.uuid5(_KEYS, identity))
            channel = elsewhere or event.channel
            there = to if channel == event.channel else contact.identity(channel).user or ""
            return Outgoing(identity, event.id, channel, "push", there, body, now, event.at, None, key)
        case LeaveChat(kind):
            return call("leave", orjson.dumps({"kind": kind}))
        case ShowLoading(seconds):
            return call("loading", orjson.dumps({"seconds": -(-seconds // 5) * 5}))  # LINE's steps
        case NotifyStaff(text):
            return call("note", _row("notify_staff", text))
        case Note(text):
            return call("note", _row("note", text))
        case Ended(flow, _, state, began, answers):
            said = orjson.dumps({name: answer.value for name, answer in answers.items()}).decode()
            details = (f"flow {flow}", f"state {state}", f"began {began.isoformat()}")
            return call("note", _row("flow_ended", said if answers else None, *details))
        case (
            CallHook()
            | SendCode()
            | CheckCode()
            | FindMember()
            | MoveMember()
            | RefreshMember()
            | FindClerk()
        ):
            return call("ask", written(action))
        case LinkMenu() | ShowOnPage() | ConfirmPhone() | FreePhone():
            return None


def _row(what: str, text: str | None, *details: str) -> bytes:
    return orjson.dumps({"what": what, "text": text, "details": details})

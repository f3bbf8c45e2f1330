"""Turns a decision into outgoing calls: replies, pushes, menus, notes, requests to other systems."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

import orjson

from bot.model.contact import Contact
from bot.model.decision import (
    Action,
    BrokenMessage,
    Decision,
    EndedFlow,
    LateReply,
    LeaveChat,
    LinkMenu,
    Note,
    NotifyStaff,
    Push,
    Reply,
    ShowLoading,
)
from bot.model.effects import EffectNotice, SendAlert
from bot.model.event import Event
from bot.model.journal import TimelineRow
from bot.model.outgoing import DerivedIds, Outgoing, OutgoingKind
from bot.model.processes import part_of
from bot.services.own_events import to_json

_KEYS = DerivedIds(uuid.UUID("6f61666c-6f77-4c49-8e45-726574727931"))


MESSAGE_LOST, MESSAGE_CUT = "message lost", "message cut"
"""Rows of the timeline: a message was left out, or a text of it shortened."""


def outgoing(decision: Decision, event: Event, now: datetime) -> list[Outgoing]:
    """What is to be done, in order. The same event gives the same ids and retry keys, always."""
    calls: list[Outgoing] = []
    for action in (*decision.actions, *decision.ended):
        calls.append(_call(action, f"{event.id}#{len(calls)}", event, decision.contact, now))
        if isinstance(action, Reply) and action.riding:
            push = Push(action.messages[-action.riding :], None, action.origins[-action.riding :])
            call = _call(push, f"{event.id}#{len(calls)}", event, decision.contact, now)
            calls.append(replace(call, kind="fallback"))
        elif isinstance(action, NotifyStaff):
            alert = SendAlert(action.reason, action.text, decision.contact.name)
            calls.append(_call(alert, f"{event.id}#{len(calls)}", event, decision.contact, now))
    return calls


def _call(
    action: Action | EndedFlow, identity: str, event: Event, contact: Contact, now: datetime
) -> Outgoing:
    channel = event.channel
    to = contact.identity(channel).user or event.source.id
    if isinstance(action, Reply | LateReply):  # what most turns decide
        body, token = orjson.dumps({"messages": action.messages}), action.token
        return Outgoing(
            identity,
            event.id,
            channel,
            "reply",
            to,
            body,
            now,
            token.received,
            token.value,
            None,
            action.origins if isinstance(action, Reply) else (),
        )
    return _other_call(action, identity, event, contact, now, to)


def _other_call(
    action: Action | EndedFlow, identity: str, event: Event, contact: Contact, now: datetime, to: str
) -> Outgoing:
    def call(kind: OutgoingKind, body: bytes) -> Outgoing:
        return Outgoing(identity, event.id, event.channel, kind, to, body, now, event.at)

    match action:
        case Push(messages, elsewhere, origins):
            body = orjson.dumps({"messages": messages})
            key = _KEYS.uuid_of(identity)
            channel = elsewhere or event.channel
            there = to if channel == event.channel else contact.identity(channel).user or ""
            return Outgoing(
                identity, event.id, channel, "push", there, body, now, event.at, None, key, origins
            )
        case LeaveChat(kind):
            return call("leave", orjson.dumps({"kind": kind}))
        case ShowLoading(seconds):
            return call("loading", orjson.dumps({"seconds": -(-seconds // 5) * 5}))  # LINE's steps
        case NotifyStaff(text):
            return call("note", _row("notify_staff", text))
        case Note(text):
            return call("note", _row("note", text))
        case BrokenMessage(why, is_lost):
            return call("note", _row(MESSAGE_LOST if is_lost else MESSAGE_CUT, None, why))
        case EndedFlow(flow, _, state, began, answers):
            values = {name: one.value for name, one in answers.items() if one.type != "code"}  # a secret once
            saved = orjson.dumps(values).decode() if values else None
            details = (f"flow {flow}", f"state {state}", f"began {began.isoformat()}")
            return call("note", _row("flow_ended", saved, *details))
        case LinkMenu(channel, menu):
            user = contact.identity(channel).user or ""
            body = orjson.dumps({"menu": menu})
            return Outgoing(identity, event.id, channel, "menu", user, body, now, event.at)
        case _:
            return call("tell" if isinstance(action, EffectNotice) else "ask", to_json(action))


def note_row(call: Outgoing, contact: str) -> TimelineRow:
    """The row of the timeline for a `note`."""
    note = orjson.loads(call.body)
    details = tuple(note["details"])
    return TimelineRow(call.id, contact, part_of(contact), call.created, note["what"], details, note["text"])


def _row(what: str, text: str | None, *details: str) -> bytes:
    return orjson.dumps({"what": what, "text": text, "details": details})

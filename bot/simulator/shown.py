"""How friends, chats, webhooks and calls look in the JSON interface: what the page and tests read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.simulator.account import Account
from bot.simulator.chats import ChatMessage, Friend, Group
from bot.simulator.courier import Attempt
from bot.simulator.line_ids import milliseconds

SNIPPET = 60
"""Characters of a text that the log shows."""


def account_shown(account: Account, now: datetime) -> dict[str, Any]:
    channel = account.channel
    return {
        "name": channel.name,
        "id": channel.id,
        "title": account.title,
        "webhook": account.endpoint,
        "quota": account.quota,
        "used": account.used(now),
    }


def friend_shown(friend: Friend) -> dict[str, Any]:
    return {"id": friend.id, "channel": friend.channel, "name": friend.name, "standing": friend.standing}


def group_shown(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "kind": group.kind,
        "channel": group.channel,
        "name": group.name,
        "member": group.member,
        "joined": group.joined,
    }


def message_shown(message: ChatMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "chat": message.chat,
        "author": message.author,
        "at": message.at,
        "content": dict(message.content),
        "via": message.via,
        "delivery": message.delivery,
        "event": message.event,
    }


def attempt_shown(attempt: Attempt) -> dict[str, Any]:
    """A webhook as it stands after this try; `again_in` seconds it is brought again."""
    parcel, answer = attempt.parcel, attempt.answer
    kind = parcel.event["type"]
    return {
        "id": parcel.id,
        "kind": "webhook",
        "channel": parcel.account.channel.name,
        "chat": parcel.chat,
        "at": parcel.event["timestamp"],
        "what": f"message/{parcel.event['message']['type']}" if kind == "message" else kind,
        "text": _shortened(parcel.event.get("message", {}).get("text")),
        "status": answer.status,
        "took": answer.took,
        "trouble": answer.trouble,
        "tries": parcel.tries,
        "again_in": attempt.again_in,
    }


def call_shown(
    *,
    id: str,
    now: datetime,
    channel: str | None,
    chat: str | None,
    call: str,
    status: int,
    error: str | None,
    paid: int,
    messages: int,
    text: str | None,
) -> dict[str, Any]:
    """An answered API call. `paid` is how many messages it cost of the month's quota."""
    return {
        "id": id,
        "kind": "call",
        "channel": channel,
        "chat": chat,
        "at": milliseconds(now),
        "what": call,
        "status": status,
        "error": error,
        "paid": paid,
        "messages": messages,
        "text": _shortened(text),
    }


def _shortened(text: str | None) -> str | None:
    return text if text is None or len(text) <= SNIPPET else text[: SNIPPET - 1] + "…"

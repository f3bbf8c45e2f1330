"""How friends, chats, webhooks and calls look in the JSON interface: what the page and tests read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from bot.engine.types.table import TYPES
from bot.model.translatable import ENGLISH, Translatable
from bot.model.value import Type
from bot.operations.payload import pick
from bot.simulator.state.account import Account, Faults
from bot.simulator.state.chats import ChatMessage, Friend, Group
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.state.menus import ChannelMenus, RichMenu
from bot.simulator.state.parcel import DeliveryAttempt
from bot.translations.chinese import CHINESE


def type_json(name: Type) -> Mapping[str, Any]:
    """A type of values, for forms of the page. `field`: HTML's type of input, `decimal` or `yes_no`; `called`
    and `asked` (with an example): its words by language."""
    type_ = TYPES[name]
    return {"type": name, "field": type_.field, "called": _words(type_.called), "asked": _words(type_.asked)}


def _words(message: Translatable) -> Mapping[str, str]:
    return {language.name: language.text(message) for language in (CHINESE, ENGLISH)}


SNIPPET = 60
"""Characters of a text in a list."""
LONGEST = 4_000
"""Characters of an alert that the log has."""


def account_json(account: Account, now: datetime) -> dict[str, Any]:
    """A channel: names, address of its webhook, LIFF id, messages of this month, faults."""
    channel = account.channel
    return {
        "name": channel.name,
        "id": channel.id,
        "title": account.title,
        "webhook": account.endpoint,
        "liff": None if channel.liff is None else channel.liff.liff_id,
        **_month(account, now),
        "verified": account.verified,
        "faults": faults_json(account.faults),
    }


def usage_json(account: Account, now: datetime) -> dict[str, Any]:
    """How many messages of this month are paid, of how many, and what that costs."""
    return {"channel": account.channel.name, **_month(account, now)}


def _month(account: Account, now: datetime) -> dict[str, Any]:
    """`plan` is what the playbook says of it, `None` where it says nothing; `cost` is in NT$."""
    plan = account.channel.plan
    return {
        "quota": account.quota,
        "used": account.used(now),
        "plan": None if plan is None else asdict(plan),
        "cost": round(account.cost(now), 2),
    }


def faults_json(faults: Faults) -> dict[str, Any]:
    """The faults of a channel that are on."""
    return pick(faults, "slow", "answer", "deliver")


def menu_json(menu: RichMenu, menus: ChannelMenus) -> dict[str, Any]:
    """A rich menu; `image` is an address below the JSON interface's."""
    return {
        "id": menu.id,
        "name": menu.form["name"],
        "chatBarText": menu.form["chatBarText"],
        "selected": menu.form["selected"],
        "size": menu.form["size"],
        "areas": menu.form["areas"],
        "image": None if menu.picture is None else f"menus/{menu.id}/image",
        "aliases": [alias for alias, target in menus.aliases.items() if target == menu.id],
        "default": menus.default == menu.id,
    }


def friend_json(friend: Friend, menu: str | None) -> dict[str, Any]:
    """A friend; `menu` is the id of the rich menu that they see."""
    return {
        **pick(friend, "id", "channel", "name", "language", "standing"),
        "menu": menu,
        "liff": asdict(friend.liff),
    }


def group_json(group: Group) -> dict[str, Any]:
    """A group or room."""
    return pick(group, "id", "kind", "channel", "name", "member", "joined")


def message_json(message: ChatMessage) -> dict[str, Any]:
    """A bubble of a chat."""
    return {
        **pick(message, "id", "chat", "author", "at"),
        "content": dict(message.content),
        **pick(message, "via", "delivery", "event"),
        **({"unsent": True} if message.unsent else {}),
        **({"counted": True} if message.counted else {}),
        **({"read": True} if message.read else {}),
    }


def attempt_json(attempt: DeliveryAttempt) -> dict[str, Any]:
    """A webhook in the log after this attempt."""
    parcel, answer = attempt.parcel, attempt.answer
    kind = parcel.event["type"]
    return {
        "id": parcel.id,
        "kind": "webhook",
        "channel": parcel.account.channel.name,
        "chat": parcel.chat,
        "at": parcel.event["timestamp"],
        "what": f"message/{parcel.event['message']['type']}" if kind == "message" else kind,
        "text": _shortened(_text(parcel.event.get("message", {}))),
        **pick(answer, "status", "took", "trouble"),
        "tries": parcel.tries,
        "again_in": attempt.again_in,
    }


def call_json(
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


def outside_request_json(
    kind: Literal["sms", "shop", "alert"],
    now: datetime,
    *,
    what: str,
    chat: str | None = None,
    text: str | None = None,
    status: int | None = None,
    error: str | None = None,
) -> dict[str, Any]:
    """A log entry for a request to others than LINE: an SMS, a call of a shop's platform, an alert."""
    return {
        "id": uuid.uuid4().hex,
        "kind": kind,
        "channel": None,
        "chat": chat,
        "at": milliseconds(now),
        "what": what,
        "status": status,
        "error": error,
        "text": _shortened(text),
    }


def alert_json(
    now: datetime, *, way: str, recipient: str, about: str, body: str, chat: str | None
) -> dict[str, Any]:
    """An alert as `recipient` would get it: what it is `about`, in a line, and `body`, all that it says."""
    entry = outside_request_json("alert", now, what=way, chat=chat, text=about)
    return {**entry, "to": recipient, "body": body if len(body) <= LONGEST else body[: LONGEST - 1] + "…"}


def _text(message: Mapping[str, Any]) -> str | None:
    """What a message says; `content` of the JSON interface may put anything where a text stands."""
    text = message.get("text")
    return text if isinstance(text, str) else None


def _shortened(text: str | None) -> str | None:
    return text if text is None or len(text) <= SNIPPET else text[: SNIPPET - 1] + "…"

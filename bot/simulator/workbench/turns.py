"""The bot's turns, kept for the workbench: the latest of each chat, told on the feed as they are taken."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from bot.model.contact import Contact
from bot.model.message import Message
from bot.runtime.watching import Watched
from bot.simulator.state.exchanges import Exchange
from bot.simulator.state.feed import Feed
from bot.simulator.workbench.turn_shown import (
    calls_of,
    chat_of,
    messages_of,
    own_slots,
    sending_shown,
    turn_shown,
)

log = logging.getLogger("oaflow.simulator")

KEPT = 50
"""Turns of each chat."""
CHATS_AT_MOST = 1_000
SCREEN = 50
"""Messages in which the label of a tapped button is looked for."""
WAITING_AT_MOST = 5_000
"""Calls of which it is remembered whose turn made them."""
EARLY_AT_MOST = 100


@dataclass(slots=True)
class Seen:
    """What the workbench knows of one chat.

    `own` are the slots of private attributes that the person has filled by what they said or tapped here.
    Whoever plays has typed that, so it is shown; what came from elsewhere (a shop's records) is not, here as
    in the trace, so that a workbench shows nothing that the console would not.
    """

    contact: Contact
    turns: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))
    screen: deque[Message] = field(default_factory=lambda: deque(maxlen=SCREEN))
    own: frozenset[str] = frozenset()


class Turns:
    """The latest turns of each chat."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._made: OrderedDict[str, tuple[dict[str, Any], dict[str, Any]]] = OrderedDict()
        """By reply token or retry key: the turn that makes the call, and how the call is shown in it."""
        self._early: OrderedDict[str, Exchange] = OrderedDict()
        """By the same: answers to calls whose turn is not told of yet.

        After a jump of the clock the runtime's backstop may take a call for a stranded one and make it first.
        """
        self.on_turn: Callable[[str, Watched], None] = lambda chat, watched: None

    def watched(self, watched: Watched) -> None:
        """A turn has been written. Never raises: turns go on whatever becomes of what is shown of them."""
        try:
            self._take(watched)
        except Exception:
            log.exception("a turn cannot be shown in the workbench")

    def _take(self, watched: Watched) -> None:
        chat = chat_of(watched)
        seen = self._seen.setdefault(chat, Seen(watched.before))
        self._seen.move_to_end(chat)
        if len(self._seen) > CHATS_AT_MOST:
            self._seen.popitem(last=False)
        seen.own |= own_slots(watched)
        calls = calls_of(watched)
        sent = [sending_shown(call, watched.decision.contact) for call in calls]
        turn = turn_shown(watched, seen.screen, seen.own, sent)
        for call, shown in zip(calls, sent, strict=True):
            seen.screen.extend(messages_of(call))
            if (name := call.token or call.retry_key) is not None:
                self._made[name] = (turn, shown)
                if (early := self._early.pop(name, None)) is not None:
                    _note_answer(turn, shown, early)
        while len(self._made) > WAITING_AT_MOST:
            self._made.popitem(last=False)
        seen.contact = watched.decision.contact
        seen.turns.append(turn)
        self._feed.publish("turn", turn)
        self._feed.publish("contact", {"chat": chat})
        self.on_turn(chat, watched)

    def answered(self, exchange: Exchange) -> None:
        """LINE has answered a call: the turn that made it tells how, and which messages came of it."""
        if exchange.kind != "call" or exchange.response is None:
            return
        name = _name_of(exchange)
        made = self._made.get(name)
        if made is not None:
            _note_answer(*made, exchange)
            self._feed.publish("turn", made[0])
        elif name:
            self._early[name] = exchange
            if len(self._early) > EARLY_AT_MOST:
                self._early.popitem(last=False)

    def of(self, chat: str) -> list[dict[str, Any]]:
        """The turns of a chat, oldest first."""
        seen = self._seen.get(chat)
        return list(seen.turns) if seen is not None else []

    def seen(self, chat: str) -> Seen | None:
        """What is known of a chat; `None` before the bot's first turn there."""
        return self._seen.get(chat)


def _note_answer(turn: dict[str, Any], shown: dict[str, Any], exchange: Exchange) -> None:
    if exchange.response is None:
        return
    answer = _json(exchange.response.body)
    shown["status"], shown["error"] = exchange.response.status, answer.get("message")
    ids = [message["id"] for message in answer.get("sentMessages", [])]
    turn["bubbles"] += [id for id in ids if id not in turn["bubbles"]]


def _name_of(exchange: Exchange) -> str:
    """The reply token or the retry key of a call; empty where it has neither."""
    keys = [value for name, value in exchange.request.headers.items() if name.lower() == "x-line-retry-key"]
    return keys[0] if keys else str(_json(exchange.request.body).get("replyToken", ""))


def _json(body: bytes) -> dict[str, Any]:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}

"""Stores the latest turns of each chat for the workbench, and publishes them on the feed."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress
from pathlib import Path
from typing import Any

from bot.model.contact import Contact
from bot.model.json_object import json_object
from bot.model.message import Message
from bot.runtime.turn_observer import Watched
from bot.simulator.state.exchanges import Exchange
from bot.simulator.state.feed import Feed
from bot.simulator.workbench.turn_view import (
    calls_of,
    chat_of,
    messages_of,
    own_slots,
    sending_json,
    turn_json,
    with_visit,
)

log = logging.getLogger("oaflow.simulator")

KEPT = 50
"""Turns of each chat."""
STATES_KEPT = 200
"""Turns of each chat to which one can go back."""
CHATS_AT_MOST = 1_000
"""Chats that are stored; the one without a turn for longest is forgotten first."""
SCREEN = 50
"""Messages of a chat in which the label of a tapped button is searched for."""
WAITING_AT_MOST = 5_000
"""Calls of which the turn is stored, until LINE has answered."""
EARLY_AT_MOST = 100
"""Answers that came before their turn was reported."""


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn, and the contact before and after it."""

    turn: dict[str, Any]
    """As JSON."""
    at: datetime
    """When it was taken."""
    before: Contact
    after: Contact


@dataclass(slots=True)
class ObservedChat:
    """What the workbench knows of one chat."""

    contact: Contact
    """As the last turn left it."""
    turns: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))
    screen: deque[Message] = field(default_factory=lambda: deque(maxlen=SCREEN))
    """The last messages of the bot."""
    own: frozenset[str] = frozenset()
    """The slots of private attributes that the person has filled by what they wrote or tapped here. The
    person who plays has typed it, so it is shown. Private values from elsewhere (a shop's records) are not,
    so that a workbench shows nothing that the console would not."""
    states: deque[TurnView] = field(default_factory=lambda: deque(maxlen=STATES_KEPT))
    visits: dict[str, str] = field(default_factory=dict)
    """By page: the id of the turn that began the visit which goes on there."""


@dataclass(eq=False, repr=False)
class Turns:
    """The latest turns of each chat.

    `sources()` are the texts of the playbook's files, by path from its `folder()`.
    """

    _feed: Feed
    _sources: Callable[[], Mapping[str, str]]
    _folder: Callable[[], Path | None] = lambda: None
    _seen: OrderedDict[str, ObservedChat] = field(init=False, default_factory=OrderedDict)
    _made: OrderedDict[str, tuple[dict[str, Any], dict[str, Any]]] = field(
        init=False, default_factory=OrderedDict
    )
    """By reply token or retry key: the turn that makes the call, and the call in its JSON."""
    _early: OrderedDict[str, Exchange] = field(init=False, default_factory=OrderedDict)
    """By reply token or retry key: answers to calls whose turn is not reported yet. After a jump of the clock
    the runtime may take a call for a stranded one, and make it before."""
    on_turn: Callable[[str, Watched], None] = field(
        init=False, default_factory=lambda: lambda chat, watched: None
    )
    """Called with the chat and each turn."""

    def watched(self, watched: Watched) -> None:
        """Store a turn that was written. Never raises: turns go on, whether or not they can be shown."""
        try:
            self._take(watched)
        except Exception:
            log.exception("a turn cannot be shown in the workbench")

    def _take(self, watched: Watched) -> None:
        chat = chat_of(watched)
        seen = self._seen.setdefault(chat, ObservedChat(watched.before))
        self._seen.move_to_end(chat)
        if len(self._seen) > CHATS_AT_MOST:
            self._seen.popitem(last=False)
        seen.own |= own_slots(watched)
        calls = calls_of(watched)
        all_shown = [sending_json(call, watched.decision.contact) for call in calls]
        made = [call.kind != "fallback" for call in calls]  # that one is shown once it goes
        sent, said = list(compress(all_shown, made)), list[Message]()
        for call in compress(calls, made):
            said += messages_of(call)
        turn = turn_json(watched, seen.screen, seen.own, sent, said, self._sources(), self._folder())
        turn["page"] = with_visit(turn["page"], watched.event.id, seen.visits)
        seen.screen.extend(said)
        for call, shown in zip(calls, all_shown, strict=True):
            if (name := call.token or call.retry_key) is not None:
                self._made[name] = (turn, shown)
                if (early := self._early.pop(name, None)) is not None:
                    _note_answer(turn, shown, early)
        while len(self._made) > WAITING_AT_MOST:
            self._made.popitem(last=False)
        self._keep(seen, TurnView(turn, watched.now, watched.before, watched.decision.contact))
        self.on_turn(chat, watched)

    def add(self, state: TurnView, messages: Iterable[Message]) -> bool:
        """Store something that came to a chat without a turn, in the form of one; false: it is stored
        already."""
        chat = state.turn["chat"]
        seen = self._seen.setdefault(chat, ObservedChat(state.before))
        if any(one.turn["id"] == state.turn["id"] for one in seen.states):
            return False
        seen.screen.extend(messages)
        self._keep(seen, state)
        return True

    def _keep(self, seen: ObservedChat, state: TurnView) -> None:
        seen.contact = state.after
        seen.turns.append(state.turn)
        seen.states.append(state)
        self._feed.publish("turn", state.turn)
        self._feed.publish("contact", {"chat": state.turn["chat"]})

    def answered(self, exchange: Exchange) -> None:
        """Add the answer of LINE to the turn that made the call, with the messages that came of it."""
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

    def undo(self, chat: str, undone: Iterable[str]) -> None:
        """Remove these turns of a chat, by their ids."""
        seen, gone = self._seen.get(chat), frozenset(undone)
        if seen is None:
            return
        seen.turns = deque((turn for turn in seen.turns if turn["id"] not in gone), KEPT)
        seen.states = deque((state for state in seen.states if state.turn["id"] not in gone), STATES_KEPT)
        if seen.states:
            seen.contact = seen.states[-1].after

    def forget(self, chat: str) -> None:
        """Remove all that is known of a chat."""
        self._seen.pop(chat, None)

    def seen(self, chat: str) -> ObservedChat | None:
        """What is known of a chat; `None` before the bot's first turn there."""
        return self._seen.get(chat)


def _note_answer(turn: dict[str, Any], shown: dict[str, Any], exchange: Exchange) -> None:
    if exchange.response is None:
        return
    answer = json_object(exchange.response.body)
    if not any(one is shown for one in turn["sent"]):
        turn["sent"].append(shown)
    shown["status"], shown["error"] = exchange.response.status, answer.get("message")
    ids = [message["id"] for message in answer.get("sentMessages", [])]
    turn["bubbles"] += [id for id in ids if id not in turn["bubbles"]]


def _name_of(exchange: Exchange) -> str:
    """The reply token or the retry key of a call; empty where it has neither."""
    keys = [value for name, value in exchange.request.headers.items() if name.lower() == "x-line-retry-key"]
    return keys[0] if keys else str(json_object(exchange.request.body).get("replyToken", ""))

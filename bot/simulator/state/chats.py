"""Who is there, and what was said: the friends, the groups and their messages, in memory and bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson

from bot.simulator.state.liff_settings import USUAL, LiffSettings

FRIENDS_AT_MOST = 10_000
GROUPS_AT_MOST = 1_000
PUSH_AFTER_WRITING = timedelta(days=7)
MESSAGES_KEPT = 500
"""In each chat; the oldest are forgotten first."""
BYTES_KEPT = 128 * 1024 * 1024
"""Of all messages together, as JSON; the oldest are forgotten first, in whichever chat they are."""
BESIDE_CONTENT = 1024
"""Bytes that a message counts beside its content, about what it takes."""

Standing = Literal["stranger", "friend", "blocked"]
Via = Literal["friend", "reply", "push", "multicast", "broadcast", "staff"]
"""How a message came; `staff`: a person has written it in LINE's own chat, which no bot hears of."""
Delivery = Literal["sent", "waiting", "delivered", "retrying", "failed"]


@dataclass(frozen=True, slots=True)
class Friend:
    """A person on one channel. `spoke`: when they last wrote to the account; `liff`: LIFF on their phone."""

    id: str
    channel: str
    name: str
    language: str = "zh-TW"
    standing: Standing = "stranger"
    spoke: datetime | None = None
    liff: LiffSettings = USUAL

    @property
    def known(self) -> bool:
        """Whether LINE shows the profile: of friends, and of people who have written."""
        return self.standing == "friend" or (self.standing == "stranger" and self.spoke is not None)

    def reached(self, now: datetime) -> bool:
        """Whether a push arrives: at friends, and at people who have written within seven days.

        https://developers.line.biz/en/reference/messaging-api/#send-push-message
        """
        wrote_lately = self.spoke is not None and now - self.spoke <= PUSH_AFTER_WRITING
        return self.standing == "friend" or (self.standing == "stranger" and wrote_lately)


@dataclass(frozen=True, slots=True)
class Group:
    """A group or room with the friend who took the account in. `joined` is false once it has left."""

    id: str
    kind: Literal["group", "room"]
    channel: str
    name: str
    member: str
    joined: bool = True


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One bubble. `author` is a friend's id or `bot`, `at` milliseconds, `content` LINE's message object.

    `delivery` of a friend's message says how its webhook went; a bot's message is just `sent`. An `unsent`
    one has lost its contents.
    """

    id: str
    chat: str
    author: str
    at: int
    content: Mapping[str, Any]
    via: Via
    delivery: Delivery = "sent"
    event: str | None = None
    unsent: bool = False
    counted: bool = False
    """Whether LINE counts who sees it and opens its addresses: it went under an aggregation unit's name."""
    unit: str = ""
    """That name, as the call said it."""


class Full(Exception):
    """There is no room for a further friend or group."""


class Chats:
    """All friends, groups and messages of the simulator."""

    def __init__(self) -> None:
        self.friends: dict[str, Friend] = {}
        self.groups: dict[str, Group] = {}
        self._messages: dict[str, OrderedDict[str, ChatMessage]] = {}
        self._sizes: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._bytes = 0

    def keep_friend(self, friend: Friend) -> None:
        """Add or replace a friend. Raises `Full`."""
        if friend.id not in self.friends and len(self.friends) >= FRIENDS_AT_MOST:
            raise Full
        self.friends[friend.id] = friend

    def keep_group(self, group: Group) -> None:
        """Add or replace a group. Raises `Full`."""
        if group.id not in self.groups and len(self.groups) >= GROUPS_AT_MOST:
            raise Full
        self.groups[group.id] = group

    def keep_message(self, message: ChatMessage) -> None:
        """Add or replace a message of its chat."""
        chat = self._messages.setdefault(message.chat, OrderedDict())
        chat[message.id] = message
        key = message.chat, message.id
        self._bytes -= self._sizes.get(key, 0)
        self._sizes[key] = size = BESIDE_CONTENT + len(orjson.dumps(message.content))
        self._bytes += size
        while len(chat) > MESSAGES_KEPT:
            self._forget(message.chat, next(iter(chat)))
        while self._bytes > BYTES_KEPT:
            self._forget(*next(iter(self._sizes)))

    def _forget(self, chat: str, message: str) -> None:
        del self._messages[chat][message]
        self._bytes -= self._sizes.pop((chat, message))

    def forget(self, chat: str, messages: Iterable[str]) -> None:
        """Take these messages out of a chat, where they are still kept."""
        for message in messages:
            if message in self._messages.get(chat, OrderedDict()):
                self._forget(chat, message)

    def latest(self) -> Iterator[ChatMessage]:
        """The last message of each chat that has one."""
        return (next(reversed(chat.values())) for chat in self._messages.values() if chat)

    def messages(self, chat: str) -> Iterator[ChatMessage]:
        """The messages of a friend or group, oldest first."""
        return iter(self._messages.get(chat, OrderedDict()).values())

    def message(self, chat: str, message: str) -> ChatMessage | None:
        """A message of this chat, while it is kept."""
        return self._messages.get(chat, OrderedDict()).get(message)

    def delivered(self, chat: str, message: str, delivery: Delivery) -> ChatMessage | None:
        """Note how a message's webhook went; `None` where it is forgotten already or nothing changed."""
        kept = self._messages.get(chat, OrderedDict()).get(message)
        if kept is None or kept.delivery == delivery:
            return None
        changed = replace(kept, delivery=delivery)
        self._messages[chat][message] = changed
        return changed

    def leave(self, group: Group) -> Group:
        """The account has left this group."""
        self.groups[group.id] = left = replace(group, joined=False)
        return left

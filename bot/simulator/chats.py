"""Who is there, and what was said: the friends, the groups and their messages, in memory and bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

FRIENDS_AT_MOST = 10_000
GROUPS_AT_MOST = 1_000
MESSAGES_KEPT = 200
"""In each chat; the oldest are forgotten first."""

Standing = Literal["stranger", "friend", "blocked"]
Via = Literal["friend", "reply", "push", "multicast"]
Delivery = Literal["sent", "waiting", "delivered", "retrying", "failed"]


@dataclass(frozen=True, slots=True)
class Friend:
    """A person on one channel. `spoken`: wrote once, so LINE shows the profile although no friend."""

    id: str
    channel: str
    name: str
    language: str = "zh-TW"
    standing: Standing = "stranger"
    spoken: bool = False

    @property
    def reachable(self) -> bool:
        """Whether a push arrives: friends, and people who have written."""
        return self.standing == "friend" or (self.standing == "stranger" and self.spoken)


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

    `delivery` of a friend's message says how its webhook went; a bot's message is just `sent`.
    """

    id: str
    chat: str
    author: str
    at: int
    content: Mapping[str, Any]
    via: Via
    delivery: Delivery = "sent"
    event: str | None = None


class Full(Exception):
    """There is no room for a further friend or group."""


class Chats:
    """All friends, groups and messages of the simulator."""

    def __init__(self) -> None:
        self.friends: dict[str, Friend] = {}
        self.groups: dict[str, Group] = {}
        self._messages: dict[str, OrderedDict[str, ChatMessage]] = {}

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
        while len(chat) > MESSAGES_KEPT:
            chat.popitem(last=False)

    def messages(self, chat: str) -> Iterator[ChatMessage]:
        """The messages of a friend or group, oldest first."""
        return iter(self._messages.get(chat, OrderedDict()).values())

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

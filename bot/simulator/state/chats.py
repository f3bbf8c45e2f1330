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
"""So long after their last message a push reaches a person who is no friend."""
MESSAGES_KEPT = 500
"""Messages of each chat; the oldest are forgotten first."""
BYTES_KEPT = 128 * 1024 * 1024
"""Bytes of all messages together, as JSON; the oldest are forgotten first, in whichever chat they are."""
BESIDE_CONTENT = 1024
"""Bytes for which a message counts beside its content: about the size of the object."""

Standing = Literal[
    "stranger",  # has never added the account
    "friend",
    "blocked",  # was a friend, and has blocked the account
]
Via = Literal["friend", "reply", "push", "multicast", "broadcast", "staff"]
"""How a message came; `staff`: written by hand in LINE's own chat, of which bots get no webhook."""
Delivery = Literal[
    "sent",  # a message of the bot, or one without a webhook of its own
    "waiting",  # the first attempt is to come
    "delivered",  # the bot has answered 2xx
    "retrying",  # an attempt has failed, another one is to come
    "failed",  # the last attempt has failed
]
"""How the webhook of a message went."""


@dataclass(frozen=True, slots=True)
class Friend:
    """A person on one channel."""

    id: str
    """The LINE user id."""
    channel: str
    name: str
    language: str = "zh-TW"
    standing: Standing = "stranger"
    spoke: datetime | None = None
    """When they last wrote to the account."""
    liff: LiffSettings = USUAL
    """How LIFF behaves on their phone."""

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
    """A group or room."""

    id: str
    kind: Literal["group", "room"]
    channel: str
    name: str
    member: str
    """The id of the friend who invited the account."""
    joined: bool = True
    """False once the account has left."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One bubble."""

    id: str
    chat: str
    """The id of the friend or group."""
    author: str
    """A friend's id, or `bot`."""
    at: int
    """Milliseconds since 1970."""
    content: Mapping[str, Any]
    """LINE's message object."""
    via: Via
    delivery: Delivery = "sent"
    event: str | None = None
    """The id of its webhook event."""
    unsent: bool = False
    """Whether it was taken back; then it has lost its contents."""
    counted: bool = False
    """Whether LINE counts who sees it and opens its addresses: it has an aggregation unit."""
    unit: str = ""
    """The name of the aggregation unit, as the call has it."""
    read: bool = False
    """Whether the account has read what a friend wrote."""


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
        """Remove these messages from a chat, where they are still stored."""
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
        """A message of this chat; `None` where it is unknown or forgotten."""
        return self._messages.get(chat, OrderedDict()).get(message)

    def set_delivery(
        self, chat: str, message: str, delivery: Delivery, *, read: bool = False
    ) -> ChatMessage | None:
        """Note how a message's webhook went, and whether it is `read` by that; `None` where the message is
        forgotten or nothing changed."""
        kept = self._messages.get(chat, OrderedDict()).get(message)
        if kept is None or kept.delivery == delivery:
            return None
        changed = replace(kept, delivery=delivery, read=read or kept.read)
        self._messages[chat][message] = changed
        return changed

    def mark_read(self, chat: str, message: str) -> Iterator[ChatMessage]:
        """What friends wrote in this chat up to this message counts as read; those that did not yet."""
        there = self._messages.get(chat, OrderedDict())
        for one in list(there.values()) if message in there else ():
            if one.via == "friend" and not one.read:
                there[one.id] = changed = replace(one, read=True)
                yield changed
            if one.id == message:
                return

    def leave(self, group: Group) -> Group:
        """The account has left this group."""
        self.groups[group.id] = left = replace(group, joined=False)
        return left

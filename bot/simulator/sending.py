"""What a reply, a push and a multicast do on LINE's side: tokens, retry keys, quota, and who gets it.

https://developers.line.biz/en/reference/messaging-api/#messages
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.clock import Clock
from bot.simulator.account import Account
from bot.simulator.chats import ChatMessage, Chats, Via
from bot.simulator.feed import Feed
from bot.simulator.line_ids import milliseconds, new_message_id, new_quote_token
from bot.simulator.message_shape import faults
from bot.simulator.refusal import Refusal, bad_properties
from bot.simulator.shown import message_shown
from bot.simulator.used_once import ReplyTokens, RetryKeys

MULTICAST_AT_MOST = 500

_RECIPIENT = re.compile(r"[UCR][0-9a-f]{32}")
_RETRY_KEY = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_QUOTABLE = frozenset({"text", "textV2", "sticker", "image", "video", "template", "flex"})


@dataclass(frozen=True, slots=True)
class Sent:
    """An accepted call: LINE's answer, and for the log the chat and what it cost of the quota."""

    answer: dict[str, Any]
    chat: str | None
    messages: int
    paid: int = 0
    text: str | None = None
    """What the first message says, for the log."""


class Sending:
    """The three ways to send. Each method raises `Refusal` and then has changed nothing."""

    def __init__(self, chats: Chats, clock: Clock, feed: Feed, tokens: ReplyTokens, keys: RetryKeys) -> None:
        self._chats = chats
        self._clock = clock
        self._feed = feed
        self._tokens = tokens
        self._keys = keys

    def reply(self, account: Account, body: Mapping[str, Any], headers: Mapping[str, str]) -> Sent:
        """Answer an event: free, once per token, within its life."""
        if "X-Line-Retry-Key" in headers:
            # LINE documents the status; the wording is ours.
            raise Refusal(400, "The retry key is not supported by this API")
        messages = checked_messages(body)
        token = body.get("replyToken")
        now = self._clock.now()
        chat = self._tokens.take(token, account.channel.name, now) if isinstance(token, str) else None
        if chat is None:
            raise Refusal(400, "Invalid reply token")
        sent = self._show(chat, messages, "reply") if self._arrives(chat) else self._ids(messages)
        return Sent({"sentMessages": sent}, chat, len(messages), text=_first_text(messages))

    def push(
        self, account: Account, body: Mapping[str, Any], headers: Mapping[str, str], request: str
    ) -> Sent:
        """Send to one person, group or room; counts one message for each person who gets it."""
        to = body.get("to")
        key = self._first_time(account, headers, with_messages=True)
        messages = checked_messages(body)
        if not isinstance(to, str) or not _RECIPIENT.fullmatch(to):
            raise bad_properties([{"message": "The value is invalid", "property": "to"}])
        if not self._known(account, to):
            raise Refusal(400, "Failed to send messages")
        paid = 1 if self._arrives(to) else 0
        self._spend(account, paid)
        sent = self._show(to, messages, "push") if paid else self._ids(messages)
        self._remember(account, key, request, sent)
        return Sent({"sentMessages": sent}, to, len(messages), paid, _first_text(messages))

    def multicast(
        self, account: Account, body: Mapping[str, Any], headers: Mapping[str, str], request: str
    ) -> Sent:
        """Send the same to up to 500 people; unknown and unreachable ones are passed over in silence."""
        key = self._first_time(account, headers, with_messages=False)
        messages = checked_messages(body)
        to = body.get("to")
        if not isinstance(to, list) or not 1 <= len(to) <= MULTICAST_AT_MOST:
            fault = {"message": f"Size must be between 1 and {MULTICAST_AT_MOST}", "property": "to"}
            raise bad_properties([fault])
        people = [
            person
            for person in dict.fromkeys(p for p in to if isinstance(p, str))
            if person in self._chats.friends and self._known(account, person) and self._arrives(person)
        ]
        self._spend(account, len(people))
        for person in people:
            self._show(person, messages, "multicast")
        self._remember(account, key, request, [])
        chat = people[0] if len(people) == 1 else None
        return Sent({}, chat, len(messages), len(people), _first_text(messages))

    def _first_time(self, account: Account, headers: Mapping[str, str], *, with_messages: bool) -> str | None:
        """The call's retry key, if it carries one; 409 if that was accepted before."""
        key = headers.get("X-Line-Retry-Key")
        if key is None:
            return None
        if not _RETRY_KEY.fullmatch(key):
            raise Refusal(400, "Invalid retry key")  # status documented, wording ours
        before = self._keys.find(account.channel.name, key.lower(), self._clock.now())
        if before is not None:
            more = {"sentMessages": list(before.sent)} if with_messages else {}
            refusal = Refusal(409, "The retry key is already accepted", **more)
            refusal.headers["X-Line-Accepted-Request-Id"] = before.request_id
            raise refusal
        return key.lower()

    def _remember(self, account: Account, key: str | None, request: str, sent: list[dict[str, str]]) -> None:
        if key is not None:
            self._keys.keep(account.channel.name, key, request, tuple(sent), self._clock.now())

    def _known(self, account: Account, to: str) -> bool:
        chat = self._chats.friends.get(to) or self._chats.groups.get(to)
        return chat is not None and chat.channel == account.channel.name

    def _arrives(self, chat: str) -> bool:
        friend, group = self._chats.friends.get(chat), self._chats.groups.get(chat)
        return (friend is not None and friend.reachable) or (group is not None and group.joined)

    def _spend(self, account: Account, count: int) -> None:
        now = self._clock.now()
        if not account.can_spend(count, now):
            raise Refusal(429, "You have reached your monthly limit.")
        account.spend(count, now)
        if count:
            usage = {"channel": account.channel.name, "quota": account.quota, "used": account.used(now)}
            self._feed.publish("quota", usage)

    def _ids(self, messages: list[dict[str, Any]]) -> list[dict[str, str]]:
        """Ids for messages, as LINE answers them, also where nothing arrives."""
        now = self._clock.now()
        return [
            {"id": new_message_id(now)}
            | ({"quoteToken": new_quote_token()} if message["type"] in _QUOTABLE else {})
            for message in messages
        ]

    def _show(self, chat: str, messages: list[dict[str, Any]], via: Via) -> list[dict[str, str]]:
        ids = self._ids(messages)
        at = milliseconds(self._clock.now())
        for message, sent in zip(messages, ids, strict=True):
            bubble = ChatMessage(sent["id"], chat, "bot", at, message, via)
            self._chats.keep_message(bubble)
            self._feed.publish("message", message_shown(bubble))
        return ids


def _first_text(messages: list[dict[str, Any]]) -> str | None:
    text = messages[0].get("text", messages[0].get("altText"))
    return text if isinstance(text, str) else None


def checked_messages(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The call's messages, if LINE would take them. Raises `Refusal`."""
    messages = body.get("messages")
    found = faults(messages)
    if found:
        raise bad_properties(found)
    assert isinstance(messages, list)
    return messages

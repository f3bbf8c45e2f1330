"""What the ways to send do on LINE's side: tokens, retry keys, quota, and who gets it.

https://developers.line.biz/en/reference/messaging-api/#messages
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeAlias

from bot.line.objects.messages import TAG
from bot.line.objects.spec import Many, Spec, Switch, TextSpec
from bot.model.clock import Clock
from bot.model.message import USER_ID
from bot.simulator.platform.message_shape import checked, checked_messages
from bot.simulator.platform.refusal import LineRefusal, bad_message, bad_property, quota_exhausted
from bot.simulator.state.account import Account
from bot.simulator.state.chats import ChatMessage, Chats, Via
from bot.simulator.state.feed import Feed
from bot.simulator.state.line_ids import milliseconds, new_message_id, new_quote_token
from bot.simulator.state.one_time_tokens import ReplyTokens, RetryKeys
from bot.simulator.state.state_json import message_json, usage_json

MULTICAST_AT_MOST = 500
"""Recipients of one multicast."""
_QUIET: Mapping[str, Spec] = {"notificationDisabled": Switch()}
_UNITS: Mapping[str, Spec] = {**_QUIET, "customAggregationUnits": Many(TextSpec(30, look=TAG), 0, 1)}
_REPLY: Mapping[str, Spec] = {**_QUIET, "replyToken": TextSpec(1_000)}
"""The properties of a reply, without its messages."""
_PUSH: Mapping[str, Spec] = {**_UNITS, "to": TextSpec(1_000)}
"""The properties of a push, without its messages."""
_MULTICAST: Mapping[str, Spec] = {**_UNITS, "to": Many(TextSpec(1_000), 1, MULTICAST_AT_MOST)}
"""The properties of a multicast, without its messages."""

_RECIPIENT = re.compile(r"[UCR][0-9a-f]{32}")
"""The id of a user, group or room."""
_RETRY_KEY = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""A UUID."""
_QUOTABLE = frozenset({"text", "textV2", "sticker", "image", "video", "template", "flex"})
"""Types of messages that have a quote token."""


_Unit: TypeAlias = Callable[[Iterable[str]], None]
"""Counts messages, by their ids, under the name of an aggregation unit."""


@dataclass(frozen=True, slots=True)
class SentCall:
    """An accepted call."""

    answer: dict[str, Any]
    """LINE's answer."""
    chat: str | None
    """For the log: the chat, where there is one."""
    messages: int
    paid: int = 0
    """For the log: messages that it took of the month's quota."""
    text: str | None = None
    """For the log: what the first message says."""


class MessageSending:
    """The ways to send. A method that raises `LineRefusal` has changed nothing."""

    def __init__(self, chats: Chats, clock: Clock, feed: Feed, tokens: ReplyTokens, keys: RetryKeys) -> None:
        self._chats = chats
        self._clock = clock
        self._feed = feed
        self._tokens = tokens
        self._keys = keys

    def reply(self, account: Account, body: Mapping[str, Any]) -> SentCall:
        """Answer an event: free, once per token, within its life."""
        messages = checked_messages(body)
        checked(body, _REPLY, "replyToken")
        now = self._clock.now()
        chat = self._tokens.chat_of(body["replyToken"], account.channel.name, now)
        if chat is None:
            raise LineRefusal(400, "Invalid reply token")
        self._check_suits(chat, messages)
        self._tokens.use(body["replyToken"])
        account.deliveries.count("reply", 1, now)
        sent = self._show(chat, messages, "reply") if self._arrives(chat) else self._ids(messages)
        return SentCall({"sentMessages": sent}, chat, len(messages), text=_first_text(messages))

    def push(
        self, account: Account, body: Mapping[str, Any], headers: Mapping[str, str], request: str
    ) -> SentCall:
        """Send to one person, group or room; counts one message for each person who gets it."""
        key = self._first_time(account, headers, with_messages=True)
        messages = checked_messages(body)
        checked(body, _PUSH, "to")
        to = body["to"]
        if not _RECIPIENT.fullmatch(to):
            raise bad_property("to")
        if not self._known(account, to):
            raise LineRefusal(400, "Failed to send messages")
        self._check_suits(to, messages)
        paid = 1 if account.crowd.has(to) or self._arrives(to) else 0
        self._spend(account, "push", paid)
        unit = self._unit(account, body)
        sent = self._show(to, messages, "push", unit, _under(body)) if paid else self._ids(messages)
        self._remember(account, key, request, sent)
        return SentCall({"sentMessages": sent}, to, len(messages), paid, _first_text(messages))

    def multicast(
        self, account: Account, body: Mapping[str, Any], headers: Mapping[str, str], request: str
    ) -> SentCall:
        """Send the same to up to 500 friends; all other recipients are skipped without an error."""
        key = self._first_time(account, headers, with_messages=False)
        messages = checked_messages(body, mentions=False)
        checked(body, _MULTICAST, "to")
        for number, person in enumerate(body["to"]):
            if not USER_ID.fullmatch(person):
                where = f"The property, to[{number}], in the request body is invalid (line: -, column: -)"
                raise LineRefusal(400, where)
        people = [person for person in dict.fromkeys(body["to"]) if self._is_friend(account, person)]
        return self._to_all(account, people, messages, "multicast", key, request, body)

    def broadcast(
        self, account: Account, body: Mapping[str, Any], headers: Mapping[str, str], request: str
    ) -> SentCall:
        """Send the same to all friends of the account."""
        key = self._first_time(account, headers, with_messages=False)
        messages = checked_messages(body, mentions=False)
        checked(body, _QUIET)
        crowd = account.crowd
        friends = (*self._chats.friends, *crowd.users(0, crowd.number))
        people = [person for person in friends if self._is_friend(account, person)]
        return self._to_all(account, people, messages, "broadcast", key, request, body)

    def _to_all(
        self,
        account: Account,
        people: list[str],
        messages: list[dict[str, Any]],
        way: Literal["multicast", "broadcast"],
        key: str | None,
        request: str,
        body: Mapping[str, Any],
    ) -> SentCall:
        self._spend(account, way, len(people))
        unit = self._unit(account, body) if way == "multicast" else None
        for person in people:
            self._show(person, messages, way, unit, _under(body))
        self._remember(account, key, request, [])
        chat = people[0] if len(people) == 1 else None
        return SentCall({}, chat, len(messages), len(people), _first_text(messages))

    def _first_time(self, account: Account, headers: Mapping[str, str], *, with_messages: bool) -> str | None:
        """The retry key of the call, if it has one. Raises `LineRefusal` (409) where that was accepted
        before."""
        key = headers.get("X-Line-Retry-Key")
        if key is None:
            return None
        if not _RETRY_KEY.fullmatch(key):
            raise LineRefusal(400, "Invalid retry key")  # status documented, wording ours
        before = self._keys.find(account.channel.name, key.lower(), self._clock.now())
        if before is not None:
            more = {"sentMessages": list(before.sent)} if with_messages else {}
            refusal = LineRefusal(409, "The retry key is already accepted", **more)
            refusal.headers["X-Line-Accepted-Request-Id"] = before.request_id
            raise refusal
        return key.lower()

    def _remember(self, account: Account, key: str | None, request: str, sent: list[dict[str, str]]) -> None:
        if key is not None:
            self._keys.keep(account.channel.name, key, request, tuple(sent), self._clock.now())

    def _known(self, account: Account, to: str) -> bool:
        chat = self._chats.friends.get(to) or self._chats.groups.get(to)
        return account.crowd.had(to) or (chat is not None and chat.channel == account.channel.name)

    def _arrives(self, chat: str) -> bool:
        friend, group = self._chats.friends.get(chat), self._chats.groups.get(chat)
        return (friend is not None and friend.reached(self._clock.now())) or (
            group is not None and group.joined
        )

    def _is_friend(self, account: Account, person: str) -> bool:
        friend = self._chats.friends.get(person)
        if friend is None:
            return account.crowd.has(person)
        return friend.channel == account.channel.name and friend.standing == "friend"

    def _check_suits(self, chat: str, messages: list[dict[str, Any]]) -> None:
        """Mentions are for groups, tracked videos for single people."""
        grouped = chat in self._chats.groups
        for number, message in enumerate(messages):
            mentioned = any(one["type"] == "mention" for one in (message.get("substitution") or {}).values())
            if grouped and message.get("trackingId") is not None:
                raise bad_message(number, [{"message": "invalid property", "property": "trackingId"}])
            if mentioned and not grouped:
                raise bad_message(number, [{"message": "invalid property", "property": "substitution"}])

    def _spend(self, account: Account, way: str, count: int) -> None:
        """Take the messages of the month's quota. Raises `LineRefusal` where too few are left."""
        now = self._clock.now()
        if not account.can_spend(count, now):
            raise quota_exhausted()
        account.spend(count, now)
        account.deliveries.count(way, count, now)
        if count:
            self._feed.publish("quota", usage_json(account, now))

    def _ids(self, messages: list[dict[str, Any]]) -> list[dict[str, str]]:
        """Ids for messages, as LINE answers them, also where nothing arrives."""
        now = self._clock.now()
        return [
            {"id": new_message_id(now)}
            | ({"quoteToken": new_quote_token()} if message["type"] in _QUOTABLE else {})
            for message in messages
        ]

    def _unit(self, account: Account, body: Mapping[str, Any]) -> _Unit | None:
        """What counts the messages of an accepted call under a name; `None`: nothing does."""
        under, now = _under(body), self._clock.now()
        name = account.units.assign(under, now) if under else None
        return None if name is None else partial(account.units.sent, name, now=now)

    def _show(
        self,
        chat: str,
        messages: list[dict[str, Any]],
        via: Via,
        unit: _Unit | None = None,
        under: str = "",
    ) -> list[dict[str, str]]:
        """Put the messages into a chat; their ids."""
        ids = self._ids(messages)
        at = milliseconds(self._clock.now())
        if unit is not None:
            unit(sent["id"] for sent in ids)
        for message, sent in zip(messages, ids, strict=True):
            if chat not in self._chats.friends and chat not in self._chats.groups:
                continue  # one of a crowd has no phone to show it on
            counted = unit is not None
            bubble = ChatMessage(sent["id"], chat, "bot", at, message, via, counted=counted, unit=under)
            self._chats.keep_message(bubble)
            self._feed.publish("message", message_json(bubble))
        return ids


def _under(body: Mapping[str, Any]) -> str:
    """The name of the aggregation unit that a call has; empty: none."""
    names = body.get("customAggregationUnits") or ("",)
    return str(names[0])


def _first_text(messages: list[dict[str, Any]]) -> str | None:
    text = messages[0].get("text", messages[0].get("altText"))
    return text if isinstance(text, str) else None

"""Reply tokens and retry keys of LINE, each good once, with their lifetimes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

REPLY_LIFE = timedelta(seconds=60)
"""From the (re)delivery: https://developers.line.biz/en/reference/messaging-api/#send-reply-message"""
REPLY_LIFE_AT_MOST = timedelta(minutes=20)
"""From the event, however often it is delivered again."""
RETRY_KEY_LIFE = timedelta(hours=24)
"""How long an accepted key is not accepted again."""
KEPT = 20_000
"""Reply tokens that are stored, the last ones."""
KEYS_KEPT = 200_000
"""Retry keys that are stored: a broadcast with a content for each person uses one for each person."""


@dataclass(slots=True)
class _Token:
    """A reply token that is not used."""

    chat: str
    channel: str
    event_at: datetime
    until: datetime


class ReplyTokens:
    """Reply tokens that are not used."""

    def __init__(self) -> None:
        self._tokens: OrderedDict[str, _Token] = OrderedDict()

    def issue(self, token: str, chat: str, channel: str, now: datetime) -> None:
        """Store the token of an event of this chat, which is valid for `REPLY_LIFE` from now."""
        self._tokens[token] = _Token(chat, channel, now, now + REPLY_LIFE)
        while len(self._tokens) > KEPT:
            self._tokens.popitem(last=False)

    def delivered_again(self, token: str, now: datetime) -> None:
        """A redelivery gives an unused token another minute, up to 20 minutes after the event."""
        kept = self._tokens.get(token)
        if kept is not None:
            kept.until = min(now + REPLY_LIFE, kept.event_at + REPLY_LIFE_AT_MOST)

    def chat_of(self, token: str, channel: str, now: datetime) -> str | None:
        """The chat that this token answers; `None` if used, expired, or never of this channel."""
        kept = self._tokens.get(token)
        if kept is None or kept.channel != channel:
            return None
        return kept.chat if now <= kept.until else None

    def use(self, token: str) -> None:
        """Remove a token that is used."""
        self._tokens.pop(token, None)


@dataclass(frozen=True, slots=True)
class AcceptedCall:
    """A call with a retry key that was accepted."""

    request_id: str
    """LINE's id of the call."""
    sent: tuple[dict[str, str], ...]
    """The messages that it answered."""
    until: datetime
    """When the key is new again (UTC)."""


class RetryKeys:
    """Accepted calls by channel and X-Line-Retry-Key, for 24 hours; after that a key is new again.

    https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
    """

    def __init__(self) -> None:
        self._accepted: OrderedDict[tuple[str, str], AcceptedCall] = OrderedDict()

    def find(self, channel: str, key: str, now: datetime) -> AcceptedCall | None:
        """The accepted call with this key; `None`: the key is new."""
        accepted = self._accepted.get((channel, key))
        return accepted if accepted is not None and now < accepted.until else None

    def keep(
        self, channel: str, key: str, request_id: str, sent: tuple[dict[str, str], ...], now: datetime
    ) -> None:
        """Store an accepted call: its id, and the messages that it answered."""
        self._accepted[channel, key] = AcceptedCall(request_id, sent, now + RETRY_KEY_LIFE)
        self._accepted.move_to_end((channel, key))
        while len(self._accepted) > KEYS_KEPT:
            self._accepted.popitem(last=False)

"""Marks a conversation as read at LINE once staff have opened it, where its channel says so (`mark_read`).

The token that LINE asks for is in the event of a message, which the inbox has for `KNOWN_FOR`; nothing else
stores it. A courtesy: what LINE refuses, or does not hear, is logged and not tried again, as the next message
that is opened marks all before it.
https://developers.line.biz/en/docs/messaging-api/mark-as-read/
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol

import orjson

from bot.line.outcome import Accepted, CallResult
from bot.model.channel import Channel
from bot.model.conversation import TranscriptTurn
from bot.model.processes import part_of
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.read_at_line")


class MarksAsRead(Protocol):
    """The part of `bot.line.client.LineClient` that is used here."""

    def mark_as_read(self, token: str) -> Coroutine[Any, Any, CallResult]: ...


class ReadAtLine:
    """Marks as read beside what staff wait for. `account` gives LINE of a channel; `None`: it is unlinked, or
    the playbook has it no more."""

    def __init__(
        self,
        stores: Stores,
        channels: Callable[[], Mapping[str, Channel]],
        account: Callable[[str], MarksAsRead | None],
    ) -> None:
        self._stores = stores
        self._channels = channels
        self._account = account
        self._marking: set[asyncio.Task[None]] = set()

    def begin(self, chat: str, turns: Sequence[TranscriptTurn]) -> None:
        """Mark the newest message of this chat among these turns, and thereby all before it."""
        channel = self._channels().get(chat.partition(":")[0])
        account = None if channel is None or not channel.mark_read else self._account(channel.name)
        newest = max(
            (one for one in turns if one.chat == chat and one.incoming is not None), key=_sent, default=None
        )
        if account is None or newest is None:
            return
        task = asyncio.create_task(self._mark(account, newest.event, part_of(chat)))
        self._marking.add(task)
        task.add_done_callback(self._marking.discard)

    async def close(self) -> None:
        """Wait for what has begun."""
        await asyncio.gather(*self._marking)

    async def _mark(self, account: MarksAsRead, event: str, part: int) -> None:
        try:
            entry = (await self._stores.inbox.entries([event], part)).get(event)
        except DatabaseUnavailable:
            return
        token = None if entry is None else _token(entry.raw)
        if token is not None and not isinstance(done := await account.mark_as_read(token), Accepted):
            log.warning("LINE did not mark a conversation as read: %r", done)


def _sent(turn: TranscriptTurn) -> tuple[int, object]:
    return (0 if turn.incoming is None else turn.incoming.sent), turn.at


def _token(raw: bytes) -> str | None:
    """The `markAsReadToken` of the event, if it is a message with one."""
    try:
        message = orjson.loads(raw).get("message")
    except (orjson.JSONDecodeError, AttributeError):  # one of ours
        return None
    token = message.get("markAsReadToken") if isinstance(message, dict) else None
    return token if isinstance(token, str) and token else None

"""What an account looks like at LINE: asked once an hour, for the pages that carry its picture."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.line.client import LineClient
from bot.line.outcome import LineError
from bot.model.clock import Clock

KNOWN_FOR = timedelta(hours=1)
UNKNOWN_FOR = timedelta(minutes=1)
"""How long it is not asked again, after an answer and without one."""

log = logging.getLogger("oaflow.line")


class Faces:
    """The pictures of accounts, by channel."""

    def __init__(self, account: Callable[[str], LineClient | None], clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._known: dict[str, tuple[str | None, datetime]] = {}
        """The picture, and until when it is not asked for again."""

    async def of(self, channel: str) -> str | None:
        """The address of a channel's picture; `None` where it has none, or LINE does not say."""
        now = self._clock.now()
        picture, until = self._known.get(channel, (None, now))
        if until > now:
            return picture
        account = self._account(channel)
        if account is None:
            return None
        try:
            picture, until = (await account.bot_info()).picture, now + KNOWN_FOR
        except LineError as error:
            log.warning("LINE does not tell the picture of %s: %s", channel, error)
            until = now + UNKNOWN_FOR
        self._known[channel] = (picture, until)
        return picture

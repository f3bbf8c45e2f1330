"""A client of LINE for a channel, for what staff check there before a broadcast goes out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.model.clock import SystemClock
from bot.model.settings import Settings
from bot.model.translatable import Refusal, tr


@dataclass(frozen=True, slots=True)
class LineNow:
    """Where LINE is asked, and by which channels."""

    settings: Settings
    api: str
    data_api: str


class CannotAsk(Refusal):
    """The channel lacks what LINE asks for; the sentence says what."""


@asynccontextmanager
async def line_of(line: LineNow, name: str) -> AsyncIterator[LineClient]:
    """The LINE of a channel, as long as this lasts. Raises `CannotAsk`."""
    channel = line.settings.channels[name]
    if not (channel.access_token or (channel.channel_id and channel.channel_secret)):
        raise CannotAsk(
            tr(
                "{name}: {lacking} not set; set the variables that bot.yaml names there, as for  oaflow run",
                name=name,
                lacking="access_token",
            )
        )
    async with new_session() as session:
        client = LineClient(channel, line.api, line.data_api, session, SystemClock())
        try:
            yield client
        finally:
            client.close()

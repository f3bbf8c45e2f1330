"""What a page of members does that no flow says: what it is opened with, and what its JSON has besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.engine.compiled.playbook import Playbook
from bot.line.friend_link import friend_link
from bot.model.channel import Channel
from bot.model.clock import Clock
from bot.model.screen import Screen
from bot.operations.payload import Payload
from bot.runtime.pages import PageService, Viewer
from bot.store.stores import Stores
from bot.web.liff.calls import NoPage
from bot.web.sealed_parts import SealedParts


@dataclass(frozen=True, slots=True)
class MemberContext:
    """What the pages work with. `parts` makes and reads addresses, `stylesheet` is the address of theirs."""

    playbook: Callable[[], Playbook]
    channels: Callable[[], Mapping[str, Channel]]
    stores: Stores
    service: PageService
    clock: Clock
    parts: SealedParts
    stylesheet: str

    def friend_address(self, channel: str) -> str:
        """Where the account of a channel is added as a friend."""
        return friend_link(self.channels()[channel].id)


class LiffPage:
    """A page that does no more than its screens say. Raises what its service does."""

    def __init__(self, context: MemberContext) -> None:
        self.context = context

    async def opened(self, viewer: Viewer, inputs: Mapping[str, str], name: str) -> tuple[Screen, Payload]:
        """The screen of the page that was opened, and what its JSON has besides."""
        return await self.context.service.opened(viewer, inputs, name), {}

    def shown(self, channel: str, payload: Payload) -> Payload:
        """The JSON of a screen, with what only the server knows."""
        return payload

    async def free(self, user: str, query: Mapping[str, str]) -> Payload:
        """When something can be had: only of a page that is about that."""
        raise NoPage


def milliseconds(at: datetime) -> int:
    """A moment as scripts take it."""
    return int(at.timestamp() * 1000)


def milliseconds_of(view: object, *names: str) -> Payload:
    """Moments of these names, as scripts take them; `None` of what has none."""
    moments = {name: getattr(view, name) for name in names}
    return {name: None if at is None else milliseconds(at) for name, at in moments.items()}


def without_none(value: Any) -> Any:
    """The JSON without the keys whose value is `None`, at any depth."""
    match value:
        case dict():
            return {key: without_none(item) for key, item in value.items() if item is not None}
        case list():
            return [without_none(item) for item in value]
        case _:
            return value

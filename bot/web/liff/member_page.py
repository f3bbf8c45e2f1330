"""What a page of members does besides its flow, and what such pages work with. Promotions have classes of
their own after `LiffPage`."""

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
    """What the members' pages work with."""

    playbook: Callable[[], Playbook]
    channels: Callable[[], Mapping[str, Channel]]
    stores: Stores
    service: PageService
    clock: Clock
    parts: SealedParts
    """Seals and opens parts of addresses."""
    stylesheet: str
    """The address of the pages' stylesheet."""

    def friend_address(self, channel: str) -> str:
        """The link by which the official account of a channel is added as a friend."""
        return friend_link(self.channels()[channel].id)


class LiffPage:
    """A page that shows the screens of its flow, and no more. Raises what `PageService` raises."""

    def __init__(self, context: MemberContext) -> None:
        self.context = context

    async def opened(self, viewer: Viewer, inputs: Mapping[str, str], name: str) -> tuple[Screen, Payload]:
        """The screen of a page that was opened with these inputs, and further fields of its JSON. `name` is
        LINE's for the person."""
        return await self.context.service.opened(viewer, inputs, name), {}

    def shown(self, channel: str, payload: Payload) -> Payload:
        """The JSON of a screen, with what only the server knows."""
        return payload

    async def free(self, user: str, query: Mapping[str, str]) -> Payload:
        """The free times of what the page offers. Raises `NoPage` on a page that offers none."""
        raise NoPage


def milliseconds(at: datetime) -> int:
    """A moment in milliseconds since 1970, as JavaScript takes it."""
    return int(at.timestamp() * 1000)


def milliseconds_of(view: object, *names: str) -> Payload:
    """The moments in these fields of a view, in milliseconds since 1970, or `None` as they are."""
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

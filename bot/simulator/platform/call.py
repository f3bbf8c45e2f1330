"""A call of LINE's API as it comes in, and what goes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from bot.simulator.state.account import Account
from bot.simulator.state.pictures import PictureBytes


@dataclass(frozen=True, slots=True)
class ApiCall:
    """An authorised call: its id, whose it is, path and query parameters, headers, body.

    `body` is the JSON of calls that take JSON, `raw` the bytes of those that take a picture.
    """

    id: str
    account: Account
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Answered:
    """What goes back, and what the log tells of it."""

    status: int = 200
    body: Mapping[str, Any] | PictureBytes = field(default_factory=dict)
    chat: str | None = None
    messages: int = 0
    paid: int = 0
    text: str | None = None


CallHandler: TypeAlias = Callable[[ApiCall], Awaitable[Answered]]
Takes: TypeAlias = Literal["nothing", "json", "picture"]


class Route(NamedTuple):
    """A call of the API: method, path below the base address, name in the log, what answers it."""

    method: str
    path: str
    name: str
    answer: CallHandler
    takes: Takes = "nothing"

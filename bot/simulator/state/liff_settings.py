"""LIFF on a friend's phone: its settings, and the pages that were opened there."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from bot.model.channel import Liff

Os: TypeAlias = Literal["ios", "android", "web"]
Token: TypeAlias = Literal[
    "good",
    "expired",  # until the person signs in again
    "foreign",  # of another login channel
    "forged",  # with a wrong signature
]
"""The ID token that a page gets."""

SYSTEMS: tuple[str, ...] = get_args(Os)
TOKENS: tuple[str, ...] = get_args(Token)


@dataclass(frozen=True, slots=True)
class LiffSettings:
    """How `liff` behaves on a phone."""

    in_client: bool = True
    """False in LINE for PC, and in a browser outside of LINE."""
    os: Os = "ios"
    permission: bool = True
    """Whether `chat_message.write` was granted."""
    launched_from_chat: bool = True
    """False where the address was opened elsewhere, so that the page cannot send messages."""
    token: Token = "good"
    friend: bool = True
    """False where LIFF says that the person is no friend of the account."""


USUAL = LiffSettings()


KEPT = 2_000
"""Openings that are stored, the last ones."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What LINE Login gives a page."""

    id_token: str
    """Says who the person is."""
    access_token: str
    """Allows requests to LINE about the person."""


@dataclass(slots=True)
class Launch:
    """One opening of a channel's LIFF app by a friend, in their own chat with the account or in a group."""

    id: str
    friend: str
    channel: str
    liff: Liff
    tokens: Tokens
    group: str | None = None


class Launches:
    """The latest openings, by ids with which a page proves on whose phone it is."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Launch] = OrderedDict()

    def begin(self, friend: str, channel: str, liff: Liff, tokens: Tokens, group: str | None) -> Launch:
        """Store a new opening."""
        launch = Launch(secrets.token_urlsafe(24), friend, channel, liff, tokens, group)
        self._kept[launch.id] = launch
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return launch

    def find(self, id: str) -> Launch | None:
        """The opening; `None` where there was none, or it is forgotten."""
        return self._kept.get(id)

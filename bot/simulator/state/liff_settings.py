"""LIFF on a friend's phone: its settings, and the pages that were opened there."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from bot.model.channel import Liff

Os: TypeAlias = Literal["ios", "android", "web"]
Token: TypeAlias = Literal["good", "expired", "foreign", "forged"]

SYSTEMS: tuple[str, ...] = get_args(Os)
TOKENS: tuple[str, ...] = get_args(Token)


@dataclass(frozen=True, slots=True)
class LiffSettings:
    """What `liff` tells a page.

    `in_client`: false in LINE for PC and in a browser outside of LINE. `permission`: `chat_message.write` was
    granted. `launched_from_chat`: false where the address was opened somewhere else, so that nothing can be
    said. `token`: the ID token that opening gives: `expired` until the person signs in again, of a `foreign`
    login channel, `forged`. `friend`: false where LIFF says that the account is no friend.
    """

    in_client: bool = True
    os: Os = "ios"
    permission: bool = True
    launched_from_chat: bool = True
    token: Token = "good"
    friend: bool = True


USUAL = LiffSettings()


KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """What LINE Login gives a page: who the person is, and leave to ask LINE about them."""

    id_token: str
    access_token: str


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
    """The latest openings; the id is what a page proves with whose phone it is on."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Launch] = OrderedDict()

    def begin(self, friend: str, channel: str, liff: Liff, tokens: Tokens, group: str | None) -> Launch:
        """A new opening."""
        launch = Launch(secrets.token_urlsafe(24), friend, channel, liff, tokens, group)
        self._kept[launch.id] = launch
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return launch

    def find(self, id: str) -> Launch | None:
        """The opening; `None` where there was none, or it is forgotten."""
        return self._kept.get(id)

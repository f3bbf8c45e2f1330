"""Whose a LINE account is in this database: which playbook's, since when, what was there before (A6, A7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

LinkState: TypeAlias = Literal["served", "linking", "linked", "unlinking", "unlinked"]
"""A process serves it, and nobody has linked it by oaflow · the webhook's address at LINE is being changed ·
it is ours · our things at LINE are being removed · they are gone, and it is nobody's."""


@dataclass(frozen=True, slots=True)
class HeldAccount:
    """An account that is some playbook's here; `bot` and `channel` are empty where only its id is known."""

    id: str
    bot: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class FormerAddress:
    """The webhook's address that LINE had before, which `by` has replaced: it may hold another system's
    secret."""

    url: str = field(repr=False)
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelLink:
    """One account, by LINE's channel `id`: the `bot` of the playbook and its `channel` by name.

    `by` has brought it into this state at this moment. `former` is stored before the address at LINE is
    replaced. `secrets_mark`: a hash of secret and access token, in use here since `secrets_at`. `ours`: the
    addresses that this bot has set at LINE, or was about to, the last one last.
    """

    id: str
    bot: str
    channel: str
    state: LinkState
    by: str
    at: datetime
    revision: int = 1
    former: FormerAddress | None = None
    secrets_mark: str = field(default="", repr=False)
    secrets_at: datetime | None = None
    ours: tuple[str, ...] = ()

    @property
    def is_held(self) -> bool:
        """Whether the account is a playbook's: that of `bot`."""
        return self.state != "unlinked"

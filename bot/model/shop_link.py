"""Which shop is linked: by whom, from which side, and how it ended (requirements C3, C9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

LinkSide: TypeAlias = Literal["here", "shop"]
"""By a command or page of ours · from the shop's back office, by installing or removing the app."""


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """It was unlinked, by whom and from which side; `forgotten`: what the shop had told goes, too, and was
    taken from everybody at `cleared`.

    What is kept is as it was last known at that moment.
    """

    by: str
    at: datetime
    side: LinkSide
    forgotten: bool = False
    cleared: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShopLink:
    """The link of one of the playbook's shops, as it is or was; `shop` is its name there.

    `platform` and `access` are what it was linked by: a playbook that says another way in is not linked by
    it. `domain` is the shop's own at its platform, where it is known; `channel` the account that was chosen
    while installing. `uninstalled` is when the shop has last told that the app was removed.
    `revision` is the writing that another one follows on, from 1.
    """

    shop: str
    platform: str
    access: str
    side: LinkSide
    by: str
    at: datetime
    revision: int = 1
    domain: str | None = None
    channel: str | None = None
    uninstalled: datetime | None = None
    ended: LinkEnd | None = None

    @property
    def holds(self) -> bool:
        """Whether it has not ended."""
        return self.ended is None


@dataclass(frozen=True, slots=True)
class ShopInstall:
    """An installation that is under way: who has begun it, in which session, of which shop and domain.

    `state` is the text that comes back with the shop's answer, once, until `until`.
    """

    state: str = field(repr=False)
    session: str = field(repr=False)
    by: str
    shop: str
    channel: str
    domain: str
    until: datetime

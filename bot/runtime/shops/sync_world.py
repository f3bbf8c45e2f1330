"""What reading a shop's members asks: the playbook that is served, its shops, LINE, the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import PatientClock
from bot.model.settings import Settings
from bot.runtime.shops.whose_accounts import KnownAtLine
from bot.shops.directory import Changed, ListingCost
from bot.shops.members import ListedMembers
from bot.store.stores import Stores


class ListedShop(Protocol):
    """A shop whose members can be listed. Both may raise `ShopFailed`."""

    async def page(
        self, within: Changed, mark: str | None = None, *, bare: bool = False
    ) -> ListedMembers: ...

    def cost(self) -> ListingCost: ...


@dataclass(frozen=True, slots=True)
class SyncWorld:
    """`shop(name)` is the same object until the shop's settings are others, and may raise `ShopFailed`.

    `alive()` are the processes that live, `me` is this one.
    """

    stores: Stores
    playbook: Callable[[], Playbook]
    settings: Callable[[], Settings]
    shop: Callable[[str], ListedShop | None]
    known_at_line: KnownAtLine
    owns: Callable[[int], bool]
    alive: Callable[[], Awaitable[Collection[str]]]
    me: str
    clock: PatientClock

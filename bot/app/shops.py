"""Which shop has a channel, as the playbook says just now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from bot.app.live import Live
from bot.app.shop_access import ShopDoor, keep_good
from bot.engine.compiled.playbook import Playbook
from bot.hooks.call import HookCaller
from bot.model.clock import PatientClock
from bot.model.settings import ShopSettings
from bot.operations.shops.installing import OauthOf
from bot.runtime.effects.list_directory import ListDirectory
from bot.runtime.effects.watched_shop import ShopWatch, WatchedShop
from bot.runtime.mass.looking import keep_looking
from bot.runtime.shops.known_links import KnownLinks
from bot.shops.failure import NotOffered, ShopFailed
from bot.shops.linked import as_linked
from bot.shops.mapping import FieldMap
from bot.shops.members import Members, members_of
from bot.shops.platforms import LIST
from bot.store.stores import Stores

TOKENS_LOOK = 60.0
"""Seconds between two looks whether a token ends soon."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A shop that has been asked, and what it was made of: it is made anew when that changes."""

    made_of: object
    members: WatchedShop


class Shops:
    """The shops of the playbook that is live. Each is made when it is first asked, and kept with its pace."""

    def __init__(
        self,
        live: Live,
        session: aiohttp.ClientSession,
        clock: PatientClock,
        base: Callable[[ShopSettings], str | None],
        stores: Stores,
        hooks: HookCaller,
        oauth: OauthOf,
    ) -> None:
        """`base` is a shop's address where it is not its platform's own; `hooks` calls shops' own systems;
        `oauth` renews an app's token."""
        self._hooks = hooks
        self._live = live
        self._session = session
        self._clock = clock
        self._base = base
        self._stores = stores
        self.oauth = oauth
        self.links = KnownLinks(stores.shop_links, clock)
        self._doors: dict[str, ShopDoor] = {}
        """Of those that have been asked, by name; made anew with what the playbook says of the shop."""
        self._asked: dict[str, _Asked] = {}
        self._watch = ShopWatch(clock)

    def of(self, channel: str) -> WatchedShop | None:
        """The shop of a channel, if it has one. Raises `ShopFailed` where it cannot be asked at all."""
        there = self._live.playbook.channels.get(channel)
        return self.named(there.shop) if there is not None and there.shop is not None else None

    def named(self, name: str) -> WatchedShop | None:
        """The shop of that name, if the playbook has it. Raises `ShopFailed` like `of`."""
        playbook, shop = self._live.playbook, self._live.settings.shops.get(name)
        if shop is None:
            return None
        shop = as_linked(shop, self.links.last(name))
        made_of = (shop, playbook.attributes, playbook.zone)
        known = self._asked.get(shop.name)
        if known is None or known.made_of != made_of:
            self._doors[name] = self._door(shop)
            members = WatchedShop(self._made(shop, playbook), self._watch, self._clock)
            known = self._asked[shop.name] = _Asked(made_of, members)
        return known.members

    def to_try(self, name: str) -> Members:
        """The shop of that name by the playbook's credentials, linked or not. Raises `ShopFailed`."""
        playbook, shop = self._live.playbook, self._live.settings.shops[name]
        attributes, zone, base = playbook.attributes, playbook.zone, self._base(shop)
        return members_of(shop, attributes, zone, self._session, self._clock, self._hooks, base=base)

    async def keep_tokens(self, owns: Callable[[int], bool]) -> None:
        """Have the tokens of installed apps renewed before their end, for ever, by the owner of part 0."""

        async def look() -> None:
            for name, shop in self._live.settings.shops.items() if owns(0) else ():
                if (door := self._doors.get(name) or self._door(shop)).is_installed:
                    await keep_good(door, name)

        await keep_looking(look, self._clock, TOKENS_LOOK)

    def _door(self, shop: ShopSettings) -> ShopDoor:
        return ShopDoor(shop, self.links, self._stores, self.oauth, self._clock)

    async def stop(self) -> None:
        """Say what is still wrong with them."""
        await self._watch.stop()

    def _made(self, shop: ShopSettings, playbook: Playbook) -> Members:
        if shop.platform == LIST:
            fields = FieldMap(shop, playbook.attributes, playbook.zone)
            return Members(
                shop.name, shop.channel, ListDirectory(shop.name, self._stores.member_records), fields
            )
        base, began = self._base(shop), self._clock.now()
        try:
            return members_of(
                *(shop, playbook.attributes, playbook.zone, self._session, self._clock, self._hooks),
                base=base,
                access=self._doors[shop.name].access,
            )
        except NotOffered:
            raise
        except ShopFailed as error:  # its settings do not say what it needs
            self._watch.failed(shop.name, error, began)
            raise

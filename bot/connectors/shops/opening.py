"""What a platform's `Directory` is made of: credentials, shared HTTP clients, an address, a rate limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
from yarl import URL

from bot.connectors.shops.access import ShopAccess
from bot.connectors.shops.shop_request import Platform, RateLimit, Sign, plainly
from bot.hooks.call import HookCaller
from bot.model.clock import PatientClock
from bot.model.settings import ShopSettings
from bot.model.shop_failure import ShopFailed


@dataclass(frozen=True, slots=True)
class ShopOpening:
    """What one shop is opened with. `session` and `hooks` are shared, and not closed by the platform."""

    shop: ShopSettings
    given: Mapping[str, str] = field(repr=False)
    """The settings that the platform needs, by key; empty where an installation gives the token."""
    sections: frozenset[str]
    """The first words of the paths of all mapped fields."""
    session: aiohttp.ClientSession
    """Makes all calls to the platform."""
    clock: PatientClock
    hooks: HookCaller
    """Calls a shop's own system."""
    base: str | None
    """The platform's address where it is not the usual one."""
    access: ShopAccess

    def platform(
        self, usual: str, sign: Sign, per_second: int, refused: Callable[[int], ShopFailed] = plainly
    ) -> Platform:
        """The platform's API at the address `usual` (or `base`), with at most `per_second` calls."""
        pace, base = RateLimit(per_second, self.clock), URL(self.base or usual)
        return Platform(base, sign, pace, self.session, self.clock, refused=refused, ready=self.access.ready)

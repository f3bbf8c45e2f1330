"""What a platform is given to open a shop: credentials, clients that are shared, an address, a pace."""

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
    """One shop that is opened. `given` are the settings that it needs; none where an installation gives them.

    `sections` are the first words of all fields that are mapped. `session` is the only way out but `hooks`,
    which calls a shop's own system: neither is closed here. `base` is the platform's address where it is not
    the usual one.
    """

    shop: ShopSettings
    given: Mapping[str, str] = field(repr=False)
    sections: frozenset[str]
    session: aiohttp.ClientSession
    clock: PatientClock
    hooks: HookCaller
    base: str | None
    access: ShopAccess

    def platform(
        self, usual: str, sign: Sign, per_second: int, refused: Callable[[int], ShopFailed] = plainly
    ) -> Platform:
        """The platform's API, asked at most so often, with a pace of its own."""
        pace, base = RateLimit(per_second, self.clock), URL(self.base or usual)
        return Platform(base, sign, pace, self.session, self.clock, refused=refused, ready=self.access.ready)

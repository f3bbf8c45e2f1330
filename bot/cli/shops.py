"""Which shop has a channel, as the playbook says just now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from bot.cli.live import Live
from bot.model.clock import PatientClock
from bot.model.settings import Shop
from bot.shops.members import Members, members_of


@dataclass(frozen=True, slots=True)
class _Asked:
    """A shop that has been asked, and what it was made of: it is made anew when that changes."""

    made_of: object
    members: Members


class Shops:
    """The shops of the playbook that is live. Each is made when it is first asked, and kept with its pace."""

    def __init__(
        self,
        live: Live,
        session: aiohttp.ClientSession,
        clock: PatientClock,
        base: Callable[[Shop], str | None],
    ) -> None:
        """`base` is a shop's address where it is not its platform's own."""
        self._live = live
        self._session = session
        self._clock = clock
        self._base = base
        self._asked: dict[str, _Asked] = {}

    def of(self, channel: str) -> Members | None:
        """The shop of a channel, if it has one. Raises `ShopFailed` where it cannot be asked at all."""
        playbook, settings = self._live.playbook, self._live.settings
        there = playbook.channels.get(channel)
        shop = settings.shops.get(there.shop) if there is not None and there.shop is not None else None
        if shop is None:
            return None
        made_of = (shop, playbook.attributes, playbook.zone)
        known = self._asked.get(shop.name)
        if known is None or known.made_of != made_of:
            members = members_of(
                shop, playbook.attributes, playbook.zone, self._session, self._clock, base=self._base(shop)
            )
            known = self._asked[shop.name] = _Asked(made_of, members)
        return known.members

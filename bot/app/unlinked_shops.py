"""What an unlinked shop had told is taken from everybody, where whoever has unlinked it wants that."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.app.live import Live
from bot.model.clock import PatientClock
from bot.operations.shops.forgetting import clear_forgotten, is_settled
from bot.runtime.mass.looking import keep_looking
from bot.store.stores import Stores

log = logging.getLogger("oaflow.shops")

LOOK = 15.0
"""Seconds between two looks."""


async def clear_unlinked(
    live: Live, stores: Stores, owns: Callable[[int], bool], clock: PatientClock
) -> None:
    """Do so for ever, as the owner of part 0: at once, and once more when nobody can be writing what was
    read before. A crash leaves it to whoever owns that next."""
    begun: set[tuple[str, int]] = set()

    async def look() -> None:
        for link in (await stores.shop_links.all()).values() if owns(0) else ():
            shop = live.settings.shops.get(link.shop)
            if shop is None or link.ended is None or not link.ended.forgotten or link.ended.cleared:
                continue
            if (link.shop, link.revision) in begun and not is_settled(link.ended, clock.now()):
                continue
            begun.add((link.shop, link.revision))
            people = await clear_forgotten(stores, live.playbook, shop, link, clock.now())
            log.info('what the shop "%s" had told was taken from %d people', link.shop, people)

    await keep_looking(look, clock, LOOK)

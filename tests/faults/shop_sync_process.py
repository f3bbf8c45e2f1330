"""Reads a shop's members: `python -m tests.faults.shop_sync_process URI SHOP ME`, keys on stdin.

It says a line whenever it has done something that it has not noted yet, and waits until it may go on.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection
from dataclasses import replace

from aiohttp import ClientSession, DummyCookieJar

from bot.connectors.shops.cyberbiz import client as cyberbiz
from bot.connectors.shops.members import members_of
from bot.hooks.call import HookCaller
from bot.model.clock import SystemClock
from bot.model.settings import Settings
from bot.model.shop import ShopSync, SyncKind
from bot.runtime.shops.syncing import SyncWorld, go_on
from bot.store.database.mongo import Database
from bot.store.sealing.keyring import parse
from bot.store.sealing.seal import Seal
from bot.store.shops.syncs import ShopSyncs
from bot.store.stores import stores_of
from tests.runtime.shop_members import PLAYBOOK, SHOP

QUICK = 1_000
"""Calls a second: the pace has tests of its own."""


def tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


class SlowNotes(ShopSyncs):
    """Tells of each note before it is made."""

    async def note(self, sync: ShopSync, kind: SyncKind, seconds: float) -> bool:
        tell("noting")
        await asyncio.to_thread(sys.stdin.readline)
        return await super().note(sync, kind, seconds)


async def work(uri: str, base: str, me: str, keys: str) -> None:
    database, clock = Database(uri), SystemClock()
    cyberbiz.PER_SECOND = QUICK

    async def nobody(channel: str, user: str) -> bool:
        return False

    async def alive() -> Collection[str]:
        return (me,)

    own = HookCaller(clock, lambda: ())
    async with ClientSession(cookie_jar=DummyCookieJar()) as session, own as hooks:
        shop = members_of(SHOP, PLAYBOOK.attributes, PLAYBOOK.zone, session, clock, hooks, base=base)
        world = SyncWorld(
            replace(stores_of(database, Seal(parse(keys)), me), shop_syncs=SlowNotes(database)),
            lambda: PLAYBOOK,
            lambda: Settings({}, shops={SHOP.name: SHOP}),
            lambda name: shop,
            nobody,
            lambda part: True,
            alive,
            me,
            clock,
        )
        await go_on(world, SHOP.name, "all")
    tell("over")


if __name__ == "__main__":
    uri, shop, me = sys.argv[1:4]
    asyncio.run(work(uri, shop, me, sys.stdin.readline().strip()))

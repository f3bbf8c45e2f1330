"""Reading the members of shops, wired: it works as long as the runtime does."""

from __future__ import annotations

from collections.abc import Collection

from bot.app.context import AppContext
from bot.runtime.process import Runtime
from bot.runtime.shops.all_shops import SyncedShops
from bot.runtime.shops.syncing import SyncWorld


def keep_shops_synced(serving: AppContext, runtime: Runtime) -> SyncedShops:
    """Have what is ordered read by this runtime, and each night who was changed."""
    live, stores = serving.live, serving.begun.opened.stores

    async def known_at_line(channel: str, user: str) -> bool:
        line = live.account(channel)
        return line is not None and await line.profile(user) is not None

    async def alive() -> Collection[str]:
        shares = await stores.leases.look()
        return () if shares is None else shares.until.keys()

    synced = SyncedShops(
        SyncWorld(
            stores,
            lambda: live.playbook,
            lambda: live.settings,
            serving.shops.named,
            known_at_line,
            runtime.ownership.owns,
            alive,
            serving.begun.opened.process,
            serving.clock,
        )
    )
    runtime.also("members of shops", synced.run)
    return synced

"""Reading a shop's members, page by page, until all are read or the shop does not let it go on."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace

from bot.model.settings import ShopSettings
from bot.model.shop_sync import ShopSync, SyncKind, SyncRun
from bot.runtime.shops.member_page import PageTaker
from bot.runtime.shops.sync_steps import (
    NO_END,
    anew,
    looked,
    mapping_of,
    of_another_account,
    poll_of,
    stopped,
    through,
)
from bot.runtime.shops.sync_world import ListedShop, SyncWorld
from bot.runtime.shops.whose_accounts import SAMPLE, LineUnknown, WhoseAccounts, account_of, logins
from bot.shops.directory import Changed
from bot.shops.errand import LISTING
from bot.shops.failure import NotLinked, ShopFailed
from bot.shops.linked import as_linked, is_linked
from bot.shops.members import ListedMembers
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.shops")

CLAIM = 2 * LISTING.total_seconds()
"""Seconds for which a process has claimed it, anew with each page. Of one that is dead it is free at once."""
SAMPLE_PAGES, LEAST_SAMPLE_PAGES = 20, 5
"""Pages in which LINE user ids are sought, before anything is written: of a small shop fewer."""


class ClaimGone(Exception):
    """Another process reads it by now, or it is forgotten."""


async def go_on(world: SyncWorld, shop: str, kind: SyncKind) -> None:
    """Go on with a shop's listing until it is over, stops, or is not for this process any more.

    Raises `DatabaseUnavailable`: what was noted stands.
    """
    syncs = world.stores.shop_syncs
    sync = await syncs.claim(shop, CLAIM, world.me, await world.alive())
    if sync is None:
        return
    run = poll_of(sync, world.clock.now()) if kind == "poll" else sync.run(kind)
    try:
        if run is not None:
            with suppress(ClaimGone):
                await MemberReading(world, sync, run).read()
    finally:
        with suppress(DatabaseUnavailable):
            await syncs.release(sync)


class MemberReading:
    """One listing that this process has claimed, and how far it is."""

    def __init__(self, world: SyncWorld, sync: ShopSync, run: SyncRun) -> None:
        self._world = world
        self._sync = sync
        self._run = run

    async def read(self) -> None:
        """Go on until it is over or stops. Raises `ClaimGone` and `DatabaseUnavailable`."""
        while self._run.is_under_way:
            try:
                if not await self._stretch():
                    return
            except (ShopFailed, LineUnknown) as error:
                now = self._world.clock.now()
                log.warning('the members of the shop "%s" are not read on: %s', self._sync.shop, error)
                await self._note(stopped(self._run, error, now))
                return

    async def _stretch(self) -> bool:
        """Go on as long as shop and mapping stay what they are; whether there may be more to do here."""
        settings = self._world.settings().shops.get(self._sync.shop)
        shop = self._world.shop(self._sync.shop)
        if shop is None or settings is None:
            return False
        link = await self._world.stores.shop_links.read(self._sync.shop)
        settings = as_linked(settings, link)
        mapping = mapping_of(settings, self._world.playbook())
        if self._run.mapping != mapping:
            await self._note(anew(self._run, mapping, self._world.clock.now()))
        if self._run.total is None:
            await self._look(shop, settings)
        elif self._run.state != "running":
            await self._note(replace(self._run, state="running"))
        if self._run.state == "running":
            await self._pages(shop, settings, mapping)
        return self._world.owns(0) and self._run.state == "running"

    # -- before anything is written

    async def _look(self, shop: ListedShop, settings: ShopSettings) -> None:
        """How many there are, how long that takes; and whether their LINE accounts are those of ours."""
        world, run = self._world, self._run
        assert run.until is not None, "who begins it has said up to when"
        until = run.until if run.kind == "poll" else world.clock.now() + NO_END
        # not only up to the moment of the listing: a shop that was just imported has nobody before that
        within, channel = Changed(until, run.since), account_of(world.playbook(), settings)
        cost, page = shop.cost(), await shop.page(within, bare=True)
        users, pages, total = logins(page.members), 1, page.total
        most = min(SAMPLE_PAGES, max(LEAST_SAMPLE_PAGES, total // cost.per_page // SAMPLE_PAGES))
        while run.kind != "poll" and channel is not None and page.mark is not None:
            if len(users) >= SAMPLE or pages >= most:
                break
            page = await shop.page(within, page.mark, bare=True)
            users, pages = [*users, *logins(page.members)], pages + 1
        if run.kind != "poll" and channel is not None:
            whose = WhoseAccounts(channel, world.stores.contacts, world.known_at_line)
            run = replace(run, line=await whose.are_ours(users))
            if run.line is False:
                await self._note(of_another_account(run, channel, world.clock.now()))
                return
        seconds = cost.lasts(total).total_seconds()
        await self._note(looked(run, total, cost.calls(total), seconds, world.clock.now()))

    # -- page by page

    async def _pages(self, shop: ListedShop, settings: ShopSettings, mapping: str) -> None:
        """Each page is taken over, then noted; meanwhile the next one is asked for."""
        assert self._run.until is not None, "it has begun"
        within = Changed(self._run.until, self._run.since)
        ahead = asyncio.create_task(_page(shop, within, self._run.mark))
        try:
            while self._may_go_on(shop, settings, mapping):
                page = await ahead
                if page.mark is not None:
                    ahead = asyncio.create_task(_page(shop, within, page.mark))
                await self._take(page, settings)
                if page.mark is None:
                    return
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)

    def _may_go_on(self, shop: ListedShop, settings: ShopSettings, mapping: str) -> bool:
        world, name = self._world, self._sync.shop
        return (
            world.shop(name) is shop and world.owns(0) and mapping_of(settings, world.playbook()) == mapping
        )

    async def _take(self, page: ListedMembers, settings: ShopSettings) -> None:
        world, all_ = self._world, self._sync.all
        if not is_linked(settings, await world.stores.shop_links.read(settings.name)):
            raise NotLinked(f'the shop "{settings.name}" was unlinked after it had told this')
        line = self._run.line if self._run.kind == "all" else all_ is not None and all_.line
        taker = PageTaker(
            world.stores,
            world.playbook(),
            settings,
            account_of(world.playbook(), settings) if line else None,
            self._run.by,
            world.clock,
            news=self._run.kind == "poll",
        )
        now = world.clock.now()
        figures = await taker.take(page.members, self._run.figures)
        run = replace(self._run, figures=figures, mark=page.mark, stop=None)
        if page.mark is not None:
            await self._note(run)
            return
        self._sync = through(self._sync, run, now)
        after = self._sync.run(run.kind)
        assert after is not None, "it is this one"
        await self._note(after)

    async def _note(self, run: SyncRun) -> None:
        self._run = run
        self._sync = self._sync.with_run(run)
        if not await self._world.stores.shop_syncs.note(self._sync, run.kind, CLAIM):
            raise ClaimGone


async def _page(shop: ListedShop, within: Changed, mark: str | None) -> ListedMembers:
    return await shop.page(within, mark)

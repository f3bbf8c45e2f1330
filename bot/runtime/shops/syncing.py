"""Reads a shop's members page by page, storing the position after each, so that any process can go on.

Three kinds of listing: a `look` only counts and estimates, `all` imports every member, a `poll` those changed
since the last.

A listing asks for members changed up to a moment that has passed, so none comes into it while it is read.
Pages by number are read from the last to the first, so what shifts goes to pages still unread. A
page is read, taken over silently, then noted: read once more after a crash it changes nothing.

Limits: another login of the same shop is not found by a sample. Each process holds a shop's pace by itself,
so two may be answered 429, and ask again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from bot.connectors.shops.directory import Changed, ListingCost
from bot.connectors.shops.links import as_linked, is_linked
from bot.connectors.shops.members import ListedMembers
from bot.connectors.shops.shop_request import LISTING
from bot.engine.compiled.playbook import Playbook
from bot.model.clock import PatientClock
from bot.model.settings import STAND_IN, Settings, ShopSettings
from bot.model.shop import WRONG_ACCOUNT, ShopSync, SyncFigures, SyncKind, SyncRun, SyncStop
from bot.model.shop_failure import (
    CredentialsExpired,
    CredentialsMissing,
    CredentialsRefused,
    NotLinked,
    NotOffered,
    NotPermitted,
    ShopAway,
    ShopFailed,
)
from bot.runtime.shops.account_match import (
    SAMPLE,
    AccountLookup,
    KnownAtLine,
    LineUnknown,
    account_of,
    logins,
)
from bot.runtime.shops.member_page import PageTaker
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

PASSED = timedelta(minutes=2)
"""How long before now a listing's time span ends: a shop's clock may be behind ours."""
OVERLAP = timedelta(minutes=10)
"""Time span that the next poll covers once more: changes in it may have become visible later."""
NO_END = timedelta(days=1)
"""How far in the future a time span without an end reaches."""
BY_NIGHT = "night"
"""The actor of a poll."""
_REFUSED = (CredentialsExpired, CredentialsMissing, CredentialsRefused, NotPermitted)
"""Failures that staff have to mend: tried again after `REFUSED_PAUSE` only."""
FIRST_PAUSE, LONGEST_PAUSE, REFUSED_PAUSE = timedelta(seconds=15), timedelta(minutes=15), timedelta(hours=1)
"""Pauses after a failure: the first doubles with each failure in a row, up to the longest."""


def mapping_of(shop: ShopSettings, playbook: Playbook) -> str:
    """A hash of what decides a listing's result: the shop's identity, how its fields are mapped, the time
    zone.

    Where it changes, the listing begins anew.
    """
    types = {name: (info.type, info.slot, info.values) for name, info in playbook.attributes.items()}
    read_by = sorted((ours, theirs.theirs, types.get(ours)) for ours, theirs in shop.attributes.items())
    given = (shop.credentials.get(name) for name in ("username", "url"))  # another one is another shop
    source = [None if not one or one.startswith(STAND_IN) else one for one in given]
    description = repr(
        (shop.platform, source, read_by, sorted(shop.tags.items()), shop.consent, str(playbook.zone))
    )
    return sha256(description.encode()).hexdigest()[:16]


def poll_of(sync: ShopSync, now: datetime) -> SyncRun:
    """The poll that is under way, or the next one, of members changed since the cursor."""
    going_on = sync.poll
    if going_on is not None and going_on.is_under_way and going_on.since == sync.cursor:
        return going_on
    return SyncRun("poll", BY_NIGHT, now, since=sync.cursor, until=now - PASSED)


def anew(run: SyncRun, mapping: str, now: datetime) -> SyncRun:
    """This listing from its beginning, with this `mapping_of`."""
    run = replace(run, mark=None, total=None, mapping=mapping, figures=SyncFigures())
    return run if run.kind == "poll" else replace(run, since=None, until=now - PASSED)


def with_preview(run: SyncRun, total: int, calls: int, seconds: float, now: datetime) -> SyncRun:
    """The run with what is known before anything is imported: members, calls, seconds that they take at
    least.

    A look is done with that; others are running now.
    """
    run = replace(run, total=total, calls=calls, seconds=seconds, stop=None)
    return (
        replace(run, state="done", ended=now)
        if run.kind == "look"
        else replace(run, state="running", began=now)
    )


def stopped(run: SyncRun, error: Exception, now: datetime) -> SyncRun:
    """The run stopped by this error, with when it is tried again (`None`: never by itself)."""
    failures = 1 if run.stop is None else run.stop.failures + 1
    match error:
        case NotOffered():
            again = None
        case _ if isinstance(error, _REFUSED):
            again = now + REFUSED_PAUSE
        case _:
            least = timedelta(seconds=error.after if isinstance(error, ShopAway) else 0)
            again = now + max(least, min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10)))
    why = "LineUnknown" if isinstance(error, LineUnknown) else type(error).__name__
    message = error.message if isinstance(error, ShopFailed) else str(error)
    first = now if run.stop is None else run.stop.since
    return replace(run, state="stopped", stop=SyncStop(why, message, now, failures, again, first))


def of_another_account(run: SyncRun, channel: str, now: datetime) -> SyncRun:
    """None of the shop's LINE user ids is known on its channel: staff have to correct the settings."""
    return replace(run, state="stopped", line=False, stop=SyncStop(WRONG_ACCOUNT, channel, now))


def through(sync: ShopSync, run: SyncRun, now: datetime) -> ShopSync:
    """The state after a run's last page: its second pass, or it is done, with the cursor for the next poll.

    After all members come those who were changed meanwhile. That second listing has no end, so a member may
    slip through it; the next poll, which covers that time again, finds those.
    """
    until, since = run.until, run.since
    assert until is not None, "it has begun"
    run = replace(run, mark=None, stop=None)
    if run.kind == "all" and since is None:
        return sync.with_run(replace(run, since=until - OVERLAP, until=now + NO_END))
    asked_to = since if run.kind == "all" and since is not None else until - OVERLAP
    cursor = asked_to if sync.cursor is None else max(asked_to, sync.cursor)
    return replace(sync, cursor=cursor).with_run(replace(run, state="done", ended=now))


class ListedShop(Protocol):
    """A shop whose members can be listed; both methods may raise `ShopFailed`.

    `page`: the page at `mark` (`None`: the first) of members changed within a time span; `bare`: without the
    fields that cost further calls. `cost`: members per page, and calls and time for a number of members.
    """

    async def page(
        self, within: Changed, mark: str | None = None, *, bare: bool = False
    ) -> ListedMembers: ...

    def cost(self) -> ListingCost: ...


@dataclass(frozen=True, slots=True)
class SyncWorld:
    """What reading shops' members uses."""

    stores: Stores
    playbook: Callable[[], Playbook]
    settings: Callable[[], Settings]
    shop: Callable[[str], ListedShop | None]
    """A shop by its name: the same object until its settings change. May raise `ShopFailed`."""
    known_at_line: KnownAtLine
    owns: Callable[[int], bool]
    alive: Callable[[], Awaitable[Collection[str]]]
    """The names of the live processes."""
    me: str
    """The name of this process."""
    clock: PatientClock


log = logging.getLogger("oaflow.shops")

CLAIM = 2 * LISTING.total_seconds()
"""Seconds that a claim on a shop's listing lasts; each page renews it, and a dead process's is free at
once."""
SAMPLE_PAGES, LEAST_SAMPLE_PAGES = 20, 5
"""Pages in which LINE user ids are sought before anything is written, at most: of a small shop the second."""


class ClaimGone(Exception):
    """Another process has claimed the listing, or it was deleted."""


async def go_on(world: SyncWorld, shop: str, kind: SyncKind) -> None:
    """Go on with a shop's listing until it is over, stops, or is not for this process any more.

    Raises `DatabaseUnavailable`: the stored position stays.
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
        """Go on until the listing ends, or the shop's settings or mapping change; whether to go on here."""
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
        """Count the members, estimate the time, and check that their LINE user ids belong to our channel."""
        world, run = self._world, self._run
        assert run.until is not None, "it has begun"
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
            whose = AccountLookup(channel, world.stores.contacts, world.known_at_line)
            run = replace(run, line=await whose.are_ours(users))
            if run.line is False:
                await self._note(of_another_account(run, channel, world.clock.now()))
                return
        seconds = cost.lasts(total).total_seconds()
        await self._note(with_preview(run, total, cost.calls(total), seconds, world.clock.now()))

    # -- page by page

    async def _pages(self, shop: ListedShop, settings: ShopSettings, mapping: str) -> None:
        """Take over each page, then store the position; meanwhile the next page is requested."""
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

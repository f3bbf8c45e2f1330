"""Webhooks of shops: stored before the shop gets its answer, then processed member by member: the member's
record is read once for all that waits, and becomes events.

A webhook is a knock: what a member is comes from the shop's API alone, since a signature may cover neither
topic nor domain. A webhook is over only after its events are stored, whose ids derive from its own.
Of two records of a member that counts which the shop changed later; where that is unknown, the one that was
asked for later (`engine/members/identity`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from bot.connectors.shops.links import is_linked, is_of
from bot.connectors.shops.members import ShopMember
from bot.connectors.shops.platforms import LISTS
from bot.connectors.shops.webhook import NotTaken
from bot.connectors.shops.webhooks import meaning, removal
from bot.model.clock import PatientClock
from bot.model.settings import ShopSettings
from bot.model.shop import OrderState, ShopWebhook, WebhookNews
from bot.model.shop_failure import (
    NotOffered,
    NotUnderstood,
    RequestRefused,
    SeveralMembers,
    ShopAway,
    ShopFailed,
)
from bot.model.translatable import tr
from bot.runtime.bulk import Backoff, keep_looking
from bot.runtime.metrics import Tally
from bot.runtime.promotions import FollowOrders
from bot.runtime.shops.link_cache import LinkCache
from bot.runtime.shops.member_news import MemberNews, Overtaken, ShopTeller
from bot.store.shops.news import ShopNewsStore, WaitingNews
from bot.store.unavailable import DatabaseUnavailable

FLUSH = 500
"""Webhooks in one write at most."""


class ShopNewsIntake:
    """Stores webhooks by group commit: a write begins when the previous one has ended, with all that came
    meanwhile. `stored` is called after each write."""

    def __init__(self, store: ShopNewsStore, stored: Callable[[], None]) -> None:
        self._store = store
        self._stored = stored
        self._waiting: list[tuple[ShopWebhook, asyncio.Future[bool]]] = []
        self._flusher: asyncio.Task[None] | None = None

    async def keep(self, webhook: ShopWebhook, seconds: float) -> bool:
        """Store a webhook; return when it is durable, whether it is new (its id was not stored before).

        Raises `DatabaseUnavailable`, after `seconds` at most.
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((webhook, done))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush(), name="news of shops")
        try:
            async with asyncio.timeout(seconds):
                return await done
        except TimeoutError as error:
            raise DatabaseUnavailable(tr("the database took too long")) from error

    async def _flush(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:FLUSH], self._waiting[FLUSH:]
            try:
                known = await self._store.keep([webhook for webhook, _ in some])
            except Exception as error:  # any error goes to all who wait for this write
                for _, done in some:
                    if not done.done():
                        done.set_exception(error)
            else:
                for webhook, done in some:
                    if not done.done():
                        done.set_result(webhook.id not in known)
                self._stored()


log = logging.getLogger("oaflow.shops")

LOOK = 1.0
"""Seconds between two checks whether another process has stored webhooks."""
AT_A_TIME = 500
"""Webhooks of one shop that are read at a time."""
SIDE_BY_SIDE = 5
"""Members of one shop who are read side by side: the platform's pace decides how fast."""
TRIES = 5
"""Attempts to read a member whose record cannot be parsed; then the member's news are given up."""
AGAIN = timedelta(seconds=30)
"""Wait before a member whose record cannot be parsed is read again."""
LONGEST = timedelta(minutes=10)
"""Longest wait of a member's news that others' changes overtake again and again: it grows each time."""
_OF_THIS_MEMBER = (NotUnderstood, RequestRefused, SeveralMembers)
"""Errors of one member; all others make the whole shop wait."""


class ShopReader(Protocol):
    """A shop's API: the member of a number, and an order's state (`None`: the shop has none such).

    Both raise `ShopFailed`.
    """

    async def member(self, member_no: str) -> ShopMember | None: ...

    async def order_state(self, order: str) -> OrderState | None: ...


@dataclass(frozen=True, slots=True)
class NewsWorld:
    """What `ShopNewsProcessor` uses."""

    store: ShopNewsStore
    shops: Callable[[], Mapping[str, ShopSettings]]
    """The settings of the live playbook's shops, by name."""
    shop: Callable[[str], ShopReader | None]
    """A shop's API by its name; may raise `ShopFailed`."""
    links: LinkCache
    teller: ShopTeller
    follow_orders: Sequence[FollowOrders]
    """What promotions do with orders, before the member gets events."""
    uninstalled: Callable[[ShopSettings], Awaitable[None]]
    """To be called when a shop has removed the app."""
    owns: Callable[[int], bool]
    clock: PatientClock


class ShopNewsProcessor:
    """Processes stored webhooks of shops, while this process owns part 0. Should two do so at once, each
    event is still stored once."""

    def __init__(self, world: NewsWorld) -> None:
        self._world = world
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._backoff: dict[str, Backoff] = {}
        self._later: dict[str, Backoff] = {}
        """Webhooks that wait until they are tried again, by id."""
        self._woken = asyncio.Event()
        self._is_looking = False
        self.ended = Tally("oaflow_shop_news", "Webhooks of shops by what became of them.", "end")

    def wake(self) -> None:
        """To be called when webhooks were stored: look for them now."""
        self._woken.set()

    async def run(self) -> None:
        """Look for news and process them, for ever."""
        try:
            await keep_looking(self.look, self._world.clock, LOOK, self._woken)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            self._tasks.clear()

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is being processed by this process."""
        if self._woken.is_set() or self._is_looking:
            return False
        return all(task.done() for task in self._tasks.values())

    async def look(self) -> None:
        """Start a task for each shop with waiting webhooks. Raises errors of earlier tasks, and
        `DatabaseUnavailable`."""
        self._is_looking = True
        try:
            await self._look()
        finally:
            self._is_looking = False

    async def _look(self) -> None:
        for name, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[name]
                task.result()
        if not self._world.owns(0):
            return
        now = self._world.clock.now()
        for name, shop in self._world.shops().items():
            if shop.platform in LISTS:
                continue
            backoff = self._backoff.setdefault(name, Backoff())
            if name not in self._tasks and backoff.may(now) and await self._world.store.waits(name):
                self._tasks[name] = asyncio.create_task(self._shop(name), name=f"news of {name}")

    # -- one shop

    async def _shop(self, name: str) -> None:
        backoff = self._backoff[name]
        try:
            with suppress(DatabaseUnavailable):  # the next look goes on
                while await self._some(name):
                    backoff.went_well()
        except ShopFailed as error:
            least = error.after if isinstance(error, ShopAway) else 0.0
            if backoff.failed(self._world.clock.now(), least):
                log.warning('the news of the shop "%s" wait: %s: %s', name, type(error).__name__, error)

    async def _some(self, name: str) -> bool:
        """Process a page of a shop's waiting webhooks; whether there may be more.

        Raises `ShopFailed`: all of the shop's webhooks wait.
        """
        world, now = self._world, self._world.clock.now()
        settings = world.shops().get(name)
        if settings is None:  # perhaps another process serves a newer playbook, or it comes back
            return False
        if not is_linked(settings, await world.links.of(name)):
            await self._unlinked(settings)
            return False
        self._later = {one: pause for one, pause in self._later.items() if not pause.may(now)}
        waiting = await world.store.waiting(name, AT_A_TIME, self._later.keys())
        by_member = await self._read(settings, waiting)
        members = iter(by_member.items())
        failures: list[ShopFailed] = []

        async def work() -> None:
            for number, rows in members:
                if failures or not world.owns(0):
                    return
                try:
                    await self._member(settings, number, rows)
                except ShopFailed as error:
                    failures.append(error)

        async with asyncio.TaskGroup() as group:
            working = [group.create_task(_unless_away(work())) for _ in range(SIDE_BY_SIDE)]
        if failures:
            raise failures[0]
        return bool(waiting) and world.owns(0) and all(one.result() for one in working)

    async def _unlinked(self, shop: ShopSettings) -> None:
        """Drop the webhooks of a shop that is not linked any more, unless it is linked again by now."""
        now = self._world.clock.now()
        link = await self._world.links.as_of_now(shop.name)
        if link is not None and is_of(shop, link) and not link.holds:
            self.ended.inc("unlinked", by=await self._world.store.forget(shop.name, now))

    async def _read(
        self, shop: ShopSettings, rows: Sequence[WaitingNews]
    ) -> Mapping[str, Sequence[tuple[WaitingNews, WebhookNews]]]:
        """The webhooks by member number; those about no member are marked as done.

        Guests' orders with coupon codes are under the empty number.
        """
        found: dict[str, list[tuple[WaitingNews, WebhookNews]]] = {}
        memberless: list[str] = []
        for row in rows:
            try:
                if (removed := removal(shop, row.webhook)) is not None:
                    if removed:
                        await self._world.uninstalled(shop)
                    memberless.append(row.webhook.id)
                    continue
                news = meaning(shop.platform, row.webhook)
            except NotTaken as error:
                log.warning("shop %s: news %r are not understood: %s", shop.name, row.webhook.topic, error)
                await self._end([row.webhook], "aside")
                continue
            if news.member or (news.order is not None and news.order.codes):
                found.setdefault(news.member, []).append((row, news))
            else:
                memberless.append(row.webhook.id)
        if memberless:
            await self._world.store.end(memberless, "done")
            self.ended.inc("nobody", by=len(memberless))
        return found

    async def _member(
        self, shop: ShopSettings, number: str, rows: Sequence[tuple[WaitingNews, WebhookNews]]
    ) -> None:
        """Read a member, and store the events; then mark the webhooks as done. Raises the `ShopFailed` that
        concern the whole shop.

        Promotions get the orders before that. Guests (an empty `number`) have no record to be read.
        """
        webhooks = [row.webhook for row, _ in rows]
        there = self._world.shop(shop.name)
        if there is None:
            return
        had = await self._world.teller.known(shop, number) if number else None
        believed = [(row.webhook, await self._believed(there, one)) for row, one in rows]
        for follow in self._world.follow_orders:
            await follow(shop, believed, had)
        if not number:
            await self._world.store.end([one.id for one in webhooks], "done")
            self.ended.inc("nobody", by=len(webhooks))
            return
        try:
            member = await there.member(number)
        except NotOffered:
            await self._end(webhooks, "aside")
            return
        except _OF_THIS_MEMBER as error:
            await self._failed(shop, rows, error)
            return
        news = MemberNews(number, believed, member, had)
        try:
            await self._world.teller.notify(shop, news)
        except Overtaken:
            waited = self._world.clock.now() - min(webhook.at for webhook in webhooks)
            self._wait(webhooks, min(LONGEST, max(timedelta(seconds=LOOK), waited / 4)))
            return
        await self._end(webhooks, "done")

    async def _believed(self, shop: ShopReader, news: WebhookNews) -> WebhookNews:
        """The news, without its order where the shop's own answer about that order does not fit the topic.

        The topic is not signed, the body is: where the shop offers no query of orders, the body decides. The
        member is read in any case. Raises `ShopFailed`.
        """
        order = news.order
        if order is None or order.state is None or order.topic == "order_placed":
            return news
        try:
            state = await shop.order_state(order.id)
        except (NotOffered, *_OF_THIS_MEMBER):
            state = order.state
        if state is not None and state.fits(order.topic):
            return news
        log.warning("a webhook calls an order %s, and the shop does not: it is not believed", order.topic)
        self.ended.inc("not believed")
        return replace(news, order=None)

    async def _failed(
        self, shop: ShopSettings, rows: Sequence[tuple[WaitingNews, WebhookNews]], error: ShopFailed
    ) -> None:
        """Try a member's news again later; after `TRIES` they are given up, logged without the member."""
        over = [row.webhook for row, _ in rows if row.tries + 1 >= TRIES]
        left = [row.webhook for row, _ in rows if row.tries + 1 < TRIES]
        if over:
            log.error("shop %s: news of a member are given up: %s", shop.name, error)
            await self._end(over, "aside")
        if left:
            await self._world.store.failed([one.id for one in left])
            self._wait(left, AGAIN)

    def _wait(self, webhooks: Sequence[ShopWebhook], long: timedelta) -> None:
        now = self._world.clock.now()
        self._later |= {one.id: Backoff(1, now + long, now) for one in webhooks}

    async def _end(self, webhooks: Sequence[ShopWebhook], state: str) -> None:
        await self._world.store.end([one.id for one in webhooks], state)
        self.ended.inc("told" if state == "done" else "given up", by=len(webhooks))


async def _unless_away(work: Awaitable[None]) -> bool:
    """Await `work`; `False`: the database went away, and the next look goes on with what is left."""
    try:
        await work
    except DatabaseUnavailable:
        return False
    return True

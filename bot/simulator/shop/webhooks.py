"""Sends the webhooks of simulated shops to the bot, in order: signed as their platform does; those of a
shop's own system by `POST /api/events`.

By a fault they come twice, late (the next one overtakes it), with a wrong signature, or not at all.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.connectors.shops.platforms import BY_EVENTS, news_secret
from bot.model.clock import Clock
from bot.model.settings import ShopSettings
from bot.model.shop import MemberTopic
from bot.simulator.shop.members import PretendMember, PretendShop
from bot.simulator.shop.simulated import (
    PretendOrder,
    ShopDelivery,
    ShopTelling,
    SimulatedPlatform,
    simulated_platforms,
)

SECONDS = 15.0
"""Seconds that the bot may take to answer."""


@dataclass(frozen=True, slots=True)
class QueuedDelivery:
    """A webhook on its way."""

    shop: str
    topic: str
    delivery: ShopDelivery
    answered: asyncio.Future[int | None]
    """Gets the HTTP status of the bot's answer; 0: none came."""


@dataclass(eq=False, repr=False)
class ShopCourier:
    """Sends the webhooks of all simulated shops.

    `_on_sent(shop, topic, status)` is called after each; status 0: no answer. `tokens()` are those that `POST
    /api/events` accepts, the newest first.
    """

    _clock: Clock
    _base_url: Callable[[], str]
    _channels_of: Callable[[str], Sequence[str]]
    _on_sent: Callable[[str, str, int], None]
    tokens: Callable[[], Sequence[str]] = tuple
    _platforms: Mapping[str, SimulatedPlatform] = field(init=False, default_factory=simulated_platforms)
    _numbers: Iterator[int] = field(init=False, default_factory=lambda: itertools.count(1001))
    """Numbers for new orders."""
    _waiting: deque[QueuedDelivery] = field(init=False, default_factory=deque)
    _held: dict[str, QueuedDelivery] = field(init=False, default_factory=dict)
    """By shop: the webhook that is to come late."""
    _task: asyncio.Task[None] | None = field(init=False, default=None)

    @property
    def is_at_rest(self) -> bool:
        """Whether every webhook was answered; one that comes late on purpose does not count."""
        return self._task is None or self._task.done()

    async def stop(self) -> None:
        """Drop what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for queued in self._waiting:
            queued.answered.cancel()

    def has_webhooks(self, settings: ShopSettings) -> bool:
        """Whether a shop's news can reach the bot; that of a shop's own system only while a token for `POST
        /api/events` exists."""
        return settings.platform not in BY_EVENTS or bool(self.tokens())

    def changed(self, shop: PretendShop, before: PretendMember | None, after: PretendMember) -> None:
        """A member was changed in the shop's back office, or is new."""
        _ = self.about(shop, after, "member_registered" if before is None else "member_updated")
        levels = [self._platform(shop).level(one) for one in (before, after) if one is not None]
        if levels[0] != levels[-1]:
            _ = self.about(shop, after, "tier_changed")

    def about(self, shop: PretendShop, member: PretendMember, news: MemberTopic) -> Awaitable[int | None]:
        """Send a webhook about a member, with the record as it is; the status of the bot's answer, as
        `ordered` gives it."""
        there = self._platform(shop)
        return self._enqueue(shop, there.members[news], there.about(member, news))

    def removed(self, shop: PretendShop, member: PretendMember) -> None:
        """A member was deleted."""
        _ = self.about(shop, member, "member_removed")

    def ordered(self, shop: PretendShop, member: PretendMember, order: PretendOrder) -> Awaitable[int | None]:
        """Send a webhook about an order of a member.

        To be awaited: the HTTP status of the bot's answer, 0 where none came, `None` where nothing is sent,
        or only later.
        """
        there, moment = self._platform(shop), self._clock.now().strftime("%Y-%m-%dT%H:%M:%S+00:00")
        return self._enqueue(shop, there.orders[order.news], there.ordered(shop, member, order, moment))

    def next_number(self) -> str:
        """The number of a new order."""
        return str(next(self._numbers))

    def _platform(self, shop: PretendShop) -> SimulatedPlatform:
        return self._platforms[shop.settings.platform]

    # -- on the way

    def _enqueue(self, shop: PretendShop, topic: str, resource: Mapping[str, Any]) -> Awaitable[int | None]:
        channels, settings = self._channels_of(shop.settings.name), shop.settings
        answered: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        secret = news_secret(settings.credentials)
        if settings.platform in BY_EVENTS:
            secret = next(iter(self.tokens()), "closed")
        if not channels or secret is None or not self._base_url() or shop.deliver == "lost":
            answered.set_result(None)
            return answered
        if shop.deliver == "unsigned":
            secret = f"{secret}?"
        base_url = self._base_url()
        webhook = f"{base_url}/shops/{quote(channels[0], safe='')}/{settings.platform}/webhook"
        telling = ShopTelling(settings, topic, resource, secret, webhook, base_url, self._clock.now())
        made = self._platform(shop).delivery(telling)
        one = QueuedDelivery(settings.name, topic, made, answered)
        held = self._held.pop(settings.name, None)
        if held is None and shop.deliver == "late":
            self._held[settings.name] = one
            answered.set_result(None)
            return answered
        self._waiting.extend([one] * (2 if shop.deliver == "twice" else 1))
        if held is not None:
            self._waiting.append(held)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._send(), name="webhooks of shops")
        return answered

    async def _send(self) -> None:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        while self._waiting:  # looked at once more when the session is closed: something may have come
            async with aiohttp.ClientSession(timeout=timeout) as session:
                while self._waiting:
                    await self._deliver(session, self._waiting.popleft())

    async def _deliver(self, session: aiohttp.ClientSession, queued: QueuedDelivery) -> None:
        one = queued.delivery
        headers = {"Content-Type": "application/json", **one.headers}
        try:
            async with session.post(
                one.address, data=one.body, headers=headers, allow_redirects=False
            ) as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            status = 0
        except asyncio.CancelledError:
            queued.answered.cancel()
            raise
        if not queued.answered.done():
            queued.answered.set_result(status)
        self._on_sent(queued.shop, queued.topic, status)

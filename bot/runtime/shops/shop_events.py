"""What a shop's own system tells of a member by `POST /api/events`: stored like a platform's webhook (C6)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from bot.model.clock import Clock
from bot.model.said import say
from bot.model.settings import ShopSettings
from bot.model.shop_news import ShopWebhook
from bot.runtime.intake.event_fields import FieldIsWrong, WrongField
from bot.runtime.intake.outside_events import KNOWN, STORE_SECONDS, STORED, OutsideAnswer, OutsideEvents
from bot.runtime.shops.known_links import KnownLinks
from bot.runtime.shops.shop_event import is_of_shop, read_shop_news
from bot.shops.linked import is_linked
from bot.shops.platforms import OWN_SYSTEM

KeepNews: TypeAlias = Callable[[ShopWebhook, float], Awaitable[bool]]
"""Makes it durable within so many seconds; whether it is new. Raises `DatabaseUnavailable`."""


class ShopEvents:
    """Takes news of shops; what is none is left to who takes signals."""

    def __init__(
        self,
        signals: OutsideEvents,
        shops: Callable[[], tuple[Mapping[str, ShopSettings], ZoneInfo]],
        links: KnownLinks,
        keep: KeepNews,
        clock: Clock,
    ) -> None:
        """`shops()` are those of the playbook that is live, and its time zone."""
        self._signals = signals
        self._shops = shops
        self._links = links
        self._keep = keep
        self._clock = clock

    async def take(self, told: Sequence[Any]) -> list[OutsideAnswer]:
        """What becomes of each, in their order. Raises `DatabaseUnavailable`: tell them again then."""
        news = [place for place, one in enumerate(told) if is_of_shop(one)]
        if not news:
            return await self._signals.take(told)
        others = [one for one in told if not is_of_shop(one)]
        signals = iter(await self._signals.take(others) if others else ())
        ends = dict(zip(news, await self._stored([told[place] for place in news]), strict=True))
        for verdict, number in Counter(one.verdict for one in ends.values()).items():
            self._signals.taken.inc(verdict, by=number)
        return [ends[place] if place in ends else next(signals) for place in range(len(told))]

    async def _stored(self, told: Sequence[Any]) -> list[OutsideAnswer]:
        all_, zone = self._shops()
        shops = {name: one for name, one in all_.items() if one.platform == OWN_SYSTEM}
        linked = {name for name, one in shops.items() if is_linked(one, await self._links.of(name))}
        now = self._clock.now()
        read: list[ShopWebhook | WrongField] = []
        for one in told:
            try:
                webhook = read_shop_news(one, shops, zone, now)
            except FieldIsWrong as error:
                read.append(error.wrong)
                continue
            is_heard = webhook.shop in linked
            read.append(webhook if is_heard else WrongField("shop", say("is not linked")))
        fresh = {one.id: one for one in reversed(read) if isinstance(one, ShopWebhook)}
        kept = await asyncio.gather(*(self._keep(one, STORE_SECONDS) for one in fresh.values()))
        new = {one.id for one, is_new in zip(fresh.values(), kept, strict=True) if is_new}
        return [_answer(one, new) for one in read]


def _answer(one: ShopWebhook | WrongField, new: set[str]) -> OutsideAnswer:
    if isinstance(one, WrongField):
        return OutsideAnswer("wrong", one.field, one.message)
    if one.id not in new:
        return KNOWN
    new.remove(one.id)  # the same id further down in the list is known
    return STORED

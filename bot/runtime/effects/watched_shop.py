"""A shop whose answers are watched, whoever asks it."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from bot.model.clock import Clock
from bot.model.contact import Found
from bot.model.shop_news import OrderState
from bot.model.value import Value
from bot.runtime.effects.shop_watch import ShopWatch
from bot.shops.directory import Changed, ListingCost
from bot.shops.failure import ShopAway
from bot.shops.members import ListedMembers, ShopMember


class AskableShop(Protocol):
    """A shop that is asked (`shops/members`)."""

    name: str

    def by_phone(self, phone: str, *, born: str | None = None) -> Awaitable[Found | None]: ...

    def among(
        self, numbers: Sequence[str], phone: str, *, born: str | None = None
    ) -> Awaitable[Found | None]: ...

    def by_line(self, user: str, patience: timedelta = ...) -> Awaitable[Found | None]: ...

    def read(self, member_no: str) -> Awaitable[Found | None]: ...

    def member(self, member_no: str) -> Awaitable[ShopMember | None]: ...

    def order_state(self, order: str) -> Awaitable[OrderState | None]: ...

    def page(
        self, within: Changed, mark: str | None = None, *, bare: bool = False
    ) -> Awaitable[ListedMembers]: ...

    def cost(self) -> ListingCost: ...

    def write_line(self, member_no: str, user: str, channel: str) -> Awaitable[None]: ...

    def register(self, phone: str, name: str, key: str, *, marketing: bool) -> Awaitable[Found]: ...

    def write(
        self, member_no: str, values: Mapping[str, Value | None], key: str
    ) -> Awaitable[Found | None]: ...


class WatchedShop:
    """The same shop; what it raises is told by the watch, and raised."""

    def __init__(self, shop: AskableShop, watch: ShopWatch, clock: Clock) -> None:
        self._shop = shop
        self._watch = watch
        self._clock = clock
        self.name = shop.name

    async def by_phone(self, phone: str, *, born: str | None = None) -> Found | None:
        """The member who has exactly this number, and was `born` on that day."""
        return await self._watch.asked(self.name, self._shop.by_phone(phone, born=born))

    async def among(self, numbers: Sequence[str], phone: str, *, born: str | None = None) -> Found | None:
        """Of the members of these numbers, read now, the one who has exactly this phone."""
        return await self._watch.asked(self.name, self._shop.among(numbers, phone, born=born))

    async def by_line(self, user: str, patience: timedelta | None = None) -> Found | None:
        """The member whose record carries this LINE user id; with less `patience` where that is given."""
        asking = self._shop.by_line(user) if patience is None else self._shop.by_line(user, patience)
        return await self._watch.asked(self.name, asking)

    async def read(self, member_no: str) -> Found | None:
        """The member of this number as of now."""
        return await self._watch.asked(self.name, self._shop.read(member_no))

    async def member(self, member_no: str) -> ShopMember | None:
        """The same with all else that the shop tells, when nobody else asks."""
        return await self._watch.asked(self.name, self._shop.member(member_no))

    async def order_state(self, order: str) -> OrderState | None:
        """What has become of this order: `Directory.order_state`."""
        return await self._watch.asked(self.name, self._shop.order_state(order))

    async def page(self, within: Changed, mark: str | None = None, *, bare: bool = False) -> ListedMembers:
        """Those members from this mark on: `Directory.page`."""
        return await self._watch.asked(self.name, self._shop.page(within, mark, bare=bare))

    def cost(self) -> ListingCost:
        """What `page` takes."""
        return self._shop.cost()

    async def write_line(self, member_no: str, user: str, channel: str) -> None:
        """Write the LINE user id that the member has on this channel."""
        await self._watch.asked(self.name, self._shop.write_line(member_no, user, channel))

    async def register(self, phone: str, name: str, key: str, *, marketing: bool) -> Found:
        """Whoever has proven this phone is a member from now on."""
        asking = self._shop.register(phone, name, key, marketing=marketing)
        return await self._watch.asked(self.name, asking)

    async def write(self, member_no: str, values: Mapping[str, Value | None], key: str) -> Found | None:
        """Write values of our attributes; the member as of now."""
        return await self._watch.asked(self.name, self._shop.write(member_no, values, key))

    def was_late(self, patience: timedelta) -> None:
        """Whoever asked has gone on without its answer."""
        error = ShopAway(f"no answer within {patience.total_seconds():g} s")
        self._watch.failed(self.name, error, self._clock.now() - patience)

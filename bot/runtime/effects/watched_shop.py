"""A shop whose answers are watched: the log says once that a trouble begins, and once that it is over."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.connectors.shops.directory import Changed, ListingCost
from bot.connectors.shops.members import ListedMembers, ShopMember
from bot.model.clock import Clock, PatientClock
from bot.model.instance import ReservedMember
from bot.model.shop import OrderState
from bot.model.shop_failure import (
    CredentialsExpired,
    CredentialsMissing,
    CredentialsRefused,
    NotOffered,
    NotPermitted,
    SeveralMembers,
    ShopAway,
    ShopFailed,
)
from bot.model.translatable import tr
from bot.model.value import Value
from bot.runtime.trouble import (
    Trouble,
    TroubleLog,
    Troubles,
    TroubleWatch,
    failed,
    succeeded,
)
from bot.services.shops import MemberLookup, WritableShop

log = logging.getLogger("oaflow.shops")

T = TypeVar("T")

AWAY, REFUSED, ODD = "away", "refused", "odd"
"""Kinds of trouble. `away`: the shop is not reached or fails. `refused`: it refuses our credentials. `odd`:
it does not do what its platform documents."""

_BEGUN: Mapping[str, str] = {
    AWAY: 'the shop "{shop}" does not answer: {why}; members who bind are asked to try again later',
    REFUSED: 'the shop "{shop}" cannot be asked: {why}; nobody is found there: mend its settings or secrets',
    ODD: 'the shop "{shop}" does not do what it is asked: {why}',
}
_OVER: Mapping[str, str] = {
    AWAY: 'the shop "{shop}" answers again',
    REFUSED: 'the shop "{shop}" can be asked again',
    ODD: 'the shop "{shop}" does what it is asked again',
}
_ON: Mapping[str, str] = {
    AWAY: "it does not answer",
    REFUSED: "it cannot be asked",
    ODD: "it does not do what it is asked",
}


class ShopWatch:
    """What is wrong between this process and the shops, by name. No line contains personal data."""

    def __init__(self, clock: PatientClock) -> None:
        self._clock = clock
        self._watch = TroubleWatch(TroubleLog("shop", _OVER, _cost, _ON), log, clock)

    @property
    def found(self) -> TroubleWatch:
        """Each shop's present troubles, and when the last successful call began."""
        return self._watch

    async def request(self, shop: str, asking: Awaitable[T]) -> T:
        """The shop's answer; its errors are reported, and raised."""
        began = self._clock.now()
        try:
            answer = await asking
        except SeveralMembers as error:  # it has answered, and somebody there has to mend it
            log.warning('the shop "%s" cannot say who is meant: %s', shop, error)
            self._answered(shop, began)
            raise
        except NotOffered:
            raise
        except ShopFailed as error:
            self.failed(shop, error, began)
            raise
        self._answered(shop, began)
        return answer

    def failed(self, shop: str, error: ShopFailed, began: datetime) -> None:
        """Record a request that failed; `began`: when it began."""
        known, kind = self._watch.known.get(shop, ()), _kind(error)
        troubles, is_new = failed(known, kind, began, self._clock.now(), str(error))
        if is_new:
            log.warning("%s", _BEGUN[kind].format(shop=shop, why=f"{type(error).__name__}: {error}"))
        self._watch.keep(shop, troubles)

    async def stop(self) -> None:
        """Log what is still wrong: the next process starts its watch anew."""
        await self._watch.stop()

    def _answered(self, shop: str, began: datetime) -> None:
        self._watch.taken[shop] = began
        troubles: Troubles = self._watch.known.get(shop, ())
        if troubles:
            self._watch.keep(shop, succeeded(troubles, began, self._clock.now()))


def _kind(error: ShopFailed) -> str:
    match error:
        case ShopAway():
            return AWAY
        case CredentialsRefused() | CredentialsExpired() | CredentialsMissing() | NotPermitted():
            return REFUSED
        case _:
            return ODD


def _cost(trouble: Trouble) -> str:
    many = trouble.attempts
    return "1 question was not answered" if many == 1 else f"{many:,} questions were not answered"


class AskableShop(MemberLookup, WritableShop, Protocol):
    """A shop's API: `bot.connectors.shops.members`. Its calls raise `ShopFailed`."""

    async def by_line(self, user: str, patience: timedelta = ...) -> ReservedMember | None: ...
    async def member(self, member_no: str) -> ShopMember | None: ...
    async def order_state(self, order: str) -> OrderState | None: ...
    async def page(
        self, within: Changed, mark: str | None = None, *, bare: bool = False
    ) -> ListedMembers: ...
    def cost(self) -> ListingCost: ...


class WatchedShop:
    """A shop with the same interface, whose errors are logged by the watch, and raised."""

    def __init__(self, shop: AskableShop, watch: ShopWatch, clock: Clock) -> None:
        self._shop = shop
        self._watch = watch
        self._clock = clock
        self.name = shop.name

    async def by_phone(self, phone: str, *, born: str | None = None) -> ReservedMember | None:
        """The member who has exactly this number, and was `born` on that day."""
        return await self._watch.request(self.name, self._shop.by_phone(phone, born=born))

    async def among(
        self, numbers: Sequence[str], phone: str, *, born: str | None = None
    ) -> ReservedMember | None:
        """Of the members of these numbers, read now, the one who has exactly this phone."""
        return await self._watch.request(self.name, self._shop.among(numbers, phone, born=born))

    async def by_line(self, user: str, patience: timedelta | None = None) -> ReservedMember | None:
        """The member whose record carries this LINE user id; with less `patience` where that is given."""
        asking = self._shop.by_line(user) if patience is None else self._shop.by_line(user, patience)
        return await self._watch.request(self.name, asking)

    async def read(self, member_no: str) -> ReservedMember | None:
        """The member of this number as of now."""
        return await self._watch.request(self.name, self._shop.read(member_no))

    async def member(self, member_no: str) -> ShopMember | None:
        """The member of this number with all fields of the record, at low priority."""
        return await self._watch.request(self.name, self._shop.member(member_no))

    async def order_state(self, order: str) -> OrderState | None:
        """What has become of this order: `Directory.order_state`."""
        return await self._watch.request(self.name, self._shop.order_state(order))

    async def page(self, within: Changed, mark: str | None = None, *, bare: bool = False) -> ListedMembers:
        """Those members from this mark on: `Directory.page`."""
        return await self._watch.request(self.name, self._shop.page(within, mark, bare=bare))

    def cost(self) -> ListingCost:
        """What `page` takes."""
        return self._shop.cost()

    async def write_line(self, member_no: str, user: str, channel: str) -> None:
        """Write the LINE user id that the member has on this channel."""
        await self._watch.request(self.name, self._shop.write_line(member_no, user, channel))

    async def register(self, phone: str, name: str, key: str, *, marketing: bool) -> ReservedMember:
        """Register a person who has proven this phone as a member; `key` makes a repetition harmless."""
        asking = self._shop.register(phone, name, key, marketing=marketing)
        return await self._watch.request(self.name, asking)

    async def write(
        self, member_no: str, values: Mapping[str, Value | None], key: str
    ) -> ReservedMember | None:
        """Write values of our attributes; the member as of now."""
        return await self._watch.request(self.name, self._shop.write(member_no, values, key))

    def was_late(self, patience: timedelta) -> None:
        """The caller has gone on without the answer."""
        error = ShopAway(tr("no answer within {seconds} s", seconds=f"{patience.total_seconds():g}"))
        self._watch.failed(self.name, error, self._clock.now() - patience)

"""The shops whose members the bot finds: how far they are read, and unlinked (C3, C6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias

from annotated_types import MaxLen

from bot.model.answer_fields import Clock, Help
from bot.model.translatable import Translatable, tr
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import SHORT, CommandWord
from bot.operations.shops.fields import shop_of
from bot.operations.shops.linking import clear_forgotten, unlink_shop
from bot.operations.shops.status import ShopReading, ShopStatus, members_counted, reading_of, status_of
from bot.operations.shops.syncing import order_sync

ShopName: TypeAlias = Annotated[
    str, MaxLen(SHORT), CommandWord(), Help("the shop (the only one, if there is one)")
]
ForgetAttributes: TypeAlias = Annotated[bool, Help("take away what the shop has told of its members")]


@operation("shops.status", example="forest")
async def shop_status(call: OperationCall, shop: ShopName = "") -> ShopStatus:
    """What is mapped, how many members have it, what could not be read; polls."""
    named = shop_of(call.settings.shops, shop or None)
    counted = await members_counted(call.stores, call.playbook, named)
    settings, played = call.settings, call.context.played
    return await status_of(call.stores, call.playbook, settings, named, counted, played=played)


@operation(
    "shops.sync",
    changes=True,
    audit="shop_synced",
    not_in={"command": "oaflow shop sync follows it until it is over"},
)
async def sync_shop(call: OperationCall, shop: ShopName = "") -> ShopReading:
    """Have all members of a shop read, silently, at its pace; its status tells how far it is."""
    named, played = shop_of(call.settings.shops, shop or None), call.context.played
    return reading_of(await order_sync(call.stores, named, call.by, call.now, played=played))


@dataclass(frozen=True, slots=True)
class UnlinkOffer:
    """Whom it concerns."""

    shop: str
    bindings: int

    @property
    def question(self) -> Translatable:
        return tr(
            "unlink {shop}? {number} people stay bound, and are not read there any more",
            shop=self.shop,
            number=f"{self.bindings:,}",
        )


@dataclass(frozen=True, slots=True)
class UnlinkedShop:
    """What stays."""

    shop: str
    new: Annotated[bool, Help("`false`: it was unlinked before.")]
    at: datetime
    bindings: int
    forgotten: Annotated[int | None, Help("From so many people what it had told was taken.")]
    domain: Annotated[str | None, Help("In its back office the app stands still.")]
    has_credentials: Annotated[bool, Help("They still stand in the playbook or in .env.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """What stays, and what is to be taken out."""
        ended = at(self.at)
        if self.new:
            yield tr("{shop} is unlinked", shop=self.shop)
        else:
            yield tr("{shop} was unlinked at {at}", shop=self.shop, at=ended)
        yield tr("bindings that stay: {number}", number=f"{self.bindings:,}")
        if self.forgotten is None:
            yield tr("what it has told of its members stays as it was last known on {at}", at=ended)
        else:
            yield tr("what it had told was taken from {number} people", number=f"{self.forgotten:,}")
        if self.has_credentials:
            yield tr(
                "its credentials still stand in the playbook or in .env, and are not used: take them out"
            )
        if self.domain is not None:
            yield tr(
                "remove the app in the back office of {domain}, too: APP MARKET, 「我的擴充服務」",
                domain=self.domain,
            )


@operation("shops.unlink.offer")
async def offer_to_unlink(
    call: OperationCall, shop: ShopName = "", forget_attributes: ForgetAttributes = False
) -> UnlinkOffer:
    """How many people are bound there."""
    named = shop_of(call.settings.shops, shop or None)
    return UnlinkOffer(named.name, await call.stores.shop_members.bound(named.name))


@operation(
    "shops.unlink",
    changes=True,
    audit="shop_unlinked",
    offer=offer_to_unlink,
    example="forest",
    goes_by="drafts",
)
async def unlink(
    call: OperationCall, shop: ShopName = "", forget_attributes: ForgetAttributes = False
) -> UnlinkedShop:
    """Unlink the shop. Bindings stay; what it has told stays as it was last known, or goes."""
    named, gone = shop_of(call.settings.shops, shop or None), None
    bound = await call.stores.shop_members.bound(named.name)
    link, is_new = await unlink_shop(call.stores, named, call.by, call.now, forget=forget_attributes)
    if forget_attributes:

        def tell(number: int) -> None:
            call.progress(tr("{number} people so far", number=f"{number:,}"))

        gone = await clear_forgotten(call.stores, call.playbook, named, link, call.now, tell)
    at = call.now if link.ended is None else link.ended.at
    return UnlinkedShop(named.name, is_new, at, bound, gone, link.domain, bool(named.credentials))

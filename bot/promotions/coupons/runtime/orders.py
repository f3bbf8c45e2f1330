"""Coupons that orders redeem, and that cancelled ones give back: an act for whoever holds the code (N1)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.event import Event, Source
from bot.model.inbox import Received
from bot.model.outgoing import DerivedIds
from bot.model.settings import ShopSettings
from bot.model.shop import OrderNews, ShopWebhook, WebhookNews
from bot.model.short_code import code_key
from bot.promotions.coupons.engine.declared import COUPONS, with_shared_code
from bot.promotions.coupons.model import CouponAct, Grant, OrderAct
from bot.promotions.coupons.store.grants import Coupons
from bot.runtime.shops.account_match import account_of
from bot.runtime.shops.member_news import event_channel, is_notified_late
from bot.services.own_events import STORE_SECONDS, StoreEvents, own_event
from bot.store.stores import Stores

_IDS = DerivedIds(uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730026"))
_UNDOING = ("order_cancelled", "order_refunded")


class CouponOrders:
    """Turns codes of orders into acts. Done again with the same news, it yields the same acts, which are
    known."""

    def __init__(
        self, stores: Stores, playbook: Callable[[], Playbook], store_events: StoreEvents, clock: Clock
    ) -> None:
        """`store_events` makes events durable, as a webhook's are."""
        self._stores = stores
        self._playbook = playbook
        self._store_events = store_events
        self._clock = clock

    async def redeem(
        self, shop: ShopSettings, news: Iterable[tuple[ShopWebhook, WebhookNews]], orderer: str | None
    ) -> None:
        """Store an act for the holder of each code in these news; raises `DatabaseUnavailable`.

        A code that nobody holds is the shop's own. `orderer` is the contact that has ordered, where known.
        """
        orders = [
            order
            for webhook, item in news
            if (order := item.order) is not None and not is_notified_late(webhook, order)
        ]
        events = [
            event
            for order in sorted(orders, key=lambda one: one.topic in _UNDOING)  # used before it comes back
            for code in order.codes
            if (event := await self._act(shop, order, code, orderer)) is not None
        ]
        if events:
            await self._store_events(events, STORE_SECONDS)

    async def _act(
        self, shop: ShopSettings, order: OrderNews, code: str, orderer: str | None
    ) -> Received | None:
        found = await self._stores.of(Coupons).by_code(code)
        if found is None and orderer is not None:
            found = await self._shared(code, orderer)
        stored = None if found is None else await self._stores.contacts.person(found[1])
        if found is None or stored is None or not stored.contact.has_line:
            return None  # the shop's own code, or the holder was erased
        what: OrderAct = "order_cancelled" if order.topic in _UNDOING else "order"
        if what == "order" and await self._was_undone(shop, order, found[0]):
            return None
        return self._event(shop, order, found[0], what, stored.contact)

    async def _was_undone(self, shop: ShopSettings, order: OrderNews, grant: Grant) -> bool:
        """Whether news that undo the order, and give its coupons back, came before those that it was made."""
        coupon = COUPONS.of(self._playbook()).get(grant.coupon)
        undoing = _event_id(shop, order, grant, "order_cancelled")
        return coupon is not None and coupon.gives_back and bool(await self._stores.inbox.known([undoing]))

    async def _shared(self, code: str, orderer: str) -> tuple[Grant, str] | None:
        """Of a code that all share: a grant of whoever has ordered."""
        for coupon in with_shared_code(COUPONS.of(self._playbook()).values(), code):
            grants = await self._stores.of(Coupons).of_person(coupon.name, orderer)
            if grants and "order" in coupon.redeem:
                return grants[0], orderer
        return None

    def _event(
        self, shop: ShopSettings, order: OrderNews, grant: Grant, what: OrderAct, holder: Contact
    ) -> Received:
        channel = event_channel(holder, account_of(self._playbook(), shop), shop)
        user = holder.identity(channel).user
        source = Source("none", "") if user is None else Source("user", user)
        id_ = _event_id(shop, order, grant, what)
        act = CouponAct(grant, what, f"shop:{shop.name}", order=order.number or order.id, act_id=id_)
        return own_event(holder.id, Event(id_, channel, source, self._clock.now(), act))


def _event_id(shop: ShopSettings, order: OrderNews, grant: Grant, what: OrderAct) -> str:
    """The same for one order and code, whatever news tell it, and whoever the holder is merged into."""
    return f"{shop.name}:{_IDS.hex_of(f'{shop.name} {order.id} {code_key(grant.code)} {what}')}"

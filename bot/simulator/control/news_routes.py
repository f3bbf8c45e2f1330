"""The JSON interface of what happens to a friend at the shop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.model.contact import contact_id
from bot.model.event import News
from bot.model.news import OF_ORDERS, SHOP_NEWS
from bot.model.value import Value
from bot.simulator.control.asked_friend import asked_friend
from bot.simulator.control.json_calls import taking
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.shop.members import PretendMember, PretendShop, PretendShops
from bot.simulator.shop.webhooks import PretendOrder, ShopCourier
from bot.simulator.state.chats import Chats, Friend
from bot.simulator.workbench.inside import Inside

LONGEST_NUMBER = 40
AMOUNT_AT_MOST = 10_000_000
"""NT$ of one order."""


class NewsRoutes:
    """`POST friends/ID/shop`: something happens to them at the shop, which tells of it by its webhook."""

    def __init__(
        self, chats: Chats, shops: PretendShops, courier: ShopCourier, inside: Callable[[], Inside]
    ) -> None:
        self._chats = chats
        self._shops = shops
        self._courier = courier
        self._inside = inside

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The route below `prefix`."""
        return [web.post(prefix + "/friends/{id}/shop", taking(self._shop))]

    async def _shop(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        named = body.get("shop")
        news = shop_news({name: value for name, value in body.items() if name != "shop"})
        friend = asked_friend(request, self._chats)
        shop = self._shops.by_name.get(named if isinstance(named, str) else self._usual(friend))
        if shop is None:
            raise CannotAct("unknown", "no such shop")
        member = await self._member(shop, friend)
        if member is None:
            raise CannotAct("nobody", "the shop knows no member who is this friend")
        number, sent = happened(self._courier, shop, member, news)
        return {"member": member.number, "order_no": number, "status": await sent}

    def _usual(self, friend: Friend) -> str:
        playbook = self._inside().playbook()
        channel = None if playbook is None else playbook.channels.get(friend.channel)
        return "" if channel is None else channel.shop or ""

    async def _member(self, shop: PretendShop, friend: Friend) -> PretendMember | None:
        """Whom the friend is there: as the bot has bound them, else by the LINE account in the record."""
        stored = await self._inside().contact(contact_id(friend.channel, friend.id))
        if stored is not None and stored.contact.member_shop in (shop.settings.name, None):
            bound = shop.members.get(stored.contact.member_no or "")
            if bound is not None:
                return bound
        return next((one for one in shop.members.values() if friend.id in (one.line, one.line_at)), None)


def happened(
    courier: ShopCourier, shop: PretendShop, member: PretendMember, news: News
) -> tuple[str | None, Awaitable[int | None]]:
    """It happens to a member: the number of the order, if it is one, and what the bot answers the webhook."""
    match news.subject:
        case "order_placed" | "order_paid" | "order_cancelled" | "order_refunded" as topic:
            told, number = news.fields.get("order_no"), str(news.fields.get("amount", 0))
            order = PretendOrder(topic, int(number), courier.next_number() if told is None else str(told))
            return order.number, courier.ordered(shop, member, order)
        case "member_registered" | "tier_changed" as topic:
            return None, courier.about(shop, member, topic)
        case _:
            shop.put(member)
            return None, courier.about(shop, shop.members[member.number], "member_updated")


def shop_news(body: dict[str, Any]) -> News:
    """What the shop tells, as a body describes it. Raises `CannotAct`."""
    news, amount, number = body.get("news"), body.get("amount"), body.get("order_no")
    if news not in SHOP_NEWS:
        raise CannotAct("invalid", f"news must be one of {', '.join(SHOP_NEWS)}")
    if body.keys() - {"news", "amount", "order_no"}:
        raise CannotAct("invalid", "a body has news, amount and order_no only")
    if news not in OF_ORDERS:
        if amount is not None or number is not None:
            raise CannotAct("invalid", f"amount and order_no belong to orders: {', '.join(OF_ORDERS)}")
        return News("shop", news)
    fields: dict[str, Value] = {}
    if amount is not None:
        if type(amount) is not int or not 0 <= amount <= AMOUNT_AT_MOST:
            raise CannotAct("invalid", f"amount must be a whole number up to {AMOUNT_AT_MOST}")
        fields["amount"] = amount
    if number is not None:
        if not isinstance(number, str) or not 1 <= len(number) <= LONGEST_NUMBER:
            raise CannotAct("invalid", f"order_no must be a text of 1 to {LONGEST_NUMBER} characters")
        fields["order_no"] = number
    return News("shop", news, fields)

"""The JSON interface of the pretend shops: members, what happens to them, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

from aiohttp import web

from bot.connectors.shops.platforms import PLATFORMS
from bot.connectors.shops.webhook import MOST_CODES
from bot.model.contact import contact_id
from bot.model.event import News
from bot.model.news import AMOUNTS, OF_ORDERS, REFUND_OF_PART, SHOP_NEWS
from bot.model.value import Value
from bot.operations.payload import pick
from bot.simulator.control.json_calls import JsonRoutes, delete, friend_of, get, post, put
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.shop.members import (
    ANSWERS,
    DELIVERIES,
    MEMBERS_AT_MOST,
    SLOW_AT_MOST,
    PretendMember,
    PretendShop,
    PretendShops,
    ShopFaults,
    crowd,
)
from bot.simulator.shop.simulated import PretendOrder
from bot.simulator.shop.webhooks import ShopCourier
from bot.simulator.state.chats import Chats, Friend
from bot.simulator.workbench.inside import Inside

LONGEST_NUMBER = 40
"""Characters of an order's number."""
AMOUNT_AT_MOST = 10_000_000
"""NT$ of one order."""


@dataclass(eq=False, repr=False)
class NewsRoutes(JsonRoutes):
    """`POST friends/ID/shop`: something happens to the friend at the shop, which sends its webhook."""

    _chats: Chats
    _shops: PretendShops
    _courier: ShopCourier
    _inside: Callable[[], Inside]

    @post("/friends/{id}/shop")
    async def _shop(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        named = body.get("shop")
        news = shop_news({name: value for name, value in body.items() if name not in ("shop", "codes")})
        codes = codes_used(body, news)
        friend = friend_of(request, self._chats)
        shop = self._shops.by_name.get(named if isinstance(named, str) else self._usual(friend))
        if shop is None:
            raise CannotAct("unknown", "no such shop")
        member = await self._member(shop, friend)
        if member is None:
            raise CannotAct("nobody", "the shop knows no member who is this friend")
        number, sent = happened(self._courier, shop, member, news, codes)
        return {"member": member.number, "order_no": number, "status": await sent}

    def _usual(self, friend: Friend) -> str:
        """The name of the shop of the friend's channel; empty where it has none."""
        playbook = self._inside().playbook()
        channel = None if playbook is None else playbook.channels.get(friend.channel)
        return "" if channel is None else channel.shop or ""

    async def _member(self, shop: PretendShop, friend: Friend) -> PretendMember | None:
        """The member who is this friend: by the binding, else by the LINE account in the record; `None`: none
        is."""
        stored = await self._inside().contact(contact_id(friend.channel, friend.id))
        if stored is not None and stored.contact.member_shop in (shop.settings.name, None):
            bound = shop.members.get(stored.contact.member_no or "")
            if bound is not None:
                return bound
        return next((one for one in shop.members.values() if friend.id in (one.line, one.line_at)), None)


def happened(
    courier: ShopCourier, shop: PretendShop, member: PretendMember, news: News, codes: Sequence[str]
) -> tuple[str | None, Awaitable[int | None]]:
    """Have the news happen to a member, and send the webhook.

    Returns the order's number, if it is about one, and (to be awaited) the HTTP status of the bot's answer.
    """
    match news.subject:
        case (
            "order_placed"
            | "order_paid"
            | "order_cancelled"
            | "order_refunded"
            | "order_partially_refunded" as topic
        ):
            stated = news.fields.get("order_no")
            order_no = courier.next_number() if stated is None else str(stated)
            amount, refunded = (int(str(news.fields.get(key, 0))) for key in AMOUNTS)
            order = PretendOrder(topic, amount, order_no, tuple(codes), refunded)
            return order.number, courier.ordered(shop, member, order)
        case "member_registered" | "tier_changed" as topic:
            return None, courier.about(shop, member, topic)
        case _:
            shop.put(member)
            return None, courier.about(shop, shop.members[member.number], "member_updated")


def shop_news(body: dict[str, Any]) -> News:
    """The news that a body describes. Raises `CannotAct`."""
    news, number = body.get("news"), body.get("order_no")
    amounts = {key: body[key] for key in AMOUNTS if body.get(key) is not None}
    if news not in SHOP_NEWS:
        raise CannotAct("invalid", f"news must be one of {', '.join(SHOP_NEWS)}")
    if body.keys() - {"news", *AMOUNTS, "order_no"}:
        raise CannotAct("invalid", "a body has news, amount, refunded and order_no only")
    if news not in OF_ORDERS:
        if amounts or number is not None:
            raise CannotAct("invalid", f"amounts and order_no belong to orders: {', '.join(OF_ORDERS)}")
        return News("shop", news)
    fields: dict[str, Value] = {}
    for key, amount in amounts.items():
        if type(amount) is not int or not 0 <= amount <= AMOUNT_AT_MOST:
            raise CannotAct("invalid", f"{key} must be a whole number up to {AMOUNT_AT_MOST}")
        fields[key] = amount
    if (news == REFUND_OF_PART) != (0 < amounts.get("refunded", 0) < amounts.get("amount", 0)):
        raise CannotAct("invalid", f"refunded belongs to {REFUND_OF_PART}, and is less than amount")
    if number is not None:
        if not isinstance(number, str) or not 1 <= len(number) <= LONGEST_NUMBER:
            raise CannotAct("invalid", f"order_no must be a text of 1 to {LONGEST_NUMBER} characters")
        fields["order_no"] = number
    return News("shop", news, fields)


def codes_used(body: dict[str, Any], news: News) -> Sequence[str]:
    """The coupon codes with which the order came. Raises `CannotAct`."""
    codes = body.get("codes")
    if codes is not None and news.subject not in OF_ORDERS:
        raise CannotAct("invalid", f"codes belong to orders: {', '.join(OF_ORDERS)}")
    are_texts = isinstance(codes, list) and all(isinstance(one, str) and one.strip() for one in codes)
    if codes is not None and not (are_texts and len(codes) <= MOST_CODES):
        raise CannotAct("invalid", f"codes must be a list of at most {MOST_CODES} texts")
    return codes or ()


TEXTS = ("name", "phone", "calling_code", "birthday", "line", "tier", "tier_until")
"""The fields of a member that are texts, or null."""
MEMBERS_SHOWN = 1_000
"""Members of a shop that are listed, the first ones."""
LONGEST = 200
"""Characters of a member's text."""
POINTS_AT_MOST = 200
"""Grants of points of one member: more than the bot reads on one page."""
_NUMBER = re.compile(r"[1-9][0-9]{0,11}")
"""A member's number."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""`YYYY-MM-DD`."""


class ShopRoutes(JsonRoutes):
    """`GET shops`, `GET`, `PUT shop/NAME/members`, `PUT`, `DELETE shop/NAME/members/ID`,
    `POST shop/NAME/orders`, `PUT shop/NAME/faults`, `PUT shop/NAME/webhooks`."""

    def __init__(self, shops: PretendShops, courier: ShopCourier) -> None:
        self._shops = shops
        self._courier = courier

    @get("/shops")
    def _all(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        heard = self._courier.has_webhooks
        shops = self._shops.by_name.values()
        platforms = {
            name: {"brand": one.brand, "office": bool(one.office)} for name, one in PLATFORMS.items()
        }
        shown = [_shop_json(shop) | {"heard": heard(shop.settings)} for shop in shops]
        return {"shops": shown, "platforms": platforms}

    @get("/shop/{name}/members")
    def _members(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        members = self._shop(request).members
        shown = [_member_json(member) for member in islice(members.values(), MEMBERS_SHOWN)]
        return {"members": shown, "total": len(members)}

    @put("/shop/{name}/members")
    def _fill(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        shop, many = self._shop(request), body.get("many")
        if type(many) is not int or not 0 < many <= MEMBERS_AT_MOST or body.keys() != {"many"}:
            raise CannotAct("invalid", f"many must be a number from 1 to {MEMBERS_AT_MOST}")
        shop.fill(crowd(many))
        return {"total": len(shop.members)}

    @put("/shop/{name}/members/{id}")
    def _put(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        shop, number = self._shop(request), request.match_info["id"]
        if not _NUMBER.fullmatch(number):
            raise CannotAct("invalid", "a member's number is 1 to 12 digits")
        known = shop.members.get(number)
        if known is None and len(shop.members) >= MEMBERS_AT_MOST:
            raise CannotAct("full", f"a shop has at most {MEMBERS_AT_MOST} members here")
        shop.put(_edited(known or PretendMember(number, ""), body))
        self._courier.changed(shop, known, shop.members[number])
        return _member_json(shop.members[number])

    @delete("/shop/{name}/members/{id}")
    def _delete(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        shop = self._shop(request)
        gone = shop.remove(request.match_info["id"])
        if gone is None:
            raise CannotAct("unknown", "no such member")
        self._courier.removed(shop, gone)
        return _member_json(gone)

    @post("/shop/{name}/orders")
    async def _order(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        """Something happens to an order of a member, and the shop sends its webhook."""
        shop = self._shop(request)
        member = shop.members.get(str(body.get("member")))
        if member is None:
            raise CannotAct("unknown", "no such member")
        news = shop_news({name: value for name, value in body.items() if name not in ("member", "codes")})
        if news.subject not in OF_ORDERS:
            raise CannotAct("invalid", f"news must be one of {', '.join(OF_ORDERS)}")
        number, sent = happened(self._courier, shop, member, news, codes_used(body, news))
        return {"order_no": number, "status": await sent}

    @put("/shop/{name}/webhooks")
    def _set_webhooks(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        deliver = body.get("deliver")
        if deliver not in DELIVERIES or body.keys() - {"deliver"}:
            raise CannotAct("invalid", f"deliver must be one of {', '.join(DELIVERIES)}")
        shop = self._shop(request)
        shop.deliver = deliver
        return {"deliver": deliver}

    @put("/shop/{name}/faults")
    def _set_faults(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        shop = self._shop(request)
        self._shops.set_faults(shop.settings.name, _faults(body))
        return asdict(shop.faults)

    def _shop(self, request: web.Request) -> PretendShop:
        shop = self._shops.by_name.get(request.match_info["name"])
        if shop is None:
            raise CannotAct("unknown", "no such shop")
        return shop


def _shop_json(shop: PretendShop) -> dict[str, Any]:
    settings = shop.settings
    return {
        **pick(settings, "name", "platform", "access", "channel"),
        "faults": asdict(shop.faults),
        "deliver": shop.deliver,
        "calls": dict(shop.calls),
    }


def _member_json(member: PretendMember) -> dict[str, Any]:
    shown = asdict(member) | {"updated": member.updated.isoformat()}
    return shown | {"points": [{"left": left, "until": until} for left, until in member.points]}


def _edited(member: PretendMember, body: dict[str, Any]) -> PretendMember:
    """The member with what the body says; what it leaves out stays."""
    changes: dict[str, Any] = {}
    for name, value in body.items():
        match name:
            case "name" if value is None:
                raise CannotAct("invalid", "name must be a text")
            case _ if name in TEXTS:
                changes[name] = _text(name, value)
            case "phone_proven" | "marketing":
                changes[name] = _of(bool, name, value, "true or false")
            case "orders":
                changes[name] = _of(int, name, value, "a whole number")
            case "points":
                changes[name] = _points(value)
            case "more":
                changes[name] = _of(dict, name, value, "an object")
            case _:
                allowed = ", ".join((*TEXTS, "phone_proven", "marketing", "orders", "points", "more"))
                raise CannotAct("invalid", f"a member has {allowed} only")
    return replace(member, **changes)


def _text(name: str, value: Any) -> str | None:
    if value is None:
        return None
    text: str = _of(str, name, value, "a text or null")
    if len(text) > LONGEST:
        raise CannotAct("invalid", f"{name} has at most {LONGEST} characters")
    if name in ("birthday", "tier_until") and not _DAY.fullmatch(text):
        raise CannotAct("invalid", f"{name} must be a day, such as 1990-05-20")
    return text


def _of(type_: type, name: str, value: Any, wanted: str) -> Any:
    if type(value) is not type_:
        raise CannotAct("invalid", f"{name} must be {wanted}")
    return value


def _points(value: Any) -> tuple[tuple[int, str | None], ...]:
    """A list of grants: `left`, and `until`, their last day, where they have one."""
    wanted = f"points must be a list of at most {POINTS_AT_MOST} objects with left and until"
    if not isinstance(value, list) or len(value) > POINTS_AT_MOST:
        raise CannotAct("invalid", wanted)
    grants = []
    for grant in value:
        left, until = (grant.get("left"), grant.get("until")) if isinstance(grant, dict) else (None, None)
        fits = until is None or (isinstance(until, str) and _DAY.fullmatch(until))
        if type(left) is not int or not fits:
            raise CannotAct("invalid", wanted)
        grants.append((left, until))
    return tuple(grants)


def _faults(body: dict[str, Any]) -> ShopFaults:
    """What a body switches on; what it leaves out is off."""
    slow, answer = body.get("slow"), body.get("answer")
    if slow is not None and (type(slow) not in (int, float) or not 0 < slow <= SLOW_AT_MOST):
        raise CannotAct("invalid", f"slow must be seconds, more than 0 and at most {SLOW_AT_MOST}, or null")
    if answer is not None and answer not in ANSWERS:
        raise CannotAct("invalid", f"answer must be null or one of {', '.join(ANSWERS)}")
    if body.keys() - {"slow", "answer"}:
        raise CannotAct("invalid", "a body has slow and answer only")
    return ShopFaults(slow, answer)

"""The JSON interface of what happens to a friend at the shop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.model.event import News
from bot.model.news import OF_ORDERS, SHOP_NEWS
from bot.model.value import Value
from bot.simulator.control.asked_friend import asked_friend
from bot.simulator.control.json_calls import taking
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.chats import Chats
from bot.simulator.workbench.inside import Inside

LONGEST_NUMBER = 40
AMOUNT_AT_MOST = 10_000_000
"""NT$ of one order."""


class NewsRoutes:
    """`POST friends/ID/shop`: told to the bot as if the shop had said it."""

    def __init__(self, chats: Chats, inside: Callable[[], Inside]) -> None:
        self._chats = chats
        self._inside = inside

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The route below `prefix`."""
        return [web.post(prefix + "/friends/{id}/shop", taking(self._shop))]

    async def _shop(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        news = shop_news(body)
        friend, tell = asked_friend(request, self._chats), self._inside().tell
        if tell is None:
            raise CannotAct("standing", "no bot runs in this process")
        return {"event": await tell(friend.channel, friend.id, news)}


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

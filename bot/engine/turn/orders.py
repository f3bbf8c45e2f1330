"""Orders of the shop in the counts: what was paid and called off, for reports of what brought them (N6)."""

from __future__ import annotations

from decimal import Decimal

from bot.engine.turn.turn import Turn
from bot.model.counts import CALLED_OFF, OF_ORDERS, PAID, PARTIALLY_REFUNDED
from bot.model.event import News
from bot.model.mark import Mark
from bot.model.news import REFUND_OF_PART

ORDER_OFF = ("order_cancelled", "order_refunded")
"""News of a shop after which an order is worth nothing."""


def order_key(news: News) -> str | None:
    """The shop and number of an order; `None`: without its number it cannot be known again."""
    number = news.fields.get("order_no")
    shop = news.facts.shop if news.facts is not None else None
    return None if number is None else f"{shop or ''} {number}"


def stays_paid(news: News) -> Decimal | None:
    """What stays paid of an order after this news, in the shop's currency; `None`: its amount is unknown."""
    if news.subject in ORDER_OFF:
        return Decimal(0)
    amount = news.fields.get("paid" if news.subject == REFUND_OF_PART else "amount")
    return Decimal(str(amount)) if isinstance(amount, int | float) else None


def count_order(turn: Turn, news: News) -> None:
    """Count an order with its amount as written (an unknown one is empty), and when it was placed."""
    key = order_key(news)
    if news.subject in ORDER_OFF:
        if key is not None:
            turn.marks.append(Mark(turn.channel, OF_ORDERS, CALLED_OFF, (key,)))
    elif news.subject == REFUND_OF_PART:
        if key is not None:
            turn.marks.append(Mark(turn.channel, OF_ORDERS, PARTIALLY_REFUNDED, (key, _written(news))))
    elif news.subject == "order_paid":
        placed = turn.now if news.facts is None else news.facts.last_order or turn.now
        about = (key or turn.event.id, _written(news), min(placed, turn.now).isoformat())
        turn.marks.append(Mark(turn.channel, OF_ORDERS, PAID, about))


def _written(news: News) -> str:
    amount = stays_paid(news)
    return "" if amount is None else str(amount)

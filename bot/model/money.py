"""What messages and SMS cost, in NT$: exact, and rounded only to be shown.

A plan's messages are used up in their order: first the included ones, which cost nothing more than the fee of
the month, then each further one `extra`. Taxes are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from bot.model.channel import PricePlan
from bot.model.settings import Settings

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class MessageCost:
    """What some further messages of a month cost: so many are included in the plan, so many are not.

    `extra` is what these cost together; `None` where the plan does not say what one more costs: perhaps there
    is none to be had.
    """

    included: int
    beyond: int
    extra: Decimal | None


@dataclass(frozen=True, slots=True)
class Prices:
    """What one message beyond the plan costs, and one SMS, by its channel: where it is configured.

    `included`: the messages of a month that a channel's plan has.
    """

    messages: Mapping[str, Decimal]
    sms: Mapping[str, Decimal]
    included: Mapping[str, int] = field(default_factory=dict)


NO_PRICES = Prices({}, {})


def prices_of(settings: Settings) -> Prices:
    """The prices that a playbook says."""
    messages, by_sms, included = dict[str, Decimal](), dict[str, Decimal](), dict[str, int]()
    for name, channel in settings.channels.items():
        if channel.plan is not None and (each := price(channel.plan.extra)) is not None:
            messages[name] = each
        if channel.plan is not None and channel.plan.included is not None:
            included[name] = channel.plan.included
        sender = settings.sms.get(channel.sms or "")
        if sender is not None and (each := price(sender.price)) is not None:
            by_sms[name] = each
    return Prices(messages, by_sms, included)


def price(amount: float | None) -> Decimal | None:
    """A price as it is written: 0.2 is two tenths, and no binary fraction near it."""
    return None if amount is None else Decimal(str(amount))


def message_cost(plan: PricePlan, messages: int, used: int = 0) -> MessageCost:
    """What `messages` more cost in a month in which `used` were sent before."""
    left = max(0, (plan.included or 0) - used)
    included = min(messages, left)
    beyond = messages - included
    each = price(plan.extra)
    if beyond == 0:
        return MessageCost(included, 0, ZERO)
    return MessageCost(included, beyond, None if each is None else each * beyond)


def sending_cost(plan: PricePlan | None, messages: int, used: int | None) -> MessageCost | None:
    """What a sending of so many messages costs beside the fee of the month, of which so many are `used`.

    `None` where no plan is known. Where the number used is unknown, it is an upper bound.
    """
    if plan is None:
        return None
    return message_cost(plan, messages, (plan.included or 0) if used is None else used)


def last_messages_cost(prices: Prices, channel: str, messages: int, used: int | None) -> Decimal | None:
    """What these of a channel cost at most that are among the `used` ones of a month: perhaps its last.

    `None` where it is not known what the plan has, how many of that are used, or what one more costs.
    """
    included, each = prices.included.get(channel, 0), prices.messages.get(channel)
    if used is None and included:
        return None
    beyond = min(messages, max(0, max(used or 0, messages) - included))
    if included and not beyond:
        return ZERO
    return None if each is None else each * beyond


def month_cost(plan: PricePlan, messages: int) -> Decimal | None:
    """What a month with so many messages costs, the fee among it; `None` where the plan does not say."""
    extra = message_cost(plan, messages).extra
    return None if extra is None else (price(plan.monthly_fee) or ZERO) + extra


def money_text(amount: Decimal) -> str:
    """`NT$0.2`, `NT$1,234`: to hundredths below 100 dollars, else to whole ones; halves go up."""
    exact = amount if abs(amount) < 100 else amount.quantize(Decimal(1), ROUND_HALF_UP)
    cents = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = f"{cents:,.2f}".rstrip("0").rstrip(".")
    return f"NT${text}"

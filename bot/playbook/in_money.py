"""Words what messages and SMS cost, in NT$; for checks, pages and commands alike (I7)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from bot.model.channel import PricePlan
from bot.model.money import MessageCost, money_text, price, sending_cost
from bot.model.translatable import Listing, Translatable, row, tr


def price_list(each: Iterable[Decimal], number: int = 1) -> Listing:
    """The price of `number` messages at each of these prices, without repeats."""
    return row(dict.fromkeys(money_text(one * number) for one in each), "or")


def with_money(message: Translatable, each: Iterable[Decimal], number: int = 1) -> Translatable:
    """The message with the most that `number` messages cost; unchanged where there is no price."""
    money = price_list(each, number)
    if not money.items:
        return message
    if number == 1:
        return tr(
            "{message}: {money} each, once the plan's messages are used up", message=message, money=money
        )
    return tr("{message}: {money}, once the plan's messages are used up", message=message, money=money)


def message_price(each: Iterable[Decimal]) -> Translatable:
    """What one message costs, at each of these prices."""
    return tr("each message: {money}, once the plan's messages are used up", money=price_list(each))


def push_price(plan: PricePlan | None) -> Translatable | None:
    """What one push costs; `None` where the plan has no price. LINE does not say how much of the plan is
    used."""
    each = None if plan is None else price(plan.extra)
    if plan is None or each is None:
        return None
    included = f"{plan.included or 0:,}"
    return tr(
        "a push costs {money} once the plan's {included} messages are used up",
        money=money_text(each),
        included=included,
    )


def sending_price(plan: PricePlan | None, cost: MessageCost | None) -> Translatable:
    """What a broadcast costs, or has cost; `cost` was computed from `plan`."""
    if plan is None or cost is None:
        return tr("what that costs is not known: write the channel's  plan:  into bot.yaml")
    fee = price(plan.monthly_fee)
    if not cost.beyond:
        within = tr("all within the plan, nothing more to pay")
        if fee is None:
            return within
        return tr("{within} (NT$ of the month: {fee})", within=within, fee=money_text(fee))
    beyond = f"{cost.beyond:,}"
    if cost.extra is None:
        return tr("{beyond} of them are more than the plan has, and it has no price for more", beyond=beyond)
    return tr(
        "{money}: {included} are in the plan, {beyond} more cost {each} each",
        money=money_text(cost.extra),
        included=f"{cost.included:,}",
        beyond=beyond,
        each=money_text(cost.extra / cost.beyond),
    )


def most_price(plan: PricePlan | None, messages: int, used: int | None = None) -> Translatable | None:
    """The most that so many messages cost beyond the plan; `None` where the plan does not say. `used` are the
    messages sent this month, where that is known."""
    cost = sending_cost(plan, messages, used)
    if plan is None or cost is None:
        return None
    if used is not None and not cost.beyond:
        return tr("all within the plan, nothing more to pay")
    if cost.extra is not None and used is not None:
        return tr("at most {price}", price=sending_price(plan, cost))
    if cost.extra is not None:
        return tr("{money} at most", money=money_text(cost.extra))
    if plan.included is None:
        return None
    return tr("nothing more to pay: the plan has {included} messages a month", included=f"{plan.included:,}")


def code_price(each: Iterable[Decimal]) -> Translatable:
    """What a one-time code costs, at each of these prices of an SMS."""
    return tr("each code sent here costs an SMS, {price}", price=price_list(each))

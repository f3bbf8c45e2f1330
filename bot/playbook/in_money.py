"""How it is said what messages and SMS cost; the one place where that is worded (requirement I7)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from bot.model.channel import PricePlan
from bot.model.money import MessageCost, price, shown_money
from bot.model.said import Listing, Said, row, say


def shown_prices(each: Iterable[Decimal], number: int = 1) -> Listing:
    """What so many cost, by each of these prices."""
    return row(dict.fromkeys(shown_money(one * number) for one in each), "or")


def with_money(message: Said, each: Iterable[Decimal], number: int = 1) -> Said:
    """What is said of so many messages, and what they cost at most; as it was where there is no price."""
    money = shown_prices(each, number)
    if not money.items:
        return message
    if number == 1:
        return say(
            "{message}: {money} each, once the plan's messages are used up", message=message, money=money
        )
    return say("{message}: {money}, once the plan's messages are used up", message=message, money=money)


def message_price(each: Iterable[Decimal]) -> Said:
    """What one message costs, by each of these prices."""
    return say("each message: {money}, once the plan's messages are used up", money=shown_prices(each))


def push_price(plan: PricePlan | None) -> Said | None:
    """What one push costs; `None` where the plan does not say. How much of it is used LINE does not tell."""
    each = None if plan is None else price(plan.extra)
    if plan is None or each is None:
        return None
    included = f"{plan.included or 0:,}"
    return say(
        "a push costs {money} once the plan's {included} messages are used up",
        money=shown_money(each),
        included=included,
    )


def sending_price(plan: PricePlan | None, cost: MessageCost | None) -> Said:
    """What a sending costs, or has cost, of which that was reckoned by the channel's plan."""
    if plan is None or cost is None:
        return say("what that costs is not known: write the channel's  plan:  into bot.yaml")
    fee = price(plan.monthly_fee)
    if not cost.beyond:
        within = say("all within the plan, nothing more to pay")
        if fee is None:
            return within
        return say("{within} (NT$ of the month: {fee})", within=within, fee=shown_money(fee))
    beyond = f"{cost.beyond:,}"
    if cost.extra is None:
        return say("{beyond} of them are more than the plan has, and it has no price for more", beyond=beyond)
    return say(
        "{money}: {included} are in the plan, {beyond} more cost {each} each",
        money=shown_money(cost.extra),
        included=f"{cost.included:,}",
        beyond=beyond,
        each=shown_money(cost.extra / cost.beyond),
    )


def code_price(each: Iterable[Decimal]) -> Said:
    """What a one-time code costs, by each of these prices of an SMS."""
    return say("each code sent here costs an SMS, {price}", price=shown_prices(each))

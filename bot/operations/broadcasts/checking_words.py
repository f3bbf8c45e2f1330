"""What a check of a broadcast found, in words: for the terminal, and for who sends it in the console."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.engine.compiled.goal import Priority
from bot.engine.compiled.playbook import Playbook
from bot.model.channel import PricePlan
from bot.model.money import money_text
from bot.model.translatable import Quoted, Translatable, tr
from bot.operations.broadcasts.checking import BroadcastCheck, HeldBack, MonthQuota
from bot.operations.broadcasts.progress import had_enough
from bot.playbook.in_money import sending_price


def held_back(
    counted: Mapping[HeldBack, int], playbook: Playbook, priority: Priority
) -> Iterator[Translatable]:
    """Who of the audience does not get it, and why."""
    for why, count in counted.items():
        if count:
            why_not = had_enough(playbook.push_limit(priority)) if why == "limit" else _WITHOUT[why]
            yield tr("    not among them: {number} {why}", number=f"{count:,}", why=why_not)


_WITHOUT: dict[HeldBack, Translatable] = {
    "blocked": tr("who blocked the account"),
    "stopped": tr("who want no marketing"),
    "not_agreed": tr("who have not agreed to marketing"),
    "not_here": tr("without LINE, known from a shop or a list"),
    "empty": tr("for whom nothing can be sent once it is filled with their data"),
}


def month_left(month: MonthQuota | None, line_says: Quoted | None, plan: PricePlan | None) -> Translatable:
    """How many messages of the month are left, behind their number; without `month` why not.

    Neither that nor what LINE says: they are another month's.
    """
    if month is None and line_says is None:
        return tr("of the messages of another month")
    if month is None:
        return tr("and LINE does not tell how many are left: {why}", why=line_says or "")
    if month.left is None and plan is not None and plan.included is not None:
        within = f"{max(0, plan.included - month.spent):,}"
        return tr("and {left} are left of the plan's this month", left=within)
    if month.left is None:
        return tr("and the account has no limit")
    if month.reserved:
        return tr(
            "and {left} are left this month ({reserved} more are reserved by broadcasts)",
            left=f"{month.left:,}",
            reserved=f"{month.reserved:,}",
        )
    return tr("and {left} are left this month", left=f"{month.left:,}")


def price_words(found: BroadcastCheck, plan: PricePlan | None) -> Translatable:
    """What it costs; at most, where nobody knows how many messages of the month are used by then."""
    cost = found.cost
    if found.month is not None or cost is None or not cost.extra:
        return sending_price(plan, cost)
    return tr("{money} at most", money=money_text(cost.extra))


def cards_words(found: BroadcastCheck) -> Iterator[Translatable]:
    """What became of its messages with the data of real people."""
    trial, tried = found.cards, f"{found.cards.tried:,}"
    for where, number in trial.broken.items():
        yield tr(
            "{where}: a message is cut or left out for {number} of the {tried} people whose data was tried:"
            " once filled it is empty, or too long for LINE ({example})",
            where=where,
            number=f"{number:,}",
            tried=tried,
            example=Quoted(trial.example[where]),
        )
    for refused in trial.refused:
        yield tr("LINE would refuse it: {why}", why=Quoted(refused))
    if not trial.tried or trial.broken or trial.refused:
        return
    if trial.unasked:
        yield tr(
            "its messages were filled with the data of {tried} people: none is too long or empty; whether"
            " LINE takes them could not be asked",
            tried=tried,
        )
    else:
        yield tr("its messages were filled with the data of {tried} people: LINE takes them", tried=tried)


def why_refused(found: BroadcastCheck) -> Translatable:
    """Why it would not go out."""
    if not found.messages and (unasked := found.held_back.get("not_agreed", 0)):
        return tr(
            "it would not go out: it goes to people who have agreed to marketing, and of {all} people"
            " {number} have said nothing of it, {refused} have refused",
            all=f"{unasked + found.held_back['stopped']:,}",
            number=f"{unasked:,}",
            refused=f"{found.held_back['stopped']:,}",
        )
    if not found.messages and any(found.held_back.values()):
        return tr("it would not go out: nobody of its audience gets it now")
    if not found.messages:
        return tr("it would not go out: nobody is in its audience")
    if found.is_too_few:
        return tr("it would not go out: there are not enough messages left this month")
    return tr("it would not go out: LINE would refuse its messages")

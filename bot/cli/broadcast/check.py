"""`oaflow broadcast check`: to whom a broadcast would go now, its price, and what LINE would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.cli.dates import to_the_second
from bot.cli.line_here import line_and_playbook
from bot.cli.order import CommandOrder, carried_out
from bot.cli.sizes import known_lines, known_payload
from bot.engine.compiled.goal import Priority
from bot.engine.compiled.playbook import Playbook
from bot.model.channel import PricePlan
from bot.model.translatable import Quoted, Refusal, Translatable, tr
from bot.operations.audiences import AudienceCount, friends_so_far
from bot.operations.broadcasts.checking import BroadcastCheck, HeldBack
from bot.operations.broadcasts.checking import check as checked
from bot.operations.broadcasts.progress import had_enough
from bot.operations.payload import pick, pick_or_none
from bot.operations.resolve_name import broadcast_of
from bot.playbook.in_money import sending_price


class WouldNotGoOut(Refusal):
    """The sentence says why."""


@carried_out(drafts=True)
async def check(order: CommandOrder) -> None:
    """Print what it would do; raise `WouldNotGoOut` where it would not go out."""
    served, broadcast = order.served, broadcast_of(order.playbook, order.name)
    line, playbook = await line_and_playbook(order.opened, served, people := await order.people())
    found = await checked(people, playbook, broadcast, line)
    plan = served.settings.channels[broadcast.channel].plan
    known = await friends_so_far(people, [broadcast.channel])
    payload = {**_payload(found), "friends_so_far": known_payload(known)}
    order.show_all(payload, _lines(found, plan, served.playbook, known))
    if found.is_refused:
        raise WouldNotGoOut(_why(found))


def _lines(
    found: BroadcastCheck, plan: PricePlan | None, playbook: Playbook, known: Mapping[str, AudienceCount]
) -> Iterator[Translatable]:
    broadcast, messages = found.broadcast, f"{found.messages:,}"
    yield tr("{name}: {number} people get it now", name=broadcast.name, number=messages)
    if broadcast.split is not None:
        for group in broadcast.messages:
            number = f"{found.people.get(group, 0):,}"
            if broadcast.messages[group]:
                yield tr("    {group}: {number} people", group=group, number=number)
            else:
                yield tr("    {group}: {number} people, who get nothing", group=group, number=number)
    yield from held_back(found.held_back, playbook, broadcast.priority)
    yield from known_lines(known)
    if found.begins is not None and found.begins > found.at:
        moment = to_the_second(playbook.zone)(found.begins)
        yield tr("    these are its quiet hours: it would begin at {moment}", moment=moment)
    yield tr("messages: {number}, {left}", number=messages, left=_left(found, plan))
    if found.without_message and broadcast.if_quota_short == "send_part":
        number = f"{found.without_message:,}"
        yield tr("    {number} of them would get nothing of it (if_quota_short: send_part)", number=number)
    yield tr("price: {price}", price=sending_price(plan, found.cost))
    yield from _cards(found)


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
    "not_here": tr("without LINE, known from a shop or a list"),
    "empty": tr("for whom nothing can be sent once it is filled with their data"),
}


def _left(found: BroadcastCheck, plan: PricePlan | None) -> Translatable:
    month = found.month
    if month is None:
        return tr("and LINE does not tell how many are left: {why}", why=found.line_says or "")
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


def _cards(found: BroadcastCheck) -> Iterator[Translatable]:
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


def _why(found: BroadcastCheck) -> Translatable:
    if not found.messages and any(found.held_back.values()):
        return tr("it would not go out: nobody of its audience gets it now")
    if not found.messages:
        return tr("it would not go out: nobody is in its audience")
    if found.is_too_few:
        return tr("it would not go out: there are not enough messages left this month")
    return tr("it would not go out: LINE would refuse its messages")


def _payload(found: BroadcastCheck) -> dict[str, object]:
    cost, trial, silent = found.cost, found.cards, found.line_says
    return {
        "broadcast": found.broadcast.name,
        "channel": found.broadcast.channel,
        "at": found.at,
        "people": found.messages,
        "groups": {group: number for group, number in found.people.items() if group},
        "without": found.held_back,
        **pick(found, "without_message", "begins"),
        **pick_or_none(found.month, "left", "limit", "used", "reserved"),
        "line_does_not_tell": None if silent is None else str(silent.text),
        **pick_or_none(cost, "included", "beyond"),
        "cost": None if cost is None or cost.extra is None else float(cost.extra),
        "tried": trial.tried,
        "line_not_asked": trial.unasked,
        "broken": {
            where: {"people": n, "example": trial.example[where]} for where, n in trial.broken.items()
        },
        "line_refuses": trial.refused,
        "refused": found.is_refused,
    }

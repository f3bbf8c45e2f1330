"""`oaflow broadcast check`: to whom a broadcast would go now, its price, and what LINE would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.cli.dates import to_the_second
from bot.cli.line_here import line_and_playbook
from bot.cli.order import CommandOrder, carried_out
from bot.engine.compiled.playbook import Playbook
from bot.model.channel import PricePlan
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.audience_words import known_lines
from bot.operations.audiences import AudienceCount, friends_so_far
from bot.operations.broadcasts.checking import BroadcastCheck
from bot.operations.broadcasts.checking import check as checked
from bot.operations.broadcasts.checking_words import (
    cards_words,
    held_back,
    month_left,
    price_words,
    why_refused,
)
from bot.operations.payload import pick, pick_or_none
from bot.operations.resolve_name import broadcast_of


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
    payload = {**_payload(found), "friends_so_far": known}
    order.show_all(payload, _lines(found, plan, served.playbook, known))
    if found.is_refused:
        raise WouldNotGoOut(why_refused(found))


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
    yield tr(
        "messages: {number}, {left}", number=messages, left=month_left(found.month, found.line_says, plan)
    )
    if found.without_message and broadcast.if_quota_short == "send_part":
        number = f"{found.without_message:,}"
        yield tr("    {number} of them would get nothing of it (if_quota_short: send_part)", number=number)
    yield tr("price: {price}", price=price_words(found, plan))
    yield from cards_words(found)


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

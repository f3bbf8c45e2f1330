"""`oaflow broadcast agree`: an order that is not what was shown any more goes out all the same."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cli.broadcast.send import NotConfirmed, confirm
from bot.cli.line_here import line_and_playbook
from bot.cli.order import CommandOrder, carried_out
from bot.model.channel import PricePlan
from bot.model.money import money_text
from bot.model.translatable import Translatable, tr
from bot.operations.broadcasts import steering
from bot.operations.broadcasts.held_orders import WHY_ASKED, HeldOrder, held_order_now
from bot.operations.broadcasts.progress import progress_of
from bot.operations.broadcasts.progress_words import in_lines
from bot.operations.resolve_name import broadcast_of
from bot.playbook.in_money import most_price


@carried_out()
async def agree(order: CommandOrder) -> None:
    """Say what was shown and what is so now; have it go out once that is confirmed."""
    playbook, served = order.playbook, order.served
    broadcast, people = broadcast_of(playbook, order.name), await order.people()
    line, _ = await line_and_playbook(order.opened, served, people)
    found = await held_order_now(people, playbook, broadcast, line)
    for one in _lines(found, served.settings.channels[broadcast.channel].plan):
        order.note(one)
    if found.people is None:
        raise NotConfirmed(tr("its people are being counted: try it again in a moment"))
    if not order.options.yes:
        confirm(found.people, order.speech)
    sending = await steering.agree(
        *(people, broadcast, order.by, found.sending.id),
        people=found.people,
        content=found.content,
        cost=found.cost,
        covers=found.covers,
    )
    done = tr("{name} goes out all the same", name=broadcast.name)
    if (shown := await progress_of(people, sending.id)) is None:
        order.show(None, done)
    else:
        order.show(shown, done, *in_lines(shown, playbook))


def _lines(found: HeldOrder, plan: PricePlan | None) -> Iterator[Translatable]:
    yield WHY_ASKED[found.why]
    then, cost = found.sending.shown_people, found.shown_cost
    if then is not None:
        yield tr("shown when it was ordered: {number} people", number=f"{then:,}")
    if cost is not None:
        yield tr("shown when it was ordered: {price}", price=money_text(cost))
    if found.people is not None:
        yield tr("just now: {number} people", number=f"{found.people:,}")
        if (price := most_price(plan, found.people, found.used)) is not None:
            yield tr("just now: {price}", price=price)
    if found.too_few is not None:
        yield found.too_few

"""`oaflow today`: what happens today, beside the same weekday a week before."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping

from bot.cli.arguments import add_json, add_playbook, describe
from bot.cli.order import CommandOrder, carried_out
from bot.model.money import money_text
from bot.model.translatable import Translatable, tr
from bot.operations.today import FigureName, TodayView, today_of, today_payload
from bot.operations.unanswered import asked_words, rest_words

NAMES: Mapping[FigureName, Translatable] = {
    "followed": tr("New friends"),
    "came_back": tr("Friends again"),
    "blocked": tr("Blocks"),
    "messages_in": tr("Messages in"),
    "replies": tr("Replies (free)"),
    "paid": tr("Pushes and broadcasts (of the month's messages)"),
    "opened": tr("Bindings begun"),
    "bound": tr("Phones bound"),
    "unheard": tr("Texts without a rule"),
}


@carried_out()
async def run(order: CommandOrder) -> None:
    """Print the numbers, and what waits."""
    people, now = await order.people_now()
    found = await today_of(people, order.playbook, order.served.settings, now)
    order.show_all(today_payload(found), _lines(order, found))


def arguments(command: ArgumentParser) -> None:
    """A playbook."""
    says = "What happens today, beside the same weekday a week before; who waits, what nobody answered."
    describe(command, says, example="oaflow today my-shop", run=run)
    add_playbook(command)
    add_json(command)


def _lines(order: CommandOrder, found: TodayView) -> Iterator[Translatable]:
    if found.counted is None:
        yield tr("nothing is counted today yet: a running bot counts, each minute")
    else:
        yield tr("{day}, counted until {moment}", day=found.day, moment=order.at(found.counted))
    for name, figure in found.figures.items():
        if figure.week_before is None:
            yield tr("{what}: {number}", what=NAMES[name], number=f"{figure.today:,}")
        else:
            yield tr(
                "{what}: {number}; until {moment} {so_far}, a week before {before}",
                what=NAMES[name],
                number=f"{figure.today:,}",
                moment=order.at(found.until),
                so_far=f"{figure.so_far:,}",
                before=f"{figure.week_before:,}",
            )
    if found.since is not None and found.figures["messages_in"].week_before is None:
        yield tr("hours are counted since {moment}", moment=order.at(found.since))
    if found.extra:
        yield tr("paid messages beyond the plan, at most: {money}", money=money_text(found.extra))
    if found.waiting.since is not None:
        number, since = f"{found.waiting.people:,}", order.at(found.waiting.since)
        yield tr("{number} wait for staff, the first since {since}", number=number, since=since)
    for one in found.unanswered.open:
        yield tr("nobody answered: {asked}", asked=asked_words(one))
    for rest in rest_words(found.unanswered):
        yield tr("of what nobody answered: {rest}", rest=rest)

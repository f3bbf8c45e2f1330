"""`oaflow broadcast send`: a sending is ordered and followed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from datetime import datetime

from bot.cli.dates import moment_of, to_the_second
from bot.cli.line_here import line_and_playbook
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import note
from bot.cli.terminal_text import Progress, answered
from bot.engine.broadcasts.schedule import next_time
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import Sending
from bot.model.translatable import Language, Refusal, Translatable, tr
from bot.operations.audience_words import known_lines
from bot.operations.audiences import friends_so_far
from bot.operations.broadcasts.checking import BroadcastCheck, check, checked_at
from bot.operations.broadcasts.checking_words import held_back, price_words, why_refused
from bot.operations.broadcasts.ordering import AlreadySent, NoRecipients, SendingOrder, order_of
from bot.operations.broadcasts.ordering import send as send_ordered
from bot.operations.broadcasts.progress import SendingProgress, left_out_of, progress_of
from bot.operations.broadcasts.progress_words import in_lines, in_one_line, skipped_lines
from bot.operations.broadcasts.standing_words import state_of
from bot.operations.resolve_name import broadcast_of
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

SHOWN = 20
"""People who did not get it that are shown one by one."""
FOLLOW = 0.5
"""Seconds between two looks at how far it is."""


class NotConfirmed(Refusal):
    """Nothing is sent; the sentence says what is missing."""


class BroadcastNotSent(Refusal):
    """It has ended, and nobody got it, or not all that were to."""


@carried_out()
async def send(order: CommandOrder) -> None:
    """Have a broadcast sent once it is confirmed, and show how far it is until it is over."""
    playbook, served, options = order.playbook, order.served, order.options
    broadcast = broadcast_of(playbook, order.name)
    people = await order.people()
    line, _ = await line_and_playbook(order.opened, served, people)
    at = None if options.at is None else moment_of(options.at, playbook.zone)
    found = checked_at(await check(people, playbook, broadcast, line, validate=False), playbook, line, at)
    wanted = await _order(people, playbook, found, at, again=options.again)
    known = await friends_so_far(people, [broadcast.channel])
    for one in (*_summary(wanted, found, served), *known_lines(known)):
        order.note(one)
    if not options.yes:
        confirm(wanted.people, order.speech)
    sending = await send_ordered(people, playbook, wanted, order.by)
    is_followed = at is None and not options.detach
    over = await _followed(people, sending, order.speech) if is_followed else None
    shown = over or await progress_of(people, sending.id)
    if shown is not None:
        out = await left_out_of(people, sending.id, SHOWN)
        lines = *in_lines(shown, playbook), *skipped_lines(out, broadcast.name, playbook)
        order.show(shown, *lines)
    if over is not None:
        _see_if_sent(over)


async def _order(
    people: Stores, playbook: Playbook, found: BroadcastCheck, at: datetime | None, *, again: bool
) -> SendingOrder:
    try:
        return await order_of(
            *(people, playbook, found.broadcast, found.messages),
            again=again,
            now=found.at,
            at=at,
            cost=None if found.cost is None else found.cost.extra,
        )
    except NoRecipients:
        raise NoRecipients(why_refused(found)) from None
    except AlreadySent as error:
        raise AlreadySent(tr("{why}: to send it once more, add  --again", why=error.message)) from error


def _summary(order: SendingOrder, found: BroadcastCheck, served: ValidPlaybook) -> Iterator[Translatable]:
    """What is to be known before it is confirmed."""
    broadcast, playbook = order.broadcast, served.playbook
    at = to_the_second(playbook.zone)
    yield tr("{name}: {number} people get it now", name=broadcast.name, number=f"{order.people:,}")
    yield from held_back(found.held_back, playbook, broadcast.priority)
    plan = served.settings.channels[broadcast.channel].plan
    yield tr("price: {price}", price=price_words(found, plan))
    if order.last is None:
        yield tr("{name}: was not sent yet", name=broadcast.name)
    else:
        yield tr("last sent at {moment}", moment=at(order.last.began or order.last.moment))
    following = next_time(broadcast, found.at, playbook.zone)
    if order.at is not None:
        yield tr("it goes out at {moment}, to whoever is in its audience then", moment=at(order.at))
        if found.begins is not None and found.begins > order.at:
            yield tr("these are its quiet hours: it would begin at {moment}", moment=at(found.begins))
        if following is not None and broadcast.at is not None:
            yield tr("in place of {moment}", moment=at(following))
    elif following is not None and broadcast.at is not None:
        yield tr("sent now, it does not go out at {moment} any more", moment=at(following))
    elif following is not None:
        yield tr("it goes out at {moment} all the same", moment=at(following))


def confirm(people: int, words: Language) -> None:
    """Have the number of people typed. Raises `NotConfirmed`."""
    if not sys.stdin.isatty():
        raise NotConfirmed(tr("nothing is sent without a confirmation: add  --yes"))
    typed = answered(tr("to send it, type the number of people:"), words)
    if typed.replace(",", "") != str(people):
        raise NotConfirmed(tr("that is not the number of people: nothing was sent"))


def _see_if_sent(over: SendingProgress) -> None:
    """Raise `BroadcastNotSent` where it has ended otherwise than it was ordered."""
    if over.state != "done":
        raise BroadcastNotSent(state_of(over))
    if not over.figures.may_have_reached:
        raise BroadcastNotSent(tr("nobody got it"))


async def _followed(people: Stores, sending: Sending, words: Language) -> SendingProgress | None:
    """Its state once it is over; interrupting this command stops nothing: processes send it.

    Raises `DatabaseUnavailable`, once it is noted that it goes on all the same.
    """
    progress = Progress(words)
    try:
        while (found := await progress_of(people, sending.id)) is not None and not found.stored.is_over:
            progress.show(in_one_line(found))
            await asyncio.sleep(FOLLOW)
    except (asyncio.CancelledError, DatabaseUnavailable):
        progress.over()
        note(tr("it goes on:  oaflow broadcast status {name}", name=sending.broadcast), words)
        raise
    progress.over()
    return found

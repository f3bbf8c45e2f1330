"""`oaflow broadcast send`, `pause`, `resume`, `cancel`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.broadcast.check import held_back
from bot.cli.broadcast.line_client import whose_line
from bot.cli.broadcast.progress import SHOWN, in_lines, in_one_line, state_of, told, who_lines
from bot.cli.confirm import answered
from bot.cli.dates import to_the_second
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_name
from bot.cli.progress import Progress
from bot.cli.refusal import tell
from bot.engine.broadcasts.schedule import next_time
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import Sending
from bot.model.translatable import Language, Refusal, Translatable, tr
from bot.operations.broadcasts import steering
from bot.operations.broadcasts.checking import BroadcastCheck, check
from bot.operations.broadcasts.progress import SendingProgress, left_out_of, progress_of
from bot.operations.broadcasts.steering import AlreadySent, SendingOrder
from bot.operations.resolve_name import broadcast_of
from bot.playbook.in_money import sending_price
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

FOLLOW = 0.5
"""Seconds between two looks at how far it is."""

Steer = Callable[[Stores, Broadcast, str], Awaitable[Sending]]


class NotConfirmed(Refusal):
    """Nothing is sent; the sentence says what is missing."""


class BroadcastNotSent(Refusal):
    """It has ended, and nobody got it, or not all that were to."""


def send(wanted: Arguments, words: Language) -> int:
    """Have a broadcast sent once it is confirmed, and show how far it is until it is over; the exit code."""
    folder, name = folder_and_name(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        playbook = served.playbook
        broadcast = broadcast_of(playbook, name)
        people = await whose_people(opened, words)
        line, _ = await whose_line(opened, served, people)
        found = await check(people, playbook, broadcast, line, validate=False)
        order = await _order(people, playbook, found, again=wanted.again)
        for one in _summary(order, found, served):
            tell(one, words)
        if not wanted.yes:
            _confirm(order, words)
        sending = await steering.send(people, playbook, order, commander(wanted.by))
        over = await _followed(people, sending, words) if not wanted.detach else None
        shown = over or await progress_of(people, sending.id)
        if shown is not None:
            out = await left_out_of(people, sending.id, SHOWN)
            lines = [*in_lines(shown, playbook), *who_lines(out, broadcast.name, playbook)]
            show_answer(told(shown), map(words.text, lines), for_programs=wanted.json)
        if over is not None:
            _see_if_sent(over)

    return on_database(folder, work)


async def _order(people: Stores, playbook: Playbook, found: BroadcastCheck, *, again: bool) -> SendingOrder:
    try:
        return await steering.order_of(people, playbook, found.broadcast, found.messages, again=again)
    except AlreadySent as error:
        raise AlreadySent(tr("{why}: to send it once more, add  --again", why=error.message)) from error


def _summary(order: SendingOrder, found: BroadcastCheck, served: ValidPlaybook) -> Iterator[Translatable]:
    """What is to be known before it is confirmed."""
    broadcast, playbook = order.broadcast, served.playbook
    at = to_the_second(playbook.zone)
    yield tr("{name}: {number} people get it now", name=broadcast.name, number=f"{order.people:,}")
    yield from held_back(found.held_back, playbook, broadcast.priority)
    plan = served.settings.channels[broadcast.channel].plan
    yield tr("price: {price}", price=sending_price(plan, found.cost))
    if order.last is None:
        yield tr("{name}: was not sent yet", name=broadcast.name)
    else:
        yield tr("last sent at {moment}", moment=at(order.last.began or order.last.moment))
    following = next_time(broadcast, found.at, playbook.zone)
    if following is not None and broadcast.at is not None:
        yield tr("sent now, it does not go out at {moment} any more", moment=at(following))
    elif following is not None:
        yield tr("it goes out at {moment} all the same", moment=at(following))


def _confirm(order: SendingOrder, words: Language) -> None:
    """Have the number of people typed. Raises `NotConfirmed`."""
    if not sys.stdin.isatty():
        raise NotConfirmed(tr("nothing is sent without a confirmation: add  --yes"))
    typed = answered(tr("to send it, type the number of people:"), words)
    if typed.replace(",", "") != str(order.people):
        raise NotConfirmed(tr("that is not the number of people: nothing was sent"))


def _see_if_sent(over: SendingProgress) -> None:
    """Raise `BroadcastNotSent` where it has ended otherwise than it was ordered."""
    if over.sending.state != "done":
        raise BroadcastNotSent(state_of(over.sending))
    if not over.figures.may_have_reached:
        raise BroadcastNotSent(tr("nobody got it"))


async def _followed(people: Stores, sending: Sending, words: Language) -> SendingProgress | None:
    """How it stands when it is over; what ends this command ends nothing: processes send it.

    Raises `DatabaseUnavailable`, once it is said that it goes on all the same.
    """
    progress = Progress(words)
    try:
        while (found := await progress_of(people, sending.id)) is not None and not found.sending.is_over:
            progress.tell(in_one_line(found))
            await asyncio.sleep(FOLLOW)
    except (asyncio.CancelledError, DatabaseUnavailable):
        progress.over()
        goes_on = tr("it goes on:  oaflow broadcast status {name}", name=sending.broadcast)
        tell(goes_on, words)
        raise
    progress.over()
    return found


def pause(wanted: Arguments, words: Language) -> int:
    """Have nobody new called; the exit code."""
    done = tr("{name} is paused: what is under way ends, nobody new is called", name=_name(wanted))
    return _steer(wanted, words, steering.pause, done)


def resume(wanted: Arguments, words: Language) -> int:
    """Let it go on; the exit code."""
    return _steer(wanted, words, steering.resume, tr("{name} goes on", name=_name(wanted)))


def cancel(wanted: Arguments, words: Language) -> int:
    """Have nobody called any more; the exit code."""
    done = tr("{name} is cancelled: nobody is called any more who was not called yet", name=_name(wanted))
    return _steer(wanted, words, steering.cancel_sending, done)


def _steer(wanted: Arguments, words: Language, steer: Steer, done: Translatable) -> int:
    async def work(people: Stores, playbook: Playbook, broadcast: Broadcast) -> None:
        sending = await steer(people, broadcast, commander(wanted.by))
        found = await progress_of(people, sending.id)
        lines = [done] if found is None else [done, *in_lines(found, playbook)]
        answer = None if found is None else told(found)
        show_answer(answer, map(words.text, lines), for_programs=wanted.json)

    return _on_broadcast(wanted, words, work)


def _name(wanted: Arguments) -> str:
    return folder_and_name(wanted.words)[1] or ""


Work = Callable[[Stores, Playbook, Broadcast], Awaitable[None]]


def _on_broadcast(wanted: Arguments, words: Language, work: Work) -> int:
    folder, name = folder_and_name(wanted.words)

    async def opened(database: OpenDatabase, served: ValidPlaybook) -> None:
        broadcast = broadcast_of(served.playbook, name)
        await work(await whose_people(database, words), served.playbook, broadcast)

    return on_database(folder, opened)

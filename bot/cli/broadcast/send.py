"""`oaflow broadcast send`, `pause`, `resume`, `cancel`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.broadcast.told import in_lines, in_one_line, told
from bot.cli.commander import commander
from bot.cli.folder_and_words import folder_and_name
from bot.cli.on_database import on_database
from bot.cli.progress import Progress
from bot.cli.refusal import tell
from bot.cli.whose_people import whose_people
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import Sending
from bot.model.said import Language, Said, say
from bot.operations.broadcasts import steering
from bot.operations.broadcasts.named_broadcast import broadcast_of
from bot.operations.broadcasts.progress import SendingProgress, progress_of
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores

FOLLOW = 0.5
"""Seconds between two looks at how far it is."""

Steer = Callable[[Stores, Broadcast, str], Awaitable[Sending]]


def send(wanted: Arguments, words: Language) -> int:
    """Have a broadcast sent, and show how far it is until it is over; the exit code."""

    async def work(people: Stores, playbook: Playbook, broadcast: Broadcast) -> None:
        sending, number = await steering.send(people, playbook, broadcast, commander(wanted.by))
        begins = say(
            "{name} begins: {people} people are in its audience", name=sending.broadcast, people=f"{number:,}"
        )
        tell(begins, words)
        found = await _followed(people, sending, words) if not wanted.detach else None
        found = found or await progress_of(people, sending.id)
        if found is not None:
            lines = map(words.text, in_lines(found, playbook.zone))
            show_answer(told(found), lines, for_programs=wanted.json)

    return _on_broadcast(wanted, words, work)


async def _followed(people: Stores, sending: Sending, words: Language) -> SendingProgress | None:
    """How it stands when it is over; what ends this command ends nothing: processes send it."""
    progress = Progress(words)
    try:
        while (found := await progress_of(people, sending.id)) is not None and not found.sending.is_over:
            progress.tell(in_one_line(found))
            await asyncio.sleep(FOLLOW)
    except asyncio.CancelledError:
        progress.over()
        goes_on = say("it goes on:  oaflow broadcast status {name}", name=sending.broadcast)
        tell(goes_on, words)
        raise
    progress.over()
    return found


def pause(wanted: Arguments, words: Language) -> int:
    """Have nobody new called; the exit code."""
    done = say("{name} is paused: what is under way ends, nobody new is called", name=_name(wanted))
    return _steer(wanted, words, steering.pause, done)


def resume(wanted: Arguments, words: Language) -> int:
    """Let it go on; the exit code."""
    return _steer(wanted, words, steering.resume, say("{name} goes on", name=_name(wanted)))


def cancel(wanted: Arguments, words: Language) -> int:
    """Have nobody called any more; the exit code."""
    done = say("{name} is cancelled: nobody is called any more who was not called yet", name=_name(wanted))
    return _steer(wanted, words, steering.cancel_sending, done)


def _steer(wanted: Arguments, words: Language, steer: Steer, done: Said) -> int:
    async def work(people: Stores, playbook: Playbook, broadcast: Broadcast) -> None:
        sending = await steer(people, broadcast, commander(wanted.by))
        found = await progress_of(people, sending.id)
        lines = [done] if found is None else [done, *in_lines(found, playbook.zone)]
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

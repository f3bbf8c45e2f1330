"""`oaflow deadletters resend` and `drop`: by name, or all that the options mean, with a yes."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.commander import commander
from bot.cli.deadletters.meant import is_narrowed, which
from bot.cli.deadletters.text import outcome_for_programs, outcome_line
from bot.cli.folder_and_words import folder_and_words
from bot.cli.on_database import on_database
from bot.cli.refusal import UsageWrong
from bot.cli.whose_people import whose_people
from bot.model.said import Language, Refusal, Said, say
from bot.operations.given_up import given_up
from bot.operations.resending import Handling, drop, resend
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores

Handle = Callable[[Stores, Sequence[str]], Awaitable[Sequence[Handling]]]


class NotHandled(Refusal):
    """Some of it was not done, or nothing for want of a yes."""


def resend_(wanted: Arguments, words: Language) -> int:
    """Have them made once more; the exit code."""

    async def handle(people: Stores, names: Sequence[str]) -> Sequence[Handling]:
        return await resend(people, names, commander(wanted.by), second=wanted.second)

    return _handled(wanted, words, handle, lambda many: say("send {number} once more? [y/N]", number=many))


def drop_(wanted: Arguments, words: Language) -> int:
    """Drop them; the exit code."""

    async def handle(people: Stores, names: Sequence[str]) -> Sequence[Handling]:
        return await drop(people, names, commander(wanted.by))

    return _handled(wanted, words, handle, lambda many: say("drop {number}? [y/N]", number=many))


def _handled(wanted: Arguments, words: Language, handle: Handle, question: Callable[[int], Said]) -> int:
    folder, named = folder_and_words(wanted.words)
    if bool(named) == is_narrowed(wanted):
        raise UsageWrong(say("write each NAME, or which of them:  --kind, --reason, --channel, --person"))

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        people, names = await whose_people(opened, words), list(dict.fromkeys(named))
        if not names:
            found = (await given_up(people, await which(people, served.playbook, wanted))).found
            names = [one.name for one in found]
            if names and not wanted.yes:
                _confirm(question(len(names)), words)
        done = await handle(people, names)
        told = [outcome_for_programs(one, words) for one in done]
        lines = [outcome_line(one, words) for one in done] or [words.text(say("there are none"))]
        show_answer(told, lines, for_programs=wanted.json)
        if left := sum(one.carried == "refused" for one in done):
            raise NotHandled(say("not done: {number} of {all}", number=left, all=len(done)))

    return on_database(folder, work)


def _confirm(question: Said, words: Language) -> None:
    if not sys.stdin.isatty():
        raise NotHandled(say("nothing is done to several without a yes: add  --yes"))
    sys.stderr.write(f"{words.text(question)} ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise NotHandled(say("nothing was done"))

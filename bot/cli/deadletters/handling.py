"""`oaflow deadletters resend` and `drop`: by name, or all that the options mean, with a yes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.confirm import agreed
from bot.cli.deadletters.text import outcome_for_programs, outcome_lines
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.operator import commander
from bot.cli.playbook_folder import folder_and_words
from bot.cli.progress import Progress
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import write_err
from bot.engine.compiled.playbook import Playbook
from bot.model.money import prices_of
from bot.model.translatable import Language, Refusal, Translatable, row, tr
from bot.operations.contact_view import parts_of
from bot.operations.dead_letters import Which, given_up
from bot.operations.find_contacts import NotFound, everybody, nobody
from bot.operations.resending import Handling, Tell, drop, resend
from bot.playbook.in_money import with_money
from bot.playbook.valid import ValidPlaybook
from bot.runtime.sending.letters import PUSHED
from bot.store.events.dead_letters import DeadLetterEntry
from bot.store.stores import Stores


async def which(people: Stores, playbook: Playbook, wanted: Arguments, *, handled: bool = False) -> Which:
    """What the options say. Raises `NotFound` where they name a person whom nobody knows."""
    contacts = None if wanted.person is None else await _contacts(people, playbook, wanted.person)
    return Which(wanted.days, wanted.kind, wanted.reason, wanted.channel, contacts, handled)


def is_narrowed(wanted: Arguments) -> bool:
    """Whether the options say of which: all that there are is never meant by saying nothing."""
    return bool(wanted.kind or wanted.reason or wanted.channel or wanted.person)


async def _contacts(people: Stores, playbook: Playbook, who: str) -> Collection[str]:
    found = await everybody([people], playbook, who, None)
    if not found:
        raise NotFound(nobody(who, None))
    return {part for one in found for part in (await parts_of(one))[0]}


@dataclass(frozen=True, slots=True)
class _Deed:
    """What is done to several: `question` asks for a yes to so many, `costs` says what it would cost."""

    do: Callable[[Stores, Sequence[str], Tell], Awaitable[Sequence[Handling]]]
    question: Callable[[int], Translatable]
    costs: Callable[[Sequence[DeadLetterEntry], ValidPlaybook], Translatable | None]


class NotHandled(Refusal):
    """Some of it was not done, or nothing for want of a yes."""


def resend_(wanted: Arguments, words: Language) -> int:
    """Have them made once more; the exit code."""

    async def do(people: Stores, names: Sequence[str], tell: Tell) -> Sequence[Handling]:
        return await resend(people, names, commander(wanted.by), second=wanted.second, tell=tell)

    def question(many: int) -> Translatable:
        return tr("send {number} once more? [y/N]", number=many)

    return _handled(wanted, words, _Deed(do, question, _costs))


def drop_(wanted: Arguments, words: Language) -> int:
    """Drop them; the exit code."""

    async def do(people: Stores, names: Sequence[str], tell: Tell) -> Sequence[Handling]:
        return await drop(people, names, commander(wanted.by), tell=tell)

    def question(many: int) -> Translatable:
        return tr("drop {number}? [y/N]", number=many)

    return _handled(wanted, words, _Deed(do, question, lambda found, served: None))


def _handled(wanted: Arguments, words: Language, deed: _Deed) -> int:
    folder, named = folder_and_words(wanted.words)
    if bool(named) == is_narrowed(wanted):
        raise UsageWrong(tr("write each NAME, or which of them:  --kind, --reason, --channel, --person"))

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        people, names = await whose_people(opened, words), list(dict.fromkeys(named))
        if not names:
            found = (await given_up(people, await which(people, served.playbook, wanted))).found
            names = [one.name for one in found]
            if names and not wanted.yes:
                _confirm(len(names), deed.costs(found, served), deed.question, words)
        progress = Progress(words)
        done = await deed.do(
            people,
            names,
            lambda number: progress.tell(tr("{number} of {all}", number=number, all=len(names))),
        )
        progress.over()
        told = [outcome_for_programs(one, words) for one in done]
        lines = list(outcome_lines(done, words)) or [words.text(tr("there are none"))]
        show_answer(told, lines, for_programs=wanted.json)
        if left := sum(one.carried == "refused" for one in done):
            raise NotHandled(tr("not done: {number} of {all}", number=left, all=len(done)))

    return on_database(folder, work)


def _costs(found: Sequence[DeadLetterEntry], served: ValidPlaybook) -> Translatable | None:
    """How many of them LINE counts as messages, and what these cost at most; `None` where it counts none."""
    prices = prices_of(served.settings).messages
    by_channel = Counter(one.channel for one in found if one.kind in PUSHED)
    if not by_channel:
        return None
    costs = (
        with_money(
            tr("{number} pushes on {channel}, a message each", number=f"{number:,}", channel=channel),
            [prices[channel]] if channel in prices else [],
            number,
        )
        for channel, number in by_channel.items()
    )
    return tr("it costs {costs}", costs=row(costs, "and"))


def _confirm(
    number: int, costs: Translatable | None, question: Callable[[int], Translatable], words: Language
) -> None:
    if not sys.stdin.isatty():
        wants = tr("nothing is done to several without a yes: add  --yes")
        if costs is not None:
            wants = tr(
                "{wants} ({number} are meant; {costs})", wants=wants, number=f"{number:,}", costs=costs
            )
        raise NotHandled(wants)
    if costs is not None:
        write_err(f"{words.text(costs)}\n")
    if not agreed(question(number), words):
        raise NotHandled(tr("nothing was done"))
